"""When calls come: hours of the day against days of the week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo

from fsbridge.domain.figures import Row


@dataclass(frozen=True, slots=True)
class Heat:
    """Offered calls by weekday (Monday first) and hour; `hours` runs from the first with calls to the last.

    >>> Heat(range(8, 10), ((1, 2),) * 7).total
    21
    """

    hours: range
    counts: tuple[tuple[int, ...], ...]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(map(sum, self.counts))

    @property
    def most(self) -> int:
        """The fullest place."""
        return max((count for row in self.counts for count in row), default=0)


def heat_of(rows: Iterable[Row], zone: tzinfo) -> Heat:
    """The rows of an answer by the hour, folded into a week; an hour that the clock shows twice is one."""
    counts = [[0] * 24 for _ in range(7)]
    for row in rows:
        if row.interval is not None:
            start = row.interval.start.astimezone(zone)
            counts[start.weekday()][start.hour] += row.figures.tally.offered
    used = [hour for hour in range(24) if any(day[hour] for day in counts)]
    hours = range(used[0], used[-1] + 1) if used else range(0)
    return Heat(hours, tuple(tuple(day[hour] for hour in hours) for day in counts))
