"""The data sets that come along are whole, and one of one's own is read or refused by file and place."""

from __future__ import annotations

import datetime as dt
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fsbridge.adapters.planfile import example, examples, parse, read
from fsbridge.domain.plan import gaps
from fsbridge.domain.schedule import check
from fsbridge.errors import ConfigError


def test_there_are_two_examples_that_differ_in_everything():
    assert examples() == ["kanazawa", "porto"]
    one, other = (example(name).plan for name in examples())
    assert (len(one.flows), len(other.flows)) == (4, 2)
    assert one.zone != other.zone
    assert one.language != other.language
    assert one.region != other.region
    january, july = (dt.datetime(2027, month, 1, tzinfo=ZoneInfo(other.zone)) for month in (1, 7))
    assert january.utcoffset() != july.utcoffset()


@pytest.mark.parametrize("name", examples())
def test_an_example_has_nothing_odd_and_lacks_nobody(name: str):
    plan = example(name).plan
    for year in range(2023, 2030):
        assert check(plan.schedule, year) == []
    assert gaps(plan) == []


def test_kanazawa_is_what_the_customer_asked_for():
    plan = example("kanazawa").plan
    assert plan.numbers == ("076-220-2722", "0120-328117")
    assert plan.caller_id == "0120-328117"
    assert [(one.key, one.seats, one.registered) for one in plan.seasons] == [
        ("normal", 16, 25),
        ("busy", 20, 30),
    ]
    assert [one.name for one in plan.flows] == ["開閉栓受付", "漏水・緊急", "料金", "その他"]


@pytest.mark.parametrize(
    ("at", "open_", "season", "announcement"),
    [
        ("2027-01-02T10:00", False, "normal", "new-year"),
        ("2027-01-03T23:59", False, "normal", "new-year"),
        ("2027-01-04T08:44", False, "normal", "out-of-hours"),
        ("2027-01-04T08:45", True, "normal", ""),
        ("2027-02-28T17:59", True, "normal", ""),
        ("2027-02-28T18:00", False, "normal", "out-of-hours"),
        ("2027-03-01T07:59", False, "busy", "out-of-hours"),
        ("2027-03-01T08:30", True, "busy", ""),
        ("2027-04-30T18:59", True, "busy", ""),
        ("2027-04-30T19:00", False, "busy", "out-of-hours"),
        ("2027-05-01T08:30", False, "normal", "out-of-hours"),
    ],
)
def test_kanazawa_is_open_when_it_should_be(at: str, open_: bool, season: str, announcement: str):
    plan = example("kanazawa").plan
    standing = plan.schedule.status(dt.datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(plan.zone)))
    assert (standing.open, standing.season, standing.announcement) == (open_, season, announcement)


def test_a_file_of_ones_own_is_read(tmp_path: Path):
    path = tmp_path / "town.toml"
    text = Path(str(read.__globals__["_EXAMPLES"])).joinpath("porto.toml").read_text("utf-8")
    path.write_text(text.replace('name = "Águas da Ribeira, Porto"', 'name = "Cidade"'), "utf-8")
    assert read(path).plan.name == "Cidade"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("key = 'a", "town.toml: "),
        ("key = 'a'", "town.toml: hours: is missing"),
        ("contacts = 3", "town.toml: contacts: write a list of tables"),
        ("[[contacts]]\nname = 'x'\nnumbers = []", "town.toml: contacts[0]: x: has no number"),
        ("[[case_types]]\nkey = 'a b'\nname = 'x'", "town.toml: case_types[0]: case type 'a b'"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_name_and_place(text: str, said: str):
    with pytest.raises(ConfigError) as caught:
        parse(text, "town.toml")
    assert str(caught.value).startswith(said)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path):
    path = tmp_path / "town.toml"
    path.write_bytes("name = '金沢'".encode("shift_jis"))
    with pytest.raises(ConfigError, match="save it as UTF-8"):
        read(path)


def test_how_long_recordings_are_kept_is_the_centres_own_data() -> None:
    kept = {name: example(name).retention for name in examples()}
    assert {name: (rule.years, str(rule.zone)) for name, rule in kept.items() if rule is not None} == {
        "kanazawa": (3, "Asia/Tokyo"),
        "porto": (2, "Europe/Lisbon"),
    }
    text = resources.files("fsbridge.data").joinpath("porto.toml").read_text("utf-8")
    with pytest.raises(ConfigError, match=r"town.toml: retention: there is no 'jears'; write years"):
        parse(text.replace("years = 2", "jears = 2"), "town.toml")
