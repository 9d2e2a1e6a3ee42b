"""How a channel plays a path, sound by sound."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Literal

from fsbridge.embedded.happening import Happening, Line, Wait
from fsbridge.embedded.sounds import sounds_of

Ending = Literal["played", "key", "break", "missing", "gone"]


def play(line: Line, path: str, take: Callable[[str], bool] | None) -> Generator[Wait, Happening, Ending]:
    """Plays every sound of the path; `take` is given each key and says whether it ends the playing.

    Without `take` keys stay in the line. A single missing sound ends as ``missing``, one among
    several is passed over; ``gone`` is a line that was hung up or taken elsewhere.
    """
    found = [sound for sound in sounds_of(path) if line.sounds.exists(sound)]
    if not found:
        return "missing"
    line.started(path)
    ending: Ending = "played"
    for sound in found:
        ending = yield from _play_one(line, sound, take)
        if ending != "played":
            break
    line.stopped(path)
    return ending


def _play_one(
    line: Line, sound: str, take: Callable[[str], bool] | None
) -> Generator[Wait, Happening, Ending]:
    line.hear(sound)
    end = line.clock.elapsed + line.sounds.duration(sound)
    while line.clock.elapsed < end:
        while take and line.digits:
            if take(line.take_digit()):
                return "key"
        happening = yield Wait(end - line.clock.elapsed, f"playing {sound}")
        if happening.over:
            return "gone"
        if happening.kind == "break":
            return "break"
        if happening.kind == "time":
            break
    return "played"
