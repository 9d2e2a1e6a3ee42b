"""Assignments for now in the store: the book of `fsbridge.services.assignments`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fsbridge.adapters.store.models import Assignment as Row
from fsbridge.adapters.store.models import AuditEntry, Operator, Queue
from fsbridge.adapters.store.store import Store
from fsbridge.domain.assignments import Assignment, AssignmentRefused


class StoredAssignments:
    """Who serves otherwise than the season says. What is over is deleted when the next is made.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredAssignments(store).in_force(datetime.fromisoformat("2027-04-01T12:00:00Z"))
    ()
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def in_force(self, at: datetime) -> Sequence[Assignment]:
        """What holds now, of operators and queues in use."""
        with self._store.connection():
            rows: Any = (
                Row.select(Row, Operator, Queue)
                .join_from(Row, Operator)
                .join_from(Row, Queue)
                .where(Row.since <= at, Row.until > at, Queue.active, Operator.retired_at.is_null())
                .order_by(Row.id)
            )
            return tuple(_assignment(row) for row in rows)

    def put(self, one: Assignment, *, reason: str) -> None:
        """Keep one, in the place of the one there."""
        with self._store.writing() as database:
            database.lock("assignment")
            operator = Operator.get_or_none(Operator.key == one.operator, Operator.retired_at.is_null())
            queue = Queue.get_or_none(Queue.key == one.queue, Queue.active)
            if operator is None or queue is None:
                missing = f"operator {one.operator!r}" if operator is None else f"queue {one.queue!r}"
                raise AssignmentRefused(f"there is no {missing} in use; choose one that is")
            Row.delete().where(
                (Row.until <= one.since) | ((Row.operator == operator) & (Row.queue == queue))
            ).execute()
            Row.create(
                operator=operator,
                queue=queue,
                level=one.level,
                position=one.position,
                since=one.since,
                until=one.until,
                author=one.by,
            )
            after = {"queue": one.queue, "level": one.level, "position": one.position}
            _note(
                one.since, one.by, "assigned", one.operator, reason, after | {"until": one.until.isoformat()}
            )

    def drop(self, queue: str, operator: str, at: datetime, *, by: str) -> bool:
        """Take one back; whether it was in force."""
        with self._store.writing() as database:
            database.lock("assignment")
            of = Operator.select(Operator.id).where(Operator.key == operator)
            at_queue = Queue.select(Queue.id).where(Queue.key == queue)
            mine = Row.operator.in_(of), Row.queue.in_(at_queue)
            there = Row.select().where(*mine, Row.until > at).exists()
            Row.delete().where(*mine).execute()
            if there:
                _note(at, by, "released", operator, "", {"queue": queue})
            return bool(there)


def _assignment(row: Any) -> Assignment:
    return Assignment(
        queue=row.queue.key,
        operator=row.operator.key,
        level=row.level,
        position=row.position,
        since=row.since,
        until=row.until,
        by=row.author,
    )


def _note(at: datetime, by: str, action: str, operator: str, reason: str, after: object) -> None:
    AuditEntry.create(
        at=at, actor=by, action=action, subject="operator", which=operator, reason=reason, after=after
    )
