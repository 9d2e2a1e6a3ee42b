"""The calendars of public holidays a schedule may ask for by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import jpholiday

from fsbridge.domain.schedule import Holidays


@dataclass(frozen=True)
class JapaneseHolidays:
    """Japan's public holidays, substitute and citizens' holidays included, as the law stands.

    A year takes about a tenth of a second, once.

    >>> JapaneseHolidays().of(2027)[dt.date(2027, 3, 22)]
    '春分の日 振替休日'
    """

    name = "jp"

    def of(self, year: int) -> Mapping[dt.date, str]:
        """The holidays of a year with their names; the equinoxes of years to come are computed."""
        return _japanese(year)


@cache
def _japanese(year: int) -> Mapping[dt.date, str]:
    return dict(jpholiday.year_holidays(year))


CALENDARS: tuple[Holidays, ...] = (JapaneseHolidays(),)
"""What a schedule's ``holidays`` may name."""
