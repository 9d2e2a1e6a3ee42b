"""Everything about one call out of the store: the port of `fsbridge.services.callstory`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from peewee import JOIN

from fsbridge.adapters.store.history_search import StoredPast
from fsbridge.adapters.store.models import (
    AuditEntry,
    Call,
    CaseType,
    Leg,
    Note,
    Offer,
    Operator,
    OperatorSpan,
    Queue,
    Recording,
    RecordingPause,
    Visit,
)
from fsbridge.services.callstory import Recorded, Stretch, Version, Written

_SPANS = {"holding": "hold", "wrap-up": "wrap-up"}


class StoredCalls(StoredPast):
    """The past of a store, with everything about one call.

    >>> import tempfile
    >>> from fsbridge.adapters.store.store import Store
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredCalls(store).notes("7f1c")
    []
    >>> store.close(); folder.cleanup()
    """

    def stretches(self, uuid: str) -> list[Stretch]:
        """The stretches of time of a call, in no order."""
        with self._store.connection():
            call = Call.get(Call.uuid == uuid)
            return [*_in_queues(call), *_of_operators(call), *_recorded(call)]

    def notes(self, uuid: str) -> list[Written]:
        """What was written about a call, the first first."""
        with self._store.connection():
            query = (
                Note.select(Note, Operator, CaseType)
                .join(Operator, JOIN.LEFT_OUTER)
                .switch(Note)
                .join(CaseType, JOIN.LEFT_OUTER)
                .switch(Note)
                .join(Call)
                .where(Call.uuid == uuid)
                .order_by(Note.created_at, Note.id)
            )
            found = list(query)
            before = _versions([str(note.id) for note in found])
            return [
                Written(
                    at=note.saved_at or note.changed_at,
                    operator=note.operator.key if note.operator else "",
                    case=note.case_type.key if note.case_type else "",
                    text=note.text,
                    by_system=note.by_system,
                    versions=tuple(before[str(note.id)]),
                )
                for note in found
            ]

    def recordings(self, uuid: str) -> list[Recorded]:
        """A call's recordings, the first first."""
        with self._store.connection():
            return [_recording(row, uuid) for row in _recordings().where(Call.uuid == uuid)]

    def recording(self, number: int) -> Recorded | None:
        """A recording by its number."""
        with self._store.connection():
            row = _recordings().where(Recording.id == number).get_or_none()
            return None if row is None else _recording(row, row.call.uuid)

    def contact(self, uuid: str) -> int | None:
        """The contact a call was from, if it was noted."""
        with self._store.connection():
            row: Any = Call.get_or_none(Call.uuid == uuid)
            return None if row is None else row.contact_id


def _in_queues(call: Call) -> Iterator[Stretch]:
    visits = list(Visit.select(Visit, Queue).join(Queue).where(Visit.call == call).order_by(Visit.entered_at))
    if call.direction == "inbound":
        begun = call.answered_at or call.started_at
        until = visits[0].entered_at if visits else call.ended_at
        if until is None or until > begun:
            yield Stretch(lane="ivr", start=begun, end=until)
    for visit in visits:
        until = visit.answered_at or visit.left_at
        queue = visit.queue.key
        yield Stretch(lane="queue", start=visit.entered_at, end=until, queue=queue, what=visit.outcome)
    offers = Offer.select(Offer, Operator, Visit).join(Operator).switch(Offer).join(Visit)
    for offer in offers.where(Visit.call == call):
        yield Stretch(
            lane="offer", start=offer.offered_at, end=offer.ended_at, operator=offer.operator.key,
            what=offer.outcome,
        )  # fmt: skip


def _of_operators(call: Call) -> Iterator[Stretch]:
    legs = list(Leg.select(Leg, Operator).join(Operator, JOIN.LEFT_OUTER).where(Leg.call == call))
    whose = {leg.uuid: leg.operator.key if leg.operator else "" for leg in legs}
    wrapped = set()
    uuids = list(whose)
    for span in OperatorSpan.select().where(
        OperatorSpan.leg_uuid.in_(uuids), OperatorSpan.state.in_(list(_SPANS))
    ):
        lane = _SPANS[span.state]
        yield Stretch(lane=lane, start=span.started_at, end=span.ended_at, operator=whose[span.leg_uuid])
        if lane == "wrap-up":
            wrapped.add(span.leg_uuid)
    for leg in legs:
        if leg.answered_at is None:
            continue
        lane = "monitoring" if leg.kind == "monitoring" else "talk"
        yield Stretch(
            lane=lane, start=leg.answered_at, end=leg.ended_at, operator=whose[leg.uuid], what=leg.kind
        )
        if leg.wrap_up and leg.ended_at and leg.uuid not in wrapped:
            until = leg.ended_at + timedelta(microseconds=leg.wrap_up)
            yield Stretch(lane="wrap-up", start=leg.ended_at, end=until, operator=whose[leg.uuid])


def _recorded(call: Call) -> Iterator[Stretch]:
    for row in Recording.select().where(Recording.call == call):
        yield Stretch(lane="recording", start=row.started_at, end=row.ended_at)
    for pause in RecordingPause.select().where(RecordingPause.call == call.uuid):
        yield Stretch(lane="pause", start=pause.started_at, end=pause.ended_at, what=pause.started_by)


def _versions(notes: Sequence[str]) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = defaultdict(list)
    query = AuditEntry.select().where(AuditEntry.subject == "note", AuditEntry.which.in_(notes))
    for row in query.order_by(AuditEntry.at, AuditEntry.id):
        if isinstance(row.before, dict):
            before = {name: str(row.before.get(name) or "") for name in ("text", "case")}
            found[row.which].append(Version(until=row.at, by=row.actor, **before))
    return found


def _recordings() -> Any:
    return (
        Recording.select(Recording, Call, Operator)
        .join(Call)
        .switch(Recording)
        .join(Operator, JOIN.LEFT_OUTER)
        .order_by(Recording.started_at, Recording.id)
    )


def _recording(row: Any, call: str) -> Recorded:
    return Recorded(
        number=row.id, path=row.path, call=call, started_at=row.started_at, ended_at=row.ended_at,
        operator=row.operator.key if row.operator else "", size=row.size, fault=row.fault,
        held=row.held_at is not None, purged_at=row.purged_at,
        verified=row.verified_at is not None,
    )  # fmt: skip
