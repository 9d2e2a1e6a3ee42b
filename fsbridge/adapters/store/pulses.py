"""The service's pulse in the store, outages and drift in the audit log; for `fsbridge.services.pulse`."""

from __future__ import annotations

from datetime import datetime

from fsbridge.adapters.store.chronicle import PULSE, SERVICE
from fsbridge.adapters.store.models import AuditEntry, Setting
from fsbridge.adapters.store.store import Store
from fsbridge.services.pulse import Missed

_BY = "fsbridge"


class StoredPulse:
    """When the service was last seen alive.

    >>> import tempfile
    >>> from datetime import UTC
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> book, noon = StoredPulse(store), datetime(2027, 4, 1, 3, tzinfo=UTC)
    >>> book.beat(noon); book.seen() == noon
    True
    >>> gap = Missed("link", noon, noon.replace(minute=1))
    >>> book.missed(gap), book.missed(gap)
    (True, False)
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def seen(self) -> datetime | None:
        """When it lived last; None if it never did."""
        with self._store.connection():
            row = Setting.get_or_none(Setting.key == PULSE)
        return datetime.fromisoformat(row.value["seen"]) if row is not None else None

    def beat(self, now: datetime) -> None:
        """It lives."""
        with self._store.writing() as database:
            database.lock("setting")
            row = Setting.get_or_none(Setting.key == PULSE)
            since = row.value["since"] if row is not None else now.isoformat()
            values = {
                "value": {"since": since, "seen": now.isoformat()},
                "changed_at": now,
                "changed_by": _BY,
            }
            if row is None:
                Setting.create(key=PULSE, **values)
            else:
                Setting.update(values).where(Setting.key == PULSE).execute()

    def missed(self, one: Missed) -> bool:
        """Note an outage; False if it is noted already."""
        which = one.since.isoformat()
        with self._store.writing() as database:
            database.lock("setting")
            known = AuditEntry.select().where(
                AuditEntry.subject == SERVICE, AuditEntry.which == which, AuditEntry.action == one.kind
            )
            if known.exists():
                return False
            AuditEntry.create(
                at=one.until,
                actor=_BY,
                action=one.kind,
                subject=SERVICE,
                which=which,
                reason=one.reason,
                after={"from": which, "until": one.until.isoformat()},
            )
            return True

    def drifted(self, at: datetime, count: int) -> None:
        """Note how often drift was repaired since the last pulse."""
        with self._store.writing():
            AuditEntry.create(
                at=at, actor=_BY, action="drift", subject=SERVICE, which="", after={"repairs": count}
            )
