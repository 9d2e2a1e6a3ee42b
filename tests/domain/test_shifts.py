"""Who works when: every hour is covered, breaks lie in the shift and do not all fall together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.shifts import Shifts, roster
from fsbridge.errors import ConfigError

EIGHT = datetime(2027, 3, 1, 8, tzinfo=UTC)


def people(count: int) -> list[str]:
    return [f"op{at:02}" for at in range(1, count + 1)]


@given(st.integers(2, 40), st.integers(30, 24 * 60), st.integers(60, 720))
def test_somebody_is_there_at_every_moment_and_nobody_at_any_other(
    count: int, length: int, shift: int
) -> None:
    closes = EIGHT + timedelta(minutes=length)
    duties = roster(Shifts(shift), EIGHT, closes, people(max(count, length // shift + 2)))
    assert min(one.begins for one in duties) == EIGHT
    assert max(one.ends for one in duties) == closes
    covered = EIGHT
    for duty in sorted(duties, key=lambda one: one.begins):
        assert duty.begins <= covered
        covered = max(covered, duty.ends)
    assert covered == closes


@given(st.integers(1, 40))
def test_breaks_lie_within_the_shift(count: int) -> None:
    for duty in roster(Shifts(), EIGHT, EIGHT + timedelta(hours=11), people(count)):
        for start, over in duty.breaks:
            assert duty.begins < start < over < duty.ends


def test_not_everybody_goes_to_lunch_at_once() -> None:
    duties = roster(Shifts(), EIGHT, EIGHT + timedelta(hours=9), people(10))
    lunches = {duty.breaks[1][0] for duty in duties}
    assert len(lunches) == 10


def test_a_short_day_is_worked_by_all() -> None:
    duties = roster(Shifts(), EIGHT, EIGHT + timedelta(hours=4), people(3))
    assert {(one.begins, one.ends) for one in duties} == {(EIGHT, EIGHT + timedelta(hours=4))}


def test_a_shift_that_cannot_be_is_refused() -> None:
    with pytest.raises(ConfigError, match="minutes 2000: give 30 to 1440"):
        Shifts(2000)
