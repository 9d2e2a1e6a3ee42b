"""Three years to the day, and a purge that does not believe a clock that jumped."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.retention import Facts, Retention, refusal, retention_of
from fsbridge.errors import ConfigError

TOKYO = ZoneInfo("Asia/Tokyo")
RULE = Retention(TOKYO, years=3)


def tokyo(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("recorded", "goes"),
    [
        ("2024-04-01T08:00", "2027-04-02T00:00"),
        ("2024-04-01T23:59:59", "2027-04-02T00:00"),
        ("2024-04-02T00:00", "2027-04-03T00:00"),
        ("2024-02-29T12:00", "2027-03-01T00:00"),
        ("2023-12-31T12:00", "2027-01-01T00:00"),
        ("2025-02-28T12:00", "2028-02-29T00:00"),
    ],
)
def test_a_recording_is_kept_through_its_day_three_years_later(recorded: str, goes: str) -> None:
    assert RULE.goes_from(tokyo(recorded)) == tokyo(goes)
    assert tokyo(recorded) >= RULE.cutoff(tokyo(goes) - dt.timedelta(microseconds=1))
    assert tokyo(recorded) < RULE.cutoff(tokyo(goes))


def test_the_day_is_the_centres_and_not_that_of_utc() -> None:
    late = dt.datetime(2024, 3, 31, 16, 0, tzinfo=dt.UTC)  # 1 April in Tokyo
    assert RULE.goes_from(late) == tokyo("2027-04-02T00:00")
    assert Retention(dt.UTC, years=3).goes_from(late) == dt.datetime(2027, 4, 1, tzinfo=dt.UTC)


ZONES = ("Asia/Tokyo", "America/New_York", "Europe/Berlin", "America/Havana", "Pacific/Apia", "Asia/Beirut")
MOMENTS = st.datetimes(
    dt.datetime(2005, 1, 1), dt.datetime(2040, 1, 1), timezones=st.sampled_from(ZONES).map(ZoneInfo)
)
RULES = st.builds(
    Retention,
    st.sampled_from(ZONES).map(ZoneInfo),
    years=st.integers(0, 12),
    months=st.integers(0, 30),
    days=st.integers(1, 800),
)


@given(RULES, MOMENTS, MOMENTS)
def test_the_cutoff_and_the_day_of_each_recording_say_the_same(
    rule: Retention, recorded: dt.datetime, now: dt.datetime
) -> None:
    assert (recorded < rule.cutoff(now)) == (rule.goes_from(recorded) <= now)


@given(RULES, MOMENTS)
def test_nothing_goes_before_its_period_is_over(rule: Retention, recorded: dt.datetime) -> None:
    assert rule.goes_from(recorded) - recorded > dt.timedelta(days=365 * rule.years + rule.days)


@given(RULES)
def test_a_rule_comes_back_from_its_data(rule: Retention) -> None:
    assert retention_of(rule.data(), rule.zone) == rule


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({}, "no period; give years"),
        ({"years": 0}, "no period"),
        ({"years": "3"}, "years is '3'; give a whole number"),
        ({"years": -3}, "give a whole number"),
        ({"years": True}, "give a whole number"),
        ({"years": 3, "share": 500}, "give per cent"),
        ({"jears": 3}, "there is no 'jears'; write years"),
        ({"days": 90_000}, "more than 100 years"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(data: dict, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        retention_of(data, TOKYO)


NOW = tokyo("2027-04-02T03:10")
DAY = dt.timedelta(days=1)


def test_an_ordinary_night_is_not_refused() -> None:
    facts = Facts(kept=216_000, due=330, newest=NOW - DAY / 3, last_run=NOW - DAY)
    assert refusal(RULE, NOW, facts) == ""


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (Facts(5000, 5, newest=NOW - 30 * DAY, last_run=NOW - 30 * DAY), "30 days after the last purge ran"),
        (Facts(5000, 5, newest=NOW - 30 * DAY), "30 days after the latest recording began"),
        (Facts(5000, 5, newest=NOW + DAY, last_run=NOW - DAY), "later than that"),
        (Facts(5000, 5, newest=NOW - DAY, last_run=NOW + DAY), "but the last purge ran at"),
    ],
)
def test_a_clock_that_jumped_is_refused_until_somebody_looks(facts: Facts, why: str) -> None:
    assert why in refusal(RULE, NOW, facts)
    assert "--clock-is-right" in refusal(RULE, NOW, facts)
    assert refusal(RULE, NOW, facts, clock_checked=True) == ""


def test_calls_that_were_recorded_after_the_jump_do_not_hide_it() -> None:
    facts = Facts(5000, 5, newest=NOW - DAY / 24, last_run=NOW - 1200 * DAY)
    assert "1200 days after the last purge" in refusal(RULE, NOW, facts)


def test_two_machines_clocks_may_differ_a_little() -> None:
    assert refusal(RULE, NOW, Facts(10, 1, newest=NOW + dt.timedelta(seconds=30))) == ""


def test_more_than_its_share_does_not_go_at_once() -> None:
    facts = Facts(kept=10_000, due=501, newest=NOW, last_run=NOW - DAY)
    assert refusal(RULE, NOW, Facts(10_000, 500, newest=NOW)) == ""
    assert "501 of 10000 recordings (6 %) would go, one purge takes 500" in refusal(RULE, NOW, facts)
    assert refusal(RULE, NOW, facts, share=6) == ""
    assert refusal(RULE, NOW, facts, share=5) != ""


def test_a_small_centre_is_not_asked_about_a_handful() -> None:
    assert refusal(RULE, NOW, Facts(kept=60, due=60, newest=NOW)) == ""
    assert "one purge takes 100" in refusal(RULE, NOW, Facts(kept=101, due=101, newest=NOW))
