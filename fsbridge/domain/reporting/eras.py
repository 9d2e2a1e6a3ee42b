"""Dates by the Japanese eras, as a public body writes them."""

from __future__ import annotations

from datetime import date

_ERAS = ((date(2019, 5, 1), "令和"), (date(1989, 1, 8), "平成"), (date(1926, 12, 25), "昭和"))


def era_year(day: date) -> str:
    """The year of a day; years before the eras known here are written as they are.

    >>> era_year(date(2027, 4, 1)), era_year(date(2019, 5, 1)), era_year(date(1900, 1, 1))
    ('令和9年', '令和元年', '1900年')
    """
    for first, name in _ERAS:
        if day >= first:
            number = day.year - first.year + 1
            return f"{name}{'元' if number == 1 else number}年"
    return f"{day.year}年"


def era_date(day: date) -> str:
    """A whole date.

    >>> era_date(date(2027, 9, 30))
    '令和9年9月30日'
    """
    return f"{era_year(day)}{day.month}月{day.day}日"


def fiscal_year(year: int) -> str:
    """A fiscal year by the year it begins in; the era that holds at that year's end names it.

    >>> fiscal_year(2027), fiscal_year(2019)
    ('令和9年度', '令和元年度')
    """
    return f"{era_year(date(year, 12, 31))}度"
