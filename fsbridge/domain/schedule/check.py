"""A year of a schedule looked through: gaps, overlaps, rules that never win, hours the clock skips."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from fsbridge.domain.schedule.clock import stretches
from fsbridge.domain.schedule.days import FIRST_YEAR, LAST_YEAR
from fsbridge.domain.schedule.rules import NO_SEASON, Override, Rule, Season, SpecialDays, kind_of
from fsbridge.domain.schedule.schedule import Schedule
from fsbridge.domain.schedule.week import time_of
from fsbridge.errors import ConfigError

_ONE_DAY = dt.timedelta(days=1)


class Kind(enum.Enum):
    """What is remarkable about a year.

    >>> Kind("never wins") is Kind.NEVER_WINS
    True
    """

    GAP = "gap"
    OVERLAP = "overlap"
    NEVER_WINS = "never wins"
    NO_HOLIDAYS = "no holidays"
    CLOCK_CHANGE = "clock change"


@dataclass(frozen=True)
class Finding:
    """Something the administrator should know: the rules and days it is about, and what to do.

    >>> Finding(Kind.GAP, (), ((dt.date(2027, 5, 1), dt.date(2027, 5, 2)),), "no season").data()["days"]
    ['2027-05-01..2027-05-02']
    """

    kind: Kind
    rules: tuple[str, ...]
    days: tuple[tuple[dt.date, dt.date], ...]
    message: str

    def data(self) -> dict[str, object]:
        """The same as plain data."""
        days = [_span(first, last) for first, last in self.days]
        return {"kind": self.kind.value, "rules": list(self.rules), "days": days, "message": self.message}


def check(schedule: Schedule, year: int) -> list[Finding]:
    """Everything remarkable about one year, empty when there is nothing; the order is that of the rules.

    >>> from fsbridge.domain.schedule import schedule_of
    >>> schedule = schedule_of({"zone": "Asia/Tokyo", "seasons": [
    ...     {"name": "busy", "days": "03..04", "hours": "08:00-19:00"},
    ...     {"name": "normal", "days": "05-02..02", "hours": "08:45-18:00"},
    ... ]})
    >>> [finding.message for finding in check(schedule, 2027)]
    ['2027-05-01 has no season, so it is closed; give a season this day']
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ConfigError(f"year {year}: check a year from {FIRST_YEAR} to {LAST_YEAR}")
    dates = [dt.date(year, 1, 1) + step * _ONE_DAY for step in range(366)]
    dates = [date for date in dates if date.year == year]
    return [
        *_gaps(schedule, dates),
        *_overlaps("season", schedule.seasons, schedule, dates),
        *_overlaps("special days", schedule.special_days, schedule, dates),
        *_never_winning(schedule, dates),
        *_without_holidays(schedule, year),
        *_clock_changes(schedule, year),
    ]


def _gaps(schedule: Schedule, dates: list[dt.date]) -> Iterator[Finding]:
    gap = _runs(dates, lambda date: any(span.standing.rule == NO_SEASON for span in schedule.day(date)))
    if gap:
        verb, these = ("has", "this day") if _single(gap) else ("have", "these days")
        is_closed = "it is closed" if _single(gap) else "they are closed"
        message = f"{_listed(gap)} {verb} no season, so {is_closed}; give a season {these}"
        yield Finding(Kind.GAP, (), gap, message)


def _overlaps(
    kind: str, rules: Iterable[Season | SpecialDays], schedule: Schedule, dates: list[dt.date]
) -> Iterator[Finding]:
    for first, second in combinations(rules, 2):
        both = _runs(
            dates,
            lambda date, one=first, other=second: (  # type: ignore[misc]
                one.days.holds(date, schedule.calendar) and other.days.holds(date, schedule.calendar)
            ),
        )
        if both:
            message = (
                f"{_listed(both)}: {kind} {first.name} and {second.name} both hold; {first.name} comes first "
                "and decides; change the order if the other is meant"
            )
            yield Finding(Kind.OVERLAP, (first.name, second.name), both, message)


def _never_winning(schedule: Schedule, dates: list[dt.date]) -> Iterator[Finding]:
    winners = {span.standing.rule for date in dates for span in schedule.day(date)}
    for rule in schedule.rules:
        if rule.name in winners:
            continue
        held = _runs(dates, lambda date, one=rule: _holds(one, date, schedule))  # type: ignore[misc]
        if not held:  # its days are of other years, or 02-29
            continue
        over = sorted({
            span.standing.rule
            for first, last in held
            for date in _dates(first, last)
            for span in schedule.day(date)
        })  # fmt: skip
        cure = "make it newer than those" if isinstance(rule, Override) else "move it before those"
        message = (
            f"{kind_of(rule)} {rule.name} never {'win' if isinstance(rule, SpecialDays) else 'wins'}: "
            f"{', '.join(over)} always decides first; {cure}, or remove it"
        )
        yield Finding(Kind.NEVER_WINS, (rule.name,), held, message)


def _without_holidays(schedule: Schedule, year: int) -> Iterator[Finding]:
    calendar = schedule.calendar
    asking = tuple(rule.name for rule in schedule.standing_rules if rule.days.by_holidays)
    if asking and calendar is not None and not calendar.of(year):
        message = (
            f"the calendar {calendar.name} knows no holidays in {year}; bring it up to date, or write dates"
        )
        yield Finding(Kind.NO_HOLIDAYS, asking, (), message)


def _clock_changes(schedule: Schedule, year: int) -> Iterator[Finding]:
    """Openings and closings at a time that the day has not, or has twice."""
    start = dt.datetime(year, 1, 1, tzinfo=dt.UTC)
    pieces = list(stretches(start, start.replace(year=year + 1), schedule.clock))
    for (_, change, before), (_, _, after) in pairwise(pieces):
        low, high = sorted((change + before, change + after))
        for date in _dates(low.date(), high.date()):
            for one in schedule.day(date)[1:]:
                midnight = dt.datetime.combine(date, dt.time(), dt.UTC)
                edge = midnight + dt.timedelta(minutes=one.begins)
                if low <= edge < high:
                    what = "does not exist" if after > before else "comes twice"
                    message = (
                        f"{date}: the clock changes, and {time_of(one.begins)} {what} that day, yet "
                        f"{one.standing.rule} turns there; write an override if another time is meant"
                    )
                    yield Finding(Kind.CLOCK_CHANGE, (one.standing.rule,), ((date, date),), message)


def _holds(rule: Rule, date: dt.date, schedule: Schedule) -> bool:
    if isinstance(rule, Override):
        return rule.day == date
    return rule.days.holds(date, schedule.calendar)


def _runs(dates: list[dt.date], wanted: Callable[[dt.date], bool]) -> tuple[tuple[dt.date, dt.date], ...]:
    runs: list[tuple[dt.date, dt.date]] = []
    for date in filter(wanted, dates):
        if runs and runs[-1][1] + _ONE_DAY == date:
            runs[-1] = (runs[-1][0], date)
        else:
            runs.append((date, date))
    return tuple(runs)


def _dates(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    while first <= last:
        yield first
        first += _ONE_DAY


def _single(runs: tuple[tuple[dt.date, dt.date], ...]) -> bool:
    return len(runs) == 1 and runs[0][0] == runs[0][1]


def _span(first: dt.date, last: dt.date) -> str:
    return f"{first}" if first == last else f"{first}..{last}"


def _listed(runs: tuple[tuple[dt.date, dt.date], ...]) -> str:
    return ", ".join(_span(first, last) for first, last in runs)
