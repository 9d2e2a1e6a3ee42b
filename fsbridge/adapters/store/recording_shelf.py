"""Recordings in the store, as they are finished: the port of `fsbridge.services.recordings_finish`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from fsbridge.adapters.store.models import (
    Call,
    CallRecord,
    Leg,
    Operator,
    Queue,
    Recording,
    RecordingPause,
    Visit,
)
from fsbridge.adapters.store.store import Store
from fsbridge.domain.history.rows import CallRow, LegRow, VisitRow
from fsbridge.domain.recordings import RAW, Talk, talks_of
from fsbridge.services.history import RECORD
from fsbridge.services.recordings_finish import Ended, Kept

UNREADABLE = "unreadable"
_SOME = 500


class RecordingShelf:
    """Legs that are over, the talks of calls, and rows of recordings that are verified.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> RecordingShelf(store).ended(["7f1c"])
    {}
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def ended(self, legs: Collection[str]) -> Mapping[str, Ended]:
        """Those of these legs whose records came, with their calls."""
        found = {}
        with self._store.reading():
            for some in _parts(legs):
                query = CallRecord.select().where(CallRecord.uuid.in_(some), CallRecord.source == RECORD)
                for row in query:
                    found[row.uuid] = Ended(row.root, datetime.fromisoformat(row.data["ended_at"]))
        return found

    def calls(self, uuids: Collection[str]) -> Collection[str]:
        """Those of these calls that are known."""
        with self._store.reading():
            query: Any = (Call.select(Call.uuid).where(Call.uuid.in_(some)) for some in _parts(uuids))
            return {row.uuid for rows in query for row in rows}

    def talks(self, calls: Collection[str]) -> Mapping[str, Sequence[Talk]]:
        """The talks of these calls."""
        found: dict[str, Sequence[Talk]] = {}
        with self._store.reading():
            for some in _parts(calls):
                rows = list(Call.select().where(Call.uuid.in_(some)))
                visits, legs = _visits(rows), _legs(rows)
                for call in rows:
                    found[call.uuid] = talks_of(_call(call), visits.get(call.id, ()), legs.get(call.id, ()))
        return found

    def talks_between(self, since: datetime, until: datetime) -> Mapping[str, Sequence[Talk]]:
        """The talks of the calls that ended in this stretch of time."""
        with self._store.connection():
            query: Any = Call.select(Call.uuid).where(Call.ended_at >= since, Call.ended_at < until)
            return self.talks([uuid for (uuid,) in query.tuples()])

    def recorded(self, calls: Collection[str]) -> Mapping[str, Sequence[datetime]]:
        """When the recordings of these calls begin: of those that are verified, or known to be at fault."""
        found: dict[str, list[datetime]] = {}
        with self._store.reading():
            for some in _parts(calls):
                query: Any = (
                    Recording.select(Call.uuid, Recording.started_at)
                    .join(Call)
                    .where(
                        Call.uuid.in_(some), Recording.verified_at.is_null(False) | (Recording.fault != "")
                    )
                )
                for uuid, began in query.tuples():
                    found.setdefault(uuid, []).append(began)
        return found

    def verified(self, stems: Collection[str]) -> Mapping[str, tuple[str, datetime]]:
        """Where the verified recordings of these stems are kept, and since when that is known."""
        found = {}
        with self._store.reading():
            for some in _parts(stems):
                paths = [f"{stem}.{kind}" for stem in some for kind in ("flac", "opus")]
                query = Recording.select().where(
                    Recording.path.in_(paths),
                    Recording.verified_at.is_null(False),
                    Recording.purged_at.is_null(),
                )
                for row in query:
                    if row.verified_at is not None:
                        found[row.path.rpartition(".")[0]] = (row.path, row.verified_at)
        return found

    def aside(self) -> Collection[str]:
        """Paths of raw files that could not be read."""
        with self._store.connection():
            query: Any = Recording.select(Recording.path).where(
                Recording.fault == UNREADABLE, Recording.purged_at.is_null()
            )
            return {path for (path,) in query.tuples()}

    def keep(self, kept: Kept, now: datetime) -> None:
        """Write down what a recording turned out to be; its row, if there is one, tells of the kept file."""
        pressed = kept.pressed
        stem = pressed.path.rpartition(".")[0]
        whole = not pressed.problem
        values: dict[str, Any] = {
            "path": pressed.kept or pressed.path,
            "started_at": kept.began,
            "ended_at": kept.began + pressed.length if whole else None,
            "fault": kept.fault,
        }
        if whole:
            length = round(pressed.length.total_seconds() * 1_000_000)
            values |= {"size": pressed.size, "sha256": pressed.sha256, "length": length, "verified_at": now}
        with self._store.writing():
            values["call"] = Call.get(Call.uuid == kept.call)
            values["leg"] = Leg.get_or_none(Leg.uuid == kept.leg) if kept.leg else None
            values["operator"] = _operator(kept.operator) if kept.operator else None
            paths = [f"{stem}{kind}" for kind in (RAW, ".flac", ".opus")]
            row = Recording.get_or_none(Recording.path.in_(paths))
            if row is None:
                Recording.create(**values)
            else:
                Recording.update(values).where(Recording.id == row.id).execute()
            if whole:
                open_pauses = RecordingPause.path == stem + RAW, RecordingPause.ended_at.is_null()
                RecordingPause.update(ended_at=values["ended_at"]).where(*open_pauses).execute()

    def kept(self, after: int, limit: int) -> Sequence[tuple[int, str, str, int, str]]:
        """Verified recordings that should be there, by their numbers: number, call, path, size and hash."""
        with self._store.connection():
            query: Any = (
                Recording.select(Recording.id, Call.uuid, Recording.path, Recording.size, Recording.sha256)
                .join(Call)
                .where(
                    Recording.id > after, Recording.purged_at.is_null(), Recording.verified_at.is_null(False)
                )
                .order_by(Recording.id)
                .limit(limit)
            )
            return [tuple(row) for row in query.tuples()]

    def known(self, paths: Collection[str]) -> Collection[str]:
        """Those of these paths that are written down, purged or not."""
        found: set[str] = set()
        with self._store.reading():
            for some in _parts(paths):
                query: Any = Recording.select(Recording.path).where(Recording.path.in_(some))
                found |= {path for (path,) in query.tuples()}
        return found

    def added(self, since: datetime, zone: Any) -> Mapping[str, int]:
        """Bytes of the recordings kept since then, by the day they began on, on a clock."""
        found: dict[str, int] = {}
        with self._store.reading():
            query: Any = Recording.select(Recording.started_at, Recording.size).where(
                Recording.started_at >= since
            )
            for began, size in query.tuples().iterator():
                day = began.astimezone(zone).date().isoformat()
                found[day] = found.get(day, 0) + size
        return found


