"""A plan as plain data: there and back without loss, and every mistake named by its place."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from fsbridge.domain.plandata import data_of, plan_of
from fsbridge.errors import ConfigError
from fsbridge.testing.plans import small_plan


def test_a_plan_survives_json():
    plan = small_plan()
    assert plan_of(json.loads(json.dumps(data_of(plan)))) == plan


def test_a_group_of_tiers_is_every_operator_in_every_season_in_order():
    data = data_of(small_plan())
    data["tiers"] = [{"seasons": ["all"], "queue": "any@town", "level": 2, "operators": ["op2", "op1"]}]
    found = plan_of(data).tiers_of("all", "any@town")
    assert [(one.operator, one.level, one.position) for one in found] == [("op2", 2, 1), ("op1", 2, 2)]


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("flows", 0, "target"), "high", "flows[0].target: write a whole number, not 'high'"),
        (("flows", 0, "colour"), "red", "flows[0].colour: is unknown here; known are key, name"),
        (("queues", 1, "record"), 1, "queues[1].record: write true or false"),
        (("operators", 0, "roles"), "operator", "operators[0].roles: write a list of texts"),
        (("operators", 0, "roles"), ["boss"], "operators[0]: operator op1: there is no role 'boss'"),
        (("seasons",), {}, "seasons: write a list of tables"),
        (
            ("tiers", 0),
            {"seasons": ["all"], "queue": "any@town", "operators": []},
            "tiers[0].operators: write a",
        ),
        (
            ("tiers", 0),
            {"operators": ["op1"], "seasons": ["all"], "x": 1},
            "tiers[0].x: is unknown in a group",
        ),
        (("announcements", "cut-off"), 3, "announcements.cut-off.text: write a text"),
        (("announcements", "cut-off"), " ", "announcements.cut-off: announcement cut-off: the text is empty"),
        (("hours", "zone"), "Mars", "hours: zone 'Mars': no such time zone"),
        (("numbers",), "100", "numbers: write a list of texts"),
        (("colour",), "red", "colour: is unknown here"),
    ],
)
def test_a_mistake_is_named_by_its_place(place: tuple[Any, ...], value: object, said: str):
    data: Any = copy.deepcopy(data_of(small_plan()))
    inner = data
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    with pytest.raises(ConfigError) as caught:
        plan_of(data)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("data", [None, [], {"hours": 3}, {1: 2}])
def test_what_is_no_table_at_all_is_refused(data: object):
    with pytest.raises(ConfigError):
        plan_of(data)
