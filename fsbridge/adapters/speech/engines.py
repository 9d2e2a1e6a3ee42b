"""Speech engines: each turns a text into an audio file, blocking as long as it takes."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import io
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from fsbridge.errors import ConfigError, SpeechError

LONGEST_TEXT = 1000
"""Characters one announcement may have."""

_VOICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}")


class Engine(Protocol):
    """The engine port. `identity` names what speaks, and its version: it is part of a sound's name."""

    identity: str

    def speak(self, text: str, voice: str) -> bytes:
        """An audio file (WAV, FLAC, Ogg Vorbis or MP3); SpeechError when there is none to be had."""
        ...


class OpenJTalk:
    """Japanese without a network: dictionary and voice (Mei, CC BY 3.0) come with the pyopenjtalk-plus wheel.

    `voice` is the speed, ``1.0`` when empty.

    >>> OpenJTalk().identity.startswith("openjtalk ")
    True
    """

    def __init__(self) -> None:
        try:
            self.identity = f"openjtalk {importlib.metadata.version('pyopenjtalk-plus')}"
        except importlib.metadata.PackageNotFoundError:
            raise ConfigError(
                "speech engine openjtalk: pip install pyopenjtalk-plus, or choose another"
            ) from None

    def speak(self, text: str, voice: str) -> bytes:
        """Speaks; the first call reads the dictionary, which takes a second."""
        from fsbridge.adapters.speech.audio import Audio, peak, to_wav

        try:
            speed = float(voice or "1.0")
        except ValueError:
            speed = 0.0
        if not 0.5 <= speed <= 2.0:
            raise SpeechError(
                f"voice {voice!r} is no speed between 0.5 and 2.0, which is what openjtalk takes"
            )
        samples, rate = _openjtalk().tts(text, speed=speed)
        if not len(samples):
            raise SpeechError(f"openjtalk finds nothing to say in {text!r}; give it words")
        whole = Audio(samples / 32768, rate)
        down = min(1.0, 10 ** (-peak(whole) / 20))  # its samples may pass full scale
        return to_wav(Audio(whole.samples * down, rate))


@functools.cache
def _openjtalk():  # type: ignore[no-untyped-def]  # 0.5 s and 150 MB: only in the process that speaks
    with contextlib.redirect_stdout(io.StringIO()):  # it advertises its options
        import pyopenjtalk

    return pyopenjtalk


class Command:
    """Any program that reads a text from its standard input and writes a WAV to its standard output.

    ``{voice}`` in an argument becomes the voice, or `default_voice`; ``{out}`` becomes the path of a file
    to write instead of standard output. The text never becomes an argument.

    >>> Command(["espeak-ng", "-v", "{voice}", "--stdin", "--stdout"], default_voice="ja").identity
    'command espeak-ng -v {voice} --stdin --stdout ja'
    """

    def __init__(self, argv: Sequence[str], *, default_voice: str = "", limit: float = 60.0) -> None:
        if not argv:
            raise ConfigError("speech engine command: name a program, for example command:espeak-ng --stdout")
        self._argv = list(argv)
        self._default = default_voice
        self._limit = limit
        self.identity = f"command {' '.join([*argv, default_voice])}".strip()

    def speak(self, text: str, voice: str) -> bytes:
        """Speaks; SpeechError when the program is missing, fails, or takes longer than `limit` seconds."""
        chosen = voice or self._default
        if chosen and not _VOICE.fullmatch(chosen):
            raise SpeechError(f"voice {chosen!r} must be letters, digits and _ . + -")
        with tempfile.TemporaryDirectory(prefix="speech-") as folder:
            out = Path(folder, "out.wav")
            argv = [one.replace("{voice}", chosen).replace("{out}", str(out)) for one in self._argv]
            try:
                done = subprocess.run(
                    argv, input=text.encode(), capture_output=True, timeout=self._limit, check=False
                )
            except FileNotFoundError:
                raise SpeechError(
                    f"there is no program {argv[0]}; install it or choose another engine"
                ) from None
            except subprocess.TimeoutExpired:
                raise SpeechError(f"{argv[0]} did not end within {self._limit:g} s") from None
            except OSError as error:
                raise SpeechError(f"{argv[0]} cannot be run: {error.strerror}") from None
            if done.returncode:
                said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
                raise SpeechError(
                    f"{argv[0]} failed with {done.returncode}: {' '.join(said) or 'no reason given'}"
                )
            return out.read_bytes() if out.exists() else done.stdout


ESPEAK = ("espeak-ng", "-v", "{voice}", "--stdin", "--stdout")


def make_engine(name: str) -> Engine:
    """An engine by its name in the settings; ConfigError for one that is unknown.

    ``openjtalk``; ``google[:LANGUAGE[@URL]]`` (the URL of a relay of one's own); ``espeak-ng[:VOICE]``;
    ``command:PROGRAM ARGUMENTS``.

    >>> make_engine("espeak-ng:ja").identity
    'command espeak-ng -v {voice} --stdin --stdout ja'
    >>> make_engine("siri")
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: speech engine 'siri' is unknown; give openjtalk, google, espeak-ng, command:
    """
    kind, _, rest = name.partition(":")
    if kind == "openjtalk" and not rest:
        return OpenJTalk()
    if kind == "google":
        from fsbridge.adapters.speech.google import URL, Google

        language, _, url = rest.partition("@")
        if url and not url.startswith(("http://", "https://")):
            raise ConfigError(f"speech engine {name!r}: give a URL that begins with https://")
        return Google(language or "ja", url=url or URL)
    if kind == "espeak-ng":
        return Command(ESPEAK, default_voice=rest or "ja")
    if kind == "command":
        try:
            argv = shlex.split(rest)
        except ValueError as error:
            raise ConfigError(f"speech engine {name!r}: {error}") from None
        if argv and shutil.which(argv[0]) is None:
            raise ConfigError(f"speech engine {name!r}: there is no program {argv[0]}; install it")
        return Command(argv)
    raise ConfigError(f"speech engine {name!r} is unknown; give openjtalk, google, espeak-ng, command:")
