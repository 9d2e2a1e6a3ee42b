"""When a job is due: every so many seconds, or daily at a time on a wall clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_DAY = dt.timedelta(days=1)


class When(Protocol):
    """The moments (slots, in UTC) at which something is due: the same ones for whoever asks."""

    def last(self, at: dt.datetime) -> dt.datetime:
        """The latest slot that is not after `at`."""
        ...

    def next(self, after: dt.datetime) -> dt.datetime:
        """The first slot after a moment."""
        ...


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many seconds, counted from 1970 and not from when a program started.

    >>> Every(60).next(dt.datetime(2027, 4, 1, 8, 0, 30, tzinfo=dt.UTC)).isoformat()
    '2027-04-01T08:01:00+00:00'
    """

    seconds: int

    def last(self, at: dt.datetime) -> dt.datetime:
        """The latest slot that is not after `at`."""
        step = dt.timedelta(seconds=self.seconds)
        return _EPOCH + (at - _EPOCH) // step * step

    def next(self, after: dt.datetime) -> dt.datetime:
        """The first slot after a moment."""
        return self.last(after) + dt.timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Daily:
    """Once on every day of a zone, at a time on its clock; one that the clock skips comes when it goes on.

    >>> from zoneinfo import ZoneInfo
    >>> night = Daily(dt.time(2, 30), ZoneInfo("Europe/Berlin"))
    >>> night.next(dt.datetime(2027, 3, 27, 12, 0, tzinfo=dt.UTC)).isoformat()  # 02:30 does not come that day
    '2027-03-28T01:30:00+00:00'
    """

    time: dt.time
    zone: dt.tzinfo

    def last(self, at: dt.datetime) -> dt.datetime:
        """The latest slot that is not after `at`."""
        today = at.astimezone(self.zone).date()
        return max(slot for day in (-1, 0, 1) if (slot := self._slot(today + day * _DAY)) <= at)

    def next(self, after: dt.datetime) -> dt.datetime:
        """The first slot after a moment."""
        today = after.astimezone(self.zone).date()
        return min(slot for day in (-1, 0, 1, 2) if (slot := self._slot(today + day * _DAY)) > after)

    def _slot(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, self.time, self.zone).astimezone(dt.UTC)
