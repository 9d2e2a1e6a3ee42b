"""The past in the store: the port of `fsbridge.services.history`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from peewee import DatabaseError, InterfaceError

from fsbridge.adapters.store.models import (
    Call,
    CallRecord,
    ContactNumber,
    Flow,
    Leg,
    Note,
    Offer,
    Operator,
    OperatorSpan,
    Queue,
    Recording,
    Schedule,
    Setting,
    Visit,
)
from fsbridge.adapters.store.plan import CENTRE
from fsbridge.adapters.store.store import Store
from fsbridge.adapters.store.wrapups import join_wrap_ups
from fsbridge.domain.history import CallRow, History, LegRow, OfferRow, RecordingRow, VisitRow
from fsbridge.services.history import Item, RecordRefused

logger = logging.getLogger(__name__)

_MICROSECOND = timedelta(microseconds=1)
SHARED = 2
"""Holders from which on a number is nobody's own."""
_OUT_OF_THE_WAY = 1_000_000
"""Added to ordinals while they change places."""


class StoredPast:
    """The past of a store; `locked` lets one record at a time be taken in, on either database.

    `normal` makes of a region and a number what contacts are looked up by, "" if it is none.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> with StoredPast(store).locked() as ledger:
    ...     ledger.item("7f1c") is None
    True
    >>> store.close(); folder.cleanup()
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        normal: Callable[[str, str], str] = lambda region, number: "",
    ) -> None:
        self._store = store
        self._clock = clock
        self._normal = normal

    @contextmanager
    def locked(self) -> Iterator[_Ledger]:
        """The past while nobody else writes to it; undone if the block raises.

        StoreUnavailable: the same may succeed later. RecordRefused: it never will.
        """
        try:
            with self._store.writing() as database:
                database.lock("call_record")
                yield _Ledger(self._clock(), self._normal)
        except (DatabaseError, InterfaceError) as error:
            raise RecordRefused(f"the database refuses what a call record says: {error}") from error


class _Ledger:
    """The past within a transaction."""

    def __init__(self, now: datetime, normal: Callable[[str, str], str]) -> None:
        self._now = now
        self._normal = normal
        self._operators: dict[str, Operator | None] = {}

    def item(self, uuid: str) -> Item | None:
        row = CallRecord.get_or_none(CallRecord.uuid == uuid)
        return _item(row) if row else None

    def group(self, root: str) -> Sequence[Item]:
        rows = CallRecord.select().where(CallRecord.root == root).order_by(CallRecord.uuid)
        return [_item(row) for row in rows]

    def keep(self, item: Item) -> None:
        values = {"root": item.root, "source": item.source, "data": item.data, "received_at": self._now}
        if not CallRecord.update(values).where(CallRecord.uuid == item.uuid).execute():
            CallRecord.create(uuid=item.uuid, **values)

    def move(self, root: str, to: str) -> None:
        CallRecord.update(root=to).where(CallRecord.root == root).execute()

    def open_calls(self) -> Sequence[str]:
        return [row.uuid for row in Call.select(Call.uuid).where(Call.ended_at.is_null())]

    def short_abandon(self, queue: str) -> timedelta:
        row = Flow.select(Flow.short_abandon).join(Queue).where(Queue.key == queue).get_or_none()
        default: int = Flow.short_abandon.default
        return timedelta(seconds=row.short_abandon if row else default)

    def write(self, history: History) -> None:
        call = self._call(history.call)
        visits = self._visits(call, history.visits)
        self._legs(call, history.legs, visits, history.no_legs)
        self._offers(history.offers, visits)
        if history.recording:
            self._recording(call, history.recording)

    def _call(self, row: CallRow) -> Call:
        values: dict[str, Any] = {
            "direction": row.direction,
            "number": row.number,
            "name": row.name,
            "dialled": row.dialled,
            "started_at": row.started_at,
            "answered_at": row.answered_at,
            "ended_at": row.ended_at,
            "cause": row.cause,
            "outcome": row.outcome,
        }
        flow = Flow.get_or_none(Flow.key == row.flow) if row.flow else None
        if flow or row.queue:
            values["flow"] = flow or self._queue(row.queue).flow
        call = Call.get_or_none(Call.uuid == row.uuid)
        if call is None or call.contact is None:
            values["contact"] = self._contact(row.number)
        if call is None:
            return Call.create(uuid=row.uuid, schedule=_schedule(row.started_at), **values)
        Call.update(values).where(Call.id == call.id).execute()
        return call

    def _contact(self, number: str) -> int | None:
        """The contact whose number this is; None for nobody, and for a number that several share."""
        centre = Setting.get_or_none(Setting.key == CENTRE) if number else None
        normal = self._normal(centre.value["region"], number) if centre is not None else ""
        if not normal:
            return None
        holders = ContactNumber.select(ContactNumber.contact).where(ContactNumber.number == normal)
        ids: list[int] = [row[0] for row in cast(Iterable[Any], holders.distinct().limit(SHARED).tuples())]
        return ids[0] if len(ids) == 1 else None

    def _visits(self, call: Call, rows: Sequence[VisitRow]) -> dict[str, int]:
        """The ids of the call's visits by their uuid; one that was only guessed at may go again."""
        there = {visit.uuid: visit for visit in Visit.select().where(Visit.call == call)}
        gone = [visit.id for uuid, visit in there.items() if uuid not in {row.uuid for row in rows}]
        if gone:
            Leg.update(visit=None).where(Leg.visit.in_(gone)).execute()
            Offer.delete().where(Offer.visit.in_(gone)).execute()
            Visit.delete().where(Visit.id.in_(gone)).execute()
        if any(row.uuid in there and there[row.uuid].ordinal != row.ordinal for row in rows):
            Visit.update(ordinal=Visit.ordinal + _OUT_OF_THE_WAY).where(Visit.call == call).execute()
        ids = {}
        for row in rows:
            operator = self._operator(row.operator, known_to_queue=True)
            values: dict[str, Any] = {
                "call": call,
                "queue": self._queue(row.queue),
                "ordinal": row.ordinal,
                "entered_at": row.entered_at,
                "first_entered_at": row.first_entered_at,
                "answered_at": row.answered_at,
                "left_at": row.left_at,
                "operator": operator,
                "outcome": row.outcome.value,
                "inferred": row.inferred,
            }
            if row.uuid in there:
                ids[row.uuid] = there[row.uuid].id
                Visit.update(values).where(Visit.id == ids[row.uuid]).execute()
            else:
                ids[row.uuid] = Visit.create(uuid=row.uuid, **values).id
        return ids

    def _legs(
        self, call: Call, rows: Sequence[LegRow], visits: dict[str, int], no_legs: Sequence[str]
    ) -> None:
        for row in rows:
            values: dict[str, Any] = {
                "call": call,
                "visit": visits.get(row.visit),
                "operator": self._operator(row.operator, known_to_queue=row.kind == "queue"),
                "kind": row.kind,
                "started_at": row.started_at,
                "answered_at": row.answered_at,
                "ended_at": row.ended_at,
                "hold": row.hold // _MICROSECOND,
            }
            if not Leg.update(values).where(Leg.uuid == row.uuid).execute():
                Leg.create(uuid=row.uuid, **values)
                join_wrap_ups(row.uuid)
        wrong = [leg.id for leg in Leg.select().where(Leg.call == call, Leg.uuid.in_(no_legs))]
        if wrong:
            for model in (Note, OperatorSpan, Recording):
                model.update(leg=None).where(model.leg.in_(wrong)).execute()
            Leg.delete().where(Leg.id.in_(wrong)).execute()

    def _offers(self, rows: Sequence[OfferRow], visits: dict[str, int]) -> None:
        wanted = {}
        for row in rows:
            operator = self._operator(row.operator, known_to_queue=True)
            if operator is not None:
                wanted[visits[row.visit], operator.id, row.offered_at] = row
        there: Any = Offer.select(
            Offer.id, Offer.visit, Offer.operator, Offer.offered_at, Offer.ended_at, Offer.outcome
        ).where(Offer.visit.in_(list(visits.values())))
        for offer, visit, operator_id, at, *rest in there.tuples():
            same = wanted.pop((visit, operator_id, at), None)
            if same is None:
                Offer.delete().where(Offer.id == offer).execute()
            elif rest != [same.ended_at, same.outcome]:
                values = {"ended_at": same.ended_at, "outcome": same.outcome}
                Offer.update(values).where(Offer.id == offer).execute()
        for (visit, operator_id, at), row in wanted.items():
            Offer.create(
                visit=visit, operator=operator_id, offered_at=at, ended_at=row.ended_at, outcome=row.outcome
            )

    def _recording(self, call: Call, row: RecordingRow) -> None:
        values: dict[str, Any] = {
            "call": call,
            "leg": Leg.get_or_none(Leg.uuid == row.leg),
            "operator": self._operator(row.operator, known_to_queue=True),
            "started_at": row.started_at,
            "ended_at": row.ended_at,
        }
        stem = row.path.rpartition(".")[0]
        paths = [f"{stem}.{kind}" for kind in ("wav", "flac", "opus")]
        known = Recording.get_or_none(Recording.path.in_(paths))
        if known is None:
            Recording.create(path=row.path, **values)
        else:
            if known.verified_at is not None:  # what its file has told since outweighs this
                values = {name: values[name] for name in ("call", "leg", "operator")}
            Recording.update(values).where(Recording.id == known.id).execute()

    def _operator(self, name: str, *, known_to_queue: bool) -> Operator | None:
        """The operator of this key or extension. One the queues know and we do not is added, retired."""
        if name and name not in self._operators:
            found = Operator.get_or_none(Operator.key == name)
            found = found or Operator.get_or_none(Operator.extension == name)
            if found is None and known_to_queue:
                logger.warning("operator %s is known from call records alone: added, as retired", name)
                found = Operator.create(key=name, name=name, registered_at=self._now, retired_at=self._now)
            self._operators[name] = found
        return self._operators.get(name) if name else None

    def _queue(self, key: str) -> Queue:
        """The queue of this key. One that we do not know is added, out of use."""
        queue = Queue.get_or_none(Queue.key == key)
        if queue is None:
            logger.warning("queue %s is known from call records alone: added, out of use", key)
            flow = Flow.get_or_none(Flow.key == key) or Flow.create(key=key, name=key, active=False)
            queue = Queue.create(key=key, name=key, flow=flow, active=False)
        return queue


def _item(row: CallRecord) -> Item:
    return Item(row.uuid, row.root, row.source, row.data)


def _schedule(at: datetime) -> Schedule | None:
    """The version of the opening hours in force then, if there is but one set of them."""
    versions = list(Schedule.select(Schedule.id, Schedule.key, Schedule.created_at))
    if len({row.key for row in versions}) != 1:
        return None
    return max(
        (row for row in versions if row.created_at <= at), key=lambda row: row.created_at, default=None
    )
