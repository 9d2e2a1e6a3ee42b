"""Days as pieces a dialplan condition can name: it knows years, months and days of the month, each alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fsbridge.domain.schedule import Days, Holidays
from fsbridge.domain.schedule.days import Dated, MonthDay, Yearly

_LAST_DAY = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_NEW_YEAR, _NEW_YEARS_EVE = (1, 1), (12, 31)


class Piece(NamedTuple):
    """Years, months and days of the month as FreeSWITCH compares numbers; empty holds always.

    >>> Piece("2027", "2", "11-13").days
    '11-13'
    """

    years: str
    months: str
    days: str


def pieces(days: Days, calendar: Holidays | None = None, years: Sequence[int] = ()) -> Iterator[Piece]:
    """The pieces that together are these days; public holidays are written as dates of `years`.

    >>> list(pieces(Days("03..04")))
    [Piece(years='', months='3-4', days='')]
    >>> list(pieces(Days("12-29..01-03")))
    [Piece(years='', months='12', days='29-31'), Piece(years='', months='1', days='1-3')]
    >>> list(pieces(Days("2027-12-30..2028-01-02")))[1]
    Piece(years='2028', months='1', days='1-2')
    """
    for span in days.spans:
        if isinstance(span, Yearly):
            yield from _yearly(span)
        elif isinstance(span, Dated):
            yield from _dated(span)
        elif calendar is not None:
            yield from _holidays(calendar, years)


def _yearly(span: Yearly) -> Iterator[Piece]:
    first = span.first
    if first > span.last:
        yield from _within_a_year("", first, _NEW_YEARS_EVE)
        first = _NEW_YEAR
    yield from _within_a_year("", first, span.last)


def _dated(span: Dated) -> Iterator[Piece]:
    first, last = span.first, span.last
    begins, ends = (first.month, first.day), (last.month, last.day)
    if first.year == last.year:
        yield from _within_a_year(str(first.year), begins, ends)
        return
    yield from _within_a_year(str(first.year), begins, _NEW_YEARS_EVE)
    if last.year - first.year > 1:
        yield Piece(_range(first.year + 1, last.year - 1), "", "")
    yield from _within_a_year(str(last.year), _NEW_YEAR, ends)


def _holidays(calendar: Holidays, years: Sequence[int]) -> Iterator[Piece]:
    for year in years:
        months: dict[int, list[int]] = defaultdict(list)
        for date in sorted(calendar.of(year)):
            months[date.month].append(date.day)
        for month, days in months.items():
            yield Piece(str(year), str(month), ",".join(map(str, days)))


def _within_a_year(years: str, first: MonthDay, last: MonthDay) -> Iterator[Piece]:
    (month, day), (last_month, last_day) = first, last
    if day != 1 and month < last_month:
        yield Piece(years, str(month), f"{day}-31")
        month, day = month + 1, 1
    end = last_month if last_day >= _LAST_DAY[last_month - 1] else last_month - 1
    if day == 1 and month <= end:
        yield Piece(years, "" if (month, end) == (1, 12) else _range(month, end), "")
        month = end + 1
    if month == last_month:
        yield Piece(years, str(month), _range(day, last_day))


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"
