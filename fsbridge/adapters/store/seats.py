"""Seats and operator IDs in the store: the port of `fsbridge.services.seats`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from fsbridge.adapters.store.models import AuditEntry, Operator, Season, UserRole
from fsbridge.adapters.store.models import Seat as SeatRow
from fsbridge.adapters.store.store import Store
from fsbridge.domain.seats import Allowance, Person, Seat
from fsbridge.errors import FsbridgeError


class StoredSeats:
    """The seats of a store; `locked` lets one log-in at a time decide, on either database.

    On SQLite the transaction's own write lock does it; on PostgreSQL both tables are locked against other
    writers. The unique seat numbers and operators stand behind that, should anybody write past it.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredSeats(store).look()
    ((), 0)
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def locked(self) -> Iterator[_Ledger]:
        """The seats while nobody else changes them; undone if the block raises."""
        with self._store.writing() as database:
            database.lock("operator", "seat")
            yield _Ledger()

    def look(self) -> tuple[tuple[Seat, ...], int]:
        """Who sits, by seat number, and how many operator IDs are registered."""
        with self._store.reading():
            ledger = _Ledger()
            return ledger.held(), ledger.registered()

    def beat(self, session: str, at: datetime) -> bool:
        """Note that a session lives (never going back in time); False if it has no seat."""
        with self._store.connection():
            late = (
                SeatRow.update(beat_at=at).where(SeatRow.session == session, SeatRow.beat_at < at).execute()
            )
            return bool(late) or SeatRow.select().where(SeatRow.session == session).exists()

    def allowance(self, season: str) -> Allowance:
        """What a season allows; FsbridgeError if there is none of this name."""
        with self._store.connection():
            row = Season.get_or_none(Season.key == season)
            if row is None:
                known = ", ".join(one.key for one in Season.select().order_by(Season.position)) or "none"
                raise FsbridgeError(f"there is no season {season!r} in the store; known: {known}")
            return Allowance(row.key, seats=row.seats, reserve=row.reserve, registered=row.registered)


class _Ledger:
    """The seats within a transaction."""

    def held(self) -> tuple[Seat, ...]:
        rows = SeatRow.select(SeatRow, Operator).join(Operator).order_by(SeatRow.number)
        return tuple(
            Seat(
                number=row.number,
                operator=row.operator.key,
                session=row.session,
                reserve=row.reserve,
                place=row.place,
                taken_at=row.taken_at,
                beat_at=row.beat_at,
            )
            for row in rows
        )

    def put(self, seat: Seat) -> None:
        operator = Operator.get(Operator.key == seat.operator)
        values = {
            "number": seat.number,
            "session": seat.session,
            "reserve": seat.reserve,
            "place": seat.place,
            "taken_at": seat.taken_at,
            "beat_at": seat.beat_at,
        }
        if not SeatRow.update(values).where(SeatRow.operator == operator).execute():
            SeatRow.create(operator=operator, **values)

    def drop(self, seat: Seat) -> None:
        SeatRow.delete().where(SeatRow.number == seat.number).execute()

    def person(self, operator: str) -> Person | None:
        row = Operator.get_or_none(Operator.key == operator)
        if row is None:
            return None
        # A person without an account of their own (a scripted one) is an operator; a blocked account is out.
        active = row.user is None or row.user.active
        roles = set()
        if row.user is not None:
            roles = {role.role for role in UserRole.select().where(UserRole.user == row.user)}
        return Person(row.key, row.name, "supervisor" in roles, row.retired_at is None and active)

    def registered(self) -> int:
        return int(Operator.select().where(Operator.retired_at.is_null()).count())

    def register(self, operator: str, name: str, at: datetime) -> None:
        values = {"name": name, "registered_at": at, "retired_at": None}
        if not Operator.update(values).where(Operator.key == operator).execute():
            Operator.create(key=operator, **values)

    def retire(self, operator: str, at: datetime) -> None:
        Operator.update(retired_at=at).where(Operator.key == operator).execute()

    def record(self, at: datetime, actor: str, action: str, which: str, reason: str) -> None:
        AuditEntry.create(at=at, actor=actor, action=action, subject="seats", which=which, reason=reason)
