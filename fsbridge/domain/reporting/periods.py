"""The periods that reports are made for: half-years, months, weeks, days, or any; what came before them."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from fsbridge.domain.figures import Step, Window
from fsbridge.domain.reporting.eras import era_date, era_year, fiscal_year
from fsbridge.errors import InvalidArgument

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_YEAR_OF_WEEKS = timedelta(weeks=52)
_FIRST_YEAR, _LAST_YEAR = 1971, 8999


class Kind(enum.Enum):
    """How long a report's period is; `SPAN` has the days that somebody names.

    >>> Kind("half-year").name
    'HALF_YEAR'
    """

    HALF_YEAR = "half-year"
    MONTH = "monthly"
    WEEK = "weekly"
    DAY = "daily"
    SPAN = "period"


REGULAR = (Kind.HALF_YEAR, Kind.MONTH, Kind.WEEK, Kind.DAY)
"""The kinds whose periods follow on each other."""
_BY_MONTH = 62
"""Days from which on a period is shown by months."""


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """Whole days from `first` to `last`; `key` is what people type, `year_begins` the first fiscal month.

    >>> half = period_of(Kind.HALF_YEAR, "2027-H1")
    >>> half.name("ja"), str(half.first), str(half.last)
    ('令和9年度上期', '2027-04-01', '2027-09-30')
    >>> half.before.key, half.year_before.key
    ('2026-H2', '2026-H1')
    """

    kind: Kind
    key: str
    first: date
    last: date
    year_begins: int = 4

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def step(self) -> Step:
        """What its course is shown by.

        >>> period_of(Kind.SPAN, "2028-10-01..2028-11-30").step, period_of(Kind.DAY, "2027-04-01").step
        (<Step.DAY: 'day'>, <Step.HOUR: 'hour'>)
        """
        if self.kind is Kind.DAY:
            return Step.HOUR
        return Step.MONTH if self.days > _BY_MONTH else Step.DAY

    @property
    def stem(self) -> str:
        """What its files are called, in letters that every system has.

        >>> period_of(Kind.SPAN, "2028-10-01..2028-11-30").stem
        'report-period-2028-10-01-to-2028-11-30'
        """
        return f"report-{self.kind.value}-{self.key.replace('..', '-to-')}"

    @property
    def before(self) -> ReportPeriod:
        """The period of its kind before, as many days for a span; for a day, the same weekday a week ago."""
        if self.kind is Kind.SPAN:
            return _span(self.first - self.days * _DAY, self.first - _DAY)
        day = self.first - (_WEEK if self.kind is Kind.DAY else _DAY)
        return period_at(self.kind, day, year_begins=self.year_begins)

    @property
    def year_before(self) -> ReportPeriod:
        """The same a year ago; for days and weeks 52 weeks ago, so that like weekdays are compared.

        >>> period_of(Kind.WEEK, "2027-W14").year_before.key
        '2026-W15'
        """
        if self.kind in (Kind.WEEK, Kind.DAY):
            return period_at(self.kind, self.first - _YEAR_OF_WEEKS, year_begins=self.year_begins)
        if self.kind is Kind.SPAN:
            return _span(_year_ago(self.first), _year_ago(self.last + _DAY) - _DAY)
        day = self.first.replace(year=self.first.year - 1)
        return period_at(self.kind, day, year_begins=self.year_begins)

    def window(self, zone: tzinfo) -> Window:
        """The same as a window of time, on a clock."""
        return Window.of_days(self.first, self.last, zone)

    def name(self, language: str) -> str:
        """What people call it.

        >>> period_of(Kind.MONTH, "2027-04").name("ja"), period_of(Kind.DAY, "2027-04-01").name("ja")
        ('令和9年4月', '令和9年4月1日（木）')
        """
        if language == "en":
            return self.key
        if self.kind is Kind.HALF_YEAR:
            year, _, half = self.key.partition("-H")
            return f"{fiscal_year(int(year))}{'上期' if half == '1' else '下期'}"
        if self.kind is Kind.SPAN:
            return self.span(language)
        if self.kind is Kind.MONTH:
            return f"{era_year(self.first)}{self.first.month}月"
        if self.kind is Kind.WEEK:
            return f"{era_date(self.first)}からの1週間"
        return f"{era_date(self.first)}（{'月火水木金土日'[self.first.weekday()]}）"

    def span(self, language: str) -> str:
        """Its first and last day, written out.

        >>> period_of(Kind.HALF_YEAR, "2027-H1").span("ja")
        '令和9年4月1日～令和9年9月30日'
        """
        if language == "en":
            return str(self.first) if self.first == self.last else f"{self.first} – {self.last}"
        whole = f"{era_date(self.first)}～{era_date(self.last)}"
        return era_date(self.first) if self.first == self.last else whole


def period_of(kind: Kind, text: str, *, year_begins: int = 4) -> ReportPeriod:
    """The period that somebody typed; InvalidArgument says how to write one.

    >>> period_of(Kind.HALF_YEAR, "2027-H3")
    Traceback (most recent call last):
    fsbridge.errors.InvalidArgument: period is '2027-H3'; give a half-year like 2027-H1
    """
    match kind:
        case Kind.HALF_YEAR:
            like, shape = "a half-year like 2027-H1", r"(\d{4})-[Hh]([12])"
        case Kind.MONTH:
            like, shape = "a month like 2027-04", r"(\d{4})-(\d{2})"
        case Kind.WEEK:
            like, shape = "a week like 2027-W14, or a day of it like 2027-04-05", r"(\d{4})-[Ww](\d{2})"
        case Kind.DAY:
            like, shape = "a date like 2027-04-01", r"(?!)"
        case _:
            like, shape = "days like 2023-12-01..2028-11-30", r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})"
    found = re.fullmatch(shape, text)
    try:
        if found and kind is Kind.SPAN:
            day, last = (date.fromisoformat(one) for one in found.groups())
            if day <= last and day.year >= _FIRST_YEAR and last.year <= _LAST_YEAR:
                return _span(day, last)
            raise ValueError
        if found and kind is Kind.HALF_YEAR:
            day = date(int(found[1]), year_begins, 1)
            day = day if found[2] == "1" else _months_on(day, 6)
        elif found and kind is Kind.MONTH:
            day = date(int(found[1]), int(found[2]), 1)
        elif found:
            day = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        elif kind in (Kind.WEEK, Kind.DAY) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            day = date.fromisoformat(text)
        else:
            raise ValueError
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ValueError
    except ValueError:
        raise InvalidArgument("period", f"is {text!r}; give {like}") from None
    return period_at(kind, day, year_begins=year_begins)


def period_at(kind: Kind, day: date, *, year_begins: int = 4) -> ReportPeriod:
    """The period of a kind that a day lies in.

    >>> period_at(Kind.HALF_YEAR, date(2028, 2, 29)).key, period_at(Kind.WEEK, date(2027, 4, 8)).key
    ('2027-H2', '2027-W14')
    """
    match kind:
        case Kind.HALF_YEAR:
            months = (day.month - year_begins) % 12
            year = day.year - (day.month < year_begins)
            first = _months_on(date(year, year_begins, 1), 6 * (months // 6))
            key, last = f"{year}-H{months // 6 + 1}", _months_on(first, 6) - _DAY
        case Kind.MONTH:
            first = day.replace(day=1)
            key, last = f"{first:%Y-%m}", _months_on(first, 1) - _DAY
        case Kind.WEEK:
            year, week, weekday = day.isocalendar()
            first = day - timedelta(days=weekday - 1)
            key, last = f"{year}-W{week:02}", first + timedelta(days=6)
        case Kind.DAY:
            first, last, key = day, day, day.isoformat()
        case _:
            raise InvalidArgument("period", "is missing; give days like 2023-12-01..2028-11-30")
    return ReportPeriod(kind, key, first, last, year_begins)


def last_over(kind: Kind, today: date, *, year_begins: int = 4) -> ReportPeriod:
    """The newest period of a kind that is over by a day.

    >>> last_over(Kind.HALF_YEAR, date(2027, 10, 1)).key, last_over(Kind.DAY, date(2027, 10, 1)).key
    ('2027-H1', '2027-09-30')
    """
    current = period_at(kind, today, year_begins=year_begins)
    return period_at(kind, current.first - _DAY, year_begins=year_begins)


def _span(first: date, last: date) -> ReportPeriod:
    return ReportPeriod(Kind.SPAN, f"{first}..{last}", first, last)


def _year_ago(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


def _months_on(first: date, months: int) -> date:
    count = first.month - 1 + months
    return date(first.year + count // 12, count % 12 + 1, 1)
