"""Reports on the figures: answered from what was counted and kept, and from the history for the rest."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from fsbridge.domain.figures import (
    GROUPS,
    Answer,
    Basis,
    CallRecord,
    Count,
    Figures,
    Item,
    Kept,
    Labels,
    Question,
    Row,
    SpanRecord,
    Step,
    Timeline,
    Window,
    intervals,
    members,
    micros,
)
from fsbridge.domain.figures.counting import Judged
from fsbridge.domain.figures.kept import CENTRE, cells_of, kept_scope, pour
from fsbridge.errors import FsbridgeError

logger = logging.getLogger(__name__)


class History(Protocol):
    """Where calls and operators' states are read."""

    def reading(self) -> AbstractContextManager[None]: ...
    def basis(self, zone: str) -> Basis: ...
    def labels(self) -> Labels: ...
    def calls(self, window: Window, *, cases: bool = False) -> Iterator[CallRecord]: ...
    def spans(self, window: Window, cuts: Sequence[Window] = ()) -> Iterator[SpanRecord]: ...


class Shelf(Protocol):
    """Where the figures of whole days are kept as they were counted."""

    def heads(self, first: date, last: date) -> list[Kept]: ...
    def load(self, first: date, last: date, scope: str, key: str | None) -> list[Kept]: ...
    def keep(self, kept: Kept) -> Kept: ...


PATIENCE = timedelta(days=1)
"""How long a day's figures wait for calls that still go on; what has not ended then never will."""


class StillGoingOn(FsbridgeError):
    """Calls that entered that day still wait or are being dealt with."""


class AlreadyKept(FsbridgeError):
    """The day's figures were counted before; counting them again is a decision of its own."""


