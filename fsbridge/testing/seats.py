"""Seats without a database: what `fsbridge.services.seats` needs, in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from fsbridge.domain.seats import Person, Seat


class SeatsInMemory:
    """The seats and operator IDs of a centre that lasts as long as the process; one decision at a time.

    >>> room = SeatsInMemory([Person("op01", "佐藤")])
    >>> room.look()
    ((), 1)
    """

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self._lock = threading.RLock()
        self._people = {person.operator: person for person in people}
        self._seats: dict[str, Seat] = {}
        self.log: list[tuple[datetime, str, str, str, str]] = []
        """What was recorded: (when, who, did what, to which, why)."""

    @contextmanager
    def locked(self) -> Iterator[SeatsInMemory]:
        """The seats while nobody else changes them; undone if the block raises."""
        with self._lock:
            before = dict(self._people), dict(self._seats), list(self.log)
            try:
                yield self
            except BaseException:
                self._people, self._seats, self.log = before
                raise

    def look(self) -> tuple[tuple[Seat, ...], int]:
        """Who sits, by seat number, and how many operator IDs are registered."""
        return self.held(), self.registered()

    def beat(self, session: str, at: datetime) -> bool:
        """Note that a session lives; False if it has no seat."""
        with self._lock:
            seat = next((one for one in self._seats.values() if one.session == session), None)
            if seat is not None:
                self._seats[seat.operator] = replace(seat, beat_at=max(at, seat.beat_at))
            return seat is not None

    def held(self) -> tuple[Seat, ...]:
        """Who sits, by seat number."""
        return tuple(sorted(self._seats.values(), key=lambda seat: seat.number))

    def put(self, seat: Seat) -> None:
        """Let an operator sit, or sit otherwise."""
        self._seats[seat.operator] = seat

    def drop(self, seat: Seat) -> None:
        """Free a seat."""
        self._seats.pop(seat.operator, None)

    def person(self, operator: str) -> Person | None:
        """Whose ID it is."""
        return self._people.get(operator)

    def registered(self) -> int:
        """How many IDs are in use."""
        return sum(person.registered for person in self._people.values())

    def register(self, operator: str, name: str, at: datetime) -> None:
        """Take an ID into use."""
        known = self._people.get(operator, Person(operator))
        self._people[operator] = replace(known, name=name, registered=True)

    def retire(self, operator: str, at: datetime) -> None:
        """Take an ID out of use."""
        self._people[operator] = replace(self._people[operator], registered=False)

    def record(self, at: datetime, actor: str, action: str, which: str, reason: str) -> None:
        """Note who did what."""
        self.log.append((at, actor, action, which, reason))
