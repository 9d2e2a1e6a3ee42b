"""Histories of the figures' tests, written into a store, and taken out again."""

from __future__ import annotations

from collections import Counter

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.fields import moment
from fsbridge.adapters.store.models import (
    Call,
    CaseType,
    Figure,
    FigureDay,
    Flow,
    Leg,
    Note,
    Operator,
    OperatorSpan,
    Queue,
    Visit,
)
from fsbridge.domain.figures import CallRecord
from tests.adapters.store.making import NOON
from tests.domain.figures.histories import CASES, OPERATORS, QUEUES, SECONDS, History

_DAY = 24 * 3600 * 1_000_000


def lay_out(store: Store) -> None:
    """The flows, queues, operators and cases that the histories speak of."""
    with store.writing():
        for key, (short, within) in SECONDS.items():
            Flow.create(key=key, name=key, short_abandon=short, answer_within=within)
        for key, flow in QUEUES.items():
            Queue.create(key=key, name=key, flow=Flow.get(key=flow))
        for key in OPERATORS:
            Operator.create(key=key, name=key, registered_at=NOON)
        above = CaseType.create(key="leak", name="漏水")
        for key in CASES:
            CaseType.create(key=key, name=key, parent=above)


def write(store: Store, history: History) -> None:
    """The history as rows in place of any that were there; which calls repeat is left to be found."""
    with store.writing():
        for model in (Figure, FigureDay, OperatorSpan, Note, Leg, Visit, Call):
            model.delete().execute()
        for call in history.calls:
            _write(call)
        for span in history.spans:
            OperatorSpan.create(
                operator=Operator.get(key=span.operator),
                state=span.state,
                started_at=moment(span.started),
                ended_at=span.ended if span.ended is None else moment(span.ended),
            )


def _write(call: CallRecord) -> None:
    row = Call.create(
        uuid=call.uuid, direction=call.direction, number=call.number, started_at=moment(call.started),
        outcome=call.outcome, flow=Flow.get(key=call.flow) if call.flow else None,
    )  # fmt: skip
    visits: dict[str, Visit] = {}
    ordinals: Counter[str] = Counter()
    for visit in call.visits:
        ordinals[visit.queue] += 1
        visits[visit.uuid] = Visit.create(
            uuid=visit.uuid, call=row, queue=Queue.get(key=visit.queue), ordinal=ordinals[visit.queue],
            entered_at=visit.entered, first_entered_at=visit.first_entered, answered_at=visit.answered,
            left_at=visit.left, outcome=visit.outcome, inferred=visit.inferred,
            operator=Operator.get(key=visit.operator) if visit.operator else None,
        )  # fmt: skip
    for leg in call.legs:
        Leg.create(
            uuid=leg.uuid, call=row, visit=visits.get(leg.visit),
            operator=Operator.get(key=leg.operator) if leg.operator else None,
            kind=leg.kind, started_at=leg.started, answered_at=leg.answered, ended_at=leg.ended,
            hold=leg.hold, wrap_up=leg.wrap_up,
        )  # fmt: skip
    for case in call.cases:
        Note.create(call=row, case_type=CaseType.get(key=case), created_at=NOON, changed_at=NOON)


def as_read(history: History) -> History:
    """The history as it must come back: calls that repeat an earlier one within a day are known as such."""
    inbound = [call for call in history.calls if call.direction == "inbound"]
    order = {call.uuid: place for place, call in enumerate(history.calls)}
    calls = [
        CallRecord(
            call.uuid, call.started, call.direction, call.number, call.flow, call.outcome,
            any(
                one.number == call.number
                and call.started - _DAY <= one.started
                and (one.started, order[one.uuid]) < (call.started, order[call.uuid])
                for one in inbound
            ),
            call.visits, call.legs, call.cases,
        )
        for call in history.calls
    ]  # fmt: skip
    return History(history.zone, history.day, calls, history.spans)
