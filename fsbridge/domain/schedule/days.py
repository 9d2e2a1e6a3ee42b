"""Sets of days: every year, once, or the public holidays; all both ends included."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from fsbridge.domain.schedule.holidays import Holidays
from fsbridge.errors import ConfigError

HOLIDAYS = "holidays"
"""How the public holidays are written among days."""
FIRST_YEAR, LAST_YEAR = 2000, 2199
"""Dates outside these years are taken for slips of the pen."""

_YEARLY = re.compile(r"(\d\d)(?:-(\d\d))?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_LAST_DAY = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CURE = (
    "write 03..04 (months), 12-29..01-03 (every year), 2027-02-11 or 2027-02-11..2027-02-13 (once), "
    f"or {HOLIDAYS}; several with commas"
)

MonthDay = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Yearly:
    """A span that comes back every year, as (month, day) to (month, day); it may run over New Year.

    >>> Yearly((12, 29), (1, 3)).holds(dt.date(2027, 1, 3))
    True
    """

    first: MonthDay
    last: MonthDay

    def holds(self, date: dt.date) -> bool:
        """Whether the date is one of these days."""
        day = (date.month, date.day)
        if self.first <= self.last:
            return self.first <= day <= self.last
        return day >= self.first or day <= self.last


@dataclass(frozen=True, slots=True)
class Dated:
    """A span that happens once.

    >>> Dated(dt.date(2027, 2, 11), dt.date(2027, 2, 13)).holds(dt.date(2028, 2, 12))
    False
    """

    first: dt.date
    last: dt.date

    def holds(self, date: dt.date) -> bool:
        """Whether the date is one of these days."""
        return self.first <= date <= self.last


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """The days a calendar of holidays names; without a calendar, none.

    >>> PublicHolidays().holds(dt.date(2027, 1, 1))
    False
    """

    def holds(self, date: dt.date, calendar: Holidays | None = None) -> bool:
        """Whether the calendar names the date."""
        return calendar is not None and date in calendar.of(date.year)


Span = Yearly | Dated | PublicHolidays


@dataclass(frozen=True)
class Days:
    """A set of days, written as text.

    ``03..04`` and ``05..02`` are months, ``12-29..01-03`` days of every year, ``2027-02-11`` one date,
    ``2027-12-29..2028-01-03`` dates, ``holidays`` the public holidays; commas join several. ConfigError
    for anything else. The text is kept in one form, so equal days are equal.

    >>> Days("12-29..01-03, 2027-02-11").holds(dt.date(2031, 1, 1))
    True
    >>> Days(" 03 ..04") == Days("03-01..04-30")
    True
    >>> Days("02-30")
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: days '02-30': February has no 30th; write 03..04 (months), ...
    """

    text: str
    spans: tuple[Span, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise ConfigError(f"days {self.text!r}: {_CURE}")
        spans = tuple(dict.fromkeys(_span(part.strip()) for part in self.text.split(",")))
        object.__setattr__(self, "spans", spans)
        object.__setattr__(self, "text", ", ".join(map(_written, spans)))

    def holds(self, date: dt.date, calendar: Holidays | None = None) -> bool:
        """Whether the date is one of these days; `calendar` says which days are public holidays."""
        return any(
            span.holds(date, calendar) if isinstance(span, PublicHolidays) else span.holds(date)
            for span in self.spans
        )

    def holds_every_year(self, date: dt.date) -> bool:
        """Whether these days include this day of the year, whatever the year."""
        return any(span.holds(date) for span in self.spans if isinstance(span, Yearly))

    @property
    def by_holidays(self) -> bool:
        """Whether a calendar of holidays is needed to know these days."""
        return any(isinstance(span, PublicHolidays) for span in self.spans)

    @property
    def last_year(self) -> int:
        """The last year that is named; 0 when every year is alike."""
        return max((span.last.year for span in self.spans if isinstance(span, Dated)), default=0)

    def __str__(self) -> str:
        return self.text


def date_of(text: object) -> dt.date:
    """One date from ``YYYY-MM-DD``; ConfigError for anything else.

    >>> date_of("2027-02-11")
    datetime.date(2027, 2, 11)
    """
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        raise ConfigError(f"day {text!r}: write a date as YYYY-MM-DD, for example 2027-02-11")
    try:
        date = dt.date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"day {text!r}: the calendar has no such day; write YYYY-MM-DD") from None
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        raise ConfigError(f"day {text!r}: the year must lie from {FIRST_YEAR} to {LAST_YEAR}")
    return date


def _span(text: str) -> Span:
    if text == HOLIDAYS:
        return PublicHolidays()
    first, dots, last = (part.strip() for part in text.partition(".."))
    last = last if dots else first
    if _DATE.fullmatch(first):
        span = Dated(date_of(first), date_of(last))
        if span.first > span.last:
            raise ConfigError(f"days {text!r}: they end before they begin; exchange the two dates")
        return span
    return Yearly(_month_day(first, text, last=False), _month_day(last, text, last=True))


def _month_day(text: str, whole: str, *, last: bool) -> MonthDay:
    match = _YEARLY.fullmatch(text)
    if not match:
        raise ConfigError(f"days {whole!r}: {_CURE}")
    month = int(match[1])
    if not 1 <= month <= 12:
        raise ConfigError(f"days {whole!r}: there is no month {match[1]}; {_CURE}")
    end = _LAST_DAY[month - 1]
    if match[2] is None:
        return month, (end if last else 1)
    day = int(match[2])
    if not 1 <= day <= end:
        name = dt.date(2000, month, 1).strftime("%B")
        raise ConfigError(f"days {whole!r}: {name} has no {_ordinal(day)}; {_CURE}")
    return month, day


def _ordinal(day: int) -> str:
    ending = "th" if 10 < day % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _written(span: Span) -> str:
    if isinstance(span, PublicHolidays):
        return HOLIDAYS
    if isinstance(span, Dated):
        return f"{span.first}" if span.first == span.last else f"{span.first}..{span.last}"
    (month, day), (last_month, last_day) = span.first, span.last
    if day == 1 and last_day == _LAST_DAY[last_month - 1]:
        return f"{month:02}..{last_month:02}"
    first, last = f"{month:02}-{day:02}", f"{last_month:02}-{last_day:02}"
    return first if first == last else f"{first}..{last}"
