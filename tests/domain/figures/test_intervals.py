"""Intervals: half-open, without gap or overlap, on the clock of the centre, whatever it does."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.figures import Step, Window, day_start, intervals
from fsbridge.errors import InvalidArgument

ZONES = ["Asia/Tokyo", "Europe/Lisbon", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(), timedelta(days=70)),
    st.sampled_from(Step),
)
def test_they_cover_the_window_once(name: str, start: datetime, length: timedelta, step: Step) -> None:
    found = intervals(step, Window(start, start + length), ZoneInfo(name))
    assert sum((one.length for one in found), timedelta()) == length
    assert all(one.length for one in found)
    assert all(before.end == after.start for before, after in itertools.pairwise(found))


@given(st.sampled_from(ZONES), st.dates(date(2010, 1, 1), date(2030, 1, 1)))
def test_finer_ones_never_cross_coarser_ones(name: str, day: date) -> None:
    zone = ZoneInfo(name)
    window = Window.of_days(day, day + timedelta(days=2), zone)
    finest = {one.start for one in intervals(Step.QUARTER, window, zone)}
    for step in Step:
        assert {one.start for one in intervals(step, window, zone)} <= finest


def test_a_day_whose_midnight_is_skipped_begins_when_the_clock_has_jumped() -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    start = day_start(date(2018, 11, 4), zone)
    assert start.astimezone(zone).isoformat() == "2018-11-04T01:00:00-02:00"
    assert Window.of_days(date(2018, 11, 4), date(2018, 11, 4), zone).length == timedelta(hours=23)


def test_a_day_that_never_was_is_empty() -> None:
    zone = ZoneInfo("Pacific/Apia")
    assert Window.of_days(date(2011, 12, 30), date(2011, 12, 30), zone).length == timedelta()


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    zone = ZoneInfo("Asia/Tokyo")
    window = Window.of_days(date(2027, 2, 24), date(2027, 4, 1), zone)

    def begins(step: Step) -> list[str]:
        return [f"{one.start.astimezone(zone):%m-%d}" for one in intervals(step, window, zone)]

    assert begins(Step.WEEK) == ["02-24", "03-01", "03-08", "03-15", "03-22", "03-29"]
    assert begins(Step.MONTH) == ["02-24", "03-01", "04-01"]


def test_what_makes_no_window_is_refused() -> None:
    noon = datetime(2027, 3, 1, 12, tzinfo=UTC)
    with pytest.raises(InvalidArgument, match=r"start is .* which has no time zone"):
        Window(noon.replace(tzinfo=None), noon)
    with pytest.raises(InvalidArgument, match=r"end .* comes before the start"):
        Window(noon, noon - timedelta(seconds=1))
    with pytest.raises(InvalidArgument, match=r"last .* comes before the first day"):
        Window.of_days(date(2027, 3, 2), date(2027, 3, 1), ZoneInfo("UTC"))
