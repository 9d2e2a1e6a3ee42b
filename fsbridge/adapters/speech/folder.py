"""The folder rendered sounds are kept in: each at two rates, each file there whole or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from fsbridge.domain.soundnames import checked

RATES = (8000, 48000)
"""Samples a second: the telephone line's and the browser's (Opus)."""
MADE = 1
"""Grows when the same words would come out differently: loudness, filters."""


class SoundFolder:
    """Sounds by name, as ``8000/NAME.wav`` and ``48000/NAME.wav``.

    FreeSWITCH, told to play ``FOLDER/NAME.wav``, looks for the folder of the call's own rate first
    (mod_sndfile), so the one path serves a telephone and a browser, each without resampling.

    >>> SoundFolder(Path("/var/sounds")).path("welcome")
    '/var/sounds/welcome.wav'
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    def path(self, name: str) -> str:
        """What FreeSWITCH is told to play."""
        return str(self.folder / f"{checked(name)}.wav")

    def file(self, name: str, rate: int) -> Path:
        """The file for one rate."""
        return self.folder / str(rate) / f"{checked(name)}.wav"

    def has(self, name: str) -> bool:
        """Whether the sound is there, whole."""
        return self.file(name, RATES[0]).exists()

    def put(self, name: str, wavs: Mapping[int, bytes]) -> None:
        """Keep a sound; a reader finds the old one or the new one, never a part."""
        for rate in reversed(RATES):  # the first rate last: it is what `has` looks for
            self._replace(self.file(name, rate), wavs[rate])

    def copy(self, name: str, other: SoundFolder, new_name: str) -> None:
        """Keep this folder's sound in another folder too, under another name."""
        other.put(new_name, {rate: self.file(name, rate).read_bytes() for rate in RATES})

    @contextlib.contextmanager
    def only_one(self, name: str) -> Iterator[None]:
        """Held by one process at a time; who comes later waits. Blocks the whole thread."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f".{checked(name)}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(file.name)

    def _replace(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o644)  # FreeSWITCH may run as somebody else
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
            raise


def key_of(engine: str, voice: str, spoken: str) -> str:
    """The name of a rendering: the same engine, voice and spoken text always give the same.

    `spoken` has its readings in it already, so a changed reading renders anew what holds the word, and
    nothing else.

    >>> key_of("openjtalk 1", "", "はい") == key_of("openjtalk 2", "", "はい")
    False
    """
    parts = [str(MADE), engine, voice, spoken]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]
