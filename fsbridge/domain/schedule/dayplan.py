"""One local day cut into the spans in which one rule decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from fsbridge.domain.schedule.holidays import Holidays
from fsbridge.domain.schedule.rules import (
    NO_SEASON,
    OUT_OF_HOURS,
    Override,
    Rule,
    Season,
    SpecialDays,
    Standing,
    open_minutes,
)
from fsbridge.domain.schedule.week import DAY


class Span(NamedTuple):
    """Minutes of a day, on the wall clock, in which the same holds; `ends` is the first minute after.

    >>> Span(0, 1440, Standing(False, "", NO_SEASON, OUT_OF_HOURS)).ends
    1440
    """

    begins: int
    ends: int
    standing: Standing


def plan_of(
    date: dt.date,
    overrides: Sequence[Override],
    special_days: Sequence[SpecialDays],
    seasons: Sequence[Season],
    calendar: Holidays | None,
) -> tuple[Span, ...]:
    """The spans of one day, without gap or overlap, from minute 0 to 1440.

    The newest override that holds decides, else the first special days, else the first season.

    >>> from fsbridge.domain.schedule.days import Days
    >>> from fsbridge.domain.schedule.week import Week
    >>> busy = Season("busy", Days("03..04"), Week.of("08:00-19:00"))
    >>> [(begins, ends, standing.open) for begins, ends, standing in
    ...     plan_of(dt.date(2027, 3, 1), [], [], [busy], None)]
    [(0, 480, False), (480, 1140, True), (1140, 1440, False)]
    """
    season = next((one for one in seasons if one.days.holds(date, calendar)), None)
    usual: Rule | None = next((one for one in special_days if one.days.holds(date, calendar)), season)
    today = [one for one in reversed(overrides) if one.day == date]
    edges = {0, DAY}
    for rule in (*today, *([usual] if usual else ())):
        edges.update(edge for minutes in open_minutes(rule, date) for edge in minutes)
        if isinstance(rule, Override):
            edges.update(rule.window)
    spans: list[Span] = []
    cuts = sorted(edges)
    for begins, ends in pairwise(cuts):
        rule = next((one for one in today if one.holds(date, begins)), usual)
        standing = _standing(rule, season, date, begins)
        if spans and spans[-1].standing == standing:
            spans[-1] = Span(spans[-1].begins, ends, standing)
        else:
            spans.append(Span(begins, ends, standing))
    return tuple(spans)


def possible(
    overrides: Sequence[Override], special_days: Sequence[SpecialDays], seasons: Sequence[Season]
) -> frozenset[Standing]:
    """Everything that could ever hold: whatever is not in it never happens.

    >>> from fsbridge.domain.schedule.days import Days
    >>> from fsbridge.domain.schedule.week import Week
    >>> possible([], [], [Season("all", Days("01..12"), Week.of("00:00-24:00"))])
    frozenset({Standing(open=True, season='all', rule='all', announcement='')})
    """
    names = {season.name for season in seasons}
    every_day = (dt.date(2028, 1, 1) + dt.timedelta(days=step) for step in range(366))
    gaps = not all(any(season.days.holds_every_year(date) for season in seasons) for date in every_day)
    found = {Standing(False, "", NO_SEASON, OUT_OF_HOURS)} if gaps else set()
    rules: tuple[Rule, ...] = (*overrides, *special_days, *seasons)
    for rule in rules:
        week = [hours.ranges for hours in rule.hours.days]
        own = {rule.name} if isinstance(rule, Season) else names | ({""} if gaps else set())
        for name in own:
            if any(week):
                found.add(Standing(True, name, rule.name, ""))
            if any(ranges != ((0, DAY),) for ranges in week):
                found.add(Standing(False, name, rule.name, rule.announcement))
    return frozenset(found)


def _standing(rule: Rule | None, season: Season | None, date: dt.date, minute: int) -> Standing:
    name = season.name if season else ""
    if rule is None:
        return Standing(False, name, NO_SEASON, OUT_OF_HOURS)
    is_open = any(opens <= minute < closes for opens, closes in open_minutes(rule, date))
    return Standing(is_open, name, rule.name, "" if is_open else rule.announcement)
