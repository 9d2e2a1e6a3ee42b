"""Calls looked up in the store, and one call told moment by moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from peewee import JOIN, fn

from fsbridge.adapters.store.call_conditions import conditions
from fsbridge.adapters.store.call_moments import moments_of
from fsbridge.adapters.store.figures import StoredHistory
from fsbridge.adapters.store.models import (
    Call,
    CaseType,
    Contact,
    Flow,
    Leg,
    Note,
    Operator,
    Queue,
    Recording,
    Visit,
)
from fsbridge.domain.figures import Labels
from fsbridge.domain.tally import Outcome
from fsbridge.services.calls import Found, Story, Totals, Wanted

_PART = 500
"""Calls that are looked up in one question."""


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
            query = _calls().order_by(Call.started_at.desc(), Call.id.desc())
            query = _fitting(query, wanted).limit(wanted.limit + 1).offset(wanted.skip)
            return _found(list(query))

    def totals(self, wanted: Wanted, most: int) -> Totals:
        """How many calls fit, by direction and by what became of them; `most` are counted."""
        own = Visit.alias()
        became = (
            own.select(own.outcome)
            .where(own.call == Call.id)
            .order_by(
                own.answered_at.is_null(), own.outcome != Outcome.WAITING.value, own.left_at.desc(), own.id
            )
            .limit(1)
        )
        with self._store.connection() as database:
            columns = (Call.direction.alias("way"), fn.COALESCE(became, Call.outcome).alias("became"))
            query = Call.select(*columns).join(Flow, JOIN.LEFT_OUTER)
            sql, values = _fitting(query, wanted).limit(most + 1).sql()
            found = database.execute_sql(
                f"SELECT way, became, COUNT(*) FROM ({sql}) AS fits GROUP BY way, became", values
            ).fetchall()
        counts = {(way, became): number for way, became, number in found}
        return Totals(counts, capped=sum(counts.values()) > most)

    def found(self, uuids: Sequence[str]) -> dict[str, Found]:
        """These calls, by their uuid; those there are."""
        with self._store.connection():
            return {
                call.uuid: call
                for part in _parts(uuids)
                for call in _found(list(_calls().where(Call.uuid.in_(part))))
            }

    def among(self, uuids: Sequence[str], wanted: Wanted) -> frozenset[str]:
        """Those of some calls that fit."""
        with self._store.connection():
            fits = _fitting(Call.select(Call.uuid).join(Flow, JOIN.LEFT_OUTER), wanted)
            return frozenset(
                row.uuid for part in _parts(uuids) for row in fits.where(Call.uuid.in_(part))
            )

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
            call = _calls().where(Call.uuid == uuid).get()
            schedule = call.schedule
            moments = [one for one in moments_of(call) if one.at is not None]
            return Story(
                call=_found([call])[0],
                dialled=call.dialled,
                ended_at=call.ended_at,
                cause=call.cause,
                schedule=f"{schedule.key} {schedule.version}" if schedule else "",
                moments=tuple(sorted(moments, key=lambda one: one.at)),
                labels=labels,
            )


def _calls() -> Any:
    query = Call.select(Call, Flow, Contact).join(Flow, JOIN.LEFT_OUTER)
    return query.switch(Call).join(Contact, JOIN.LEFT_OUTER)


def _fitting(query: Any, wanted: Wanted) -> Any:
    for condition in conditions(wanted):
        query = query.where(condition)
    return query


def _parts(uuids: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(uuids), _PART):
        yield uuids[at : at + _PART]


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
    kept: Any = Recording.select(Recording.call).where(Recording.call.in_(ids), Recording.purged_at.is_null())
    recorded = {call for (call,) in kept.tuples()}
    return [
        _one(call, visits[call.id], legs[call.id], notes[call.id], recorded=call.id in recorded)
        for call in calls
    ]


def _one(
    call: Call, visits: Sequence[Visit], legs: Sequence[Leg], notes: Sequence[Note], *, recorded: bool
) -> Found:
    decides = min(visits, key=_decision, default=None)
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
        note=text,
        recorded=recorded,
    )  # fmt: skip


def _decision(visit: Visit) -> tuple[bool, bool, float]:
    """The visit that was answered, else the one that still waits, else the one that was left last."""
    left = visit.left_at.timestamp() if visit.left_at else 0.0
    return visit.answered_at is None, visit.outcome != Outcome.WAITING.value, -left


def _by_call(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.call_id].append(row)
    return found
