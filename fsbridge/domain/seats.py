"""Seats: how many may be logged in at the same time, who gets one, and when a silent one is free again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fsbridge.errors import FsbridgeError

BEAT_EVERY = timedelta(seconds=4)
"""How often a browser says that it lives."""
PATIENCE = timedelta(seconds=12)
"""How long a seat may be silent: three beats. With a look every 3 s, a dead one is free within 15 s."""


class SeatsFull(FsbridgeError):
    """Every seat the season allows is taken; ``allowance`` and ``held`` say which and by whom.

    >>> print(SeatsFull(Allowance("normal", seats=16, registered=25), ()))
    every seat is taken: 0 of 16 (season normal); try again when somebody has logged out
    """

    def __init__(self, allowance: Allowance, held: Sequence[Seat]) -> None:
        kept = f", {allowance.reserve} of them kept for supervisors" if allowance.reserve else ""
        super().__init__(
            f"every seat is taken: {len(held)} of {allowance.seats}{kept} (season {allowance.season}); "
            "try again when somebody has logged out"
        )
        self.allowance = allowance
        self.held = tuple(held)


class SeatTaken(FsbridgeError):
    """The operator sits elsewhere already, or the browser sits here for another; ``seat`` says where.

    Taking over moves the operator's seat to the new browser.
    """

    def __init__(self, why: str, seat: Seat) -> None:
        super().__init__(why)
        self.seat = seat


class SeatLost(FsbridgeError):
    """This session has no seat (any more): the operator has to log in again."""


class NotRegistered(FsbridgeError):
    """There is no such operator ID, or it was retired."""


class RegisterFull(FsbridgeError):
    """As many operator IDs are registered as the season allows; retire one first."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a season allows: `seats` at the same time, `reserve` of them for supervisors alone, and IDs.

    >>> Allowance("busy", seats=20, registered=30).general
    20
    >>> Allowance("busy", seats=2, reserve=3, registered=30)
    Traceback (most recent call last):
    ValueError: season busy reserves 3 of 2 seats; reserve 2 at most
    """

    season: str
    seats: int
    registered: int
    reserve: int = 0

    def __post_init__(self) -> None:
        if self.seats < 0 or self.registered < 0 or self.reserve < 0:
            raise ValueError(f"season {self.season}: seats and registered IDs are 0 or more")
        if self.reserve > self.seats:
            raise ValueError(
                f"season {self.season} reserves {self.reserve} of {self.seats} seats; "
                f"reserve {self.seats} at most"
            )

    @property
    def general(self) -> int:
        """The seats anybody may take."""
        return self.seats - self.reserve


@dataclass(frozen=True, slots=True)
class Person:
    """Who wants a seat.

    >>> Person("op01", "佐藤").supervisor
    False
    """

    operator: str
    name: str = ""
    supervisor: bool = False
    registered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One seat that is taken, since `taken_at`, by an operator whose browser last said so at `beat_at`.

    `session` is a digest: it tells browsers apart and lets nobody in. `place` is for people to read.

    >>> from datetime import UTC
    >>> noon = datetime(2027, 4, 1, 3, tzinfo=UTC)
    >>> seat = Seat(number=1, operator="op01", session="5e55", taken_at=noon, beat_at=noon)
    >>> seat.silent(noon + PATIENCE, PATIENCE), seat.silent(noon + BEAT_EVERY, PATIENCE)
    (True, False)
    """

    number: int
    operator: str
    session: str
    taken_at: datetime
    beat_at: datetime
    reserve: bool = False
    place: str = ""

    def silent(self, now: datetime, patience: timedelta) -> bool:
        """Whether its browser has not been heard for so long."""
        return now - self.beat_at >= patience


