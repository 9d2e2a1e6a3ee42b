"""The plan edited from texts: typed, checked as a whole, saved or refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fsbridge.errors import ConfigError
from fsbridge.services.plans import Plans
from fsbridge.testing.plans import PlanInMemory, small_plan

NOW = datetime(2027, 2, 10, tzinfo=UTC)
WHO = {"by": "sato", "at": NOW}


@pytest.fixture
def plans() -> Plans:
    return Plans(PlanInMemory(small_plan()))


def test_fields_are_given_as_texts_of_their_type(plans: Plans):
    plans.edit("flow", "leak", {"target": "95", "overflow_without_operator": "はい", "name": "緊急"}, **WHO)
    flow = plans.load().flow("leak")
    assert (flow.target, flow.overflow_without_operator, flow.name) == (95, True, "緊急")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"target": "95%"}, "target=95%: write a whole number"),
        ({"overflow_without_operator": "perhaps"}, "write true or false"),
        ({"colour": "red"}, "colour: is unknown here"),
        ({"key": "other"}, "key: is unknown here"),
        ({"queue": "lost@town"}, "there is no queue 'lost@town'"),
        ({"max_wait": "99999999"}, "from 0 to 86400"),
    ],
)
def test_what_does_not_fit_is_refused(plans: Plans, values: dict[str, str], said: str):
    before = plans.load()
    with pytest.raises(ConfigError) as caught:
        plans.edit("flow", "leak", values, **WHO)
    assert said in str(caught.value)
    assert plans.load() == before


def test_a_flow_comes_with_its_queue_and_goes_with_it(plans: Plans):
    plans.add_flow("billing", "billing", {"name": "料金", "menu_key": "3", "menu_words": "料金は3を"}, **WHO)
    assert plans.load().flow_of("billing@town").name == "料金"
    plans.serve("all", "billing", ["op1"], {}, **WHO)
    plans.remove("flow", "billing", **WHO)
    assert [one.key for one in plans.load().queues] == ["any@town", "leak@town"]
    assert all(one.queue != "billing@town" for one in plans.load().tiers)


def test_what_something_still_needs_cannot_be_removed(plans: Plans):
    with pytest.raises(ConfigError, match="fallback_queue: there is no queue"):
        plans.remove("flow", "any", **WHO)
    with pytest.raises(ConfigError, match="hours: season all"):
        plans.remove("season", "all", **WHO)


def test_a_missing_field_is_named(plans: Plans):
    with pytest.raises(ConfigError, match="season busy: seats is missing; write seats=…"):
        plans.add("season", "busy", {"registered": "3"}, **WHO)


def test_operators_line_up_in_a_level_and_move_between_levels(plans: Plans):
    plans.serve("all", "any", ["op2"], {}, **WHO)
    assert [one.operator for one in plans.load().tiers_of("all", "any@town")] == ["op1", "op2"]
    plans.serve("all", "any", ["op1"], {"level": "2"}, **WHO)
    found = [(one.operator, one.level, one.position) for one in plans.load().tiers_of("all", "any@town")]
    assert found == [("op2", 1, 2), ("op1", 2, 1)]
    plans.release("all", "any", ["op1", "op2"], **WHO)
    assert plans.load().tiers_of("all", "any@town") == ()
    with pytest.raises(ConfigError, match="op1 does not serve any in season all"):
        plans.release("all", "any", ["op1"], **WHO)


def test_a_season_takes_over_another_ones_tiers(plans: Plans):
    plans.add("season", "busy", {"seats": "5", "registered": "9"}, **WHO)
    plans.copy_tiers("all", "busy", **WHO)
    plan = plans.load()
    assert [one.operator for one in plan.tiers_of("busy")] == [one.operator for one in plan.tiers_of("all")]
    with pytest.raises(ConfigError, match="name two"):
        plans.copy_tiers("all", "all", **WHO)
    with pytest.raises(ConfigError, match="there is no season 'spring'"):
        plans.copy_tiers("all", "spring", **WHO)


def test_a_season_is_arranged_as_a_whole_and_skills_stay(plans: Plans):
    plans.serve("all", "any", ["op1"], {"skill": "7"}, **WHO)
    plans.serve("all", "leak", ["op1"], {}, **WHO)
    leak = plans.load().tiers_of("all", "leak@town")
    plans.arrange("all", {"any": [["op2"], ["op1"]]}, **WHO)
    rows = plans.load().tiers_of("all", "any@town")
    assert [(one.operator, one.level, one.position, one.skill) for one in rows] == [
        ("op2", 1, 1, 0),
        ("op1", 2, 1, 7),
    ]
    assert plans.load().tiers_of("all", "leak@town") == leak
    plans.arrange("all", {"any@town": []}, **WHO)
    assert plans.load().tiers_of("all", "any@town") == ()
    for wrong in (
        {"any": [["op1", "op1"]]},
        {"any": [["op1"], ["op1"]]},
        {"any": [["nobody"]]},
        {"x": [["op1"]]},
    ):
        with pytest.raises(ConfigError):
            plans.arrange("all", wrong, **WHO)
