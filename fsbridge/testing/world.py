"""What surrounds a simulated call: how long sounds are, which are missing, queues, telephones."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fsbridge.scripting.sounds import SILENCE

SPOKEN = "speech://"
"""The path of a text that the kit reads aloud instead of rendering it."""

_TONE = re.compile(r"%\((\d+),(\d+)")
_LOOPS = re.compile(r"loops=(-?\d+)")


class ReadAloud:
    """A speech engine whose sounds are their own texts, so that a test can say what was heard.

    >>> ReadAloud().render("はい!", "")
    'speech://はい！'
    """

    def render(self, text: str, voice: str) -> str:
        """The text as a path; FreeSWITCH's separator ``!`` becomes its full-width sister."""
        return SPOKEN + text.replace("!", "！")


@dataclass
class World:
    """The surroundings of a simulated call, all of them optional. Durations are seconds.

    `queues` names the queues that exist (None: any), with the longest wait of each, if it has one.

    >>> World(durations={"welcome.wav": 4.5}).duration("welcome.wav")
    4.5
    """

    durations: Mapping[str, float] = field(default_factory=dict)
    missing: Iterable[str] = ()
    queues: Mapping[str, float | None] | None = None
    usual: float = 2.0

    def duration(self, sound: str) -> float:
        """How long a sound is; tones and silences tell it themselves."""
        if sound in self.durations:
            return self.durations[sound]
        if sound.startswith("tone_stream://"):
            return _tone(sound)
        if sound.startswith("silence_stream://"):
            length = sound.removeprefix("silence_stream://").partition(",")[0]
            return math.inf if length == "-1" else int(length) / 1000
        if sound.startswith("local_stream://"):
            return math.inf
        if sound.startswith(SPOKEN):
            return 0.15 * len(sound.removeprefix(SPOKEN))
        return self.usual

    def exists(self, sound: str) -> bool:
        """Whether the sound can be opened."""
        return sound not in set(self.missing) and sound != SILENCE


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
