"""Contacts at work: kept, changed, merged and found, with every change in the log."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from fsbridge.domain.contacts import (
    Card,
    Contact,
    ContactError,
    Entry,
    NoSuchContact,
    Number,
    Problem,
    checked,
    data_of,
    merged,
    words_of,
)
from fsbridge.errors import FsbridgeError


class NumberPlan(Protocol):
    """How telephone numbers are written where the centre is."""

    def read(self, text: str) -> Number:
        """A number that people wrote, normalised; ContactError with the cure."""
        ...

    def caller(self, text: str) -> str:
        """The normal form of an arriving number; "" for an anonymous caller or what is no number."""
        ...


@dataclass(frozen=True, slots=True)
class Holder:
    """A contact as far as it matters for telling duplicates: its numbers and names.

    >>> Holder(12, "北陸設備", ("+81762202722",)).title
    '#12 北陸設備'
    """

    id: int
    name: str
    numbers: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Its number and name, for messages."""
        return f"#{self.id} {self.name}"


class ContactLedger(Protocol):
    """The contacts while nobody else can change them."""

    def get(self, which: int) -> Contact | None: ...
    def holders(self, numbers: Collection[str], names: Collection[str]) -> list[Holder]: ...
    def add(self, cards: Sequence[Card], at: datetime) -> list[int]: ...
    def put(self, which: int, card: Card, at: datetime) -> None: ...
    def drop(self, which: int) -> None: ...
    def move_calls(self, other: int, keep: int) -> int: ...
    def record(self, entries: Iterable[Entry]) -> None: ...


class ContactBook(Protocol):
    """Where contacts are kept."""

    def changing(self) -> AbstractContextManager[ContactLedger]: ...
    def looking(self) -> AbstractContextManager[ContactLedger]: ...
    def get(self, which: int) -> Contact | None: ...
    def by_number(self, number: str) -> tuple[Contact, ...]: ...
    def find(
        self, words: Sequence[str], tags: Sequence[str], limit: int, offset: int
    ) -> tuple[int, tuple[Contact, ...]]: ...
    def everything(self) -> Iterator[Contact]: ...
    def log(self, which: int | None, limit: int) -> tuple[Entry, ...]: ...


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the contacts that were found, in kana order, and how many there are in all.

    >>> Found(0, ()).contacts
    ()
    """

    total: int
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class Merger:
    """The contact that is left of two, and how many calls were moved to it."""

    contact: Contact
    calls: int


class Contacts:
    """The contacts of a centre. `by` is who does it, for the log; `now` is aware."""

    def __init__(self, book: ContactBook, plan: NumberPlan) -> None:
        self._book = book
        self._plan = plan

    def numbers(self, written: Iterable[tuple[str, str]]) -> tuple[Number, ...]:
        """Numbers from (number in any notation, label); ContactError names every one that is none."""
        read: list[Number] = []
        problems: list[Problem] = []
        for text, label in written:
            try:
                one = self._plan.read(text)
            except ContactError as error:
                problems += error.problems
                continue
            read.append(Number(one.number, one.shown, label or one.label))
        if problems:
            raise ContactError(problems)
        return tuple(read)

    def add(self, card: Card, *, by: str, now: datetime) -> Contact:
        """Keep a new contact; ContactError with every problem and its cure."""
        neat = checked(card)
        with self._book.changing() as ledger:
            (which,) = ledger.add([neat], now)
            ledger.record([Entry(now, by, "added", which, after=data_of(neat))])
        return Contact(which, neat, now, now)

    def edit(
        self, which: int, change: Callable[[Card], Card], *, by: str, now: datetime, reason: str = ""
    ) -> Contact:
        """The contact after `change`, which is given its card as it is now; nothing is logged if it stays.

        NoSuchContact if there is none; ContactError if it cannot be kept.
        """
        with self._book.changing() as ledger:
            before = _there(ledger.get(which), which)
            card = checked(change(before.card))
            if card == before.card:
                return before
            ledger.put(which, card, now)
            entry = Entry(now, by, "changed", which, reason, data_of(before.card), data_of(card))
            ledger.record([entry])
        return Contact(which, card, before.created_at, now)

    def remove(self, which: int, *, by: str, now: datetime, reason: str = "") -> Contact:
        """Take a contact out; its calls stay, without it, and the log keeps its card."""
        with self._book.changing() as ledger:
            gone = _there(ledger.get(which), which)
            ledger.drop(which)
            ledger.record([Entry(now, by, "removed", which, reason, before=data_of(gone.card))])
        return gone

    def merge(self, keep: int, other: int, *, by: str, now: datetime) -> Merger:
        """Make two contacts one, under the number of `keep`, with the calls of both."""
        if keep == other:
            raise FsbridgeError(f"contact {keep} cannot be merged with itself; name two contacts")
        with self._book.changing() as ledger:
            ours, theirs = _there(ledger.get(keep), keep), _there(ledger.get(other), other)
            card = checked(merged(ours.card, theirs.card))
            calls = ledger.move_calls(other, keep)
            ledger.drop(other)
            ledger.put(keep, card, now)
            before, gone, after = data_of(ours.card), data_of(theirs.card), data_of(card)
            ledger.record(
                [
                    Entry(now, by, "merged into", other, f"→ {ours.title}, ☎ {calls}", gone),
                    Entry(now, by, "merged", keep, f"← {theirs.title}, ☎ {calls}", before, after),
                ]
            )
        return Merger(Contact(keep, card, ours.created_at, now), calls)

    def get(self, which: int) -> Contact:
        """A contact by its number; NoSuchContact if there is none."""
        return _there(self._book.get(which), which)

    def caller(self, number: str) -> tuple[Contact, ...]:
        """Everybody whose number this is, in kana order, in any notation; nobody for an anonymous caller."""
        normal = self._plan.caller(number)
        return self._book.by_number(normal) if normal else ()

    def sharing(self, card: Card, *, but: int = 0) -> Mapping[str, tuple[Contact, ...]]:
        """The other contacts that have numbers of this card, by number."""
        found = {one.number: self._book.by_number(one.number) for one in card.numbers}
        others = {number: tuple(one for one in held if one.id != but) for number, held in found.items()}
        return {number: held for number, held in others.items() if held}

    def find(self, text: str = "", *, tags: Sequence[str] = (), limit: int = 50, offset: int = 0) -> Found:
        """Contacts for which every word holds: part of a name, note, tag or number, or a reading's beginning.

        Kana of either script, width and case are alike. `tags` are whole tags, all of which must be there.
        """
        return Found(*self._book.find(words_of(text), tags, limit, offset))

    def everything(self) -> Iterator[Contact]:
        """Every contact, in kana order, as of one moment."""
        return self._book.everything()

    def note_export(self, count: int, where: str, *, by: str, now: datetime) -> None:
        """Log that contacts left the store: whose data went where is asked for one day."""
        with self._book.changing() as ledger:
            ledger.record([Entry(now, by, "exported", 0, f"{count} → {where}")])

    def log(self, which: int | None = None, *, limit: int = 50) -> tuple[Entry, ...]:
        """The latest changes, the newest first; of one contact, or of all."""
        return self._book.log(which, limit)


def _there(contact: Contact | None, which: int) -> Contact:
    if contact is None:
        raise NoSuchContact(which)
    return contact
