"""Recordings in the store, for people: the port of `fsbridge.services.recordings`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from fsbridge.adapters.store.models import AuditEntry, Call, Flow, Operator, Recording, RecordingPause
from fsbridge.adapters.store.store import Store
from fsbridge.domain.recordings import RAW
from fsbridge.services.recordings import Recorded
from fsbridge.services.recordings_pause import Span


class RecordingLibrary:
    """The recordings of a store.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> RecordingLibrary(store).of("7f1c")
    []
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, call: str) -> Sequence[Recorded]:
        """A call's recordings in order."""
        return self._found(Call.uuid == call)

    def named(self, which: str) -> Sequence[Recorded]:
        """Those that somebody means by a number, a path or a call's uuid."""
        fits = (Recording.path == which) | (Call.uuid == which)
        if which.isascii() and which.isdigit() and len(which) < 19:
            fits |= Recording.id == int(which)
        return self._found(fits)

    def log(
        self, action: str, one: Recorded, now: datetime, *, by: str, why: str, after: Mapping[str, object]
    ) -> None:
        """Write down what somebody does with a recording, and why."""
        with self._store.writing():
            AuditEntry.create(
                at=now,
                actor=by,
                action=action,
                subject="recording",
                which=str(one.number),
                reason=why,
                after={"call": one.call, **after},
            )

    def _found(self, fits: Any) -> list[Recorded]:
        query: Any = Recording.select(Recording, Call, Flow, Operator).join(Call)
        query = query.join(Flow, "LEFT OUTER JOIN").switch(Recording).join(Operator, "LEFT OUTER JOIN")
        with self._store.reading():
            rows = list(query.where(fits).order_by(Recording.started_at, Recording.id))
            pauses = _pauses({row.call.uuid for row in rows})
        return [_recorded(row, pauses) for row in rows]


def _pauses(calls: set[str]) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    query = RecordingPause.select().where(RecordingPause.call.in_(sorted(calls)))
    for row in query.order_by(RecordingPause.started_at):
        span = Span(row.started_at, row.started_by, row.ended_at, row.ended_by)
        found.setdefault(row.path.removesuffix(RAW), []).append(span)
    return found


def _recorded(row: Recording, pauses: Mapping[str, Sequence[Span]]) -> Recorded:
    call: Call = row.call
    operator: Operator | None = row.operator
    return Recorded(
        number=row.id,
        path=row.path,
        call=call.uuid,
        began=row.started_at,
        ended=row.ended_at,
        length=None if row.length is None else timedelta(microseconds=row.length),
        direction=call.direction,
        caller=call.number,
        dialled=call.dialled,
        flow=call.flow.key if call.flow else "",
        operator=operator.key if operator else "",
        operator_name=operator.name if operator else "",
        size=row.size,
        sha256=row.sha256,
        verified=row.verified_at is not None,
        fault=row.fault,
        held_for=row.held_for,
        purged_at=row.purged_at,
        pauses=tuple(pauses.get(row.path.rpartition(".")[0], ())),
    )
