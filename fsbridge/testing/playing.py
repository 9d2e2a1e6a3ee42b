"""How a simulated channel plays a path, sound by sound."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Literal

from fsbridge.testing.happening import Happening, Wait
from fsbridge.testing.world import sounds_of

if TYPE_CHECKING:
    from fsbridge.testing.channel import Channel

Ending = Literal["played", "key", "break", "missing"]


def play(
    channel: Channel, path: str, take: Callable[[str], bool] | None
) -> Generator[Wait, Happening, Ending]:
    """Plays every sound of the path; `take` is given each key and says whether it ends the playing.

    Without `take` keys stay in the line. A single missing sound ends as ``missing``, one among
    several is passed over.
    """
    sounds = sounds_of(path)
    found = [sound for sound in sounds if channel.world.exists(sound)]
    if not found:
        return "missing"
    for sound in found:
        channel.hear(sound)
        end = channel.clock.elapsed + channel.world.duration(sound)
        while channel.clock.elapsed < end:
            while take and channel.digits:
                if take(channel.take_digit()):
                    return "key"
            happening = yield Wait(end - channel.clock.elapsed, f"playing {sound}")
            if happening.kind == "break":
                return "break"
            if happening.kind == "time":
                break
    return "played"
