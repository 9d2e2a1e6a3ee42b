"""Who gets a seat: the rules, whatever the history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.seats import (
    BEAT_EVERY,
    PATIENCE,
    Allowance,
    NotRegistered,
    Person,
    RegisterFull,
    Seat,
    SeatsFull,
    SeatTaken,
    Standing,
    admit,
    dead,
    enrol,
)

NOON = datetime(2027, 4, 1, 3, tzinfo=UTC)
NORMAL = Allowance("normal", seats=16, registered=25)
BUSY = Allowance("busy", seats=20, registered=30)


def full(allowance: Allowance, *, supervisors: int = 0) -> list[Seat]:
    """As many as get in."""
    held: list[Seat] = []
    for number in range(100):
        person = Person(f"op{number}", supervisor=number < supervisors)
        try:
            held.append(admit(person, f"s{number}", NOON, held=held, allowance=allowance))
        except SeatsFull:
            continue
    return held


def test_sixteen_in_the_normal_season_twenty_in_the_busy_one() -> None:
    assert [seat.number for seat in full(NORMAL)] == list(range(1, 17))
    assert len(full(BUSY)) == 20


def test_when_the_season_ends_nobody_goes_and_nobody_comes() -> None:
    held = full(BUSY)
    standing = Standing(NORMAL, tuple(held), registered=28)
    assert (standing.free, standing.over, standing.registered_over) == (0, 4, 3)
    assert dead(held, NOON + BEAT_EVERY, PATIENCE) == ()
    for _ in range(4):
        held.pop(0)
        with pytest.raises(SeatsFull, match="of 16"):
            admit(Person("new"), "new", NOON, held=held, allowance=NORMAL)
    held.pop(0)
    assert admit(Person("new"), "new", NOON, held=held, allowance=NORMAL).number == 1


def test_who_sits_over_the_cap_may_reload() -> None:
    held = full(BUSY)
    again = admit(Person("op19"), "s19", NOON + BEAT_EVERY, held=held, allowance=NORMAL)
    assert again == replace(held[19], beat_at=NOON + BEAT_EVERY)


def test_a_reserve_waits_for_a_supervisor() -> None:
    allowance = Allowance("normal", seats=16, reserve=1, registered=25)
    held = full(allowance)
    assert len(held) == 15
    boss = admit(Person("boss", supervisor=True), "b", NOON, held=held, allowance=allowance)
    assert boss.reserve
    with pytest.raises(SeatsFull, match="16 of 16, 1 of them kept for supervisors"):
        admit(Person("chief", supervisor=True), "c", NOON, held=[*held, boss], allowance=allowance)


def test_supervisors_leave_the_general_seats_to_others_while_they_can() -> None:
    allowance = Allowance("normal", seats=3, reserve=1, registered=9)
    held = full(allowance, supervisors=2)
    assert [seat.reserve for seat in held] == [True, False, False]
    assert Standing(allowance, tuple(held[:1]), 3).free_for_operators == 2


def test_a_second_browser_may_take_over_and_no_more() -> None:
    held = full(NORMAL)
    with pytest.raises(SeatTaken, match="op3 is logged in elsewhere"):
        admit(Person("op3"), "other", NOON, held=held, allowance=NORMAL)
    seat = admit(Person("op3"), "other", NOON, held=held, allowance=NORMAL, take_over=True)
    assert (seat.number, seat.session, seat.taken_at) == (held[3].number, "other", held[3].taken_at)


def test_a_browser_is_one_operators() -> None:
    held = full(NORMAL)[:1]
    with pytest.raises(SeatTaken, match="this browser is logged in as op0"):
        admit(Person("op1"), "s0", NOON, held=held, allowance=NORMAL, take_over=True)


def test_a_retired_operator_gets_none() -> None:
    with pytest.raises(NotRegistered):
        admit(Person("op1", registered=False), "s", NOON, held=[], allowance=NORMAL)


def test_a_silent_seat_is_kept_for_a_conversation() -> None:
    held = full(NORMAL)[:2]
    later = NOON + timedelta(minutes=2)
    assert dead(held, later, PATIENCE, talking={"op1"}) == (held[0],)


def test_patience_and_a_look_every_three_seconds_make_fifteen() -> None:
    assert PATIENCE + timedelta(seconds=3) <= timedelta(seconds=15)
    assert PATIENCE >= 3 * BEAT_EVERY


def test_ids_are_counted_against_the_season() -> None:
    enrol(24, NORMAL)
    enrol(29, BUSY)
    with pytest.raises(RegisterFull, match="30 operator IDs are registered, season busy allows 30"):
        enrol(30, BUSY)


@pytest.mark.parametrize("wrong", [{"seats": -1}, {"registered": -1}, {"reserve": -1}, {"reserve": 17}])
def test_an_impossible_allowance_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="season normal"):
        Allowance("normal", **{"seats": 16, "registered": 25, **wrong})


allowances = st.builds(
    lambda seats, reserve: Allowance("any", seats=seats, reserve=min(reserve, seats), registered=99),
    st.integers(0, 6),
    st.integers(0, 6),
)
steps = st.lists(
    st.tuples(st.sampled_from(["in", "out", "season"]), st.integers(0, 9), st.booleans(), allowances),
    max_size=60,
)


@given(allowances, steps)
def test_no_log_in_ever_goes_past_the_cap(
    allowance: Allowance, history: list[tuple[str, int, bool, Allowance]]
) -> None:
    held: list[Seat] = []
    for step, number, supervisor, season in history:
        operator = f"op{number}"
        if step == "season":
            allowance = season  # takes nobody's seat
        elif step == "out":
            held = [seat for seat in held if seat.operator != operator]
        else:
            before = len(held)
            sat = any(seat.operator == operator for seat in held)
            free = Standing(allowance, tuple(held), 0)
            try:
                seat = admit(
                    Person(operator, supervisor=supervisor), operator, NOON, held=held, allowance=allowance
                )
            except SeatsFull:
                assert not sat
                assert (free.free if supervisor else free.free_for_operators) == 0
                continue
            assert sat or (free.free if supervisor else free.free_for_operators) > 0
            held = [*[one for one in held if one.operator != operator], seat]
            assert sat or before < allowance.seats
        numbers = [seat.number for seat in held]
        assert len(set(numbers)) == len(numbers)
        assert len({seat.operator for seat in held}) == len(held)
