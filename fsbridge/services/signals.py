"""Between operators and supervisors without a word spoken: raised hands, and messages of the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from fsbridge.domain.messages import EVERYBODY, Message, MessageRefused, written
from fsbridge.services.authority import Accounts, supervising
from fsbridge.services.operators import NotOnDuty


@dataclass(frozen=True, slots=True)
class Hand:
    """An operator who asks for help, and since when.

    >>> Hand("op01", datetime(2027, 4, 1)).operator
    'op01'
    """

    operator: str
    since: datetime


class HandBook(Protocol):
    """Where hands are kept: with the duty, so that they go down at log-out."""

    def hands(self) -> Sequence[Hand]: ...
    def raise_hand(self, operator: str, at: datetime) -> Hand | None:
        """The hand as it is up now; None for who is not on duty."""

    def lower_hand(self, operator: str) -> bool:
        """Whether it was up."""


class MessageBook(Protocol):
    """Where messages are kept."""

    def registered(self, operator: str) -> bool: ...
    def keep(self, author: str, operator: str, text: str, at: datetime) -> Message: ...
    def since(self, at: datetime, *, after: int = 0) -> Sequence[Message]: ...
    def forget(self, before: datetime) -> int: ...


class Hands:
    """手上げ: raised and lowered with one key, seen by every supervisor, who has waited longest first.

    >>> from fsbridge.testing.signals import SignalsInMemory
    >>> hands, noon = Hands(SignalsInMemory(["op01"])), datetime(2027, 4, 1)
    >>> hands.up("op01", noon).since == noon, [hand.operator for hand in hands.all()]
    (True, ['op01'])
    >>> hands.down("op01"), hands.all()
    (True, ())
    """

    def __init__(self, book: HandBook) -> None:
        self._book = book

    def up(self, operator: str, now: datetime) -> Hand:
        """Raise a hand; one that is up stays up since when it was. NotOnDuty for who is not logged in."""
        hand = self._book.raise_hand(operator, now)
        if hand is None:
            raise NotOnDuty(f"operator {operator} is not logged in")
        return hand

    def down(self, operator: str) -> bool:
        """Lower it, by the operator or by the supervisor who has come; whether it was up."""
        return self._book.lower_hand(operator)

    def all(self) -> Sequence[Hand]:
        """The hands that are up, the longest first."""
        return tuple(sorted(self._book.hands(), key=lambda hand: (hand.since, hand.operator)))


class Messages:
    """What supervisors write to an operator, or to all: read on the desk the same day, gone the next.

    `day_of` gives the beginning of a moment's day where the centre is.

    >>> from fsbridge.testing.signals import SignalsInMemory
    >>> from fsbridge.services.users import Account
    >>> from fsbridge.testing.accounts import AccountsInMemory
    >>> book, accounts, noon = SignalsInMemory(["op01"]), AccountsInMemory(), datetime(2027, 4, 1, 12)
    >>> accounts.put(Account("boss", "課長", roles=("supervisor",)), noon)
    >>> messages = Messages(book, accounts, lambda at: at.replace(hour=0))
    >>> messages.send("開栓が混んでいます", by="boss", now=noon).number
    1
    >>> [one.text for one in messages.of("op01", noon)]
    ['開栓が混んでいます']
    """

    def __init__(self, book: MessageBook, accounts: Accounts, day_of: Callable[[datetime], datetime]) -> None:
        self._book = book
        self._accounts = accounts
        self._day_of = day_of

    def send(self, text: str, *, by: str, now: datetime, to: str = EVERYBODY) -> Message:
        """Write to an operator or to everybody, as a supervisor; MessageRefused says what does not fit.

        Messages of earlier days are forgotten.
        """
        supervising(self._accounts, by, "write to operators")
        plain = written(text)
        if to != EVERYBODY and not self._book.registered(to):
            raise MessageRefused(f"there is no operator {to!r}; write to one who is registered, or to all")
        self._book.forget(self._day_of(now))
        return self._book.keep(by, to, plain, now)

    def of(self, operator: str, now: datetime, *, after: int = 0) -> Sequence[Message]:
        """Today's messages for an operator, the oldest first; those with a greater number than `after`."""
        return tuple(one for one in self.all(now, after=after) if one.concerns(operator))

    def all(self, now: datetime, *, after: int = 0) -> Sequence[Message]:
        """Everything written today, the oldest first."""
        return tuple(self._book.since(self._day_of(now), after=after))
