"""How long the room for recordings lasts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.recordingspace import Room, forecast

TOTAL = 100_000


@pytest.mark.parametrize(
    ("free", "a_day", "days", "level"),
    [
        (52_000, 1000, 50, "well"),
        (32_000, 1000, 30, "scarce"),
        (9_000, 1000, 7, "urgent"),
        (2_000, 1000, 0, "urgent"),
        (52_000, 0, None, "well"),
        (1_000, 0, None, "urgent"),
    ],
)
def test_the_days_that_are_left(free: int, a_day: int, days: int | None, level: str) -> None:
    found = forecast(Room(TOTAL, free), [a_day] * 28)
    assert (found.days, found.level) == (days, level)


def test_a_season_that_began_last_week_counts() -> None:
    assert forecast(Room(TOTAL, 52_000), [500] * 21 + [1000] * 7).days == 50
    assert forecast(Room(TOTAL, 52_000), [1000] * 21 + [0] * 7).days == pytest.approx(66, abs=1)


@given(st.lists(st.integers(0, 10**12), max_size=60), st.integers(0, 10**13), st.integers(0, 10**13))
def test_less_room_never_lasts_longer(added: list[int], one: int, other: int) -> None:
    total = 10**13
    less, more = (forecast(Room(total, free), added).days for free in sorted((one, other)))
    assert (less is None) == (more is None)
    assert less is None or more is None or less <= more
