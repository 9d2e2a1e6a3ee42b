"""Who calls when, and how callers and operators are: data for a simulated centre, and calls drawn."""

from __future__ import annotations

import bisect
import itertools
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fsbridge.domain.lengths import Length
from fsbridge.domain.shifts import Shifts, shifts_of
from fsbridge.errors import ConfigError

HOURS = (
    0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 2.0, 8.0, 12.0, 12.0, 10.0,
    7.0, 9.0, 9.5, 9.0, 8.5, 6.0, 2.5, 1.2, 0.8, 0.5, 0.3, 0.2,
)  # fmt: skip
"""How calls are spread over the day, hour by hour: a utility's, with its peak in the morning."""
WEEKDAYS = (1.3, 1.1, 1.05, 1.05, 1.1, 0.75, 0.65)
"""How they are spread over the week, from Monday."""
TALK, WRAP_UP = Length(240.0, spread=0.8), Length(60.0, spread=0.8)
PATIENCE = Length(180.0, "exponential")
PICK_UP, THINKING = Length(3.0, spread=0.5), Length(9.0, spread=0.5)
SHARES = ("silent", "wrong_key", "leaves_in_menu", "anonymous")


@dataclass(frozen=True)
class Traffic:
    """Callers and operators, as numbers. Times in seconds, shares from 0 to 1, weights of any size.

    `flows` weighs what callers want (a flow that is not named weighs 1). A caller hears `thinking` seconds of
    the menu before pressing a key; `silent` press none, `wrong_key` a wrong one first, `leaves_in_menu` hang
    up there. `patience` is how long one waits for an operator. Operators pick up after `pick_up`, talk for
    `talk`, and write up for `wrap_up`, unless the flow's clock ends that. `lines` callers fit in at the same
    time (0: any number); `population` is how many different numbers there are to call from.

    >>> Traffic(flows={"leak": 3.0}).chance_of(["leak", "other"])
    {'leak': 3.0, 'other': 1.0}
    """

    hours: tuple[float, ...] = HOURS
    weekdays: tuple[float, ...] = WEEKDAYS
    flows: Mapping[str, float] = field(default_factory=dict)
    talk: Length = TALK
    wrap_up: Length = WRAP_UP
    patience: Length = PATIENCE
    pick_up: Length = PICK_UP
    thinking: Length = THINKING
    silent: float = 0.04
    wrong_key: float = 0.02
    leaves_in_menu: float = 0.03
    anonymous: float = 0.05
    lines: int = 0
    population: int = 50_000
    shifts: Shifts = field(default_factory=Shifts)

    def __post_init__(self) -> None:
        for name, count in (("hours", 24), ("weekdays", 7)):
            weights = getattr(self, name)
            if len(weights) != count or min(weights) < 0 or not sum(weights):
                raise ConfigError(f"{name}: give {count} weights, 0 or more, not all of them 0")
        for name in SHARES:
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"{name} {getattr(self, name)!r}: give a share from 0 to 1")
        for key, weight in self.flows.items():
            if weight < 0:
                raise ConfigError(f"flows.{key} {weight!r}: give a weight, 0 or more")
        if self.lines < 0 or self.population < 1:
            raise ConfigError("lines, population: give whole numbers; 0 lines are any number of lines")

    def chance_of(self, flows: Iterable[str]) -> dict[str, float]:
        """The weight of each of these flows; ConfigError if all are 0."""
        weights = {flow: self.flows.get(flow, 1.0) for flow in flows}
        if not sum(weights.values()):
            raise ConfigError("flows: every flow weighs 0; give one of them a weight")
        return weights


def traffic_of(data: Mapping[str, Any]) -> Traffic:
    """Traffic from plain data, as a TOML file has it; ConfigError names the key that is wrong.

    >>> traffic_of({"talk": {"mean": 200}, "lines": 23}).talk.mean
    200
    >>> traffic_of({"talks": 3})
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: talks: is unknown here; known are hours, weekdays, flows, talk, ...
    """
    known = [one.name for one in fields(Traffic)]
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in known:
            raise ConfigError(f"{key}: is unknown here; known are {', '.join(known[:4])}, ...")
        values[key] = _value(key, value, getattr(Traffic(), key))
    return Traffic(**values)


