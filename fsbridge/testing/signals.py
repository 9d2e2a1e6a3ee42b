"""Raised hands and messages without a database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from fsbridge.domain.messages import Message
from fsbridge.services.signals import Hand


class SignalsInMemory:
    """The hands and messages of a centre where these operators are registered and on duty.

    >>> SignalsInMemory(["op01"]).registered("op01")
    True
    """

    def __init__(self, operators: Iterable[str]) -> None:
        self._operators = set(operators)
        self._hands: dict[str, Hand] = {}
        self._messages: list[Message] = []
        self._count = 0

    def hands(self) -> Sequence[Hand]:
        """The hands that are up."""
        return tuple(self._hands.values())

    def raise_hand(self, operator: str, at: datetime) -> Hand | None:
        """Up, unless it was."""
        if operator not in self._operators:
            return None
        return self._hands.setdefault(operator, Hand(operator, at))

    def lower_hand(self, operator: str) -> bool:
        """Down."""
        return self._hands.pop(operator, None) is not None

    def registered(self, operator: str) -> bool:
        """Whether there is such an operator."""
        return operator in self._operators

    def keep(self, author: str, operator: str, text: str, at: datetime) -> Message:
        """A new message."""
        self._count += 1
        message = Message(number=self._count, author=author, text=text, sent_at=at, operator=operator)
        self._messages.append(message)
        return message

    def since(self, at: datetime, *, after: int = 0) -> Sequence[Message]:
        """Those sent since then."""
        return tuple(one for one in self._messages if one.sent_at >= at and one.number > after)

    def forget(self, before: datetime) -> int:
        """Older ones are gone."""
        kept = [one for one in self._messages if one.sent_at >= before]
        gone = len(self._messages) - len(kept)
        self._messages = kept
        return gone
