"""Schedules as plain data: nothing is lost on the way, and wrong data is refused where it is wrong."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from fsbridge.domain.schedule import Schedule, data_of, schedule_of
from fsbridge.errors import ConfigError
from tests.domain.schedule.strategies import TOWN, schedules

DATA: dict[str, Any] = {
    "zone": "Asia/Tokyo",
    "holidays": "town",
    "seasons": [
        {"name": "busy", "days": "03..04", "hours": {"mon-fri": "08:00-12:00, 13:00-19:00", "sun": "closed"}},
        {"name": "normal", "days": "05..02", "hours": "08:45-18:00", "announcement": "closed-now"},
    ],
    "special_days": [{"name": "off", "days": "holidays, 01-01..01-03, 2027-08-11"}],
    "overrides": [
        {"name": "storm", "day": "2027-02-11", "author": "sato", "reason": "snow", "since": "13:00"},
    ],
}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schedules())
def test_nothing_is_lost_on_the_way_to_json_and_back(schedule: Schedule) -> None:
    data = data_of(schedule)
    again = schedule_of(json.loads(json.dumps(data)), [TOWN])
    assert again == schedule
    assert data_of(again) == data


def test_data_written_by_hand_is_kept_but_for_what_says_nothing() -> None:
    written = data_of(schedule_of(DATA, [TOWN]))
    assert written["seasons"][0]["hours"] == {"mon-fri": "08:00-12:00, 13:00-19:00"}
    assert written["seasons"][1] == DATA["seasons"][1]
    assert written["special_days"][0]["days"] == "holidays, 01-01..01-03, 2027-08-11"
    assert written["overrides"] == [{**DATA["overrides"][0], "hours": "closed"}]


@pytest.mark.parametrize(
    ("path", "value", "place", "cure"),
    [
        (["zone"], "Asia/Kanazawa", "zone 'Asia/Kanazawa': no such time zone", "IANA name"),
        (["zone"], 9, "zone 9:", "IANA name"),
        (["zone"], "../../etc/passwd", "zone '../../etc/passwd'", "IANA name"),
        (["holidays"], "mars", "holidays 'mars': there is no such calendar", "there are: town"),
        (["holidays"], "", "off: holidays are asked for without a calendar", "write dates"),
        (["sesons"], [], "the schedule: sesons: is unknown", "known are zone, seasons"),
        (["seasons"], {}, "seasons: write a list", "list of tables"),
        (["seasons"], [], "seasons: there is none", "name at least one"),
        (["seasons", 1], "winter", "seasons[1].write a table", "table"),
        (["seasons", 1, "name"], "", "seasons[1].name ''", "one line, not empty"),
        (["seasons", 1, "name"], 3, "seasons[1].name 3", "one line"),
        (["seasons", 1, "name"], "busy", "name 'busy': is taken", "its own name"),
        (["seasons", 1, "opens"], "9", "seasons[1].opens: is unknown", "known are name, days, hours"),
        (["seasons", 1, "days"], "13", "seasons[1].days '13': there is no month 13", "03..04"),
        (["seasons", 1, "days"], "02-30", "seasons[1].days '02-30': February has no 30th", "03..04"),
        (["seasons", 1, "days"], "March", "seasons[1].days 'March'", "03..04"),
        (["seasons", 1, "days"], "", "seasons[1].days ''", "03..04"),
        (["seasons", 1, "days"], 3, "seasons[1].days 3", "03..04"),
        (
            ["seasons", 1, "days"],
            "2027-02-29",
            "day '2027-02-29': the calendar has no such day",
            "YYYY-MM-DD",
        ),
        (["seasons", 1, "days"], "2027-02-11..02-12", "day '02-12'", "YYYY-MM-DD"),
        (["seasons", 1, "days"], "2027-02-11..2027-02-10", "they end before they begin", "exchange"),
        (["seasons", 1, "days"], "1027-02-11", "day '1027-02-11': the year", "2000 to 2199"),
        (["seasons", 1, "hours"], "8:45-18:00", "seasons[1].hours '8:45-18:00': time '8:45'", "HH:MM"),
        (["seasons", 1, "hours"], "08:45-24:01", "seasons[1].hours '08:45-24:01': time '24:01'", "24:00"),
        (["seasons", 1, "hours"], "08:45", "seasons[1].hours '08:45'", "write 08:45-18:00"),
        (["seasons", 1, "hours"], "", "seasons[1].hours ''", "or closed"),
        (["seasons", 1, "hours"], 845, "seasons[1].hours 845", "or closed"),
        (["seasons", 1, "hours"], "09:00-09:00", "opens and closes at 09:00", "00:00-24:00"),
        (
            ["seasons", 1, "hours"],
            "22:00-02:00",
            "before it opens",
            "22:00-24:00, and 00:00-02:00 on the next",
        ),
        (["seasons", 1, "hours"], "09:00-12:00, 11:59-13:00", "two ranges overlap", "join them"),
        (["seasons", 1, "hours"], {}, "seasons[1].hours: the table is empty", "write 08:45-18:00"),
        (["seasons", 1, "hours"], {"monday": "closed"}, "hours: 'monday' is no weekday", "mon-fri"),
        (["seasons", 1, "hours"], {"mon": "x"}, "seasons[1].hours.mon: hours 'x'", "write 08:45-18:00"),
        (["seasons", 1, "hours"], {"mon-fri": "closed", "fri": "closed"}, "fri is there twice", "once"),
        (["special_days", 0, "announcement"], "a\nb", "special_days[0].announcement", "one line"),
        (["overrides", 0, "author"], " ", "overrides[0].author ' '", "not empty"),
        (["overrides", 0, "day"], "02-11", "overrides[0].day '02-11'", "2027-02-11"),
        (["overrides", 0, "until"], "12:00", "overrides[0].override storm: expires at 12:00", "later until"),
        (["overrides", 0, "since"], "24:00", "overrides[0].override storm", "later until"),
        (["overrides", 0, "since"], 13, "overrides[0].time 13", "HH:MM"),
    ],
)
def test_wrong_data_is_refused_with_its_place_and_a_cure(
    path: list[str | int], value: object, place: str, cure: str
) -> None:
    data = copy.deepcopy(DATA)
    target: Any = data
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    with pytest.raises(ConfigError) as refused:
        schedule_of(data, [TOWN])
    assert place in str(refused.value)
    assert cure in str(refused.value)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (["zone"], "zone: is missing"),
        (["seasons"], "seasons: is missing"),
        (["seasons", 0, "hours"], "seasons[0].hours: is missing"),
        (["special_days", 0, "days"], "special_days[0].days: is missing"),
        (["overrides", 0, "author"], "overrides[0].author: is missing"),
    ],
)
def test_what_is_missing_is_named(path: list[str | int], place: str) -> None:
    data = copy.deepcopy(DATA)
    target: Any = data
    for key in path[:-1]:
        target = target[key]
    del target[path[-1]]
    with pytest.raises(ConfigError, match=place.replace("[", r"\[")):
        schedule_of(data, [TOWN])


@pytest.mark.parametrize("data", [None, [], "closed", 3])
def test_what_is_no_table_is_refused(data: object) -> None:
    with pytest.raises(ConfigError, match="write a table"):
        schedule_of(data)
