"""Figures of whole days that were counted once and are kept, and what holds for each day of a window."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from fsbridge.domain.figures.counting import Count, Question
from fsbridge.domain.figures.definitions import Basis
from fsbridge.domain.figures.figures import Figures
from fsbridge.domain.figures.intervals import Window, micros

CENTRE = "centre"
"""The scope of the figures that belong to no flow, queue, operator or case."""

Cells = Mapping[int, Figures]
"""Figures by the start of their quarter-hour, in microseconds since 1970."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One day's figures as they were counted; `cells` by scope and key, empty where only the head was asked.

    >>> kept = Kept(day=date(2027, 3, 1), basis=Basis(zone="UTC"), made_at=datetime(2027, 3, 2, tzinfo=UTC))
    >>> kept.revision
    1
    """

    day: date
    basis: Basis
    made_at: datetime
    made_by: str = ""
    reason: str = ""
    revision: int = 1
    cells: Mapping[tuple[str, str], Cells] = field(default_factory=dict)


def kept_scope(question: Question) -> tuple[str, str | None] | None:
    """Which kept figures answer a question (a key of None: all of the scope); None if none can.

    >>> from datetime import timedelta
    >>> noon = datetime(2027, 3, 1, 3, tzinfo=UTC)
    >>> kept_scope(Question(window=Window(noon, noon + timedelta(days=1)), flow="leak"))
    ('flow', 'leak')
    >>> kept_scope(Question(window=Window(noon, noon), flow="leak", by="operator")) is None
    True
    """
    filters = [
        (group, key)
        for group, key in (
            ("flow", question.flow),
            ("queue", question.queue),
            ("operator", question.operator),
        )
        if key
    ]
    if question.cases or len(filters) + (question.by is not None) > 1:
        return None
    if question.by is not None:
        return question.by, None
    return filters[0] if filters else (CENTRE, None)


def cells_of(count: Count) -> Iterator[tuple[str, dict[int, Figures]]]:
    """What a count by quarter-hours comes to, by key."""
    found: dict[str, dict[int, Figures]] = {}
    for (index, key), figures in count.rows.items():
        if index is not None:
            found.setdefault(key or "", {})[micros(count.bounds[index].start)] = figures
    yield from sorted(found.items())


def pour(count: Count, rows: Iterable[Kept], totals: Iterable[Kept]) -> None:
    """Add kept figures to a count: to its rows, and to its total."""
    starts = [micros(one.start) for one in count.bounds]
    by = count.question.by
    for kept in rows:
        for (_, key), cells in kept.cells.items():
            for slot, figures in cells.items():
                index = bisect_right(starts, slot) - 1 if starts else None
                count.row(index, key if by else None).add(figures)
    for kept in totals:
        for cells in kept.cells.values():
            for figures in cells.values():
                count.take_total(figures)


class Timeline:
    """Which basis holds when in a window: that of each kept day, today's for the rest.

    >>> from datetime import timedelta
    >>> first, noon = date(2027, 3, 1), datetime(2027, 3, 1, 12, tzinfo=UTC)
    >>> window = Window(noon - timedelta(hours=12), noon + timedelta(days=1))
    >>> kept = Kept(day=first, basis=Basis(zone="UTC", schedule="centre 1"), made_at=noon)
    >>> timeline = Timeline(Basis(zone="UTC", schedule="centre 2"), [kept], window, UTC)
    >>> timeline.days, timeline.basis_at(micros(noon)).schedule, len(timeline.bases())
    ([datetime.date(2027, 3, 1)], 'centre 1', 2)
    >>> [f"{one.start:%d %H:%M}" for one in timeline.unkept()]
    ['02 00:00']
    """

    def __init__(self, current: Basis, heads: Sequence[Kept], window: Window, zone: tzinfo) -> None:
        self._current = current
        self._window = window
        self._zone = zone
        whole = [(Window.of_days(kept.day, kept.day, zone), kept) for kept in heads]
        # A day that the window cuts is counted from the history, but still by the basis it was kept with.
        self._kept = sorted(whole, key=lambda one: one[0])
        self._starts = [micros(day.start) for day, _ in self._kept]
        self._ends = [micros(day.end) for day, _ in self._kept]
        self._inside = [
            (day, kept) for day, kept in self._kept if window.start <= day.start and day.end <= window.end
        ]

    @property
    def days(self) -> list[date]:
        """The kept days that lie in the window, whole."""
        return [kept.day for _, kept in self._inside]

    def basis_at(self, at: int) -> Basis:
        """The basis for what entered at a moment."""
        if not self._starts:
            return self._current
        index = bisect_right(self._starts, at) - 1
        if index < 0 or at >= self._ends[index]:
            return self._current
        return self._kept[index][1].basis

    def unkept(self) -> list[Window]:
        """The parts of the window that no kept day covers."""
        found = []
        start = self._window.start.astimezone(UTC)
        for day, _ in self._inside:
            if start < day.start:
                found.append(Window(start, day.start))
            start = day.end
        if start < self._window.end:
            found.append(Window(start, self._window.end.astimezone(UTC)))
        return found

    def bases(self) -> tuple[tuple[date | None, Basis], ...]:
        """Each basis that is in use in the window, with the first day from which it is, in order."""
        found: list[tuple[date | None, Basis]] = []
        for day in self._window.days(self._zone):
            basis = self.basis_at(micros(Window.of_days(day, day, self._zone).start))
            if not found or found[-1][1] != basis:
                found.append((day, basis))
        return tuple(found) or ((None, self._current),)
