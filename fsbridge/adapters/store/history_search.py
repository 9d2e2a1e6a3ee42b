"""Calls looked up in the store, and one call told moment by moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import JOIN

from fsbridge.adapters.store.figures import StoredHistory
from fsbridge.adapters.store.models import (
    Call,
    CaseType,
    Contact,
    Flow,
    Leg,
    Note,
    Offer,
    Operator,
    Queue,
    Recording,
    Visit,
)
from fsbridge.domain.figures import Labels
from fsbridge.domain.tally import Outcome
from fsbridge.services.calls import Found, Moment, Story, Wanted

_VISITS = {outcome.value for outcome in Outcome}
_NOTE_SHOWN = 80


class StoredPast(StoredHistory):
    """The past of a store, for `fsbridge.services.calls.Calls`.

    >>> import tempfile
    >>> from fsbridge.adapters.store.store import Store
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> past = StoredPast(store)
    >>> with past.reading():
    ...     past.find(Wanted(operator="op01"))
    []
    >>> store.close(); folder.cleanup()
    """

    def find(self, wanted: Wanted) -> list[Found]:
        """The newest calls that fit, one more than the limit if there are more."""
        with self._store.connection():
            query = (
                Call.select(Call, Flow, Contact)
                .join(Flow, JOIN.LEFT_OUTER)
                .switch(Call)
                .join(Contact, JOIN.LEFT_OUTER)
                .order_by(Call.started_at.desc(), Call.id.desc())
                .limit(wanted.limit + 1)
            )
            for condition in _conditions(wanted):
                query = query.where(condition)
            return _found(list(query))

    def matching(self, uuid: str) -> list[str]:
        """The uuids that begin so, a few of them."""
        with self._store.connection():
            if Call.select().where(Call.uuid == uuid).exists():
                return [uuid]
            query = Call.select(Call.uuid).where(Call.uuid.startswith(uuid))
            return [row.uuid for row in query.order_by(Call.uuid).limit(6)]

    def story(self, uuid: str, labels: Labels) -> Story:
        """One call from its beginning to its last note."""
        with self._store.connection():
            call = (
                Call.select(Call, Flow, Contact)
                .join(Flow, JOIN.LEFT_OUTER)
                .switch(Call)
                .join(Contact, JOIN.LEFT_OUTER)
                .where(Call.uuid == uuid)
                .get()
            )
            schedule = call.schedule
            moments = [one for one in _moments(call) if one.at is not None]
            return Story(
                call=_found([call])[0],
                dialled=call.dialled,
                ended_at=call.ended_at,
                cause=call.cause,
                schedule=f"{schedule.key} {schedule.version}" if schedule else "",
                moments=tuple(sorted(moments, key=lambda one: one.at)),
                labels=labels,
            )


def _conditions(wanted: Wanted) -> Iterator[Any]:
    start, end = (wanted.window.start, wanted.window.end) if wanted.window else (None, None)
    if wanted.operator:
        legs = Leg.select(Leg.call).join(Operator).where(Operator.key == wanted.operator)
        if start is not None:
            legs = legs.where(Leg.started_at >= start, Leg.started_at < end)
        yield Call.id.in_(legs)
    elif start is not None:
        yield (Call.started_at >= start) & (Call.started_at < end)
    if wanted.digits:
        yield Call.number.endswith(wanted.digits)
    if wanted.flow:
        yield Flow.key == wanted.flow
    if wanted.direction:
        yield Call.direction == wanted.direction
    if wanted.outcome in _VISITS:
        yield Call.id.in_(Visit.select(Visit.call).where(Visit.outcome == wanted.outcome))
    elif wanted.outcome:
        yield Call.outcome == wanted.outcome
    if wanted.case:
        above = CaseType.alias()
        kinds = CaseType.select(CaseType.id).join(above, JOIN.LEFT_OUTER, on=(CaseType.parent == above.id))
        kinds = kinds.where((CaseType.key == wanted.case) | (above.key == wanted.case))
        yield Call.id.in_(Note.select(Note.call).where(Note.case_type.in_(kinds)))
    if wanted.text:
        yield Call.id.in_(Note.select(Note.call).where(Note.text.contains(wanted.text)))


def _found(calls: Sequence[Call]) -> list[Found]:
    ids = [call.id for call in calls]
    visits = _by_call(
        Visit.select(Visit, Queue).join(Queue).where(Visit.call.in_(ids)).order_by(Visit.entered_at, Visit.id)
    )
    legs = _by_call(
        Leg.select(Leg, Operator)
        .join(Operator, JOIN.LEFT_OUTER)
        .where(Leg.call.in_(ids), Leg.kind != "monitoring")
        .order_by(Leg.started_at, Leg.id)
    )
    notes = _by_call(
        Note.select(Note, CaseType)
        .join(CaseType, JOIN.LEFT_OUTER)
        .where(Note.call.in_(ids))
        .order_by(Note.created_at, Note.id)
    )
    return [_one(call, visits[call.id], legs[call.id], notes[call.id]) for call in calls]


def _one(call: Call, visits: Sequence[Visit], legs: Sequence[Leg], notes: Sequence[Note]) -> Found:
    decides = next((one for one in visits if one.answered_at), visits[-1] if visits else None)
    until = (decides.answered_at or decides.left_at) if decides else None
    talks = [leg.ended_at - leg.answered_at for leg in legs if leg.answered_at and leg.ended_at]
    text = " / ".join(note.text for note in notes if note.text)
    return Found(
        uuid=call.uuid,
        started_at=call.started_at,
        direction=call.direction,
        number=call.number,
        name=call.contact.name if call.contact else call.name,
        flow=call.flow.key if call.flow else "",
        queues=tuple(dict.fromkeys(visit.queue.key for visit in visits)),
        outcome=decides.outcome if decides else call.outcome,
        wait=until - decides.first_entered_at if decides and until else None,
        operators=tuple(
            dict.fromkeys(leg.operator.key for leg in legs if leg.operator and leg.answered_at)
        ),
        talk=sum(talks, timedelta()) if talks else None,
        cases=tuple(dict.fromkeys(note.case_type.key for note in notes if note.case_type)),
        note=text if len(text) <= _NOTE_SHOWN else text[: _NOTE_SHOWN - 1] + "…",
    )  # fmt: skip


def _by_call(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.call_id].append(row)
    return found


def _moments(call: Call) -> Iterator[Moment]:
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
