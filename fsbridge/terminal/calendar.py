"""A year on one screen: every day with its season and whether the centre is open, in colour and without."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from fsbridge.domain.schedule import NO_SEASON, Override, Schedule, Season, SpecialDays

SEASONS = (
    (".", "color(16) on green"),
    ("^", "color(16) on yellow"),
    ("=", "color(16) on cyan"),
    ("~", "color(16) on magenta"),
)
"""The mark and the colour of each season, the longest first; the fifth looks like the first.

Marks are ASCII: a Japanese terminal may give others two columns.
"""
CLOSED = ("x", "bold white on red")
CLOSED_WEEKDAY = ("-", "dim")
OTHER_HOURS = ("+", "color(16) on bright_cyan")
OVERRIDDEN = ("!", "bold white on blue")
NOBODY = ("?", "bold white on red")
_WEEKDAYS = {"ja": "日月火水木金土", "en": "MoTuWeThFrSaSu"}
_WORDS = {
    "ja": ("受付なし", "曜日による休み", "別の時間", "臨時変更", "シーズンなし", "日", "受付 {} 日、{} 時間"),
    "en": ("closed", "closed weekday", "other hours", "override", "no season", "days", "{} days, {} h open"),
}  # fmt: skip


@dataclass(frozen=True)
class Day:
    """One day as the calendar shows it: its mark and colour, what decides, how long it is open.

    >>> Day(dt.date(2027, 1, 1), "x", "white on red", "new-year", 0).minutes
    0
    """

    date: dt.date
    mark: str
    style: str
    rule: str
    minutes: int


def days_of(schedule: Schedule, year: int) -> Iterator[Day]:
    """The days of a year.

    >>> from fsbridge.domain.schedule import Days, Week
    >>> hours = Schedule("Asia/Tokyo", [Season("all", Days("01..12"), Week.of("08:45-18:00"))])
    >>> next(days_of(hours, 2027)).mark
    '.'
    """
    dates = [dt.date(year, 1, 1) + dt.timedelta(days=step) for step in range(366)]
    dates = [date for date in dates if date.year == year]
    lengths = Counter(schedule.day(date)[0].standing.season for date in dates)
    longest = sorted(schedule.seasons, key=lambda one: -lengths[one.name])
    looks = {one.name: SEASONS[at % len(SEASONS)] for at, one in enumerate(longest)}
    special = {one.name for one in schedule.special_days}
    ruled = {one.name for one in schedule.overrides}
    for date in dates:
        spans = schedule.day(date)
        minutes = sum(span.ends - span.begins for span in spans if span.standing.open)
        rules = [span.standing.rule for span in spans]
        over = next((rule for rule in rules if rule in ruled), "")
        rule = over or rules[0]
        if over:
            look = OVERRIDDEN
        elif rule == NO_SEASON:
            look = NOBODY
        elif rule in special:
            look = OTHER_HOURS if minutes else CLOSED
        else:
            look = looks.get(spans[0].standing.season, NOBODY) if minutes else CLOSED_WEEKDAY
        yield Day(date, *look, rule, minutes)


def year_calendar(schedule: Schedule, year: int, *, lang: str = "ja", columns: int = 3) -> RenderableType:
    """The twelve months, `columns` beside each other, and what the marks mean."""
    days = list(days_of(schedule, year))
    grid = Table.grid(padding=(0, 3, 0, 0))
    months = [
        _month(year, month, [one for one in days if one.date.month == month], lang) for month in range(1, 13)
    ]
    for first in range(0, 12, columns):
        grid.add_row(*months[first : first + columns])
    total = _WORDS[lang][-1].format(
        sum(one.minutes > 0 for one in days), _hours(sum(one.minutes for one in days))
    )
    title = Text(f"{year}年  {schedule.zone}" if lang == "ja" else f"{year}  {schedule.zone}", "bold")
    return Group(title, Text(), grid, _legend(schedule, days, lang), Text(), Text(total, "bold"))


def _month(year: int, month: int, days: list[Day], lang: str) -> Text:
    """A month of seven columns, three characters each; weeks begin on Sunday in Japanese."""
    names = _WEEKDAYS[lang]
    step = 1 if lang == "ja" else 2
    title = f"{month}月" if lang == "ja" else calendar.month_name[month]
    lines = Text().append(title.center(20 if lang == "ja" else 21) + "\n", "bold")
    for at in range(0, len(names), step):
        lines.append(names[at : at + step] + " ", "dim")
    lines.append("\n")
    first = dt.date(year, month, 1).weekday()
    place = (first + 1) % 7 if lang == "ja" else first
    lines.append("   " * place)
    for one in days:
        lines.append(f"{one.date.day:2}{one.mark}", one.style)
        place += 1
        if place % 7 == 0:
            lines.append("\n")
    lines.append("\n" * (6 - place // 7))
    return lines


def _legend(schedule: Schedule, days: list[Day], lang: str) -> Table:
    """A line for each rule that decides on some day, with its mark, its days and its hours."""
    legend = Table(box=None, pad_edge=False, show_header=False)
    closed, weekday, other, over, nobody, unit = _WORDS[lang][:-1]
    counts = Counter((one.rule, one.mark) for one in days)
    styles = {(one.rule, one.mark): one.style for one in days}
    meant = {CLOSED[0]: closed, CLOSED_WEEKDAY[0]: weekday, OTHER_HOURS[0]: other, OVERRIDDEN[0]: over,
             NOBODY[0]: nobody}  # fmt: skip
    rules = {rule.name: rule for rule in schedule.rules}
    for (name, mark), count in sorted(counts.items(), key=lambda item: -item[1]):
        rule = rules.get(name)
        hours = (
            str(rule.hours)
            if rule is not None and mark not in (CLOSED[0], CLOSED_WEEKDAY[0])
            else meant[mark]
        )
        legend.add_row(
            Text(f" {mark} ", styles[name, mark]),
            name,
            "" if rule is None else _when(rule),
            hours,
            f"{count} {unit}",
        )
    return legend


def _when(rule: Season | SpecialDays | Override) -> str:
    return str(rule.day) if isinstance(rule, Override) else str(rule.days)


def _hours(minutes: int) -> str:
    return f"{minutes / 60:,.1f}".removesuffix(".0")
