"""A question about the figures, and the count that answers it from a stream of calls and states."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from fsbridge.domain.figures.figures import Figures
from fsbridge.domain.figures.intervals import Step, Window, micros
from fsbridge.domain.figures.judging import BasisAt, Item, Scope, items
from fsbridge.domain.figures.records import CallRecord, SpanRecord
from fsbridge.errors import InvalidArgument

GROUPS = ("flow", "queue", "operator", "case")
"""What rows can be counted by, beside intervals."""

Key = tuple[int | None, str | None]
"""Which interval (None: the window is not cut) and which flow, queue, operator or case (None: all)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which figures are asked for; empty filters leave nothing out. InvalidArgument for a `by` that is none.

    Without `states`, operators' time need not be read.

    >>> from datetime import UTC, datetime
    >>> day = Window(datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 2, tzinfo=UTC))
    >>> Question(window=day, by="queue").rows_scope, Question(window=day, by="queue").scope
    (<Scope.QUEUE: 'queue'>, <Scope.CENTRE: 'centre'>)
    """

    window: Window
    step: Step | None = None
    by: str | None = None
    flow: str = ""
    queue: str = ""
    operator: str = ""
    cases: frozenset[str] = frozenset()
    states: bool = True

    def __post_init__(self) -> None:
        if self.by is not None and self.by not in GROUPS:
            raise InvalidArgument("by", f"is {self.by!r}; give one of {', '.join(GROUPS)}")

    @property
    def scope(self) -> Scope:
        """What counts once in the total."""
        return Scope.QUEUE if self.queue else Scope.FLOW if self.flow else Scope.CENTRE

    @property
    def rows_scope(self) -> Scope:
        """What counts once in the rows."""
        if self.queue or self.by == "queue":
            return Scope.QUEUE
        return Scope.FLOW if self.flow or self.by == "flow" else Scope.CENTRE

    @property
    def needs_cases(self) -> bool:
        """Whether the calls' kinds of case must be read."""
        return self.by == "case" or bool(self.cases)

    @property
    def has_states(self) -> bool:
        """Whether operators' time belongs to the answer: it belongs to no flow, queue or case."""
        return self.states and not (self.flow or self.queue or self.cases)


Judged = dict[tuple[Scope, BasisAt], list[Item]]
"""What counts of one call, by scope and by what it was judged by."""


class Count:
    """Counts a stream into rows and a total; `bounds` are the intervals in order, () for none.

    >>> from datetime import UTC, datetime
    >>> from fsbridge.domain.figures.definitions import Basis
    >>> from fsbridge.domain.figures.records import VisitRecord
    >>> day = Window(datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 2, tzinfo=UTC))
    >>> count = Count(Question(window=day, by="flow"), lambda at: Basis(zone="UTC"))
    >>> at = micros(day.start)
    >>> visit = VisitRecord("v", "leak@city", "leak", at, at, answered=at + 5, outcome="answered")
    >>> count.add(CallRecord("c", started=at, visits=[visit]))
    >>> count.total.tally.answered, list(count.rows)
    (1, [(None, 'leak')])
    """

    def __init__(self, question: Question, basis_at: BasisAt, bounds: tuple[Window, ...] = ()) -> None:
        self.question = question
        self.rows: dict[Key, Figures] = {}
        self._total = Figures()
        # Then everything is in exactly one row, and need not be counted twice.
        self._rows_are_all = question.by in (None, "operator")
        self.bounds = bounds
        self.basis_at = basis_at
        self._start, self._end = micros(question.window.start), micros(question.window.end)
        self._starts = [micros(one.start) for one in bounds]
        self._ends = [micros(one.end) for one in bounds]

    def add(self, call: CallRecord, judged: Judged | None = None) -> None:
        """Count one call's offers, answers, legs: whatever of it lies in the window and the filters.

        `judged` is shared by counts of the same call, so that it is judged once for all that judge alike.
        """
        asked = self.question
        found = list(self.items(call, asked.rows_scope, judged))
        for item in found:
            self._row(item)
        if not self._rows_are_all:
            # A call of one visit is the same whatever counts once.
            for item in found if len(call.visits) < 2 else self.items(call, asked.scope, judged):
                self._total.put(item)

    @property
    def total(self) -> Figures:
        """All of it, each thing once."""
        if not self._rows_are_all:
            return self._total
        whole = Figures()
        for figures in self.rows.values():
            whole.add(figures)
        return whole

    def items(self, call: CallRecord, scope: Scope, judged: Judged | None = None) -> Iterator[Item]:
        """What of one call counts, in a scope."""
        asked = self.question
        if asked.cases and asked.cases.isdisjoint(call.cases):
            return
        made = None if judged is None else judged.get((scope, self.basis_at))
        if made is None:
            made = list(items(call, scope, self.basis_at))
            if judged is not None:
                judged[(scope, self.basis_at)] = made
        for item in made:
            if (
                self._start <= item.entry < self._end
                and (not asked.flow or item.flow == asked.flow)
                and (not asked.queue or item.queue == asked.queue)
                and (not asked.operator or item.operator == asked.operator)
            ):
                yield item

    def _row(self, item: Item) -> None:
        index = bisect_right(self._starts, item.entry) - 1 if self._starts else None
        for key in self.keys(item):
            self.row(index, key).put(item)

    def keys(self, item: Item) -> tuple[str | None, ...]:
        """The rows of its interval that a thing is counted in, by what the question groups by."""
        match self.question.by:
            case None:
                return (None,)
            case "flow":
                return (item.flow,)
            case "queue":
                return (item.queue,)
            case "operator":
                return (item.operator,)
            case _:
                return tuple(dict.fromkeys(item.call.cases)) or ("",)

    def row(self, index: int | None, key: str | None) -> Figures:
        """The row of an interval and a key, made if need be."""
        found = self.rows.get((index, key))
        if found is None:
            found = self.rows[(index, key)] = Figures()
        return found

    def spend(self, span: SpanRecord, now: int) -> None:
        """Count a state, cut at the window's and the intervals' ends; an open one lasts until now."""
        asked = self.question
        if not asked.has_states or (asked.operator and span.operator != asked.operator):
            return
        operator, state, start, ended = span
        end = now if ended is None else ended
        if start < self._start:
            start = self._start
        if end > self._end:
            end = self._end
        if start >= end:
            return
        if not self._rows_are_all:
            self._total.spend(state, end - start)
            return
        key = operator if asked.by else None
        if not self._starts:
            self.row(None, key).spend(state, end - start)
            return
        index = bisect_right(self._starts, start) - 1
        while start < end:
            until = min(end, self._ends[index])
            self.row(index, key).spend(state, until - start)
            start = until
            index += 1

    def take(self, other: Count) -> None:
        """Add another count of the same intervals."""
        for (index, key), figures in other.rows.items():
            self.row(index, key).add(figures)
        self._total.add(other._total)

    def take_total(self, figures: Figures) -> None:
        """Add to the total alone, where it is not what the rows come to."""
        if not self._rows_are_all:
            self._total.add(figures)
