"""Emergency announcements in the store, one setting each: the board of `fsbridge.services.emergency`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fsbridge.adapters.store.models import AuditEntry, Flow, Setting
from fsbridge.adapters.store.store import Store
from fsbridge.domain.emergency import Emergency

_PREFIX = "emergency."


class StoredEmergencies:
    """What is on, by flow.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredEmergencies(store).all()
    []
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> Sequence[Emergency]:
        """Those that nobody has taken off, by flow; the one for everybody first."""
        with self._store.connection():
            rows = Setting.select().where(Setting.key.startswith(_PREFIX)).order_by(Setting.key)
            return [_emergency(row) for row in rows]

    def put(self, one: Emergency) -> None:
        """Put one on, in the place of the one there."""
        values = {"value": _data(one), "changed_at": one.since, "changed_by": one.author}
        key = _PREFIX + one.flow
        with self._store.writing() as database:
            database.lock("setting")
            before = Setting.get_or_none(Setting.key == key)
            if before is None:
                Setting.create(key=key, **values)
            else:
                Setting.update(values).where(Setting.key == key).execute()
            _note(one, one.since, one.author, "put on", one.reason, before.value if before else None)

    def drop(self, flow: str, at: datetime, *, by: str, why: str) -> Emergency | None:
        """Take one off; None if there is none."""
        with self._store.writing() as database:
            database.lock("setting")
            row = Setting.get_or_none(Setting.key == _PREFIX + flow)
            if row is None:
                return None
            row.delete_instance()
            one = _emergency(row)
            _note(one, at, by, "took off", why, row.value)
            return one

    def flows(self) -> Mapping[str, str]:
        """The names of the flows in use, by their keys."""
        with self._store.connection():
            return {row.key: row.name for row in Flow.select().where(Flow.active).order_by(Flow.position)}


def _data(one: Emergency) -> dict[str, str]:
    return {
        "text": one.text,
        "sound": one.sound,
        "author": one.author,
        "since": one.since.isoformat(),
        "until": one.until.isoformat(),
        "reason": one.reason,
    }


def _emergency(row: Setting) -> Emergency:
    data: dict[str, Any] = dict(row.value)
    for name in ("since", "until"):
        data[name] = datetime.fromisoformat(data[name])
    return Emergency(row.key.removeprefix(_PREFIX), **data)


def _note(one: Emergency, at: datetime, by: str, action: str, why: str, before: object) -> None:
    AuditEntry.create(
        at=at,
        actor=by,
        action=action,
        subject="emergency announcement",
        which=one.flow or "all",
        reason=why,
        before=before,
        after=_data(one) if action == "put on" else None,
    )
