"""Slots: the same for whoever asks, one a day whatever the clock does."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.timetable import Daily, Every, When

ZONES = ("Asia/Tokyo", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Havana")
WHENS = st.one_of(
    st.builds(Every, st.integers(1, 100_000)),
    st.builds(Daily, st.times(), st.sampled_from(ZONES).map(ZoneInfo)),
)
MOMENTS = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2035, 1, 1), timezones=st.just(dt.UTC))


@given(WHENS, MOMENTS)
def test_a_moment_lies_between_two_slots_that_know_each_other(when: When, at: dt.datetime) -> None:
    last, following = when.last(at), when.next(at)
    assert last <= at < following
    assert when.next(last) == following
    assert when.last(following) == following
    assert when.last(following - dt.timedelta(microseconds=1)) == last


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("time", [dt.time(0, 0), dt.time(0, 30), dt.time(2, 15), dt.time(3, 10)])
def test_every_day_of_a_year_has_one_slot(zone: str, time: dt.time) -> None:
    when = Daily(time, ZoneInfo(zone))
    at = dt.datetime(2027, 1, 1, tzinfo=ZoneInfo(zone)) - dt.timedelta(microseconds=1)
    days = []
    for _ in range(365):
        at = when.next(at)
        days.append(at.astimezone(when.zone).date())
    assert days == [dt.date(2027, 1, 1) + dt.timedelta(days=n) for n in range(365)]
