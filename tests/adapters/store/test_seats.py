"""Seats in the store: the cap holds whoever logs in at once, from whatever process."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import gevent
import pytest

from fsbridge.adapters.store import Store, StoredSeats
from fsbridge.adapters.store.models import AuditEntry, Operator, Season, User
from fsbridge.domain.seats import Allowance, NotRegistered, RegisterFull, SeatLost, SeatsFull
from fsbridge.errors import FsbridgeError
from fsbridge.services.seats import Register, Seats
from tests.adapters.store.making import NOON, make_operator, make_season

ROOT = Path(__file__).parents[3]


@pytest.fixture
def room(store: Store) -> StoredSeats:
    return StoredSeats(store)


def seats_of(room: StoredSeats, season: str = "normal") -> Seats:
    return Seats(room, lambda at: room.allowance(season))


def fill(store: Store, people: int, seats: int, *, reserve: int = 0) -> None:
    make_season("normal", seats, reserve=reserve)
    with store.writing():
        for number in range(people):
            make_operator(f"op{number:02}")


def test_of_fifty_greenlets_sixteen_get_in(store: Store, room: StoredSeats) -> None:
    fill(store, 50, 16)
    seats = seats_of(room)

    def log_in(number: int) -> bool:
        try:
            seats.log_in(f"op{number:02}", f"browser {number}", NOON)
        except SeatsFull:
            return False
        return True

    trying = [gevent.spawn(log_in, number) for number in range(50)]
    gevent.joinall(trying, raise_error=True, timeout=120)
    assert sum(one.value for one in trying) == 16
    assert [seat.number for seat in room.look()[0]] == list(range(1, 17))


def test_of_fifty_connections_from_five_processes_sixteen_get_in(
    store: Store, url: str, room: StoredSeats
) -> None:
    fill(store, 50, 16)
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.adapters.store.log_in", url, str(first), "10"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for first in range(0, 50, 10)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:  # all wait; now all begin
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    admitted = [operator for process in processes for operator in process.communicate(timeout=120)[0].split()]
    assert [process.returncode for process in processes] == [0] * 5
    assert len(admitted) == len(set(admitted)) == 16
    held, _ = room.look()
    assert {seat.operator for seat in held} == set(admitted)
    assert [seat.number for seat in held] == list(range(1, 17))


def test_one_operator_in_fifty_browsers_has_one_seat(store: Store, room: StoredSeats) -> None:
    fill(store, 1, 16)
    seats = seats_of(room)
    trying = [gevent.spawn(seats.log_in, "op00", f"browser {n}", NOON, take_over=True) for n in range(50)]
    gevent.joinall(trying, raise_error=True, timeout=120)
    held, _ = room.look()
    assert [seat.number for seat in held] == [1]


def test_a_seat_comes_back_as_it_was_given(store: Store, room: StoredSeats) -> None:
    fill(store, 1, 16)
    given = seats_of(room).log_in("op00", "secret", NOON, place="席 3").seat
    assert room.look() == ((given,), 1)
    assert given.place == "席 3"
    assert "secret" not in given.session


def test_a_dead_browser_is_freed_and_a_living_one_stays(store: Store, room: StoredSeats) -> None:
    fill(store, 2, 2)
    seats = seats_of(room)
    seats.log_in("op00", "a", NOON)
    seats.log_in("op01", "b", NOON)
    for second in range(0, 15, 3):
        seats.beat("a", NOON + timedelta(seconds=second))
        seats.free_dead(NOON + timedelta(seconds=second))
    assert [seat.operator for seat in room.look()[0]] == ["op00"]
    with pytest.raises(SeatLost):
        seats.beat("b", NOON + timedelta(seconds=15))


def test_a_late_beat_never_turns_the_clock_back(store: Store, room: StoredSeats) -> None:
    fill(store, 1, 1)
    seats = seats_of(room)
    seats.log_in("op00", "a", NOON)
    seats.beat("a", NOON + timedelta(seconds=8))
    seats.beat("a", NOON + timedelta(seconds=4))
    assert room.look()[0][0].beat_at == NOON + timedelta(seconds=8)


def test_roles_say_who_may_take_the_reserve(store: Store, room: StoredSeats) -> None:
    fill(store, 2, 2, reserve=1)
    make_operator("boss", "operator", "supervisor")
    seats = seats_of(room)
    seats.log_in("op00", "a", NOON)
    with pytest.raises(SeatsFull, match="1 of 2, 1 of them kept for supervisors"):
        seats.log_in("op01", "b", NOON)
    assert seats.log_in("boss", "c", NOON).seat.reserve


def test_a_blocked_account_gets_no_seat(store: Store, room: StoredSeats) -> None:
    make_season("normal", 16)
    make_operator("op00", "operator")
    with store.writing():
        User.update(active=False).execute()
    with pytest.raises(NotRegistered):
        seats_of(room).log_in("op00", "a", NOON)


def test_the_season_is_read_at_every_log_in(store: Store, room: StoredSeats) -> None:
    fill(store, 3, 2)
    seats = seats_of(room)
    seats.log_in("op00", "a", NOON)
    seats.log_in("op01", "b", NOON)
    with store.writing():
        Season.update(seats=1).execute()
    assert seats.standing(NOON).over == 1
    assert len(room.look()[0]) == 2
    with store.writing():
        Season.update(seats=3).execute()
    assert seats.log_in("op02", "c", NOON).seat.number == 3


def test_a_season_nobody_knows_is_named(store: Store, room: StoredSeats) -> None:
    make_season("normal", 16)
    assert room.allowance("normal") == Allowance("normal", seats=16, registered=100)
    with pytest.raises(FsbridgeError, match="no season 'summer' in the store; known: normal"):
        room.allowance("summer")


def test_registering_at_once_stops_at_the_limit(store: Store, room: StoredSeats) -> None:
    make_season("normal", 16, registered=25)
    register = Register(room, lambda at: room.allowance("normal"))

    def enrol(number: int) -> bool:
        try:
            register.enrol(f"op{number:02}", "誰か", NOON, by="admin")
        except RegisterFull:
            return False
        return True

    trying = [gevent.spawn(enrol, number) for number in range(30)]
    gevent.joinall(trying, raise_error=True, timeout=120)
    assert sum(one.value for one in trying) == 25
    assert room.look()[1] == 25


def test_a_retired_id_stays_in_the_history_and_can_come_back(store: Store, room: StoredSeats) -> None:
    make_season("normal", 16, registered=1)
    register = Register(room, lambda at: room.allowance("normal"))
    register.enrol("op00", "佐藤", NOON, by="admin")
    register.retire("op00", NOON, by="admin")
    with pytest.raises(NotRegistered):
        seats_of(room).log_in("op00", "a", NOON)
    with store.reading():
        assert Operator.get(key="op00").retired_at == NOON
    register.enrol("op00", "佐藤", NOON, by="admin")
    assert room.look()[1] == 1
    seats_of(room).log_in("op00", "a", NOON)


def test_who_came_and_went_is_in_the_audit_log(store: Store, room: StoredSeats) -> None:
    fill(store, 1, 1)
    seats = seats_of(room)
    seats.log_in("op00", "a", NOON, place="席 3")
    seats.kick("op00", NOON, by="boss", reason="終業")
    with store.reading():
        entries = [
            (row.actor, row.action, row.which, row.reason)
            for row in AuditEntry.select().order_by(AuditEntry.id)
        ]
    assert entries == [
        ("op00", "logged in", "seat 1", "席 3"),
        ("boss", "logged op00 out", "seat 1", "終業"),
    ]


def test_a_refused_log_in_changes_nothing(store: Store, room: StoredSeats) -> None:
    fill(store, 1, 1)
    seats = seats_of(room)
    seats.log_in("op00", "a", NOON)
    later = NOON + timedelta(minutes=1)
    with pytest.raises(NotRegistered):
        seats.log_in("nobody", "b", later)
    assert len(room.look()[0]) == 1
    assert [seat.operator for seat in seats.free_dead(later)] == ["op00"]
