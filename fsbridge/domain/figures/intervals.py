"""Windows of time and the intervals they are cut into, on the centre's own clock; all are half-open."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from fsbridge.domain.schedule.clock import stretches
from fsbridge.errors import InvalidArgument

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)


class Step(enum.Enum):
    """How long an interval is.

    >>> Step("30min").minutes, Step.DAY.minutes
    (30, 0)
    """

    QUARTER = "15min"
    HALF = "30min"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def minutes(self) -> int:
        """Its minutes on the clock; 0 for whole days."""
        return {Step.QUARTER: 15, Step.HALF: 30, Step.HOUR: 60}.get(self, 0)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """The time from `start` up to, and without, `end`; InvalidArgument for a naive time or an end before it.

    >>> Window(datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 2, tzinfo=UTC)).length
    datetime.timedelta(days=1)
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for name, at in (("start", self.start), ("end", self.end)):
            if at.utcoffset() is None:
                raise InvalidArgument(name, f"is {at}, which has no time zone; give an aware time")
        if self.end < self.start:
            raise InvalidArgument("end", f"({self.end}) comes before the start ({self.start})")

    @classmethod
    def of_days(cls, first: date, last: date, zone: tzinfo) -> Window:
        """Both days whole and what lies between, however long the clock makes them.

        >>> from zoneinfo import ZoneInfo
        >>> Window.of_days(date(2027, 3, 28), date(2027, 3, 28), ZoneInfo("Europe/Berlin")).length
        datetime.timedelta(seconds=82800)
        """
        if last < first:
            raise InvalidArgument("last", f"({last}) comes before the first day ({first})")
        return cls(day_start(first, zone), day_start(last + _DAY, zone))

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start

    def days(self, zone: tzinfo) -> Iterator[date]:
        """The days of the centre's calendar that it touches."""
        day = self.start.astimezone(zone).date()
        while day_start(day, zone) < self.end:
            yield day
            day += _DAY


def micros(at: datetime) -> int:
    """Whole microseconds since 1970 in UTC.

    >>> micros(datetime(1970, 1, 1, 9, 0, 0, 5, tzinfo=UTC))
    32400000005
    """
    return (at - _EPOCH) // _MICROSECOND


def moment(count: int) -> datetime:
    """The aware UTC time of a count that `micros` gave.

    >>> moment(32400000005).isoformat()
    '1970-01-01T09:00:00.000005+00:00'
    """
    return _EPOCH + timedelta(microseconds=count)


def day_start(day: date, zone: tzinfo) -> datetime:
    """The first moment (UTC) of a day of the calendar: midnight, or what the clock shows instead of it.

    >>> from zoneinfo import ZoneInfo
    >>> day_start(date(2027, 3, 1), ZoneInfo("Asia/Tokyo")).isoformat()
    '2027-02-28T15:00:00+00:00'
    """
    midnight = datetime.combine(day, time(), zone)
    start = midnight.astimezone(UTC)
    if start.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return start
    for first, last, _ in stretches(start - _DAY, start + _DAY, zone):  # the clock skips this midnight
        if first <= start < last:
            return first
    return start


def intervals(step: Step, window: Window, zone: tzinfo) -> list[Window]:
    """The window cut on the centre's clock, in order, without gap or overlap; its ends are ends of intervals.

    Hours that the clock shows twice are two intervals, hours it skips are none. Weeks begin on Monday.

    >>> from zoneinfo import ZoneInfo
    >>> berlin = ZoneInfo("Europe/Berlin")
    >>> autumn = Window.of_days(date(2027, 10, 31), date(2027, 10, 31), berlin)
    >>> len(intervals(Step.HOUR, autumn, berlin)), len(intervals(Step.DAY, autumn, berlin))
    (25, 1)
    """
    if window.start == window.end:
        return []
    cuts = _clock_cuts(step.minutes, window, zone) if step.minutes else _calendar_cuts(step, window, zone)
    edges = [window.start.astimezone(UTC)]
    edges += [cut for cut in cuts if window.start < cut < window.end]
    edges.append(window.end.astimezone(UTC))
    return [Window(start, end) for start, end in itertools.pairwise(edges) if start < end]


def _clock_cuts(minutes: int, window: Window, zone: tzinfo) -> Iterator[datetime]:
    width = timedelta(minutes=minutes)
    for first, last, offset in stretches(window.start.astimezone(UTC), window.end.astimezone(UTC), zone):
        cut = first
        while cut < last:
            yield cut
            cut += width - (cut - _EPOCH + offset) % width


def _calendar_cuts(step: Step, window: Window, zone: tzinfo) -> Iterator[datetime]:
    day = window.start.astimezone(zone).date()
    while (cut := day_start(day, zone)) < window.end:
        yield cut
        if step is Step.DAY:
            day += _DAY
        elif step is Step.WEEK:
            day += timedelta(days=7 - day.weekday())
        else:
            day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
