"""The log of mailed reports, in the audit log: the port of `fsbridge.services.posting`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fsbridge.adapters.store.models import AuditEntry
from fsbridge.adapters.store.store import Store
from fsbridge.services.posting import Attempts, Letter

_SUBJECT, _SENT, _FAILED = "report mail", "sent", "could not send"


class StoredSent:
    """What went to whom.

    >>> import tempfile
    >>> from datetime import UTC
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> book = StoredSent(store)
    >>> book.failed("daily 2027-04-01", "a@example.jp", datetime(2027, 4, 2, tzinfo=UTC), "no server")
    >>> book.attempts("daily 2027-04-01", "a@example.jp").failures
    1
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def attempts(self, key: str, to: str) -> Attempts:
        """How often a report was tried for an address, and whether it went."""
        with self._store.connection():
            query = AuditEntry.select().where(AuditEntry.subject == _SUBJECT, AuditEntry.which == key)
            mine = [row for row in query.order_by(AuditEntry.at) if (row.after or {}).get("to") == to]
        failures = [row for row in mine if row.action == _FAILED]
        sent = any(row.action == _SENT for row in mine)
        return Attempts(sent, len(failures), failures[-1].at if failures else None)

    def sent(self, letter: Letter, to: str, at: datetime, by: str) -> None:
        """It went, with these files."""
        files = {file.name: file.sha256 for file in letter.files}
        self._note(at, by, _SENT, letter.key, "", {"to": to, "files": files})

    def failed(self, key: str, to: str, at: datetime, why: str) -> None:
        """It did not."""
        self._note(at, "fsbridge", _FAILED, key, why, {"to": to})

    def latest(self, limit: int) -> Sequence[AuditEntry]:
        """What went and what did not, the latest first."""
        with self._store.connection():
            query = AuditEntry.select().where(AuditEntry.subject == _SUBJECT)
            return list(query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit))

    def _note(self, at: datetime, by: str, action: str, key: str, why: str, after: dict[str, object]) -> None:
        with self._store.writing():
            AuditEntry.create(
                at=at, actor=by, action=action, subject=_SUBJECT, which=key, reason=why, after=after
            )
