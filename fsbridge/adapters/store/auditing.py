"""The audit log read: who did what to which, when; found in pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fsbridge.adapters.store.models import AuditEntry
from fsbridge.adapters.store.store import Store

_PIECE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuestion:
    """What is looked for; what is empty holds for every entry. `which` is part of the thing's key or reason.

    >>> AuditQuestion(subject="contact").actor
    ''
    """

    actor: str = ""
    subject: str = ""
    action: str = ""
    which: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry of the log, with what it was before and after."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    which: str
    reason: str
    before: Any
    after: Any


class StoredAudit:
    """The audit log of a store, the newest first.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredAudit(store).find(AuditQuestion(), limit=50)
    (0, ())
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(
        self, question: AuditQuestion, *, limit: int, offset: int = 0
    ) -> tuple[int, tuple[AuditLine, ...]]:
        """How many entries there are, and a page of them."""
        query = AuditEntry.select().where(*_conditions(question))
        with self._store.reading():
            rows = query.order_by(AuditEntry.id.desc()).limit(limit).offset(offset)
            return int(query.count()), tuple(map(_line, rows))

    def pieces(self, question: AuditQuestion, most: int) -> Iterator[Sequence[AuditLine]]:
        """Up to `most` entries, some hundred at a time; what is written meanwhile is not among them."""
        last, left = 0, most
        while left > 0:
            query = AuditEntry.select().where(*_conditions(question))
            if last:
                query = query.where(AuditEntry.id < last)
            with self._store.connection():
                rows = [_line(row) for row in query.order_by(AuditEntry.id.desc()).limit(min(_PIECE, left))]
            if not rows:
                return
            yield rows
            last, left = rows[-1].number, left - len(rows)

    def known(self) -> Mapping[str, Sequence[str]]:
        """Every actor, subject and action there is, to choose from."""
        with self._store.reading():
            return {
                name: [
                    getattr(row, name)
                    for row in AuditEntry.select(getattr(AuditEntry, name))
                    .distinct()
                    .order_by(getattr(AuditEntry, name))
                    .limit(200)
                ]
                for name in ("actor", "subject", "action")
            }


def _conditions(question: AuditQuestion) -> list[Any]:
    found: list[Any] = [AuditEntry.id > 0]
    found += [
        getattr(AuditEntry, name) == getattr(question, name)
        for name in ("actor", "subject", "action")
        if getattr(question, name)
    ]
    if question.which:
        found.append(AuditEntry.which.contains(question.which) | AuditEntry.reason.contains(question.which))
    if question.since is not None:
        found.append(AuditEntry.at >= question.since)
    if question.until is not None:
        found.append(AuditEntry.at < question.until)
    return found


def _line(row: AuditEntry) -> AuditLine:
    return AuditLine(
        row.id, row.at, row.actor, row.action, row.subject, row.which, row.reason, row.before, row.after
    )
