"""The utility's opening hours, asked at their edges, in the example and in the switch's data file alike."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.adapters.planfile import example
from fsbridge.adapters.switchconf import TEMPLATES, read_centre
from fsbridge.domain.schedule import check, explain

HOURS = example("kanazawa").plan.schedule
JST = dt.timezone(dt.timedelta(hours=9))


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=JST)


def test_the_example_and_the_switch_s_data_file_have_the_same_hours() -> None:
    assert read_centre(TEMPLATES / "kanazawa.toml").hours == HOURS


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-12-31T17:59:59", ("normal", "")),
        ("2026-12-31T18:00:00", ("normal", "out-of-hours")),
        ("2027-01-01T10:00:00", ("normal", "new-year")),
        ("2027-01-03T23:59:59", ("normal", "new-year")),
        ("2027-01-04T08:44:59", ("normal", "out-of-hours")),
        ("2027-01-04T08:45:00", ("normal", "")),
        ("2028-02-29T12:00:00", ("normal", "")),
        ("2027-03-01T07:59:59", ("busy", "out-of-hours")),
        ("2027-03-01T08:00:00", ("busy", "")),
        ("2027-04-30T18:59:59", ("busy", "")),
        ("2027-04-30T19:00:00", ("busy", "out-of-hours")),
        ("2027-05-01T08:30:00", ("normal", "out-of-hours")),
        ("2027-05-02T12:00:00", ("normal", "")),  # a Sunday: the centre has no day off
    ],
)
def test_the_utilitys_year(at: str, expected: tuple[str, str]) -> None:
    standing = HOURS.status(moment(at))
    assert (standing.season, standing.announcement) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2027-01-02T10:00", (False, "new-year", "normal", "new-year")),
        ("2027-03-01T08:30", (True, "busy", "busy", "")),
        ("2027-02-28T18:00", (False, "normal", "normal", "out-of-hours")),
    ],
)
def test_the_questions_of_the_requirements(at: str, expected: tuple[object, ...]) -> None:
    data = explain(HOURS, moment(at)).data()
    assert tuple(data[key] for key in ("open", "rule", "season", "announcement")) == expected


@pytest.mark.parametrize("year", range(2023, 2029))
def test_no_year_of_the_contract_has_a_gap_an_overlap_or_a_rule_that_never_wins(year: int) -> None:
    assert check(HOURS, year) == []


def test_seasons_change_and_doors_reopen_when_they_should() -> None:
    season = HOURS.next_change(moment("2027-01-02T10:00"), of=lambda standing: standing.season)
    assert season is not None
    assert (season.at, season.after.season) == (moment("2027-03-01T00:00"), "busy")
    opening = HOURS.next_change(moment("2027-01-02T10:00"), of=lambda standing: standing.open)
    assert opening is not None
    assert opening.at == moment("2027-01-04T08:45")


@given(st.datetimes(dt.datetime(2023, 12, 1), dt.datetime(2028, 11, 30), timezones=st.just(dt.UTC)))
def test_every_moment_of_the_contract_has_a_season_and_the_zone_of_the_question_does_not_matter(
    moment: dt.datetime,
) -> None:
    standing = HOURS.status(moment)
    assert standing.season in ("normal", "busy")
    assert standing == HOURS.status(moment.astimezone(JST))
    local = moment.astimezone(JST)
    if standing.open:
        assert (local.month, local.day) not in ((1, 1), (1, 2), (1, 3))
        assert dt.time(8) <= local.time() < dt.time(19)
