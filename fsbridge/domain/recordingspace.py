"""How long the room for recordings lasts: what is free, against what the last weeks added."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

LOOKED_AT = 28
"""Days whose recordings say how fast the room fills."""
WEEK = 7
SCARCE, URGENT = 30, 7
"""Days to full from which on it is said, and said loudly."""
LEAST = 0.02
"""The share of a volume below which it counts as full: filesystems fail before the last byte."""

Level = Literal["well", "scarce", "urgent"]


@dataclass(frozen=True, slots=True)
class Room:
    """A volume: its bytes, and those that are free to us.

    >>> Room(total=1000, free=250).share
    0.25
    """

    total: int
    free: int

    @property
    def share(self) -> float:
        """The part that is free."""
        return self.free / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected: bytes a day, days until it is full (None: not in sight), and how bad that is.

    >>> Forecast(Room(1000, 500), 10.0, 48, "well").days
    48
    """

    room: Room
    a_day: float
    days: int | None
    level: Level


def forecast(room: Room, added: Sequence[int]) -> Forecast:
    """How long the room lasts if it fills as fast as in the days `added` (bytes of each, the latest last).

    The faster of the last week and the last four counts, so that a busy season is seen when it begins. What
    retention frees meanwhile is not counted on.

    >>> forecast(Room(total=10_000, free=5_200), [100] * 28).days
    50
    >>> forecast(Room(total=10_000, free=2_000), [10] * 21 + [100] * 7).level
    'scarce'
    >>> forecast(Room(total=10_000, free=900), []).days is None
    True
    """
    recent = list(added)[-LOOKED_AT:]
    month = sum(recent) / len(recent) if recent else 0.0
    week = sum(recent[-WEEK:]) / len(recent[-WEEK:]) if recent else 0.0
    a_day = max(month, week)
    left = max(0.0, room.free - room.total * LEAST)
    days = math.floor(left / a_day) if a_day else None
    level: Level = "well"
    if left == 0 or (days is not None and days <= URGENT):
        level = "urgent"
    elif days is not None and days <= SCARCE:
        level = "scarce"
    return Forecast(room, a_day, days, level)
