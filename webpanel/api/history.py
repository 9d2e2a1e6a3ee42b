"""What the API gives of the past."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta

import msgspec

from fsbridge.adapters.store.call_story import StoredCalls
from fsbridge.adapters.store.figure_days import FigureShelf
from fsbridge.domain.figures import Question, Step, Window, micros, moment
from fsbridge.services.calls import Calls, Found, Wanted
from fsbridge.services.callstory import WholeCalls
from fsbridge.services.figures import Reporting
from webpanel.api import past
from webpanel.api.request import Request
from webpanel.centre import Centre, Kept
from webpanel.problems import Misasked, NotThere

LONGEST = timedelta(days=5 * 366)
"""The longest window of figures."""
MOST_ROWS = 3000
"""Intervals of an answer: a month by quarters of an hour."""
BEGINNING, END = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class HistoryAnswers:
    """Answers from the history, by the same services as the panel's pages. A token sees whole numbers."""

    def __init__(self, centre: Centre, kept: Kept) -> None:
        self._centre = centre
        self._past = StoredCalls(kept.store)
        self._calls = Calls(self._past)
        self._whole = WholeCalls(self._past)
        zone = centre.plan().zone
        self._reporting = Reporting(self._past, FigureShelf(kept.store), zone)

    def calls(self, request: Request) -> past.Calls:
        """A page of calls, the newest first; the next page goes on below its last one."""
        asked: past.FindCalls = request.query
        window = None
        if asked.from_ is not None or asked.until is not None:
            window = _window(asked.from_ or BEGINNING, asked.until or END)
        wanted = Wanted(
            window=window,
            operator=asked.operator,
            number=asked.number,
            contact=asked.contact,
            flow=asked.flow,
            queue=asked.queue,
            case=asked.case,
            direction=asked.direction or "",
            outcome=asked.outcome or "",
            text=asked.text,
            recorded=asked.recorded,
            limit=asked.limit,
            beyond=_place(asked.cursor) if asked.cursor else None,
        )
        found = self._calls.find(wanted)
        return past.Calls(
            calls=[_call(one) for one in found.calls],
            next=_cursor(found.calls[-1]) if found.more else None,
        )

    def call(self, request: Request) -> past.Timeline:
        """One call; NotThere if there is none of exactly this uuid."""
        uuid = request.places["uuid"]
        with self._past.reading():
            if not self._past.found([uuid]):
                raise NotThere(f"there is no call {uuid}")
            whole = self._whole.show(uuid)
        story = whole.story
        return past.Timeline(
            call=_call(story.call),
            dialled=story.dialled,
            ended_at=story.ended_at,
            cause=story.cause,
            contact=whole.contact,
            moments=[past.Moment(at=one.at, what=one.what, detail=dict(one.detail)) for one in story.moments],
            stretches=[
                past.Stretch(
                    lane=one.lane,
                    start=one.start,
                    end=one.end,
                    operator=one.operator,
                    queue=one.queue,
                    what=one.what,
                )
                for one in whole.stretches
            ],
            notes=[
                past.Note(at=one.at, operator=one.operator, case=one.case, text=one.text)
                for one in whole.notes
            ],
            recordings=[
                past.Recording(
                    id=one.number,
                    started_at=one.started_at,
                    ended_at=one.ended_at,
                    operator=one.operator,
                    purged_at=one.purged_at,
                )
                for one in whole.recordings
            ],
        )

    def figures(self, request: Request) -> past.FigureReport:
        """A report, by the same definitions as every other."""
        asked: past.AskFigures = request.query
        window = _window(asked.from_, asked.until)
        step = Step(asked.every) if asked.every else None
        if window.length > LONGEST:
            raise Misasked("query.until", "is more than five years after from; ask for less at a time")
        if step is not None and _steps(window, step) > MOST_ROWS:
            raise Misasked("query.every", f"cuts the window into more than {MOST_ROWS} rows; ask for less")
        question = Question(
            window=window,
            step=step,
            by=asked.by,
            flow=asked.flow,
            queue=asked.queue,
            operator=asked.operator,
            cases=frozenset({asked.case} - {""}),
        )
        answer = self._reporting.answer(question, self._centre.clock())
        if len(answer.rows) > 10 * MOST_ROWS:
            raise Misasked("query.every", f"makes {len(answer.rows)} rows; ask for less at a time")
        return msgspec.convert(answer.data("en"), type=past.FigureReport)


def _window(start: datetime, end: datetime) -> Window:
    if end < start:
        raise Misasked("query.until", "comes before from; give a later one")
    return Window(start, end)


def _steps(window: Window, step: Step) -> float:
    return window.length / (timedelta(minutes=step.minutes) if step.minutes else timedelta(days=1))


def _cursor(call: Found) -> str:
    text = f"{micros(call.started_at)}.{call.uuid}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[datetime, str]:
    """The call that a cursor stands at."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        at, _, uuid = text.partition(".")
        if not uuid or not uuid.isprintable():
            raise ValueError
        return moment(int(at)), uuid
    except (ValueError, OverflowError, binascii.Error):
        raise Misasked("query.cursor", "is none that was given out; begin with the first page") from None


def _call(one: Found) -> past.Call:
    return past.Call(
        uuid=one.uuid,
        started_at=one.started_at,
        direction=one.direction,
        number=one.number,
        name=one.name,
        flow=one.flow,
        queues=list(one.queues),
        operators=list(one.operators),
        outcome=one.outcome,
        wait=_seconds(one.wait),
        talk=_seconds(one.talk),
        cases=list(one.cases),
        note=one.note,
        recorded=one.recorded,
    )


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()
