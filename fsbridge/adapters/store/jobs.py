"""Jobs in the store: the port of `fsbridge.services.jobs`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from fsbridge.adapters.store.models import Job
from fsbridge.adapters.store.store import Store
from fsbridge.services.jobs import Outcome, State


class StoredJobs:
    """What is known of jobs; each question of who may begin is one UPDATE, which the database decides.

    >>> import tempfile
    >>> from datetime import UTC
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> book, noon = StoredJobs(store), datetime(2027, 4, 1, 3, tzinfo=UTC)
    >>> [book.take("purge", noon, who, noon, noon.replace(hour=4)) for who in ("one", "other")]
    [True, False]
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, key: str, slot: datetime) -> None:
        """Take a slot for done, if no slot of the job ever was."""
        with self._store.writing() as database:
            database.lock("job")
            row = Job.get_or_none(Job.key == key)
            if row is None:
                Job.create(key=key, slot=slot)
            elif row.slot is None:
                Job.update(slot=slot).where(Job.key == key).execute()

    def take(self, key: str, slot: datetime | None, holder: str, now: datetime, until: datetime) -> bool:
        """Whether `holder` has the job now, until then; no slot: due or not."""
        free = Job.leased_until.is_null() | (Job.leased_until <= now)
        if slot is not None:
            free &= Job.slot.is_null() | (Job.slot < slot)
        values = {"holder": holder, "leased_until": until, "started_at": now}
        with self._store.connection():
            if Job.update(values).where(Job.key == key, free).execute():
                return True
            if Job.select().where(Job.key == key).exists():
                return False
        with self._store.writing() as database:
            database.lock("job")
            if Job.select().where(Job.key == key).exists():
                return False
            Job.create(key=key, **values)
            return True

    def renew(self, key: str, holder: str, until: datetime) -> bool:
        """Whether `holder` still has the job, now until then."""
        with self._store.connection():
            mine = (Job.key == key) & (Job.holder == holder) & Job.leased_until.is_null(False)
            return bool(Job.update(leased_until=until).where(mine).execute())

    def end(
        self, key: str, holder: str, now: datetime, slot: datetime | None, outcome: Outcome, message: str
    ) -> None:
        """Give the job back, with what became of it."""
        values = {"leased_until": None, "ended_at": now, "outcome": outcome, "message": message}
        if slot is not None:
            values["slot"] = slot
        with self._store.connection():
            Job.update(values).where(Job.key == key, Job.holder == holder).execute()

    def states(self) -> Mapping[str, State]:
        """Every job there is something known of."""
        with self._store.connection():
            return {
                row.key: State(
                    row.key,
                    row.slot,
                    row.holder,
                    row.leased_until,
                    row.started_at,
                    row.ended_at,
                    _outcome(row.outcome),
                    row.message,
                )
                for row in Job.select()
            }


def _outcome(text: str) -> Outcome:
    return "done" if text == "done" else "failed" if text == "failed" else ""
