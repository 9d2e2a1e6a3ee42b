"""Raised hands and messages in the store, seen by every process: the books of `fsbridge.services.signals`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from peewee import JOIN

from fsbridge.adapters.store.models import Duty, Operator
from fsbridge.adapters.store.models import Message as MessageRow
from fsbridge.adapters.store.store import Store
from fsbridge.domain.messages import EVERYBODY, Message
from fsbridge.errors import FsbridgeError
from fsbridge.services.signals import Hand


class StoredSignals:
    """Hands, each in its operator's duty, and messages.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredSignals(store).hands()
    ()
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def hands(self) -> Sequence[Hand]:
        """The hands that are up."""
        with self._store.connection():
            return tuple(_hands())

    def raise_hand(self, operator: str, at: datetime) -> Hand | None:
        """Up, unless it was; None for who is not on duty."""
        with self._store.writing() as database:
            database.lock("duty")
            mine = Duty.operator.in_(_ids(operator))
            Duty.update(hand_at=at).where(mine, Duty.hand_at.is_null()).execute()
            return next((hand for hand in _hands() if hand.operator == operator), None)

    def lower_hand(self, operator: str) -> bool:
        """Down; whether it was up."""
        with self._store.writing():
            up = Duty.operator.in_(_ids(operator)), Duty.hand_at.is_null(False)
            return bool(Duty.update(hand_at=None).where(*up).execute())

    def registered(self, operator: str) -> bool:
        """Whether there is an operator of this name, in use."""
        with self._store.connection():
            return bool(_ids(operator).exists())

    def keep(self, author: str, operator: str, text: str, at: datetime) -> Message:
        """A new message."""
        with self._store.writing():
            to = None
            if operator != EVERYBODY:
                to = Operator.get_or_none(Operator.key == operator, Operator.retired_at.is_null())
                if to is None:
                    raise FsbridgeError(f"there is no operator {operator}; register the ID first")
            row = MessageRow.create(operator=to, author=author, text=text, sent_at=at)
            return Message(number=row.id, author=author, text=text, sent_at=at, operator=operator)

    def since(self, at: datetime, *, after: int = 0) -> Sequence[Message]:
        """Those sent since then, the oldest first, of a greater number."""
        rows: Any = (
            MessageRow.select(MessageRow, Operator)
            .join(Operator, JOIN.LEFT_OUTER)
            .where(MessageRow.sent_at >= at, MessageRow.id > after)
            .order_by(MessageRow.id)
        )
        with self._store.connection():
            return tuple(
                Message(
                    number=row.id,
                    author=row.author,
                    text=row.text,
                    sent_at=row.sent_at,
                    operator=row.operator.key if row.operator is not None else EVERYBODY,
                )
                for row in rows
            )

    def forget(self, before: datetime) -> int:
        """Delete what is older; how many they were."""
        with self._store.writing():
            return int(MessageRow.delete().where(MessageRow.sent_at < before).execute())


def _ids(operator: str) -> Any:
    return Operator.select(Operator.id).where(Operator.key == operator, Operator.retired_at.is_null())


def _hands() -> Any:
    rows: Any = Duty.select(Duty, Operator).join(Operator).where(Duty.hand_at.is_null(False))
    return (Hand(row.operator.key, row.hand_at) for row in rows)
