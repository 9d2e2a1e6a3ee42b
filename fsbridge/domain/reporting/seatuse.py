"""How many operators were logged in at the same time, against the seats there were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fsbridge.domain.figures import SpanRecord, Window, micros, moment
from fsbridge.domain.figures.figures import AWAY


@dataclass(frozen=True, slots=True)
class SeatUse:
    """The most operators at once in an interval, when first, and the seats that held then (None: unknown).

    `full` is how long every seat was taken, `over` how long there were more operators than seats.

    >>> SeatUse(Window(moment(0), moment(1)), 16, moment(0), 16).share
    1.0
    """

    window: Window
    most: int = 0
    at: datetime | None = None
    seats: int | None = None
    full: timedelta = timedelta()
    over: timedelta = timedelta()

    @property
    def share(self) -> float | None:
        """The most of the seats."""
        return self.most / self.seats if self.seats else None


def seat_use(
    spans: Iterable[SpanRecord],
    bounds: Sequence[Window],
    seats: Callable[[datetime], int | None],
    now: datetime,
) -> tuple[SeatUse, ...]:
    """Seat use by intervals; `seats` says how many there are at a moment. Open spans last until now.

    >>> day = Window(moment(0), moment(1000))
    >>> spans = [SpanRecord("a", "ready", 0, 600), SpanRecord("b", "on break", 400, 900)]
    >>> [use] = seat_use(spans, [day], lambda at: 2, moment(1000))
    >>> use.most, use.at == moment(400), use.full // timedelta(microseconds=1)
    (2, True, 200)
    """
    changes: dict[int, int] = {}
    end_of_time = micros(now)
    for _, state, started, ended in spans:
        until = end_of_time if ended is None else ended
        if state not in AWAY and started < until:
            changes[started] = changes.get(started, 0) + 1
            changes[until] = changes.get(until, 0) - 1
    order = sorted(changes)
    found = []
    place = present = 0
    for bound in bounds:
        start, end = micros(bound.start), micros(bound.end)
        most, at, full, over = 0, start, 0, 0
        since = start
        while place < len(order) and order[place] < start:
            present += changes[order[place]]
            place += 1
        while since < end:
            while place < len(order) and order[place] <= since:
                present += changes[order[place]]
                place += 1
            until = min(end, order[place]) if place < len(order) else end
            if present > most:
                most, at = present, since
            cap = seats(moment(since)) if present else None
            if cap is not None:
                full += (until - since) * (present >= cap)
                over += (until - since) * (present > cap)
            since = until
        when = moment(at) if most else None
        found.append(
            SeatUse(
                bound, most, when, seats(when or bound.start),
                timedelta(microseconds=full), timedelta(microseconds=over),
            )
        )  # fmt: skip
    return tuple(found)
