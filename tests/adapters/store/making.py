"""Rows that tests need, made in one line."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import Flow, Operator, Queue, Season, Setting, User, UserRole
from fsbridge.adapters.store.models.base import current

NOON = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)


def _connected() -> AbstractContextManager[Any]:
    return current.connection_context() if current.is_closed() else nullcontext()


def make_operator(key: str, *roles: str) -> Operator:
    """An operator, with an account if it has roles."""
    with _connected():
        user = None
        if roles:
            user = User.create(login=key, name=key, created_at=NOON, changed_at=NOON)
            for role in roles:
                UserRole.create(user=user, role=role)
        return Operator.create(key=key, name=key, user=user, registered_at=NOON)


def make_season(key: str, seats: int, *, reserve: int = 0, registered: int = 100) -> Season:
    with _connected():
        return Season.create(key=key, name=key, seats=seats, reserve=reserve, registered=registered)


def make_queue(key: str) -> Queue:
    """A queue with a flow of its own."""
    with _connected():
        return Queue.create(key=key, name=key, flow=Flow.create(key=key, name=key))


def put(key: str, value: object = None) -> Setting:
    """A row, by whatever transaction is open."""
    return Setting.create(key=key, value=value, changed_at=NOON)


def keys(store: Store) -> list[str]:
    """What is there now."""
    with store.reading():
        return [row.key for row in Setting.select().order_by(Setting.key)]
