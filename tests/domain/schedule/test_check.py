"""A year looked through: what is remarkable is found, what is right stays silent."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings

from fsbridge.domain.schedule import Kind, Schedule, check, schedule_of
from fsbridge.errors import ConfigError
from tests.domain.schedule.strategies import TOWN, in_days, schedules


def town(
    *seasons: tuple[str, str], zone: str = "Asia/Tokyo", hours: str = "09:00-17:00", **more: object
) -> Schedule:
    rows = [{"name": name, "days": days, "hours": hours} for name, days in seasons]
    return schedule_of({"zone": zone, "seasons": rows, **more}, [TOWN])


def found(schedule: Schedule, year: int = 2027) -> list[tuple[str, list[str], list[str]]]:
    return [
        (str(one["kind"]), list(one["rules"]), list(one["days"]))  # type: ignore[call-overload]
        for one in (finding.data() for finding in check(schedule, year))
    ]


def test_a_year_without_gap_or_overlap_has_no_findings() -> None:
    assert found(town(("busy", "03..04"), ("normal", "05..02"))) == []


def test_days_without_a_season_are_a_gap() -> None:
    schedule = town(("busy", "03-02..04"), ("normal", "05..02-28"))
    assert found(schedule) == [("gap", [], ["2027-03-01"])]
    assert found(schedule, 2028) == [("gap", [], ["2028-02-29..2028-03-01"])]
    assert "give a season these days" in check(schedule, 2028)[0].message


def test_a_special_day_fills_a_gap() -> None:
    fair = [{"name": "fair", "days": "05-01", "hours": "10:00-12:00"}]
    assert found(town(("one", "05-02..04"), special_days=fair)) == []


def test_two_seasons_on_one_day_overlap_and_the_first_decides() -> None:
    schedule = town(("busy", "03..04"), ("normal", "04-30..02"))
    assert found(schedule) == [("overlap", ["busy", "normal"], ["2027-04-30"])]
    assert "busy comes first and decides" in check(schedule, 2027)[0].message


def test_a_rule_that_others_always_outrank_is_found() -> None:
    days = [{"name": "closed", "days": "01..12"}, {"name": "fair", "days": "05-05..05-06"}]
    schedule = town(("all", "01..12"), special_days=days)
    assert [kind for kind, _, _ in found(schedule)] == ["overlap", "never wins", "never wins"]
    fair, everyday = check(schedule, 2027)[1:]
    assert (
        fair.message
        == "special days fair never win: closed always decides first; move it before those, or remove it"
    )
    assert everyday.rules == ("all",)


def test_an_override_outranked_by_newer_ones_is_found() -> None:
    override = {"day": "2027-02-11", "author": "sato"}
    schedule = town(("all", "01..12"), overrides=[{"name": "old", **override}, {"name": "new", **override}])
    assert found(schedule) == [("never wins", ["old"], ["2027-02-11"])]
    assert found(schedule, 2028) == []


def test_rules_of_other_years_are_no_findings() -> None:
    days = [{"name": "past", "days": "2026-05-01"}, {"name": "leap", "days": "02-29"}]
    assert found(town(("all", "01..12"), special_days=days)) == []


def test_a_calendar_that_does_not_know_the_year_is_found() -> None:
    class Old:
        name = "old"

        def of(self, year: int) -> Mapping[dt.date, str]:
            return {}

    data = {
        "zone": "Asia/Tokyo",
        "holidays": "old",
        "seasons": [{"name": "all", "days": "01..12", "hours": "09:00-17:00"}],
        "special_days": [{"name": "off", "days": "holidays"}],
    }
    assert found(schedule_of(data, [Old()])) == [("no holidays", ["off"], [])]


def test_hours_that_the_clock_skips_or_repeats_are_found() -> None:
    berlin = town(("all", "01..12"), zone="Europe/Berlin", hours="02:30-17:00")
    assert found(berlin) == [
        ("clock change", ["all"], ["2027-03-28"]),
        ("clock change", ["all"], ["2027-10-31"]),
    ]
    first, second = check(berlin, 2027)
    assert "02:30 does not exist that day" in first.message
    assert "02:30 comes twice that day" in second.message
    one_hour = town(("all", "01..12"), zone="Europe/Berlin", hours="02:00-03:00")
    assert [finding.message.split(" that day")[0] for finding in check(one_hour, 2027)] == [
        "2027-03-28: the clock changes, and 02:00 does not exist",
        "2027-10-31: the clock changes, and 02:00 comes twice",
    ]
    assert found(town(("all", "01..12"), zone="Europe/Berlin", hours="03:00-17:00")) == []
    assert found(town(("all", "01..12"), zone="Europe/Berlin")) == []
    assert found(town(("all", "01..12"), zone="Asia/Tokyo", hours="02:30-17:00")) == []


def test_a_year_nobody_means_is_refused() -> None:
    with pytest.raises(ConfigError, match="year 27: check a year from"):
        check(town(("all", "01..12")), 27)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schedules())
def test_findings_are_those_a_search_day_by_day_finds(schedule: Schedule) -> None:
    findings = check(schedule, 2027)
    json.dumps([finding.data() for finding in findings])
    dates = [dt.date(2027, 1, 1) + dt.timedelta(days=step) for step in range(365)]
    gap = [
        date for date in dates if not any(in_days(rule.days.text, date) for rule in schedule.standing_rules)
    ]
    covered = [
        first + dt.timedelta(days=step)
        for finding in findings
        if finding.kind is Kind.GAP
        for first, last in finding.days
        for step in range((last - first).days + 1)
    ]
    in_force = {
        span.standing.rule for date in dates for span in schedule.day(date)
    }  # an override may cover a gap, though only for its window
    overridden = {one.day for one in schedule.overrides if one.window == (0, 1440)}
    assert covered == [date for date in gap if date not in overridden]
    never = {finding.rules[0] for finding in findings if finding.kind is Kind.NEVER_WINS}
    assert not never & in_force