def _value(key: str, value: object, usual: object) -> object:
    if key == "shifts":
        return shifts_of(_table(key, value))
    if isinstance(usual, Length):
        table = _table(key, value)
        if not set(table) <= {"mean", "shape", "spread"} or "mean" not in table:
            raise ConfigError(f"{key}: write mean (seconds), and shape or spread if they are not as usual")
        _numbers(key, [part for name, part in table.items() if name != "shape"])
        try:
            return Length(**table)
        except ConfigError as error:
            raise ConfigError(f"{key}: {error}") from None
    if key == "flows":
        return dict(zip(_table(key, value), _numbers(key, _table(key, value).values()), strict=True))
    if isinstance(usual, tuple):
        if not isinstance(value, list):
            raise ConfigError(f"{key}: write a list of numbers, not {value!r}")
        return _numbers(key, value)
    whole = isinstance(usual, int)
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise ConfigError(f"{key}: write a {'whole ' if whole else ''}number, not {value!r}")
    return value


def _table(key: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{key}: write a table, not {value!r}")
    return value


def _numbers(key: str, values: Iterable[object]) -> tuple[float, ...]:
    found = tuple(values)
    if not all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in found):
        raise ConfigError(f"{key}: write numbers, not {list(found)!r}")
    return found  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One call to come, and all that its caller will do; `at` is the moment of dialling, in UTC.

    `keys` is pressed one after the other, each after `thinking` seconds of the menu ("" presses none);
    `leaves` has the caller hang up there instead.

    >>> from datetime import UTC
    >>> Arrival(datetime(2027, 3, 1, tzinfo=UTC), "0762201234", "leak").keys
    ''
    """

    at: datetime
    number: str
    flow: str
    keys: str = ""
    thinking: float = 0.0
    leaves: bool = False
    patience: float = 0.0
    talk: float = 0.0
    wrap_up: float = 0.0
    pick_up: float = 0.0
    hangs_up_first: bool = False
    repeat: bool = False


def arrivals(
    traffic: Traffic,
    days: Sequence[date],
    calls: int,
    *,
    zone: str,
    flows: Mapping[str, str],
    chance: random.Random,
) -> list[Arrival]:
    """So many calls over these days of a zone, by time: a Poisson stream of which the count is given.

    `flows` maps each flow that callers may want to its key in the menu (empty: it has none).
    """
    clock = ZoneInfo(zone)
    weights = traffic.chance_of(flows)
    keys, shares = list(weights), list(weights.values())
    moments = sorted(_moment(traffic, clock, chance, *slot) for slot in _slots(traffic, days, calls, chance))
    last: dict[str, datetime] = {}
    found = []
    for at in moments:
        flow = chance.choices(keys, shares)[0]
        number = f"0{chance.randrange(traffic.population):09}"
        pressed = "" if chance.random() < traffic.silent else flows[flow]
        if pressed and chance.random() < traffic.wrong_key:
            pressed = _wrong(flows.values()) + pressed
        if chance.random() < traffic.anonymous:
            number = "anonymous"
        before = last.get(number)
        last[number] = at
        found.append(
            Arrival(
                at=at,
                number=number,
                flow=flow,
                keys=pressed,
                thinking=traffic.thinking.draw(chance),
                leaves=chance.random() < traffic.leaves_in_menu,
                patience=traffic.patience.draw(chance),
                talk=traffic.talk.draw(chance),
                wrap_up=traffic.wrap_up.draw(chance),
                pick_up=traffic.pick_up.draw(chance),
                hangs_up_first=chance.random() < 0.5,
                repeat=before is not None and at - before <= timedelta(days=1),
            )
        )
    return found


def _wrong(keys: Iterable[str]) -> str:
    """A key that the menu does not have."""
    return next(key for key in "9876543210*#" if key not in set(keys))


def _slots(
    traffic: Traffic, days: Sequence[date], calls: int, chance: random.Random
) -> Iterator[tuple[date, int]]:
    """The day and hour of each call, not in order."""
    slots = [(day, hour) for day in days for hour in range(24)]
    weights = [traffic.weekdays[day.weekday()] * traffic.hours[hour] for day, hour in slots]
    upto = list(itertools.accumulate(weights))
    for _ in range(calls):
        yield slots[min(bisect.bisect(upto, chance.random() * upto[-1]), len(slots) - 1)]


def _moment(traffic: Traffic, clock: ZoneInfo, chance: random.Random, day: date, hour: int) -> datetime:
    start = datetime(day.year, day.month, day.day, hour, tzinfo=clock).astimezone(UTC)
    return start + timedelta(microseconds=chance.randrange(3_600_000_000))
