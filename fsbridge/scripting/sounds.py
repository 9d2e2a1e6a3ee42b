"""What a caller hears: sound names, texts to be spoken, and how several become one FreeSWITCH path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from fsbridge.errors import InvalidArgument

SILENCE = "silence"
"""What the digit applications take for "no prompt"; an empty argument would shift the later ones."""

_STRING = "file_string://"
_ENDLESS = ("local_stream://", "silence_stream://-1")


@dataclass(frozen=True)
class Say:
    """A text to be spoken, usable wherever a sound is.

    >>> Say("ただいまの時間は受付を終了しました。").voice
    ''
    """

    text: str
    voice: str = ""


Sound = str | Say
Sounds = Sound | Sequence[Sound]


class Speech(Protocol):
    """The speech port: turns a text into a sound FreeSWITCH can play."""

    def render(self, text: str, voice: str) -> str:
        """The path of the spoken text; an empty voice means the engine's own choice."""
        ...


class ToneSpeech:
    """Speaks nothing: a tone as long as the text would take, so a flow can be tried without an engine.

    >>> ToneSpeech().render("はい", "")
    'tone_stream://%(600,0,440)'
    """

    def render(self, text: str, voice: str) -> str:
        """A tone of 150 ms per character, between 0.6 s and 8 s."""
        return f"tone_stream://%({min(8000, max(600, 150 * len(text)))},0,440)"


def flatten(sounds: Sounds | None) -> tuple[Sound, ...]:
    """One sound, several or none, as a tuple.

    >>> flatten("a.wav"), flatten(None), flatten(["a.wav", Say("b")])
    (('a.wav',), (), ('a.wav', Say(text='b', voice='')))
    """
    if sounds is None:
        return ()
    if isinstance(sounds, str | Say):
        return (sounds,)
    return tuple(sounds)


def to_path(sounds: Sequence[Sound], speech: Speech) -> str:
    """One path that plays all the sounds in turn; the digit applications' silence for none.

    InvalidArgument for a name that is empty, or holds a line break or (FreeSWITCH's separator) ``!``.

    >>> to_path(["welcome.wav", "menu.wav"], ToneSpeech())
    'file_string://welcome.wav!menu.wav'
    >>> to_path([], ToneSpeech())
    'silence'
    """
    names: list[str] = []
    for sound in sounds:
        name = speech.render(sound.text, sound.voice) if isinstance(sound, Say) else sound
        names += _names(name)
    if not names:
        return SILENCE
    return names[0] if len(names) == 1 else _STRING + "!".join(names)


def looped(path: str, times: int = 50) -> str:
    """The path played over and over, in one application that a single break ends.

    >>> looped("wait.wav", times=3)
    'file_string://wait.wav!wait.wav!wait.wav'
    >>> looped("local_stream://moh")
    'local_stream://moh'
    """
    if path.startswith(_ENDLESS) or path.endswith(";loops=-1"):
        return path
    names = _names(path)
    return _STRING + "!".join(names * max(1, times // len(names)))


def _names(name: str) -> list[str]:
    joined = name.startswith(_STRING)
    names = name.removeprefix(_STRING).split("!") if joined else [name]
    for one in names:
        if not one.strip():
            raise InvalidArgument("sound", "is empty")
        if any(mark in one for mark in "\r\n\0"):
            raise InvalidArgument("sound", f"holds a line break: {one!r}")
        if "!" in one:
            raise InvalidArgument("sound", f"holds '!', which separates sounds in FreeSWITCH: {one!r}")
    return names
