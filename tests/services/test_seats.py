"""Logging in and out, beats and freed seats, as the desk and the sweeper call them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.adapters.planfile import example
from fsbridge.domain.seats import (
    BEAT_EVERY,
    Allowance,
    NotRegistered,
    Person,
    RegisterFull,
    SeatLost,
    SeatsFull,
    SeatTaken,
)
from fsbridge.services.seats import Register, Seats
from fsbridge.testing.seats import SeatsInMemory

HOURS = example("kanazawa").plan.schedule
NOON = datetime(2027, 4, 1, 3, tzinfo=UTC)
NORMAL = Allowance("normal", seats=2, registered=3)


def second(count: float) -> datetime:
    return NOON + timedelta(seconds=count)


def centre(people: int = 5, allowance: Allowance = NORMAL) -> tuple[SeatsInMemory, Seats]:
    room = SeatsInMemory(Person(f"op{number}") for number in range(people))
    return room, Seats(room, lambda at: allowance)


def test_a_browser_that_dies_is_out_within_fifteen_seconds() -> None:
    _, seats = centre()
    seats.log_in("op0", "a", second(0))
    seats.log_in("op1", "b", second(0))
    freed_at = None
    for now in range(1, 31):
        if now % 4 == 0:
            seats.beat("a", second(now))
            if now <= 8:
                seats.beat("b", second(now))  # its last breath is at 8
        if now % 3 == 0 and seats.free_dead(second(now)):
            freed_at = now
    assert freed_at is not None
    assert freed_at - 8 <= 15
    assert [seat.operator for seat in seats.standing(second(30)).held] == ["op0"]


def test_a_dead_browser_never_keeps_somebody_out() -> None:
    _, seats = centre()
    seats.log_in("op0", "a", second(0))
    seats.log_in("op1", "b", second(0))
    seats.beat("a", second(12))
    admission = seats.log_in("op2", "c", second(12))
    assert [seat.operator for seat in admission.freed] == ["op1"]
    assert admission.seat.number == 2


def test_a_conversation_keeps_the_seat_of_a_silent_browser() -> None:
    room = SeatsInMemory([Person("op0"), Person("op1")])
    talking = {"op0"}
    seats = Seats(room, lambda at: Allowance("tiny", seats=1, registered=9), talking=lambda: talking)
    seats.log_in("op0", "a", second(0))
    assert seats.free_dead(second(60)) == ()
    with pytest.raises(SeatsFull):
        seats.log_in("op1", "b", second(60))
    seats.beat("a", second(90))  # the page is back
    talking.clear()
    assert seats.free_dead(second(91)) == ()
    assert [seat.operator for seat in seats.free_dead(second(102))] == ["op0"]


def test_a_page_reloaded_in_time_sits_where_it_sat() -> None:
    _, seats = centre()
    first = seats.log_in("op0", "a", second(0)).seat
    seats.log_in("op1", "b", second(0))
    again = seats.log_in("op0", "a", second(5)).seat
    assert (again.number, again.taken_at, again.beat_at) == (first.number, first.taken_at, second(5))


def test_taking_over_ends_the_other_browser() -> None:
    room, seats = centre()
    seats.log_in("op0", "a", second(0))
    with pytest.raises(SeatTaken):
        seats.log_in("op0", "b", second(1))
    seats.log_in("op0", "b", second(1), take_over=True)
    with pytest.raises(SeatLost, match="log in again"):
        seats.beat("a", second(2))
    seats.beat("b", second(2))
    assert [entry[2] for entry in room.log] == ["logged in", "took over"]


def test_who_is_unknown_is_told_so() -> None:
    _, seats = centre(people=1)
    with pytest.raises(NotRegistered, match="no operator op7; register the ID first"):
        seats.log_in("op7", "a", NOON)


def test_logging_out_twice_is_no_error() -> None:
    _, seats = centre()
    seats.log_in("op0", "a", NOON)
    seat = seats.log_out("a", NOON)
    assert seat is not None
    assert seat.operator == "op0"
    assert seats.log_out("a", NOON) is None
    assert seats.kick("op0", NOON, by="boss") is None


def test_a_kick_says_who_and_why() -> None:
    room, seats = centre()
    seats.log_in("op0", "a", NOON)
    assert seats.kick("op0", NOON, by="boss", reason="終業")
    assert room.log[-1] == (NOON, "boss", "logged op0 out", "seat 1", "終業")
    with pytest.raises(SeatLost):
        seats.beat("a", NOON)


def test_the_season_in_force_counts_at_the_moment_of_the_log_in() -> None:
    room = SeatsInMemory(Person(f"op{number}") for number in range(30))
    change = second(100)
    busy, normal = Allowance("busy", seats=20, registered=30), Allowance("normal", seats=16, registered=25)
    seats = Seats(room, lambda at: busy if at < change else normal)
    for number in range(20):
        seats.log_in(f"op{number}", f"s{number}", second(99))
    standing = seats.standing(change)
    assert (len(standing.held), standing.over, standing.registered_over) == (20, 4, 5)
    for number in range(20):
        seats.beat(f"s{number}", change)  # nobody is thrown out
    with pytest.raises(SeatsFull, match="20 of 16"):
        seats.log_in("op20", "s20", change)


def test_the_utilitys_seats_follow_its_calendar() -> None:
    """Twenty until midnight of 30 April in Kanazawa, sixteen from then on."""
    allowances = {
        "busy": Allowance("busy", seats=20, registered=30),
        "normal": Allowance("normal", seats=16, registered=25),
    }
    room = SeatsInMemory(Person(f"op{number}") for number in range(30))
    seats = Seats(room, lambda at: allowances[HOURS.status(at).season])
    midnight = datetime(2027, 4, 30, 15, tzinfo=UTC)
    before = midnight - timedelta(microseconds=1)
    for number in range(20):
        seats.log_in(f"op{number}", f"s{number}", before)
    with pytest.raises(SeatsFull, match="20 of 20"):
        seats.log_in("op20", "s20", before)
    assert (seats.standing(before).over, seats.standing(midnight).over) == (0, 4)
    for number in range(4):
        seats.log_out(f"s{number}", midnight)
    with pytest.raises(SeatsFull, match="16 of 16"):
        seats.log_in("op20", "s20", midnight)


def test_ids_are_registered_up_to_the_limit_and_none_is_taken_away() -> None:
    room, seats = centre(people=0)
    allowance = {"now": Allowance("busy", seats=2, registered=3)}
    register = Register(room, lambda at: allowance["now"])
    for number in range(3):
        register.enrol(f"op{number}", "誰か", NOON, by="admin")
    register.enrol("op0", "佐藤", NOON, by="admin")  # known already: a new name, no new ID
    with pytest.raises(RegisterFull):
        register.enrol("op3", "誰か", NOON, by="admin")
    allowance["now"] = Allowance("normal", seats=2, registered=2)
    seats.log_in("op2", "a", NOON)
    register.retire("op1", NOON, by="admin")
    with pytest.raises(RegisterFull):
        register.enrol("op1", "誰か", NOON, by="admin")
    register.retire("op2", NOON, by="admin")
    seats.beat("a", NOON)  # who sits stays until logging out
    register.enrol("op1", "誰か", NOON, by="admin")
    with pytest.raises(NotRegistered):
        register.retire("op9", NOON, by="admin")


@given(
    st.lists(
        st.tuples(st.sampled_from(["in", "beat", "out", "sweep"]), st.integers(0, 4), st.integers(0, 9)),
        max_size=50,
    )
)
def test_whatever_happens_the_cap_holds_and_the_living_keep_their_seats(
    happenings: list[tuple[str, int, int]],
) -> None:
    _, seats = centre()
    now = NOON
    heard: dict[str, datetime] = {}
    for what, number, passed in happenings:
        now += timedelta(seconds=passed)
        operator = f"op{number}"
        if what == "in":
            try:
                seats.log_in(operator, operator, now)
            except SeatsFull:
                assert len(seats.standing(now).held) == NORMAL.seats
            else:
                heard[operator] = now
        elif what == "beat":
            try:
                seats.beat(operator, now)
            except SeatLost:
                heard.pop(operator, None)
            else:
                heard[operator] = now
        elif what == "out":
            seats.log_out(operator, now)
            heard.pop(operator, None)
        else:
            seats.free_dead(now)
        sitting = {seat.operator for seat in seats.standing(now).held}
        assert len(sitting) <= NORMAL.seats
        assert {name for name, at in heard.items() if now - at <= 2 * BEAT_EVERY} <= sitting
