"""One data set feeds both: what FreeSWITCH is rendered from says the same as the plan."""

from __future__ import annotations

import pytest

from fsbridge.adapters.planfile import example, examples
from fsbridge.adapters.switchconf.of_plan import TONES, centre_of


def test_kanazawas_plan_is_the_centre_freeswitch_knows():
    plan = example("kanazawa").plan
    centre = centre_of(plan, {"new-year": "/sounds/new-year.wav"})
    assert centre.numbers == ("0762202722", "0120328117")
    assert centre.fallback_queue == "other@kanazawa"
    assert centre.hours == plan.schedule
    assert centre.announcements == {**TONES, "new-year": "/sounds/new-year.wav"}
    leak = next(one for one in centre.queues if one.name == "leak@kanazawa")
    assert (leak.strategy, leak.max_wait, leak.max_wait_without_agent) == ("ring-all", 900, 300)


@pytest.mark.parametrize("name", examples())
def test_everything_a_rule_announces_has_a_sound(name: str):
    centre = centre_of(example(name).plan)
    assert {rule.announcement for rule in centre.hours.rules} <= set(centre.announcements)


def test_the_greeting_is_heard_once_it_has_a_sound():
    plan = example("kanazawa").plan
    assert centre_of(plan, {plan.menu.greeting: "/sounds/greeting.wav"}).greeting == "/sounds/greeting.wav"
    assert centre_of(plan).greeting == ""
