"""One call told moment by moment, from its rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from peewee import JOIN

from fsbridge.adapters.store.models import (
    Call,
    CaseType,
    Leg,
    Note,
    Offer,
    Operator,
    Queue,
    Recording,
    Visit,
)
from fsbridge.services.calls import Moment


def moments_of(call: Call) -> Iterator[Moment]:
    """Everything that is known to have happened in a call, in no order."""
    yield Moment(call.started_at, "began", {"number": call.number, "dialled": call.dialled})
    yield from _at(call.answered_at, "answered")
    for visit in Visit.select(Visit, Queue).join(Queue).where(Visit.call == call):
        queue = {"queue": visit.queue.key}
        yield Moment(visit.entered_at, "entered", queue)
        yield from _at(visit.answered_at, "connected", queue)
        yield from _at(visit.left_at, "left", {**queue, "outcome": visit.outcome})
    offers = Offer.select(Offer, Operator).join(Operator).switch(Offer).join(Visit).where(Visit.call == call)
    for offer in offers:
        operator = {"operator": offer.operator.key}
        yield Moment(offer.offered_at, "offered", operator)
        yield from _at(offer.ended_at, "offer ended", {**operator, "outcome": offer.outcome})
    for leg in Leg.select(Leg, Operator).join(Operator, JOIN.LEFT_OUTER).where(Leg.call == call):
        part = {"operator": leg.operator.key if leg.operator else "", "kind": leg.kind}
        if leg.kind != "queue":  # a queue's leg begins with its offer and its answer
            yield Moment(leg.started_at, "leg began", part)
            yield from _at(leg.answered_at, "leg answered", part)
        if leg.ended_at:
            yield Moment(leg.ended_at, "leg ended", {**part, "hold": _seconds(leg.hold)})
            if leg.wrap_up:
                yield Moment(leg.ended_at + timedelta(microseconds=leg.wrap_up), "wrapped up", part)
    for note in Note.select(Note, CaseType).join(CaseType, JOIN.LEFT_OUTER).where(Note.call == call):
        case = note.case_type.key if note.case_type else ""
        yield Moment(note.saved_at or note.changed_at, "noted", {"case": case, "text": note.text})
    for recording in Recording.select().where(Recording.call == call):
        yield Moment(recording.started_at, "recording began", {"path": recording.path})
        purged = {"purged": "yes"} if recording.purged_at else {}
        yield from _at(recording.ended_at, "recording ended", {"path": recording.path, **purged})
    yield from _at(call.ended_at, "ended", {"cause": call.cause})


def _at(moment: datetime | None, what: str, detail: dict[str, str] | None = None) -> Iterator[Moment]:
    if moment is not None:
        yield Moment(moment, what, detail or {})


def _seconds(micros: int) -> str:
    return str(micros // 1_000_000)
