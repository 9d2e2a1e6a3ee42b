"""Who listens to whom, in the store: the book of `fsbridge.services.supervision`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from fsbridge.adapters.store.models import AuditEntry, Listening, Operator, User
from fsbridge.adapters.store.store import Store
from fsbridge.domain.monitoring import STOPPED, Mode, Monitoring
from fsbridge.errors import FsbridgeError


class StoredMonitoring:
    """The monitoring that goes on, one row a supervisor, with what the audit log says of it.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredMonitoring(store).look()
    ()
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def locked(self) -> Iterator[_Ledger]:
        """The monitoring while nobody else changes it; undone if the block raises."""
        with self._store.writing() as database:
            database.lock("monitoring")
            yield _Ledger()

    def look(self) -> Sequence[Monitoring]:
        """Who listens now, the longest first."""
        with self._store.connection():
            return tuple(_monitoring(row) for row in _rows().order_by(Listening.started_at, Listening.id))


class _Ledger:
    """The monitoring within a transaction."""

    def of(self, by: str) -> Monitoring | None:
        row = _rows().where(User.login == by).first()
        return None if row is None else _monitoring(row)

    def put(self, one: Monitoring) -> None:
        user = User.get_or_none(User.login == one.by)
        operator = Operator.get_or_none(Operator.key == one.operator)
        if user is None or operator is None:
            missing = f"account {one.by}" if user is None else f"operator {one.operator}"
            raise FsbridgeError(f"there is no {missing} in the store; who listens to whom cannot be kept")
        values = {
            "operator": operator,
            "leg": one.leg,
            "spied": one.spied,
            "call": one.call,
            "mode": one.mode.value,
            "started_at": one.since,
        }
        if not Listening.update(values).where(Listening.user == user).execute():
            Listening.create(user=user, **values)

    def drop(self, leg: str) -> Monitoring | None:
        row = _rows().where(Listening.leg == leg).first()
        if row is None:
            return None
        Listening.delete().where(Listening.leg == leg).execute()
        return _monitoring(row)

    def record(self, at: datetime, one: Monitoring, action: str, reason: str = "") -> None:
        AuditEntry.create(
            at=at,
            actor=one.by,
            action=action,
            subject="monitoring",
            which=one.operator,
            reason=reason,
            after={
                "mode": one.mode.value,
                "call": one.call,
                "leg": one.leg,
                "from": one.since.isoformat(),
                "until": at.isoformat() if action == STOPPED else None,
            },
        )


def _rows() -> Any:
    return (
        Listening.select(Listening, User, Operator).join_from(Listening, User).join_from(Listening, Operator)
    )


def _monitoring(row: Any) -> Monitoring:
    return Monitoring(
        by=row.user.login,
        operator=row.operator.key,
        leg=row.leg,
        spied=row.spied,
        mode=Mode(row.mode),
        since=row.started_at,
        call=row.call,
    )
