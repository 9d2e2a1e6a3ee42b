"""The live floor and the reports count the same: one definition of each figure in the whole project."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain import events as ev
from fsbridge.domain.figures import CallRecord, Count, Question, moment
from fsbridge.domain.figures.judging import outcome_of
from fsbridge.domain.tally import Definitions
from fsbridge.domain.visits import Visits
from tests.domain.figures.histories import QUEUES, History, histories
from tests.domain.figures.test_counting import FLOWS, count_of

_REASONS = {
    "answered": ev.LeftReason.SERVED,
    "abandoned": ev.LeftReason.GAVE_UP,
    "short abandoned": ev.LeftReason.GAVE_UP,
    "timed out": ev.LeftReason.TIMED_OUT,
    "no operator": ev.LeftReason.NO_OPERATOR,
    "exit key": ev.LeftReason.EXIT_KEY,
    "taken out": ev.LeftReason.TAKEN_OUT,
}


def seen(history: History) -> list[CallRecord]:
    """The calls that a floor can have seen: they were queued, and nothing of them was worked out."""
    found = []
    for call in history.calls:
        whole = call.visits and all(outcome_of(visit) is not None for visit in call.visits)
        if call.direction == "inbound" and call.outcome == "queued" and whole:
            found.append(replace(call, visits=[visit._replace(inferred=False) for visit in call.visits]))
    return found


def events(call: CallRecord) -> Iterator[ev.DomainEvent]:
    for visit in call.visits:
        about = {"visit": visit.uuid, "call": call.uuid, "queue": visit.queue}
        yield ev.CallerEnteredQueue(at=moment(visit.entered), **about)
        if visit.answered is not None:
            yield ev.CallBridged(at=moment(visit.answered), uuid="o", other=call.uuid, visit=visit.uuid)
        if visit.left is not None:
            yield ev.CallerLeftQueue(at=moment(visit.left), reason=_REASONS[visit.outcome], **about)


@given(histories(), st.integers(0, 1))
def test_a_day_seen_live_is_the_day_counted_afterwards(history: History, day: int) -> None:
    calls = seen(history)
    live = Visits(
        Definitions(zone=history.zone, by_queue={queue: FLOWS[flow] for queue, flow in QUEUES.items()})
    )
    live.roll((history.day + timedelta(days=day)).date())
    happened = sorted(itertools.chain.from_iterable(map(events, calls)), key=lambda one: one.at)
    for number, seen_at in enumerate(happened, 1):
        event = replace(seen_at, sequence=number)
        match event:
            case ev.CallerEnteredQueue():
                live.entered(event)
            case ev.CallBridged():
                live.bridged(event)
            case ev.CallerLeftQueue():
                live.left(event)

    window = history.window(day, day)

    def counted(by: str | None) -> Count:
        return count_of(Question(window=window, by=by), History(history.zone, history.day, calls, []))

    assert live.total() == counted(None).total.tally
    for (_, queue), figures in counted("queue").rows.items():
        if figures.tally.offered:
            assert live.tally(queue or "") == figures.tally
