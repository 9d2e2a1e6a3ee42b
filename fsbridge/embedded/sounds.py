"""How long sounds are, and which of them exist."""

from __future__ import annotations

import math
import re
import wave
from collections.abc import Iterable, Mapping
from pathlib import Path

from fsbridge.embedded.arguments import atoi

SILENCE = "silence"
"""What the digit applications take for no prompt."""
SPOKEN = "speech://"
"""The path of a text that is read aloud instead of being rendered."""

_TONE = re.compile(r"%\((\d+),(\d+)")
_LOOPS = re.compile(r"loops=(-?\d+)")


class Sounds:
    """What there is to be heard. Durations are seconds; a WAV file on disk tells its own.

    >>> sounds = Sounds({"welcome.wav": 4.5})
    >>> sounds.duration("welcome.wav"), sounds.duration("tone_stream://%(400,100,440)")
    (4.5, 0.5)
    """

    def __init__(
        self, durations: Mapping[str, float] | None = None, missing: Iterable[str] = (), usual: float = 2.0
    ) -> None:
        self.durations: Mapping[str, float] = durations or {}
        self.missing = missing
        self.usual = usual
        self._read: dict[str, float] = {}

    def duration(self, sound: str) -> float:
        """How long a sound is; tones and silences tell it themselves, what is not known is `usual`."""
        if sound in self.durations:
            return self.durations[sound]
        if sound.startswith("tone_stream://"):
            return _tone(sound)
        if sound.startswith("silence_stream://"):
            length = sound.removeprefix("silence_stream://").partition(",")[0]
            return math.inf if length == "-1" else max(0, atoi(length)) / 1000
        if sound.startswith("local_stream://"):
            return math.inf
        if sound.startswith(SPOKEN):
            return 0.15 * len(sound.removeprefix(SPOKEN))
        if sound.startswith("/"):
            return self._of_file(sound)
        return self.usual

    def exists(self, sound: str) -> bool:
        """Whether the sound can be opened."""
        return sound not in set(self.missing) and sound != SILENCE

    def _of_file(self, path: str) -> float:
        known = self._read.get(path)
        if known is None:
            known = self._read[path] = _wav(Path(path)) or self.usual
        return known


def label(sound: str) -> str | None:
    """What a caller would say to have heard; None for silence.

    >>> label("speech://はい"), label("a.wav"), label("silence_stream://100")
    ('はい', 'a.wav', None)
    """
    if sound.startswith("silence_stream://"):
        return None
    return sound.removeprefix(SPOKEN)


def sounds_of(path: str) -> list[str]:
    """The sounds of one path.

    >>> sounds_of("file_string://a.wav!b.wav")
    ['a.wav', 'b.wav']
    """
    if path.startswith("file_string://"):
        return path.removeprefix("file_string://").split("!")
    return [path]


def _tone(sound: str) -> float:
    seconds = sum(int(on) + int(off) for on, off in _TONE.findall(sound)) / 1000
    loops = _LOOPS.search(sound)
    if loops:
        times = int(loops[1])
        return math.inf if times < 0 else seconds * max(1, times)
    return seconds or 0.1


def _wav(path: Path) -> float:
    try:
        with wave.open(str(path)) as file:
            return float(file.getnframes() / file.getframerate())
    except (OSError, wave.Error, EOFError, ZeroDivisionError):
        return 0.0
