"""FreeSWITCH's records of calls in the store, gone when the calls' recordings are: a port of the purge."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from peewee import JOIN, fn

from fsbridge.adapters.store.models import AuditEntry, Call, CallRecord, Recording
from fsbridge.adapters.store.store import Store

_SOME = 500


class Leftovers(Protocol):
    """Files of call records."""

    def count(self, before: datetime) -> int: ...
    def remove(self, before: datetime) -> int: ...


class CallRecords:
    """The rows of `call_record`, and the files they came in. What was made of them (calls, visits …) stays.

    >>> import tempfile
    >>> from datetime import UTC
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> CallRecords(store).count(datetime(2027, 4, 1, tzinfo=UTC))
    0
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store, files: Leftovers | None = None) -> None:
        self._store = store
        self._files = files

    def count(self, cutoff: datetime) -> int:
        """How many rows and files are of calls before this moment."""
        with self._store.connection():
            rows = int(_old(cutoff, fn.COUNT(CallRecord.id)).scalar())
        return rows + (self._files.count(cutoff) if self._files else 0)

    def remove(self, cutoff: datetime, now: datetime, *, by: str) -> int:
        """Remove some of them, with an entry in the audit log; how many, 0 when there are none left."""
        files = self._files.remove(cutoff) if self._files else 0
        with self._store.writing():
            oldest = _old(cutoff, CallRecord.id).order_by(CallRecord.id).limit(_SOME)
            some = [number for (number,) in oldest.tuples()]
            if some:
                CallRecord.delete().where(CallRecord.id.in_(some)).execute()
            if some or files:
                AuditEntry.create(
                    at=now,
                    actor=by,
                    action="purged",
                    subject="call records",
                    after={"rows": len(some), "files": files, "before": cutoff.isoformat()},
                )
        return len(some) + files


def _old(cutoff: datetime, what: Any) -> Any:
    """Of records of calls that are over and began before the cutoff, none of them held; and those of no call.

    One join, and of holds one look a row: a set of every call there is would not fit PostgreSQL's memory for
    a query, which then reads it through again for each row.
    """
    held = Recording.select(Recording.id).where(
        Recording.call == Call.id, Recording.held_at.is_null(False), Recording.purged_at.is_null()
    )
    over = (Call.started_at < cutoff) & Call.ended_at.is_null(False) & ~fn.EXISTS(held)
    of_none = Call.id.is_null() & (CallRecord.received_at < cutoff)
    joined = CallRecord.select(what).join(Call, JOIN.LEFT_OUTER, on=Call.uuid == CallRecord.root)
    return joined.where(over | of_none)
