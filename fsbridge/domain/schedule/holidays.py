"""The port through which public holidays come: the domain knows none by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Protocol


class Holidays(Protocol):
    """A calendar of public holidays.

    >>> class Town:
    ...     name = "town"
    ...     def of(self, year: int) -> Mapping[dt.date, str]:
    ...         return {dt.date(year, 5, 3): "Founders' day"}
    >>> calendar: Holidays = Town()
    >>> calendar.of(2027)[dt.date(2027, 5, 3)]
    "Founders' day"
    """

    @property
    def name(self) -> str:
        """The name by which a schedule's data asks for this calendar, for example ``jp``."""

    def of(self, year: int) -> Mapping[dt.date, str]:
        """The holidays of a year with their names; asked often, so keep the answer."""
