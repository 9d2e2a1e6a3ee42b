"""Seats and operator IDs at work: every decision is taken alone, in one transaction of the store."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from fsbridge.domain.seats import (
    PATIENCE,
    Allowance,
    NotRegistered,
    Person,
    Seat,
    SeatLost,
    Standing,
    admit,
    dead,
    enrol,
)

logger = logging.getLogger(__name__)

AllowanceAt = Callable[[datetime], Allowance]
"""What the season in force at a moment allows."""


class SeatLedger(Protocol):
    """The seats and operator IDs while nobody else can change them."""

    def held(self) -> tuple[Seat, ...]: ...
    def put(self, seat: Seat) -> None: ...
    def drop(self, seat: Seat) -> None: ...
    def person(self, operator: str) -> Person | None: ...
    def registered(self) -> int: ...
    def register(self, operator: str, name: str, at: datetime) -> None: ...
    def retire(self, operator: str, at: datetime) -> None: ...
    def record(self, at: datetime, actor: str, action: str, which: str, reason: str) -> None: ...


class SeatRoom(Protocol):
    """Where seats are kept."""

    def locked(self) -> AbstractContextManager[SeatLedger]: ...
    def look(self) -> tuple[tuple[Seat, ...], int]: ...
    def beat(self, session: str, at: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class Admission:
    """A seat somebody was given, and the dead ones that were freed on the way.

    >>> from datetime import UTC
    >>> noon = datetime(2027, 4, 1, 3, tzinfo=UTC)
    >>> Admission(Seat(number=1, operator="op01", session="5e55", taken_at=noon, beat_at=noon)).freed
    ()
    """

    seat: Seat
    freed: tuple[Seat, ...] = ()


class Seats:
    """Who is logged in, never more than the season in force allows.

    `session` is the browser's own secret; only its digest is kept. `talking` names the operators in a
    conversation now: their seats outlive a silent browser.

    >>> from datetime import UTC
    >>> from fsbridge.testing.seats import SeatsInMemory
    >>> noon = datetime(2027, 4, 1, 3, tzinfo=UTC)
    >>> room = SeatsInMemory([Person("op01"), Person("op02")])
    >>> seats = Seats(room, lambda at: Allowance("tiny", seats=1, registered=2))
    >>> seats.log_in("op01", "3f0c", noon).seat.number
    1
    >>> seats.log_in("op02", "9d21", noon)
    Traceback (most recent call last):
    fsbridge.domain.seats.SeatsFull: every seat is taken: 1 of 1 (season tiny); try again when ...
    """

    def __init__(
        self,
        room: SeatRoom,
        allowance: AllowanceAt,
        *,
        patience: timedelta = PATIENCE,
        talking: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self._room = room
        self._allowance = allowance
        self._patience = patience
        self._talking = talking

    def log_in(
        self, operator: str, session: str, now: datetime, *, place: str = "", take_over: bool = False
    ) -> Admission:
        """Give an operator a seat; SeatsFull, SeatTaken or NotRegistered say why not.

        Dead seats are freed first, so nobody is refused for the sake of a browser that is gone.
        """
        talking = self._talking()
        allowance = self._allowance(now)
        with self._room.locked() as ledger:
            freed = self._free(ledger, now, talking)
            person = ledger.person(operator)
            if person is None:
                raise NotRegistered(f"there is no operator {operator}; register the ID first")
            held = ledger.held()
            seat = admit(
                person,
                digest(session),
                now,
                held=held,
                allowance=allowance,
                place=place,
                take_over=take_over,
            )
            ledger.put(seat)
            before = next((one for one in held if one.operator == operator), None)
            if before is None or before.session != seat.session:
                action = "logged in" if before is None else "took over"
                ledger.record(now, operator, action, f"seat {seat.number}", place)
        return Admission(seat, freed)

    def beat(self, session: str, now: datetime) -> None:
        """A browser lives; SeatLost if its seat was given up, and it has to log in again."""
        if not self._room.beat(digest(session), now):
            raise SeatLost("this session has no seat any more; log in again")

    def log_out(self, session: str, now: datetime) -> Seat | None:
        """Free a session's seat; None if it had none."""
        wanted = digest(session)
        with self._room.locked() as ledger:
            seat = next((one for one in ledger.held() if one.session == wanted), None)
            if seat is not None:
                ledger.drop(seat)
                ledger.record(now, seat.operator, "logged out", f"seat {seat.number}", "")
        return seat

    def kick(self, operator: str, now: datetime, *, by: str, reason: str = "") -> Seat | None:
        """Free an operator's seat by order, recorded; None if there was none."""
        with self._room.locked() as ledger:
            seat = next((one for one in ledger.held() if one.operator == operator), None)
            if seat is not None:
                ledger.drop(seat)
                ledger.record(now, by, f"logged {operator} out", f"seat {seat.number}", reason)
        return seat

    def free_dead(self, now: datetime) -> tuple[Seat, ...]:
        """Free the seats whose browsers fell silent; call it every 3 s at least."""
        talking = self._talking()
        held, _ = self._room.look()
        if not dead(held, now, self._patience, talking):
            return ()
        with self._room.locked() as ledger:
            return self._free(ledger, now, talking)

    def standing(self, now: datetime) -> Standing:
        """Who sits, and what the season in force allows."""
        held, registered = self._room.look()
        return Standing(self._allowance(now), held, registered)

    def _free(self, ledger: SeatLedger, now: datetime, talking: Collection[str]) -> tuple[Seat, ...]:
        freed = dead(ledger.held(), now, self._patience, talking)
        for seat in freed:
            ledger.drop(seat)
            ledger.record(
                now, "fsbridge", f"freed the seat of {seat.operator}", f"seat {seat.number}", "silent"
            )
            logger.warning("seat %d of %s is free: silent since %s", seat.number, seat.operator, seat.beat_at)
        return freed


class Register:
    """Operator IDs, never more than the season in force allows; a season that allows fewer removes nobody.

    >>> from datetime import UTC
    >>> from fsbridge.testing.seats import SeatsInMemory
    >>> register = Register(SeatsInMemory(), lambda at: Allowance("tiny", seats=1, registered=0))
    >>> register.enrol("op01", "佐藤", datetime.now(UTC), by="admin")
    Traceback (most recent call last):
    fsbridge.domain.seats.RegisterFull: 0 operator IDs are registered, season tiny allows 0: retire one first
    """

    def __init__(self, room: SeatRoom, allowance: AllowanceAt) -> None:
        self._room = room
        self._allowance = allowance

    def enrol(self, operator: str, name: str, now: datetime, *, by: str) -> None:
        """Register an ID, or take a retired one up again; RegisterFull if there are too many."""
        allowance = self._allowance(now)
        with self._room.locked() as ledger:
            person = ledger.person(operator)
            if person is None or not person.registered:
                enrol(ledger.registered(), allowance)
            ledger.register(operator, name, now)
            ledger.record(now, by, "registered", operator, "")

    def retire(self, operator: str, now: datetime, *, by: str) -> None:
        """Take an ID out of use; who sits with it stays until logging out. NotRegistered if there is none."""
        with self._room.locked() as ledger:
            if ledger.person(operator) is None:
                raise NotRegistered(f"there is no operator {operator}")
            ledger.retire(operator, now)
            ledger.record(now, by, "retired", operator, "")


def digest(session: str) -> str:
    """What is kept of a browser's secret.

    >>> len(digest("3f0c")), digest("3f0c") == digest("3f0c")
    (64, True)
    """
    return hashlib.sha256(session.encode()).hexdigest()
