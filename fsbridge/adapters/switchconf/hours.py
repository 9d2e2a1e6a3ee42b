"""Opening hours as FreeSWITCH's dialplan can check them, with no program but FreeSWITCH running."""

from __future__ import annotations

import datetime as dt
import importlib.resources
import re
import zoneinfo
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from fsbridge.adapters.switchconf.pieces import Piece, pieces
from fsbridge.domain.schedule import NO_SEASON, OUT_OF_HOURS, Schedule
from fsbridge.domain.schedule.rules import Override, Season, SpecialDays, open_minutes
from fsbridge.errors import ConfigError

_WEEK = (6, 0, 1, 2, 3, 4, 5)
"""The weekdays in FreeSWITCH's order, in Python's numbers: its 1 is Sunday, Python's 0 is Monday."""
YEARS_AHEAD = 5
"""For how many years the dates of public holidays are written into the dialplan, this year included."""


@dataclass(frozen=True)
class Rule:
    """One condition of the dialplan; the first that holds decides. Empty texts hold always.

    `years`, `months`, `days`, `weekdays` (1 is Sunday) and `minutes` (of the day, 1 is the one after
    midnight) are numbers as FreeSWITCH compares them: one, a range with both ends in it, or, for days, a
    list. `reason` is the announcement while closed, empty when open.

    >>> Rule("busy-1-open", months="3-4", minutes="481-1140").open
    True
    """

    name: str
    years: str = ""
    months: str = ""
    days: str = ""
    weekdays: str = ""
    minutes: str = ""
    reason: str = ""

    @property
    def open(self) -> bool:
        """Whether callers are let in."""
        return not self.reason

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of the dialplan's condition, none that holds always."""
        every = {
            "year": self.years,
            "mon": self.months,
            "mday": self.days,
            "wday": self.weekdays,
            "minute-of-day": self.minutes,
        }
        return {name: value for name, value in every.items() if value}


def rules_of(schedule: Schedule, years: Iterable[int] | None = None) -> list[Rule]:
    """The schedule as rules in the order in which they must be asked.

    Everything but public holidays holds for ever; those are dates, written for `years` (by default from
    this year on).

    >>> from fsbridge.domain.schedule import Days, Week
    >>> schedule = Schedule("Asia/Tokyo", [Season("all", Days("01..12"), Week.of("08:45-18:00"))])
    >>> [(rule.name, rule.attributes, rule.reason) for rule in rules_of(schedule)]
    [('all-1-open', {'minute-of-day': '526-1080'}, ''), ('all-1-closed', {}, 'out-of-hours'), ...]
    """
    if years is None:
        this_year = dt.datetime.now(schedule.clock).year
        years = range(this_year, this_year + YEARS_AHEAD)
    wanted = tuple(years)
    rules: list[Rule] = []
    for override in reversed(schedule.overrides):
        rules += _of_override(override)
    for rule in schedule.standing_rules:
        for at, piece in enumerate(pieces(rule.days, schedule.calendar, wanted), 1):
            rules += _of_days(rule, f"{rule.name}-{at}", piece)
    return [*rules, Rule(NO_SEASON, reason=OUT_OF_HOURS)]


def _of_override(rule: Override) -> Iterator[Rule]:
    years, months, days = str(rule.day.year), str(rule.day.month), str(rule.day.day)
    for opens, closes in open_minutes(rule, rule.day):
        name = f"{rule.name}-open-{opens}"
        yield Rule(name, years, months, days, minutes=_minutes(opens, closes))
    minutes = _minutes(*rule.window)
    yield Rule(f"{rule.name}-closed", years, months, days, minutes=minutes, reason=rule.announcement)


def _of_days(rule: Season | SpecialDays, name: str, piece: Piece) -> Iterator[Rule]:
    for hours, group in groupby(range(7), key=lambda day: rule.hours.on(_WEEK[day])):
        numbers = [day + 1 for day in group]
        weekdays = "" if len(numbers) == 7 else _range(numbers[0], numbers[-1])
        label = f"{name}-day{numbers[0]}" if weekdays else name
        for at, (opens, closes) in enumerate(hours.ranges):
            suffix = f"-{at + 1}" if at else ""
            yield Rule(f"{label}-open{suffix}", *piece, weekdays, _minutes(opens, closes))
    yield Rule(f"{name}-closed", *piece, reason=rule.announcement)


def _minutes(opens: int, closes: int) -> str:
    # Not time-of-day: before 1.11 FreeSWITCH left the last second of such a range out, now it is in.
    return "" if (opens, closes) == (0, 1440) else _range(opens + 1, closes)


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def zone_rule(zone: str) -> str:
    """The POSIX rule of a time zone, which is what FreeSWITCH computes local time with.

    ConfigError for a zone whose rule FreeSWITCH cannot read (Greenland's).

    >>> zone_rule("Asia/Tokyo"), zone_rule("Asia/Kathmandu")
    ('JST-9', 'STD-5:45')
    """
    footer = _zone_file(zone).rsplit(b"\n", 2)
    rule = footer[-2].decode("ascii", "replace") if len(footer) == 3 else ""
    if not re.fullmatch(r"[A-Za-z0-9<>+\-:,./]+", rule):
        raise ConfigError(f"the time zone {zone!r} has no rule for the future; choose another")
    # FreeSWITCH's tzparse takes letters alone for names and no time before midnight; it computes in GMT
    # when it cannot read a rule, and says nothing.
    if "/-" in rule:
        raise ConfigError(f"the time zone {zone!r} has a rule that FreeSWITCH cannot read; choose another")
    names = iter(("STD", "DST"))
    return re.sub(r"<[^>]*>", lambda _: next(names), rule)


def _zone_file(zone: str) -> bytes:
    zoneinfo.ZoneInfo(zone)  # refuses names that lead elsewhere
    for folder in zoneinfo.TZPATH:
        path = Path(folder, zone)
        if path.is_file():
            return path.read_bytes()
    try:
        return importlib.resources.files("tzdata").joinpath("zoneinfo", *zone.split("/")).read_bytes()
    except (ModuleNotFoundError, OSError):
        raise ConfigError(f"the time zone {zone!r} is unknown here; install tzdata") from None
