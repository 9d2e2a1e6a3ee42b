"""Calls drawn for a simulated centre: as many as asked, when people call, the same for the same seed."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from fsbridge.domain.arrivals import HOURS, Traffic, arrivals, traffic_of
from fsbridge.domain.lengths import Length
from fsbridge.errors import ConfigError

DAYS = [date(2027, 3, 1) + timedelta(days=at) for at in range(28)]
FLOWS = {"opening": "1", "leak": "2"}


def drawn(calls: int = 4000, seed: int = 1, **traffic: object) -> list:
    return arrivals(
        Traffic(**traffic), DAYS, calls, zone="Asia/Tokyo", flows=FLOWS, chance=random.Random(seed)
    )


def test_as_many_calls_come_as_were_asked_for_in_order() -> None:
    calls = drawn()
    assert len(calls) == 4000
    assert [one.at for one in calls] == sorted(one.at for one in calls)
    local = [one.at.astimezone(ZoneInfo("Asia/Tokyo")).date() for one in calls]
    assert (local[0], local[-1]) == (DAYS[0], DAYS[-1])


def test_hours_and_weekdays_weigh_as_they_should() -> None:
    local = [one.at.astimezone(ZoneInfo("Asia/Tokyo")) for one in drawn()]
    hours = Counter(at.hour for at in local)
    for hour in (9, 12, 16):
        assert hours[hour] / 4000 == pytest.approx(HOURS[hour] / sum(HOURS), abs=0.02)
    days = Counter(at.weekday() for at in local)
    assert days[0] > 1.3 * days[6]


def test_the_same_seed_draws_the_same_calls() -> None:
    assert drawn(200) == drawn(200)
    assert drawn(200) != drawn(200, seed=2)


def test_a_flow_that_weighs_nothing_is_never_wanted() -> None:
    calls = drawn(500, flows={"leak": 0})
    assert {one.flow for one in calls} == {"opening"}
    assert {one.keys for one in calls if one.keys} <= {"1", "91"}


def test_who_calls_again_within_a_day_is_known_and_the_anonymous_are_not_mixed_up_with_numbers() -> None:
    calls = drawn(500, population=50, anonymous=0.0)
    first = calls[0]
    assert not first.repeat
    again = next(one for one in calls[1:] if one.number == first.number)
    assert again.repeat == (again.at - first.at <= timedelta(days=1))


@pytest.mark.parametrize("shape", ["lognormal", "exponential", "fixed"])
def test_a_length_has_its_mean(shape: str) -> None:
    chance = random.Random(7)
    lengths = [Length(120, shape, spread=0.5).draw(chance) for _ in range(4000)]
    assert sum(lengths) / 4000 == pytest.approx(120, rel=0.06)
    assert min(lengths) > 0


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"hours": [1, 2]}, "hours: give 24 weights"),
        ({"hours": "9-17"}, "hours: write a list of numbers"),
        ({"weekdays": [0] * 7}, "weekdays: give 7 weights"),
        ({"talk": 240}, "talk: write a table"),
        ({"talk": {"means": 240}}, "talk: write mean"),
        ({"talk": {"mean": "long"}}, "talk: write numbers"),
        ({"talk": {"mean": 1, "shape": "flat"}}, "talk: shape 'flat': write one of"),
        ({"silent": 1.5}, "silent 1.5: give a share"),
        ({"lines": True}, "lines: write a whole number"),
        ({"population": 0}, "population: give whole numbers"),
        ({"flows": {"leak": -1}}, "flows.leak -1: give a weight"),
        ({"flows": {"leak": "many"}}, "flows: write numbers"),
        ({"shifts": {"minutes": 5}}, "shifts: minutes 5: give 30 to 1440"),
        ({"shifts": {"breaks": [{"after": 1}]}}, r"shifts.breaks\[0\]: write after and minutes"),
        ({"talks": {}}, "talks: is unknown here"),
    ],
)
def test_data_that_are_wrong_are_refused_by_their_place(data: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        traffic_of(data)


def test_flows_that_all_weigh_nothing_are_refused() -> None:
    with pytest.raises(ConfigError, match="every flow weighs 0"):
        drawn(1, flows={"opening": 0, "leak": 0})
