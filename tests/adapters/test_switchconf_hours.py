"""A schedule as dialplan rules: for every minute of two years they say what the domain says."""

from __future__ import annotations

import datetime as dt
import os
import re
import time
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fsbridge.adapters.holidays import CALENDARS
from fsbridge.adapters.switchconf import TEMPLATES, conf_of, read_centre, render
from fsbridge.adapters.switchconf.hours import Rule, rules_of, zone_rule
from fsbridge.config import load
from fsbridge.domain.schedule import Schedule, data_of, schedule_of
from fsbridge.errors import ConfigError
from tests.domain.schedule.strategies import moments, schedules

YEARS = (2027, 2028)
KANAZAWA = read_centre(TEMPLATES / "kanazawa.toml").hours
SUMMER = {"mon-fri": "06:30-12:00, 12:45-20:15", "sun": "02:30-03:30"}
WINTER = {"mon-thu": "07:00-18:00", "fri-sat": "00:00-24:00"}
STORM = {"day": "2027-02-11", "author": "sato"}
HARBOUR = schedule_of(
    {
        "zone": "Europe/Berlin",
        "holidays": "jp",  # any calendar will do
        "seasons": [
            {"name": "summer", "days": "04-15..10-14", "hours": SUMMER},
            {"name": "winter", "days": "10-15..04-14", "hours": WINTER},
        ],
        "special_days": [
            {"name": "eve", "days": "12-24, 12-31", "hours": "08:00-12:00", "announcement": "holiday"},
            {"name": "move", "days": "2027-12-27..2028-01-07", "announcement": "moving"},
            {"name": "holiday", "days": "holidays", "hours": {"mon-fri": "10:00-14:00"}},
        ],
        "overrides": [
            {"name": "storm", **STORM, "since": "13:00", "announcement": "storm"},
            {"name": "late", **STORM, "hours": "08:00-09:30, 15:00-22:00", "until": "21:00"},
            {"name": "spring", **STORM, "day": "2028-03-26", "hours": "01:00-03:15", "until": "02:30"},
        ],
    },
    CALENDARS,
)


def numbers(text: str, value: int) -> bool:
    """FreeSWITCH's switch_number_cmp: a list of numbers and ranges, both ends in them."""
    for part in text.split(","):
        first, _, last = part.partition("-")
        if int(first) <= value <= int(last or first):
            return True
    return False


def holds(attributes: dict[str, str], local: dt.datetime) -> bool:
    """FreeSWITCH's switch_xml_std_datetime_check."""
    values = {
        "year": local.year,
        "mon": local.month,
        "mday": local.day,
        "wday": local.isoweekday() % 7 + 1,
        "minute-of-day": local.hour * 60 + local.minute + 1,
    }
    return all(numbers(text, values[name]) for name, text in attributes.items())


def decided(rules: list[Rule], local: dt.datetime) -> str:
    """What FreeSWITCH makes of the rules: the first whose conditions all hold."""
    return next(rule.reason for rule in rules if holds(rule.attributes, local))


def minutes_of(rules: list[Rule], date: dt.date) -> list[str]:
    """`decided` for each minute of a day."""
    midnight = dt.datetime.combine(date, dt.time())
    answers: list[str | None] = [None] * 1440
    for rule in rules:
        attributes = rule.attributes
        minutes = attributes.pop("minute-of-day", "1-1440")
        if holds(attributes, midnight):
            first, _, last = minutes.partition("-")
            for minute in range(int(first) - 1, int(last or first)):
                if answers[minute] is None:
                    answers[minute] = rule.reason
    return [answer for answer in answers if answer is not None]


def dates() -> Iterator[dt.date]:
    date = dt.date(YEARS[0], 1, 1)
    while date.year in YEARS:
        yield date
        date += dt.timedelta(days=1)


def assert_every_minute_agrees(schedule: Schedule) -> None:
    """On the wall clock, on which both the rules and the domain stand."""
    rules = rules_of(schedule, YEARS)
    for date in dates():
        planned = [
            span.standing.announcement for span in schedule.day(date) for _ in range(span.begins, span.ends)
        ]
        assert minutes_of(rules, date) == planned, date


@pytest.mark.parametrize("schedule", [KANAZAWA, HARBOUR], ids=["kanazawa", "harbour"])
def test_the_rules_agree_with_the_domain_in_every_minute_of_two_years(schedule: Schedule) -> None:
    assert_every_minute_agrees(schedule)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(schedules())
