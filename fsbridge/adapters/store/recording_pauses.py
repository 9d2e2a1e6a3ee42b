"""Pauses of recordings in the store: the port of `fsbridge.services.recordings_pause`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from fsbridge.adapters.store.models import AuditEntry, RecordingPause
from fsbridge.adapters.store.store import Store
from fsbridge.services.recordings_pause import Span


class StoredPauses:
    """The pauses of a store.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredPauses(store).spans("7f1c")
    []
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, call: str, path: str, now: datetime, *, by: str, why: str) -> bool:
        """A pause begins; False, and nothing written, if one goes on already."""
        with self._store.writing() as database:
            database.lock("recording_pause")
            if RecordingPause.select().where(*_open(call, path)).exists():
                return False
            RecordingPause.create(call=call, path=path, started_at=now, started_by=by)
            _log("paused", call, path, now, by, why)
        return True

    def end(self, call: str, path: str, now: datetime, *, by: str) -> bool:
        """The pause ends; False, and nothing written, if there was none."""
        with self._store.writing():
            values = {"ended_at": now, "ended_by": by}
            if not RecordingPause.update(values).where(*_open(call, path)).execute():
                return False
            _log("resumed", call, path, now, by, "")
        return True

    def spans(self, call: str) -> Sequence[Span]:
        """A call's pauses, in order."""
        with self._store.connection():
            query = RecordingPause.select().where(RecordingPause.call == call)
            return [
                Span(row.started_at, row.started_by, row.ended_at, row.ended_by)
                for row in query.order_by(RecordingPause.started_at, RecordingPause.id)
            ]

    def open(self) -> Mapping[str, datetime]:
        """The calls whose recording is paused, and since when."""
        with self._store.connection():
            query = RecordingPause.select().where(RecordingPause.ended_at.is_null())
            return {row.call: row.started_at for row in query.order_by(RecordingPause.started_at.desc())}


def _open(call: str, path: str) -> tuple[object, ...]:
    return (RecordingPause.call == call, RecordingPause.path == path, RecordingPause.ended_at.is_null())


def _log(action: str, call: str, path: str, now: datetime, by: str, why: str) -> None:
    AuditEntry.create(
        at=now, actor=by, action=action, subject="recording", which=call, reason=why, after={"path": path}
    )
