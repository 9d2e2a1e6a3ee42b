"""Who works when on a day: shifts that cover the opening hours, and breaks that do not fall together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fsbridge.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Break:
    """A break of `minutes`, begun `after` so many minutes of a shift, one operator after the other `within`.

    >>> Break(after=180, minutes=60, within=120).minutes
    60
    """

    after: int
    minutes: int
    within: int = 0


USUAL = (Break(after=80, minutes=10, within=60), Break(after=180, minutes=60, within=120),
         Break(after=390, minutes=10, within=60))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shifts:
    """How long a shift is, in minutes, and its breaks. Shifts begin at even distances, at least two kinds.

    On a day that is no longer than a shift, everybody works all of it. ConfigError for what cannot be.

    >>> Shifts().minutes
    540
    """

    minutes: int = 540
    breaks: tuple[Break, ...] = USUAL

    def __post_init__(self) -> None:
        if not 30 <= self.minutes <= 1440:
            raise ConfigError(f"shifts: minutes {self.minutes}: give 30 to 1440")
        for one in self.breaks:
            if one.minutes <= 0 or one.after < 0 or one.within < 0:
                raise ConfigError(
                    "shifts: a break has minutes above 0, and begins after and within 0 or more"
                )


@dataclass(frozen=True, slots=True)
class Duty:
    """One operator's day: from when to when, and the breaks, each with its beginning and end."""

    operator: str
    begins: datetime
    ends: datetime
    breaks: tuple[tuple[datetime, datetime], ...] = ()


def roster(shifts: Shifts, opens: datetime, closes: datetime, operators: Sequence[str]) -> list[Duty]:
    """Everybody's duty on a day on which callers are let in from `opens` to `closes`.

    >>> from datetime import UTC
    >>> eight, seven = datetime(2027, 3, 1, 8, tzinfo=UTC), datetime(2027, 3, 1, 19, tzinfo=UTC)
    >>> [f"{duty.operator} {duty.begins:%H:%M}-{duty.ends:%H:%M}" for duty in roster(
    ...     Shifts(), eight, seven, ["op01", "op02"])]
    ['op01 08:00-17:00', 'op02 10:00-19:00']
    """
    length = timedelta(minutes=shifts.minutes)
    spare = closes - opens - length
    kinds = max(2, math.ceil((closes - opens) / length)) if spare > timedelta() else 1
    found = []
    for place, operator in enumerate(operators):
        begins = opens + spare * (place % kinds) / (kinds - 1) if kinds > 1 else opens
        ends = min(begins + length, closes)
        mates = len(range(place % kinds, len(operators), kinds))
        turn = (place // kinds) / mates
        breaks = []
        for one in shifts.breaks:
            start = begins + timedelta(minutes=one.after + one.within * turn)
            over = start + timedelta(minutes=one.minutes)
            if over < ends:
                breaks.append((start, over))
        found.append(Duty(operator, begins, ends, tuple(breaks)))
    return found


def shifts_of(data: Mapping[str, Any]) -> Shifts:
    """Shifts from plain data; ConfigError names the key that is wrong.

    >>> shifts_of({"minutes": 480, "breaks": [{"after": 200, "minutes": 45}]}).breaks
    (Break(after=200, minutes=45, within=0),)
    """
    for key in data:
        if key not in ("minutes", "breaks"):
            raise ConfigError(f"shifts.{key}: is unknown here; known are minutes, breaks")
    minutes = _whole("shifts.minutes", data.get("minutes", Shifts().minutes))
    rows = data.get("breaks")
    if rows is None:
        return Shifts(minutes)
    if not isinstance(rows, list):
        raise ConfigError("shifts.breaks: write a list of tables")
    breaks = []
    for at, row in enumerate(rows):
        place = f"shifts.breaks[{at}]"
        if not isinstance(row, dict) or not {"after", "minutes"} <= set(row) <= {
            "after",
            "minutes",
            "within",
        }:
            raise ConfigError(f"{place}: write after and minutes, and within if they are staggered")
        breaks.append(Break(**{key: _whole(f"{place}.{key}", value) for key, value in row.items()}))
    return Shifts(minutes, tuple(breaks))


def _whole(place: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ConfigError(f"{place}: write whole minutes, not {value!r}")
    return value