def test_the_rules_of_any_schedule_agree_in_every_minute_of_two_years(schedule: Schedule) -> None:
    assert_every_minute_agrees(schedule)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(schedules(), st.data())
def test_the_rules_agree_at_any_moment_and_when_the_clock_changes(
    schedule: Schedule, data: st.DataObject
) -> None:
    rules = rules_of(schedule, (2026, *YEARS, 2029))
    for moment in data.draw(st.lists(moments(schedule.zone), min_size=5, max_size=30)):
        standing = schedule.status(moment)
        assert decided(rules, moment) == standing.announcement
        assert standing.open == (not standing.announcement)


@pytest.mark.parametrize("schedule", [KANAZAWA, HARBOUR], ids=["kanazawa", "harbour"])
def test_rule_names_are_all_different(schedule: Schedule) -> None:
    names = [rule.name for rule in rules_of(schedule)]
    assert len(set(names)) == len(names)


def test_the_dialplan_holds_the_rules_in_their_order(tmp_path: Path) -> None:
    data = data_of(HARBOUR)
    text = (TEMPLATES / "kanazawa.toml").read_text("utf-8")
    town = tmp_path / "town.toml"
    before, _, after = text.partition("[hours]")
    town.write_text(f"{before}{toml(data)}\n[announcements]{after.partition('[announcements]')[2]}", "utf-8")
    settings = load(home=tmp_path, environment={"FSBRIDGE_SWITCH_CENTRE": str(town)})
    render(conf_of(settings, tmp_path / "switch", CALENDARS))
    dialplan = ElementTree.parse(tmp_path / "switch/conf/dialplan/public.xml").getroot()
    rendered = []
    for extension in dialplan.iter("extension"):
        conditions = extension.findall("condition")
        actions = [action.get("data", "") for action in conditions[-1].findall("action")]
        if conditions[0].get("expression") == "^fallback$" and not conditions[-1].get("field"):
            rendered += [(conditions[-1].attrib, actions[0].split()[0])]
    assert rendered == [
        (rule.attributes, "open" if rule.open else f"closed-{rule.reason}") for rule in rules_of(HARBOUR)
    ]
    places = {extension.get("name") for extension in dialplan.iter("extension")}
    assert {place for _, place in rendered} <= places


def toml(data: dict[str, object]) -> str:
    """The schedule's plain data as the section ``hours`` of a data file."""
    lines = ["[hours]"]
    for key, value in data.items():
        if isinstance(value, str):
            lines.append(f'{key} = "{value}"')
    for key, value in data.items():
        for row in value if isinstance(value, list) else []:
            lines.append(f"[[hours.{key}]]")
            for name, one in row.items():
                if isinstance(one, dict):
                    one = "{ " + ", ".join(f'{day} = "{text}"' for day, text in one.items()) + " }"
                    lines.append(f"{name} = {one}")
                else:
                    lines.append(f'{name} = "{one}"')
    return "\n".join(lines)


@pytest.mark.parametrize(
    "zone",
    ["Asia/Tokyo", "Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"],
)
def test_a_zone_s_rule_gives_its_local_time(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", zone_rule(zone))
    time.tzset()
    try:
        for month in range(1, 13):
            moment = dt.datetime(2027, month, 15, 12, tzinfo=dt.UTC)
            local = moment.astimezone(ZoneInfo(zone))
            assert time.localtime(moment.timestamp())[:5] == local.timetuple()[:5]
    finally:
        monkeypatch.undo()
        assert os.environ.get("TZ") == before
        time.tzset()


def test_zones_are_refused_only_if_freeswitch_cannot_read_their_rule() -> None:
    """Its tzparse: names of three letters or more, an offset, two rules without a time before midnight."""
    offset = r"[+-]?\d{1,2}(:\d\d)?"
    rule = r",(M\d{1,2}\.\d\.\d|J?\d{1,3})(/\d{1,3}(:\d\d)?)?"
    readable = re.compile(rf"[A-Za-z]{{3,}}{offset}([A-Za-z]{{3,}}({offset})?({rule}){{2}})?")
    refused = set()
    for zone in zoneinfo.available_timezones():
        try:
            assert readable.fullmatch(zone_rule(zone)), zone
        except ConfigError:
            refused.add(zone)
    assert (
        {"America/Nuuk"} <= refused <= {"America/Nuuk", "America/Godthab", "America/Scoresbysund", "Factory"}
    )


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises((ConfigError, KeyError)):
        zone_rule("Asia/Kanazawa")
