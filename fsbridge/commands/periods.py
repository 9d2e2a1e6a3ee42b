"""The period and the filters that reports, lists and searches share."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast
from zoneinfo import ZoneInfo

import click

from fsbridge.commands.common import words
from fsbridge.config import Settings
from fsbridge.domain.figures import Window
from fsbridge.errors import InvalidArgument

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store
    from fsbridge.services.figures import Reporting

_F = TypeVar("_F", bound=Callable[..., Any])
_MONTH = re.compile(r"(\d{4})-(\d{2})\Z")


@dataclass(frozen=True, slots=True)
class PERIOD:
    """Days as the command line gives them: --on, --month, or --from and --to; today if nothing is said.

    >>> from fsbridge.config import load
    >>> tokyo = load(home="/nowhere", environment={})
    >>> noon = datetime.fromisoformat("2027-03-01T12:00:00+09:00")
    >>> [f"{day}" for day in PERIOD(month="2027-02").days(tokyo, noon)]
    ['2027-02-01', '2027-02-28']
    >>> PERIOD(on="2027-02-30").days(tokyo, noon)
    Traceback (most recent call last):
    fsbridge.errors.InvalidArgument: day is '2027-02-30'; give a date like 2027-03-01
    """

    on: str = ""
    month: str = ""
    first: str = ""
    last: str = ""

    @property
    def given(self) -> bool:
        """Whether anything was said."""
        return bool(self.on or self.month or self.first or self.last)

    def days(self, settings: Settings, now: datetime) -> tuple[date, date]:
        """The first and the last day; InvalidArgument for what is none, or contradicts itself."""
        if sum(map(bool, (self.on, self.month, self.first or self.last))) > 1:
            raise InvalidArgument("period", "is given twice; use --on, or --month, or --from and --to")
        today = now.astimezone(ZoneInfo(settings.zone)).date()
        if self.month:
            return _month(self.month)
        if self.on:
            return day_of(self.on), day_of(self.on)
        first = day_of(self.first) if self.first else today
        last = day_of(self.last) if self.last else max(first, today)
        return first, last

    def window(self, settings: Settings, now: datetime) -> Window:
        """The same as a window of time."""
        return Window.of_days(*self.days(settings, now), ZoneInfo(settings.zone))


def day_of(text: str) -> date:
    """A date; InvalidArgument says how to write one."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        found = date.fromisoformat(text)
        if not 1970 < found.year < 9000:
            raise ValueError
    except ValueError:
        raise InvalidArgument("day", f"is {text!r}; give a date like 2027-03-01") from None
    return found


def _month(text: str) -> tuple[date, date]:
    found = _MONTH.match(text)
    if not found:
        raise InvalidArgument("month", f"is {text!r}; give a month like 2027-03")
    try:
        first = day_of(f"{text}-01")
    except InvalidArgument:
        raise InvalidArgument("month", f"is {text!r}; give a month like 2027-03") from None
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def period(function: _F) -> _F:
    """Adds --on, --month, --from and --to; passes `period` on."""

    @functools.wraps(function)
    def wrapped(on: str, month: str, first: str, last: str, **given: Any) -> Any:
        return function(period=PERIOD(on, month, first, last), **given)

    for option, name, metavar, text in (
        ("--to", "last", "YYYY-MM-DD", words("終わりの日（その日を含む）。", "The last day.")),
        ("--from", "first", "YYYY-MM-DD", words("始まりの日。", "The first day.")),
        ("--month", "month", "YYYY-MM", words("1か月。", "One month.")),
        (
            "--on",
            "on",
            "YYYY-MM-DD",
            words("1日。何も指定しなければ今日。", "One day; today if nothing is said."),
        ),
    ):
        wrapped = click.option(option, name, default="", metavar=metavar, help=text)(wrapped)
    return cast(_F, wrapped)


def filters(function: _F) -> _F:
    """Adds --flow, --queue, --operator and --case."""
    for name, text in (
        (
            "case",
            words(
                "この用件（下位を含む）の呼だけ。", "Only calls of this kind of case, lower levels included."
            ),
        ),
        ("operator", words("このオペレーターだけ。", "Only this operator.")),
        ("queue", words("この窓口だけ。", "Only this queue.")),
        ("flow", words("この業務だけ。", "Only this flow.")),
    ):
        function = click.option(f"--{name}", default="", help=text)(function)
    return function


def reporting(store: Store, settings: Settings) -> Reporting:
    """The reports over a store."""
    from fsbridge.adapters.store.figure_days import FigureShelf
    from fsbridge.adapters.store.figures import StoredHistory
    from fsbridge.services.figures import Reporting

    return Reporting(StoredHistory(store), FigureShelf(store), settings.zone)
