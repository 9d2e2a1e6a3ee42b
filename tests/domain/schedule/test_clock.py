"""Time cut where a zone's clock changes: every stretch has one offset, and nothing is lost between two."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsbridge.domain.schedule.clock import stretches
from tests.domain.schedule.strategies import ZONES, clock_changes

MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize("zone", ZONES)
def test_two_years_are_cut_at_every_change_and_nowhere_else(zone: str) -> None:
    start, end = dt.datetime(2027, 1, 2, tzinfo=dt.UTC), dt.datetime(2028, 12, 20, tzinfo=dt.UTC)
    cuts = [begins for begins, _, _ in stretches(start, end, ZoneInfo(zone))]
    assert cuts[0] == start
    by_the_hour = [change for change in clock_changes(zone) if start < change < end]
    assert len(cuts[1:]) == len(by_the_hour)
    for cut, hour in zip(cuts[1:], by_the_hour, strict=True):
        assert dt.timedelta() <= hour - cut < dt.timedelta(hours=1)  # some change at half past


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(ZONES), st.integers(0, 6), st.integers(-1600, 100), st.integers(1, 1600))
def test_around_a_change_each_stretch_has_one_offset(zone: str, which: int, before: int, length: int) -> None:
    clock = ZoneInfo(zone)
    changes = clock_changes(zone) or [dt.datetime(2027, 6, 1, tzinfo=dt.UTC)]
    start = changes[which % len(changes)] + before * MINUTE
    end = start + length * MINUTE
    cut = list(stretches(start, end, clock))
    assert (cut[0][0], cut[-1][1]) == (start, end)
    assert all(one[1] == other[0] and one[2] != other[2] for one, other in pairwise(cut))
    for first, last, offset in cut:
        moments = [first + step * 30 * MINUTE for step in range(int((last - first) / (30 * MINUTE)) + 1)]
        for moment in (*(one for one in moments if one < last), last - dt.timedelta(microseconds=1)):
            assert moment.astimezone(clock).utcoffset() == offset