class Reporting:
    """Answers questions about the past of a centre in its time zone; `Shelf` keeps what was counted.

    Days that were kept are answered from there, so that no later change (of a flow's seconds, of opening
    hours, of a definition) restates them; what cannot be answered so is counted from the history, each day
    by the basis it was kept with.
    """

    def __init__(self, history: History, shelf: Shelf, zone: str) -> None:
        self._history = history
        self._shelf = shelf
        self.zone = ZoneInfo(zone)

    def answer(self, question: Question, now: datetime, *, fresh: bool = False) -> Answer:
        """The report; `fresh` counts everything anew, by today's basis. FsbridgeError: unknown filter."""
        (found,) = self.answers((question,), now, fresh=fresh)
        return found

    def answers(
        self, questions: Sequence[Question], now: datetime, *, fresh: bool = False
    ) -> tuple[Answer, ...]:
        """Several reports of one moment; what must be counted from the history is read once for all."""
        found = []
        with self._history.reading():
            labels = self._history.labels()
            timelines: dict[Window, Timeline] = {}
            asked = []
            for question in questions:
                question = _checked(question, labels)
                if question.window not in timelines:
                    timelines[question.window] = self._timeline(question.window, fresh=fresh)
                timeline = timelines[question.window]
                asked.append((timeline, Count(question, timeline.basis_at, self._bounds(question))))
            waiting: dict[Window, list[Count]] = {}
            for timeline, count in asked:
                scope = kept_scope(count.question)
                if scope and timeline.days:
                    self._from_shelf(count, timeline, scope)
                for window in timeline.unkept() if scope else [count.question.window]:
                    waiting.setdefault(window, []).append(count)
            for window, counts in waiting.items():
                self._from_history(counts, window, now)
        for timeline, count in asked:
            found.append(
                Answer(
                    question=count.question, at=now, zone=self.zone.key, total=count.total,
                    rows=tuple(self._rows(count, labels, count.bounds, now)), bases=timeline.bases(),
                    kept_days=len(timeline.days) if kept_scope(count.question) else 0, labels=labels,
                )
            )  # fmt: skip
        return tuple(found)

    def listing(self, question: Question, figure: str, row: str | None = None) -> Iterator[Item]:
        """The calls, visits or legs that a figure counts, in the order of their entry.

        `row` is the key of one row of the report, "" for what has none: then it is what that row counts,
        else what the total does. Read inside the same moment; consume it before anything else is asked of
        the store.
        """
        with self._history.reading():
            labels = self._history.labels()
            question = _checked(question, labels)
            count = Count(question, self._timeline(question.window).basis_at)
            scope = question.scope if row is None else question.rows_scope
            found = [
                item
                for call in self._history.calls(question.window, cases=question.needs_cases)
                for item in count.items(call, scope)
                if members(figure, item) and (row is None or row in count.keys(item))
            ]
        yield from sorted(found, key=lambda item: (item.entry, item.call.uuid))

    def labels(self) -> Labels:
        """What people call each flow, queue, operator and case."""
        with self._history.reading():
            return self._history.labels()

    def aggregate(self, day: date, now: datetime, *, by: str = "fsbridge", again: str = "") -> Kept:
        """Count a day that is over and keep its figures; what was kept.

        A day that was kept stays as it was: AlreadyKept, unless `again` gives the reason for counting it
        once more; then it is kept as a further revision, beside the earlier ones.
        """
        window = Window.of_days(day, day, self.zone)
        if window.end > now:
            raise FsbridgeError(f"{day} is not over yet; its figures can be kept from {window.end} on")
        with self._history.reading():
            heads = self._shelf.heads(day, day)
            if heads and not again:
                raise AlreadyKept(
                    f"the figures of {day} were kept at {heads[-1].made_at} (revision {heads[-1].revision}); "
                    "to count them again, give a reason"
                )
            basis = self._history.basis(self.zone.key)
            slots = tuple(intervals(Step.QUARTER, window, self.zone))
            counts = [
                Count(Question(window=window, by=by_group, step=Step.QUARTER), lambda at: basis, slots)
                for by_group in (None, *GROUPS)
            ]
            for call in self._history.calls(window, cases=True):
                for count in counts:
                    count.add(call)
            for span in self._history.spans(window):
                for count in counts:
                    count.spend(span, micros(now))
        going_on = counts[0].total.tally.waiting + counts[0].total.counts.get("handled open", 0)
        if going_on and now - window.end < PATIENCE:
            raise StillGoingOn(f"{going_on} calls of {day} still go on; its figures are kept once they end")
        return self._shelf.keep(
            Kept(
                day=day,
                basis=basis,
                made_at=now,
                made_by=by,
                reason=again,
                cells={
                    (count.question.by or CENTRE, key): cells
                    for count in counts
                    for key, cells in cells_of(count)
                },
            )
        )

    def aggregate_until(
        self, last: date, now: datetime, *, first: date, by: str = "fsbridge"
    ) -> Iterator[Kept]:
        """Keep every day from `first` to `last` that is not kept yet, one after the other: the nightly work.

        A day with calls that still go on is left for the next time.
        """
        known = {kept.day for kept in self._shelf.heads(first, last)}
        for day in Window.of_days(first, last, self.zone).days(self.zone):
            if day not in known:
                try:
                    yield self.aggregate(day, now, by=by)
                except StillGoingOn as error:
                    logger.info("%s", error)

    def kept(self, first: date, last: date) -> list[Kept]:
        """The days whose figures are kept, without the figures."""
        return self._shelf.heads(first, last)

    def differing(self, first: date, last: date, now: datetime) -> Iterator[tuple[Kept, Figures, Figures]]:
        """The kept days that the history no longer agrees with: what was kept, and what it comes to now.

        Both by the basis the day was kept with: records that came in late show, other targets do not.
        """
        for head in self.kept(first, last):
            window = Window.of_days(head.day, head.day, self.zone)
            with self._history.reading():
                count = Count(Question(window=window), Timeline(head.basis, [], window, self.zone).basis_at)
                self._from_history([count], window, now)
                kept = Count(Question(window=window), count.basis_at)
                pour(kept, self._shelf.load(head.day, head.day, CENTRE, None), [])
            if kept.total != count.total:
                yield head, kept.total, count.total

    # How an answer is made.

    def _timeline(self, window: Window, *, fresh: bool = False) -> Timeline:
        days = list(window.days(self.zone))
        heads = self._shelf.heads(days[0], days[-1]) if days and not fresh else []
        return Timeline(self._history.basis(self.zone.key), heads, window, self.zone)

    def _bounds(self, question: Question) -> tuple[Window, ...]:
        if question.step is None:
            return ()
        return tuple(intervals(question.step, question.window, self.zone))

    def _from_shelf(self, count: Count, timeline: Timeline, scope: tuple[str, str | None]) -> None:
        first, last = timeline.days[0], timeline.days[-1]
        group, key = scope
        wanted = set(timeline.days)
        rows = [kept for kept in self._shelf.load(first, last, group, key) if kept.day in wanted]
        totals: list[Kept] = []
        if count.question.by not in (None, "operator"):
            totals = [kept for kept in self._shelf.load(first, last, CENTRE, None) if kept.day in wanted]
        pour(count, rows, totals)

    def _from_history(self, counts: Sequence[Count], window: Window, now: datetime) -> None:
        parts = [
            Count(replace(count.question, window=window), count.basis_at, count.bounds) for count in counts
        ]
        cases = any(count.question.needs_cases for count in counts)
        for call in self._history.calls(window, cases=cases):
            judged: Judged = {}
            for part in parts:
                part.add(call, judged)
        bounds: dict[tuple[Window, ...], list[Count]] = {}
        for part in parts:
            if part.question.has_states:
                bounds.setdefault(part.bounds, []).append(part)
        for cut_by, alike in bounds.items():
            cuts = [
                Window(max(one.start, window.start), min(one.end, window.end))
                for one in cut_by
                if one.start < window.end and window.start < one.end
            ]
            for span in self._history.spans(window, cuts or [window]):
                for part in alike:
                    part.spend(span, micros(now))
        for count, part in zip(counts, parts, strict=True):
            count.take(part)

    def _rows(self, count: Count, labels: Labels, bounds: tuple[Window, ...], now: datetime) -> Iterator[Row]:
        asked = count.question
        known = labels.get(asked.by, {}) if asked.by else {}
        keys = sorted({key for _, key in count.rows}, key=_listed(list(known)))
        if asked.by is None:
            keys = [None] if bounds else []
        for index in range(len(bounds)) if bounds else (None,):
            for key in keys:
                figures = count.rows.get((index, key))
                if figures is None and asked.by is not None:
                    continue
                figures = figures or Figures()
                interval = bounds[index] if index is not None else None
                ends = (interval or asked.window).end
                provisional = ends > now or figures.tally.waiting > 0
                yield Row(interval, key, known.get(key or ""), figures, provisional)


def _listed(order: list[str]) -> Callable[[str | None], tuple[int, str]]:
    places = {key: place for place, key in enumerate(order)}
    return lambda key: (places.get(key or "", len(places)), key or "")


def _checked(question: Question, labels: Labels) -> Question:
    """The question with a case's lower levels; FsbridgeError names a filter that nobody knows."""
    wanted = (
        ("flow", question.flow),
        ("queue", question.queue),
        ("operator", question.operator),
        *(("case", key) for key in question.cases),
    )
    for group, key in wanted:
        if key and key not in labels[group]:
            known = ", ".join(labels[group]) or "none"
            raise FsbridgeError(f"there is no {group} {key!r}; known: {known}")
    if not question.cases:
        return question
    below = {key for key, label in labels["case"].items() if label.parent in question.cases}
    return replace(question, cases=question.cases | below)