@dataclass(frozen=True, slots=True)
class Standing:
    """Who sits, against what is allowed.

    >>> standing = Standing(Allowance("normal", seats=16, registered=25), held=(), registered=27)
    >>> standing.free, standing.over, standing.registered_over
    (16, 0, 2)
    """

    allowance: Allowance
    held: tuple[Seat, ...]
    registered: int

    @property
    def free(self) -> int:
        """The seats a supervisor could still take."""
        return max(0, self.allowance.seats - len(self.held))

    @property
    def free_for_operators(self) -> int:
        """The seats anybody could still take."""
        return min(self.free, max(0, self.allowance.general - _general_taken(self.held, self.allowance)))

    @property
    def over(self) -> int:
        """How many more sit than the season allows: left alone until they log out."""
        return max(0, len(self.held) - self.allowance.seats)

    @property
    def registered_over(self) -> int:
        """How many operator IDs have to be retired before another is registered."""
        return max(0, self.registered - self.allowance.registered)


def dead(
    held: Iterable[Seat], now: datetime, patience: timedelta, talking: Collection[str] = ()
) -> tuple[Seat, ...]:
    """The seats nobody is heard from; those of operators in a conversation are kept.

    A conversation goes on without its browser for a while (the switch waits for a reload), and whoever
    comes back to it must find the seat.

    >>> dead([], datetime.max, PATIENCE)
    ()
    """
    return tuple(seat for seat in held if seat.silent(now, patience) and seat.operator not in talking)


def admit(
    person: Person,
    session: str,
    now: datetime,
    *,
    held: Sequence[Seat],
    allowance: Allowance,
    place: str = "",
    take_over: bool = False,
) -> Seat:
    """The seat a person gets, given who sits already; SeatsFull, SeatTaken or NotRegistered if none.

    Who has a seat keeps it, whatever the season now allows: logging in again with the same browser (a
    reload), or with another and `take_over`, needs no further seat. Supervisors take the reserve first.

    >>> from datetime import UTC
    >>> noon = datetime(2027, 4, 1, 3, tzinfo=UTC)
    >>> admit(Person("op01"), "5e55", noon, held=[], allowance=Allowance("normal", 16, 25)).number
    1
    """
    if not person.registered:
        raise NotRegistered(f"operator {person.operator} was retired; register the ID again")
    for seat in held:
        if seat.operator != person.operator and seat.session == session:
            raise SeatTaken(f"this browser is logged in as {seat.operator}; log out there first", seat)
    own = next((seat for seat in held if seat.operator == person.operator), None)
    if own is not None:
        if own.session != session and not take_over:
            where = f" ({own.place})" if own.place else ""
            raise SeatTaken(
                f"{person.operator} is logged in elsewhere{where}; take over or log out there", own
            )
        return replace(own, session=session, place=place or own.place, beat_at=max(now, own.beat_at))
    if len(held) >= allowance.seats:
        raise SeatsFull(allowance, held)
    reserve = person.supervisor and sum(seat.reserve for seat in held) < allowance.reserve
    if not reserve and _general_taken(held, allowance) >= allowance.general:
        raise SeatsFull(allowance, held)
    taken = {seat.number for seat in held}
    return Seat(
        number=next(number for number in range(1, len(held) + 2) if number not in taken),
        operator=person.operator,
        session=session,
        reserve=reserve,
        place=place,
        taken_at=now,
        beat_at=now,
    )


def enrol(registered: int, allowance: Allowance) -> None:
    """RegisterFull unless one more operator ID may be registered.

    >>> enrol(25, Allowance("normal", seats=16, registered=25))
    Traceback (most recent call last):
    fsbridge.domain.seats.RegisterFull: 25 operator IDs are registered, season normal allows 25: retire ...
    """
    if registered >= allowance.registered:
        raise RegisterFull(
            f"{registered} operator IDs are registered, season {allowance.season} allows "
            f"{allowance.registered}: retire one first"
        )


def _general_taken(held: Sequence[Seat], allowance: Allowance) -> int:
    """Seats taken that are no reserve: people of a reserve larger than today's sit in general ones."""
    return len(held) - min(sum(seat.reserve for seat in held), allowance.reserve)
