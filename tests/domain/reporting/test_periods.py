"""Periods: every day is in exactly one of each kind, and each kind's periods follow on each other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.figures import Step
from fsbridge.domain.reporting.periods import REGULAR, Kind, last_over, period_at, period_of
from fsbridge.errors import InvalidArgument

DAY = timedelta(days=1)
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
kinds = st.sampled_from(REGULAR)
months = st.integers(1, 12)


@given(kinds, days, months)
def test_a_day_is_in_its_period_and_the_period_s_key_names_it(kind: Kind, day: date, begins: int) -> None:
    period = period_at(kind, day, year_begins=begins)
    assert period.first <= day <= period.last
    assert period_of(kind, period.key, year_begins=begins) == period


@given(st.sampled_from([Kind.HALF_YEAR, Kind.MONTH, Kind.WEEK]), days, months)
def test_they_follow_on_each_other(kind: Kind, day: date, begins: int) -> None:
    period = period_at(kind, day, year_begins=begins)
    assert period.before.last == period.first - DAY
    assert period_at(kind, period.last + DAY, year_begins=begins).before == period


@given(kinds, days, months)
def test_the_last_one_over_is_over_and_the_next_is_not(kind: Kind, today: date, begins: int) -> None:
    period = last_over(kind, today, year_begins=begins)
    assert period.last < today
    assert period_at(kind, period.last + DAY, year_begins=begins).last >= today


@given(days)
def test_like_weekdays_are_compared(day: date) -> None:
    period = period_at(Kind.DAY, day)
    assert period.before.first.weekday() == period.year_before.first.weekday() == day.weekday()
    assert timedelta(days=358) < day - period.year_before.first < timedelta(days=372)


def test_the_customer_s_half_years_end_in_september_and_march() -> None:
    first, second = (period_of(Kind.HALF_YEAR, key) for key in ("2027-H1", "2027-h2"))
    assert (first.first, first.last) == (date(2027, 4, 1), date(2027, 9, 30))
    assert (second.first, second.last) == (date(2027, 10, 1), date(2028, 3, 31))
    assert (second.name("ja"), second.span("en")) == ("令和9年度下期", "2027-10-01 – 2028-03-31")
    assert (second.year_before.key, first.before.before.key) == ("2026-H2", "2026-H1")


def test_a_contract_is_a_period_too() -> None:
    whole = period_of(Kind.SPAN, "2023-12-01..2028-11-30")
    assert (whole.name("ja"), whole.step) == ("令和5年12月1日～令和10年11月30日", Step.MONTH)
    leap = period_of(Kind.SPAN, "2028-02-29..2028-02-29")
    assert (leap.before.key, leap.year_before.key) == ("2028-02-28..2028-02-28", "2027-02-28..2027-02-28")


@given(days, st.integers(0, 800))
def test_what_came_before_any_days_is_as_long(first: date, more: int) -> None:
    period = period_of(Kind.SPAN, f"{first}..{first + more * DAY}")
    assert (period.before.days, period.before.last) == (period.days, first - DAY)
    assert abs(period.year_before.days - period.days) <= 1


def test_another_city_s_year_begins_in_january() -> None:
    half = period_of(Kind.HALF_YEAR, "2027-H2", year_begins=1)
    assert (half.first, half.last) == (date(2027, 7, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (Kind.HALF_YEAR, "2027", "give a half-year like 2027-H1"),
        (Kind.HALF_YEAR, "2027-H1\n", "give a half-year"),
        (Kind.HALF_YEAR, "0000-H1", "give a half-year"),
        (Kind.MONTH, "2027-13", "give a month like 2027-04"),
        (Kind.WEEK, "2027-W54", "give a week like 2027-W14"),
        (Kind.DAY, "2027-02-30", "give a date like 2027-04-01"),
        (Kind.DAY, "../etc", "give a date"),
        (Kind.SPAN, "", "give days like 2023-12-01..2028-11-30"),
        (Kind.SPAN, "2028-11-30..2023-12-01", "give days like"),
        (Kind.SPAN, "2028-11-31..2028-12-01", "give days like"),
    ],
)
def test_what_is_no_period_is_refused(kind: Kind, text: str, said: str) -> None:
    with pytest.raises(InvalidArgument, match="period is") as refused:
        period_of(kind, text)
    assert said in str(refused.value)
