"""A plan that does not fit is refused, naming the place and the cure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fsbridge.domain.plan import (
    CentrePlan,
    FlowPlan,
    MenuPlan,
    OperatorPlan,
    QueuePlan,
    SeasonPlan,
    TierPlan,
    gaps,
)
from fsbridge.domain.schedule import Days, Season, Week
from fsbridge.errors import ConfigError
from fsbridge.testing.plans import small_plan

PLAN = small_plan()


def refused(**changes: object) -> str:
    with pytest.raises(ConfigError) as caught:
        replace(PLAN, **changes)
    return str(caught.value)


def test_overflow_in_a_circle_is_refused_with_the_way_it_goes():
    any_, leak = PLAN.flows
    around = replace(any_, overflow_to="leak@town", overflow_after=30)
    said = refused(flows=(around, leak))
    assert "any@town → leak@town → any@town" in said
    assert "take overflow_to from one of them" in said


def test_a_flow_may_not_overflow_into_its_own_queue():
    any_, leak = PLAN.flows
    assert "circle" in refused(flows=(replace(any_, overflow_to="any@town", overflow_after=30), leak))


def test_overflow_by_way_of_a_third_flow_is_no_circle():
    third = FlowPlan("third", "三", queue="third@town", overflow_to="leak@town", overflow_after=5)
    plan = replace(
        PLAN, flows=(*PLAN.flows, third), queues=(*PLAN.queues, QueuePlan("third@town", flow="third"))
    )
    assert plan.flow_of("third@town").overflow_to == "leak@town"


def test_a_flow_without_a_queue_is_refused():
    with pytest.raises(ConfigError, match="flow any: has no queue; name the one"):
        FlowPlan("any", "受付", queue="")
    said = refused(flows=(FlowPlan("any", "受付", queue="lost@town"), PLAN.flows[1]))
    assert "flow any: queue: there is no queue 'lost@town'" in said
    assert "any@town, leak@town" in said


def test_two_flows_cannot_share_a_queue():
    both = replace(PLAN.flows[1], queue="any@town", overflow_to="", overflow_after=0)
    assert "give each flow a queue of its own" in refused(flows=(PLAN.flows[0], both))


@pytest.mark.parametrize(
    ("tier", "named"),
    [
        (TierPlan("all", "any@town", "op9"), "there is no operator 'op9'"),
        (TierPlan("all", "none@town", "op1"), "there is no queue 'none@town'"),
        (TierPlan("spring", "any@town", "op1"), "there is no season 'spring'"),
    ],
)
def test_a_tier_to_what_is_unknown_is_refused(tier: TierPlan, named: str):
    said = refused(tiers=(tier,))
    assert f"tier {tier.season}, {tier.queue}, {tier.operator}" in said
    assert named in said


def test_somebody_serves_a_queue_once_a_season():
    assert "is there twice" in refused(tiers=(PLAN.tiers[0], replace(PLAN.tiers[0], level=2)))


def test_a_season_of_the_schedule_needs_its_seats():
    hours = replace(PLAN.schedule, seasons=[Season("busy", Days("01..12"), Week.of("08:00-19:00"))])
    assert "there is no season 'busy'; write its seats and IDs" in refused(schedule=hours)


def test_what_a_rule_announces_must_have_a_text():
    rule = replace(PLAN.schedule.special_days[0], announcement="new-year")
    said = refused(schedule=replace(PLAN.schedule, special_days=[rule]))
    assert "hours: new-year: announcement: there is no announcement 'new-year'" in said
    assert "menu: greeting" in refused(menu=MenuPlan(greeting="hello"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"numbers": ()}, "name at least one public number"),
        ({"numbers": ("076;220",)}, "write digits and hyphens"),
        ({"caller_id": "call me"}, "caller_id 'call me'"),
        ({"region": "Japan"}, "a country's two letters"),
        ({"language": "Japanese!"}, "write its code"),
        ({"key": "../etc"}, "letters, digits, _ . -"),
        ({"name": "a\r\nb"}, "a text of one line"),
        ({"fallback_queue": "x@town"}, "fallback_queue: there is no queue"),
        (
            {"operators": (OperatorPlan("a", "A", extension="1"), OperatorPlan("b", "B", extension="1"))},
            "twice",
        ),
        ({"queues": (QueuePlan("any@city", flow="any"),)}, "write any@town"),
        ({"flows": ()}, "write at least one"),
    ],
)
def test_facts_that_do_not_fit_are_refused(changes: dict[str, object], said: str):
    assert said in refused(**changes)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("menu_key", "12", "one key of a telephone"),
        ("target", 101, "from 0 to 100"),
        ("max_wait", True, "whole number"),
        ("max_wait", -1, "whole number"),
        ("wrap_up", "never", "own pace"),
        ("wrap_up", "timed", "write wrap_up_seconds too"),
        ("overflow_after", 10, "overflow_to is missing"),
        ("overflow_to", "any@town", "but not when"),
    ],
)
def test_a_flow_that_contradicts_itself_is_refused(field: str, value: object, said: str):
    with pytest.raises(ConfigError, match="flow x") as caught:
        FlowPlan("x", "X", "x@town", **{field: value})
    assert said in str(caught.value)


def test_overflow_that_would_come_after_the_cut_off_is_refused():
    with pytest.raises(ConfigError, match="nobody overflows"):
        FlowPlan("x", "X", "x@town", max_wait=60, overflow_to="any@town", overflow_after=60)


def test_more_seats_cannot_be_kept_for_supervisors_than_there_are():
    with pytest.raises(ConfigError, match="write a smaller reserve"):
        SeasonPlan("busy", seats=1, registered=9, reserve=2)


def test_tiers_come_in_the_order_in_which_people_are_asked():
    rows = [("op2", 1, 2), ("op1", 2, 1), ("op3", 1, 1)]
    plan = replace(
        PLAN,
        operators=(*PLAN.operators, OperatorPlan("op3", "高橋")),
        tiers=[TierPlan("all", "any@town", who, level, position) for who, level, position in rows],
    )
    assert [one.operator for one in plan.tiers_of("all", "any@town")] == ["op3", "op2", "op1"]


def test_gaps_name_queues_nobody_serves_and_too_many_ids():
    crowded: CentrePlan = replace(PLAN, tiers=(), seasons=(SeasonPlan("all", seats=1, registered=1),))
    found = gaps(crowded)
    assert "season all: nobody serves any@town; fsbridge tiers add all any@town OPERATOR" in found
    assert any("2 operator IDs are registered, 1 are allowed" in one for one in found)
    assert gaps(PLAN) == []