def _parts(values: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(set(values))
    for at in range(0, len(ordered), _SOME):
        yield ordered[at : at + _SOME]


def _operator(name: str) -> Operator | None:
    return Operator.get_or_none(Operator.key == name) or Operator.get_or_none(Operator.extension == name)


def _call(row: Call) -> CallRow:
    return CallRow(
        uuid=row.uuid,
        direction=row.direction,
        started_at=row.started_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
    )


def _visits(calls: Sequence[Call]) -> Mapping[int, Sequence[VisitRow]]:
    found: dict[int, list[VisitRow]] = {}
    query = Visit.select(Visit, Queue, Operator).join(Queue).switch(Visit).join(Operator, "LEFT OUTER JOIN")
    for row in query.where(Visit.call.in_([call.id for call in calls])):
        found.setdefault(row.call.id, []).append(
            VisitRow(
                uuid=row.uuid,
                queue=row.queue.key,
                ordinal=row.ordinal,
                entered_at=row.entered_at,
                first_entered_at=row.first_entered_at,
                answered_at=row.answered_at,
                left_at=row.left_at,
                operator=row.operator.key if row.operator else "",
            )
        )
    return found


def _legs(calls: Sequence[Call]) -> Mapping[int, Sequence[LegRow]]:
    found: dict[int, list[LegRow]] = {}
    query: Any = (
        Leg.select(Leg.call, Leg.uuid, Leg.kind, Leg.started_at, Visit.uuid, Operator.key)
        .join(Visit, "LEFT OUTER JOIN")
        .switch(Leg)
        .join(Operator, "LEFT OUTER JOIN")
        .where(Leg.call.in_([call.id for call in calls]))
    )
    for call, uuid, kind, began, visit, operator in query.tuples():
        found.setdefault(call, []).append(
            LegRow(uuid=uuid, kind=kind, started_at=began, visit=visit or "", operator=operator or "")
        )
    return found
