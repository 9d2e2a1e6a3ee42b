"""Lists of calls in pages: what a search finds, or exactly what a figure counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fsbridge.domain.figures import FIGURES, Item, Labels, Question, moment
from fsbridge.errors import InvalidArgument
from fsbridge.services.calls import MOST_COUNTED, Found, Past, Wanted, check_filters
from fsbridge.services.figures import Reporting

PAGE = 50
"""Calls on a page."""
PIECE = 500
"""Calls read at a time when all of them are wanted."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure whose calls are wanted: one of `FIGURES`; `row` the key of one row of a report by `by`.

    With a `weekday` (ISO: Monday 1), an `hour` (0 to 23) of the centre's clock, or both, only what began, or
    entered its queue, then. InvalidArgument for what is none of these.

    >>> Counted("handled", by="case", row="").row
    ''
    >>> Counted("happy")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    fsbridge.errors.InvalidArgument: figure is 'happy'; give one of offered, answered, ...
    """

    figure: str
    by: str = ""
    row: str | None = None
    weekday: int | None = None
    hour: int | None = None

    def __post_init__(self) -> None:
        if self.figure not in FIGURES:
            raise InvalidArgument("figure", f"is {self.figure!r}; give one of {', '.join(FIGURES)}")
        if self.row is not None and not self.by:
            raise InvalidArgument("row", "is given without what the rows are by; give by too")
        if self.weekday is not None and not 1 <= self.weekday <= 7:
            raise InvalidArgument("weekday", f"is {self.weekday}; give 1 (Monday) to 7 (Sunday)")
        if self.hour is not None and not 0 <= self.hour <= 23:
            raise InvalidArgument("hour", f"is {self.hour}; give 0 to 23")

    def when(self, at: datetime) -> bool:
        """Whether a moment, on the centre's clock, is in the weekday and hour.

        >>> Counted("offered", weekday=1, hour=9).when(datetime(2027, 3, 1, 9, 59))
        True
        """
        return self.weekday in (None, at.isoweekday()) and self.hour in (None, at.hour)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a list: a call, or what of it a figure counts, a visit or an operator's leg.

    `outcome` is what became of just that, `at` when it began, or entered the queue.

    >>> from datetime import UTC
    >>> at = datetime(2027, 3, 1, tzinfo=UTC)
    >>> Line(call=Found(uuid="7f1c", started_at=at, direction="inbound"), at=at, outcome="answered").leg
    ''
    """

    call: Found
    at: datetime
    outcome: str
    flow: str = ""
    queues: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    wait: timedelta | None = None
    talk: timedelta | None = None
    leg: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a list: `all` is how many lines it has, `calls` of how many calls, `counts` by outcome.

    `capped` if there are more than were counted.

    >>> Page(lines=(), number=1, all=101, calls=101, counts={}, capped=False, labels={}).last
    3
    """

    lines: tuple[Line, ...]
    number: int
    all: int
    calls: int
    counts: Mapping[tuple[str, str], int]
    capped: bool
    labels: Labels

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.all // PAGE))


class CallList:
    """Lists of calls, newest first; a figure's holds what `Reporting` counts, by the same definitions.

    Filters that a figure does not know (a number, words) leave out of its calls what does not fit.
    """

    def __init__(self, past: Past, reporting: Reporting) -> None:
        self._past = past
        self._reporting = reporting

    def page(self, wanted: Wanted, figure: Counted | None = None, number: int = 1) -> Page:
        """A page, the last one if there are not so many; FsbridgeError for a filter that nobody knows."""
        if figure is not None:
            return self._page_of(figure, wanted, number)
        with self._past.reading():
            labels = self._past.labels()
            check_filters(labels, wanted)
            totals = self._past.totals(wanted, MOST_COUNTED)
            all_ = min(totals.all, MOST_COUNTED)
            number = _within(number, all_)
            found = self._past.find(replace(wanted, limit=PAGE, skip=(number - 1) * PAGE))[:PAGE]
        return Page(
            lines=tuple(map(_line_of_call, found)), number=number, all=all_, calls=all_,
            counts=totals.counts, capped=totals.capped, labels=labels,
        )  # fmt: skip

    def pieces(self, wanted: Wanted, figure: Counted | None, most: int) -> Iterator[Sequence[Line]]:
        """All lines in pieces, each read on its own when it is asked for; no more than `most`."""
        if figure is not None:
            with self._past.reading():
                items = self._items(figure, wanted)[:most]
            for at in range(0, len(items), PIECE):
                yield self._lines(items[at : at + PIECE])
            return
        for skip in range(0, most, PIECE):
            with self._past.reading():
                found = self._past.find(replace(wanted, limit=PIECE, skip=skip))
            yield [_line_of_call(one) for one in found[: min(PIECE, most - skip)]]
            if len(found) <= PIECE:
                return

    def _page_of(self, figure: Counted, wanted: Wanted, number: int) -> Page:
        with self._past.reading():
            items = self._items(figure, wanted)
            number = _within(number, len(items))
            lines = self._lines(items[(number - 1) * PAGE : number * PAGE])
            labels = self._past.labels()
        return Page(
            lines=tuple(lines), number=number, all=len(items),
            calls=len({item.call.uuid for item in items}),
            counts=Counter((item.call.direction, item.what) for item in items), capped=False, labels=labels,
        )  # fmt: skip

    def _items(self, figure: Counted, wanted: Wanted) -> list[Item]:
        """What the figure counts, the newest first."""
        if wanted.window is None:
            raise InvalidArgument("window", "is missing: a figure counts within a time; give from and until")
        question = Question(
            window=wanted.window, by=figure.by or None, flow=wanted.flow, queue=wanted.queue,
            operator=wanted.operator, cases=frozenset({wanted.case} - {""}),
        )  # fmt: skip
        zone = self._reporting.zone
        items = [
            item
            for item in self._reporting.listing(question, figure.figure, figure.row)
            if figure.when(moment(item.entry).astimezone(zone))
        ]
        if wanted.narrows:
            rest = replace(wanted, window=None, flow="", queue="", operator="", case="")
            among = self._past.among(list({item.call.uuid for item in items}), rest)
            items = [item for item in items if item.call.uuid in among]
        return items[::-1]

    def _lines(self, items: Sequence[Item]) -> list[Line]:
        found = self._past.found([item.call.uuid for item in items])
        return [_line_of_item(item, found[item.call.uuid]) for item in items]


def _within(number: int, all_: int) -> int:
    return max(1, min(number, -(-all_ // PAGE)))


def _line_of_call(call: Found) -> Line:
    return Line(
        call=call, at=call.started_at, outcome=call.outcome, flow=call.flow, queues=call.queues,
        operators=call.operators, wait=call.wait, talk=call.talk,
    )  # fmt: skip


def _line_of_item(item: Item, call: Found) -> Line:
    leg = item.leg
    talk = call.talk
    if leg is not None:
        over = leg.ended is not None and leg.answered is not None
        talk = timedelta(microseconds=leg.ended - leg.answered) if over else None  # type: ignore[operator]
    return Line(
        call=call,
        at=moment(item.entry),
        outcome=leg.kind if leg is not None and leg.kind != "queue" else item.what,
        flow=item.flow,
        queues=(item.queue,) if item.queue else call.queues,
        operators=(item.operator,) if item.operator else call.operators,
        wait=None if item.wait is None else timedelta(microseconds=item.wait),
        talk=talk,
        leg=leg.uuid if leg is not None else "",
    )
