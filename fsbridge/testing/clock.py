"""A clock that moves only when told to."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo


class VirtualClock:
    """Time for a test: `now` is aware, `elapsed` counts seconds, `advance` is the only thing that moves it.

    A text without an offset is a wall-clock time in `zone`.

    >>> clock = VirtualClock("2027-01-02T10:00", zone="Asia/Tokyo")
    >>> clock.advance(90)
    >>> clock.now().isoformat(), clock.elapsed
    ('2027-01-02T10:01:30+09:00', 90.0)
    """

    def __init__(self, at: str | dt.datetime | None = None, *, zone: str = "UTC") -> None:
        start = dt.datetime.fromisoformat(at) if isinstance(at, str) else at
        start = start or dt.datetime(2027, 6, 1, 10, 0)
        self._start = start if start.tzinfo else start.replace(tzinfo=ZoneInfo(zone))
        self.elapsed = 0.0

    def now(self) -> dt.datetime:
        """The time on this clock."""
        return self._start + dt.timedelta(seconds=self.elapsed)

    def advance(self, seconds: float) -> None:
        """Moves the clock on; ValueError backwards."""
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self.elapsed += seconds
