"""A schedule asked about moments and periods: no gap, and every answer agrees with every other."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fsbridge.domain.schedule import Change, Days, Override, Schedule, Season, SpecialDays, Week
from fsbridge.domain.schedule.dayplan import possible
from fsbridge.errors import ConfigError
from tests.domain.schedule.strategies import TOWN, ZONES, moments, obvious, schedules

MINUTE = dt.timedelta(minutes=1)
modest = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def all_year(hours: object, name: str = "all") -> Season:
    return Season(name, Days("01..12"), Week.of(hours))


@modest
@given(schedules(), st.data())
def test_status_is_what_the_rules_say_at_any_moment(schedule: Schedule, data: st.DataObject) -> None:
    for moment in data.draw(st.lists(moments(schedule.zone), min_size=5, max_size=30)):
        assert schedule.status(moment) == obvious(schedule, moment)
        assert schedule.status(moment.astimezone(dt.UTC)) == obvious(schedule, moment)


@modest
@given(schedules(), st.data())
def test_a_timeline_has_no_gap_no_overlap_and_says_what_status_says(
    schedule: Schedule, data: st.DataObject
) -> None:
    start = data.draw(moments(schedule.zone)).astimezone(dt.UTC)
    end = start + data.draw(st.integers(1, 10 * 1440)) * MINUTE
    periods = list(schedule.timeline(start, end))
    assert periods[0].start == start
    assert periods[-1].end == end
    for before, after in pairwise(periods):
        assert before.end == after.start
        assert before.standing != after.standing
    for period in periods:
        assert period.start < period.end
        for moment in (period.start, period.end - dt.timedelta(microseconds=1)):
            assert schedule.status(moment) == period.standing


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schedules(), st.data())
def test_next_change_is_where_minute_by_minute_status_changes(
    schedule: Schedule, data: st.DataObject
) -> None:
    start = data.draw(moments(schedule.zone)).astimezone(dt.UTC)
    before = schedule.status(start)
    change = schedule.next_change(start)
    for step in range(1, 2 * 1440):
        now = schedule.status(start + step * MINUTE)
        if now != before:
            assert change == Change(start + step * MINUTE, before, now)
            return
    assert change is None or change.at >= start + 2 * 1440 * MINUTE


@modest
@given(schedules(), st.data())
def test_the_next_opening_skips_every_change_that_opens_nothing(
    schedule: Schedule, data: st.DataObject
) -> None:
    start = data.draw(moments(schedule.zone)).astimezone(dt.UTC)
    change = schedule.next_change(start, of=lambda standing: standing.open)
    if change is None:
        periods = schedule.timeline(start, start + dt.timedelta(days=800))
    else:
        assert change.before.open != change.after.open
        assert change.before == schedule.status(change.at - dt.timedelta(microseconds=1))
        assert change.after == schedule.status(change.at)
        periods = schedule.timeline(start, change.at)
    assert {period.standing.open for period in periods} == {schedule.status(start).open}


@pytest.mark.parametrize("zone", ZONES)
def test_every_local_day_is_planned_whole(zone: str) -> None:
    schedule = Schedule(zone, [all_year({"mon-fri": "00:00-02:30, 09:00-17:00"})], calendar=TOWN)
    for step in range(731):
        spans = schedule.day(dt.date(2027, 1, 1) + dt.timedelta(days=step))
        assert spans[0].begins == 0
        assert spans[-1].ends == 1440
        assert all(one.ends == other.begins for one, other in pairwise(spans))


@pytest.mark.parametrize(
    ("zone", "day", "open_for", "opens"),
    [
        ("Europe/Berlin", "2027-03-28", 8, "2027-03-28T07:00:00+02:00"),  # 23 hours
        ("Europe/Berlin", "2027-10-31", 8, "2027-10-31T07:00:00+01:00"),  # 25 hours
        ("America/New_York", "2027-03-14", 8, "2027-03-14T07:00:00-04:00"),
        ("America/New_York", "2027-11-07", 8, "2027-11-07T07:00:00-05:00"),
    ],
)
def test_on_the_days_the_clock_changes_the_doors_open_by_the_wall_clock(
    zone: str, day: str, open_for: int, opens: str
) -> None:
    schedule = Schedule(zone, [all_year("07:00-15:00")])
    midnight = dt.datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    change = schedule.next_change(midnight)
    assert change is not None
    assert change.at == dt.datetime.fromisoformat(opens)
    closing = schedule.next_change(change.at)
    assert closing is not None
    assert closing.at - change.at == dt.timedelta(hours=open_for)


@pytest.mark.parametrize(
    ("zone", "day", "hours_of_the_day", "hours_open"),
    [
        ("Europe/Berlin", "2027-03-28", 23, 0.0),  # 02:00 to 03:00 does not exist
        ("Europe/Berlin", "2027-10-31", 25, 2.0),  # it comes twice
        ("America/New_York", "2027-03-14", 23, 0.0),
        ("America/New_York", "2027-11-07", 25, 1.0),  # there 01:00 to 02:00 comes twice
        ("Asia/Tokyo", "2027-03-28", 24, 1.0),
    ],
)
def test_hours_that_are_skipped_or_repeated_last_as_long_as_the_wall_clock_shows_them(
    zone: str, day: str, hours_of_the_day: int, hours_open: float
) -> None:
    schedule = Schedule(zone, [all_year("02:00-03:00")])
    midnight = dt.datetime.fromisoformat(day)
    start, end = (
        one.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
        for one in (midnight, midnight + dt.timedelta(days=1))
    )
    periods = list(schedule.timeline(start, end))
    length = sum((one.end - one.start for one in periods), dt.timedelta())
    open_for = sum((one.end - one.start for one in periods if one.standing.open), dt.timedelta())
    assert length == dt.timedelta(hours=hours_of_the_day)
    assert open_for == dt.timedelta(hours=hours_open)


def test_a_leap_day_twenty_years_away_is_found() -> None:
    """29 February 2028 is a Tuesday; the next one on a Saturday comes in 2048."""
    leap = Season("leap", Days("02-29"), Week.of({"sat": "10:00-11:00"}))
    schedule = Schedule("Asia/Tokyo", [leap, all_year("closed")])
    change = schedule.next_change(dt.datetime(2027, 1, 1, tzinfo=dt.UTC), of=lambda standing: standing.open)
    assert change is not None
    assert change.at == dt.datetime(2048, 2, 29, 1, tzinfo=dt.UTC)


@modest
@given(schedules())
def test_nothing_ever_holds_that_is_not_possible(schedule: Schedule) -> None:
    rules = (schedule.overrides, schedule.special_days, schedule.seasons)
    held = {
        span.standing
        for step in range(731)
        for span in schedule.day(dt.date(2027, 1, 1) + dt.timedelta(days=step))
    }
    assert held <= possible(*rules)


def test_one_season_with_holidays_never_changes_and_no_calendar_is_searched_for_it() -> None:
    class Slow:
        name = "slow"

        def of(self, year: int) -> dict[dt.date, str]:
            assert year == 2027, "only the year asked about is needed"
            return {}

    off = SpecialDays("off", Days("holidays"))
    schedule = Schedule("Asia/Tokyo", [all_year("08:45-18:00")], [off], calendar=Slow())
    at = dt.datetime(2027, 6, 1, tzinfo=dt.UTC)
    assert schedule.next_change(at, of=lambda standing: standing.season) is None


def test_what_is_always_open_never_changes() -> None:
    schedule = Schedule("Europe/Berlin", [all_year("00:00-24:00")])
    assert schedule.next_change(dt.datetime(2027, 1, 1, tzinfo=dt.UTC)) is None


def test_the_newest_override_decides_and_only_while_it_lasts() -> None:
    day = dt.date(2027, 2, 11)
    older = Override("fair", day, "sato", hours=Week.of("20:00-22:00"))
    storm = Override("storm", day, "mori", since="13:00", until="21:00", announcement="storm")
    schedule = Schedule("Asia/Tokyo", [all_year("08:45-18:00")]).with_override(older).with_override(storm)

    def at(clock: str) -> tuple[str, bool]:
        standing = schedule.status(dt.datetime.fromisoformat(f"2027-02-11T{clock}+09:00"))
        return standing.rule, standing.open

    assert at("10:00") == ("fair", False)
    assert at("13:00") == ("storm", False)
    assert at("20:59") == ("storm", False)
    assert at("21:00") == ("fair", True)
    assert schedule.status(dt.datetime.fromisoformat("2027-02-12T10:00+09:00")).rule == "all"


def test_expired_overrides_can_be_dropped_without_changing_what_is_to_come() -> None:
    midday = Override("midday", dt.date(2027, 2, 11), "sato", until="12:00")
    evening = Override("evening", dt.date(2027, 2, 11), "sato", since="17:00")
    schedule = Schedule("Asia/Tokyo", [all_year("08:45-18:00")], overrides=[midday, evening])

    def left(text: str) -> list[str]:
        moment = dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Tokyo"))
        return [one.name for one in schedule.without_expired(moment).overrides]

    assert left("2027-02-11T11:59") == ["midday", "evening"]
    assert left("2027-02-11T12:00") == ["evening"]
    assert left("2027-02-12T00:00") == []


def test_an_override_is_kept_until_its_end_has_come_for_the_second_time() -> None:
    night = Override("night", dt.date(2027, 10, 31), "sato", until="02:30")
    schedule = Schedule("Europe/Berlin", [all_year("00:00-24:00")], overrides=[night])
    first = dt.datetime(2027, 10, 31, 2, 45, tzinfo=ZoneInfo("Europe/Berlin"))
    assert schedule.without_expired(first).overrides == (night,)
    assert schedule.without_expired(first.replace(fold=1)).overrides == ()


def test_a_naive_time_is_refused() -> None:
    schedule = Schedule("Asia/Tokyo", [all_year("08:45-18:00")])
    for ask in (schedule.status, schedule.next_change, schedule.without_expired):
        with pytest.raises(ValueError, match="aware"):
            ask(dt.datetime(2027, 1, 1))


def test_a_schedule_that_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ConfigError, match="seasons: there is none"):
        Schedule("Asia/Tokyo", [])
    with pytest.raises(ConfigError, match="name 'all': is taken"):
        Schedule("Asia/Tokyo", [all_year("closed")], [SpecialDays("all", Days("01-01"))])
    with pytest.raises(ConfigError, match="name 'no-season'"):
        Schedule("Asia/Tokyo", [all_year("closed", name="no-season")])
    with pytest.raises(ConfigError, match="off: holidays are asked for without a calendar"):
        Schedule("Asia/Tokyo", [all_year("closed")], [SpecialDays("off", Days("holidays"))])
