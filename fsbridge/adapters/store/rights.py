"""What each role may see and hear of calls, where a centre says otherwise than `fsbridge.domain.sight`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fsbridge.adapters.store.models import AuditEntry, Setting
from fsbridge.adapters.store.store import Store
from fsbridge.domain.sight import Rights, rights_table

KEY = "calls.rights"
"""The setting that holds it, by role: ``{"operator": {"play": "none"}}``."""


class StoredRights:
    """The rights of a store.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredRights(store).table()["operator"].play
    'own'
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def table(self) -> dict[str, Rights]:
        """Every role's; ConfigError names what is wrong in the setting."""
        with self._store.connection():
            row = Setting.get_or_none(Setting.key == KEY)
        return rights_table(row.value if row is not None else {})

    def change(
        self, changes: Mapping[str, Mapping[str, Any]], now: datetime, *, by: str
    ) -> dict[str, Rights]:
        """Give roles other rights from now on, all or none; ConfigError for what is no role or right."""
        with self._store.writing():
            row = Setting.get_or_none(Setting.key == KEY)
            before: dict[str, Any] = dict(row.value) if row is not None else {}
            after = {**before, **{role: {**before.get(role, {}), **new} for role, new in changes.items()}}
            table = rights_table(after)
            kept = {"value": after, "changed_at": now, "changed_by": by}
            if not Setting.update(kept).where(Setting.key == KEY).execute():
                Setting.create(key=KEY, **kept)
            AuditEntry.create(
                at=now, actor=by, action="set", subject="call rights", before=before, after=after
            )
        return table
