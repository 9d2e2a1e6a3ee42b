"""The same reception on another city's data: two flows, another language, a clock with summer time."""

from __future__ import annotations

import pytest

from dialplan_scripts.porto import app
from fsbridge import example
from fsbridge.testing import Caller

PLAN = example("porto").plan


def words(announcement: str) -> str:
    return PLAN.announcement(announcement).text


def call(at: str = "2027-02-02T10:00", number: str = "222000100") -> Caller:
    return Caller(app).dial(number, at=at)


@pytest.mark.parametrize("flow", PLAN.flows, ids=lambda flow: flow.key)
def test_each_key_leads_to_its_queue(flow) -> None:
    caller = call().hears(words("boas-vindas")).hears("prima 2").press(flow.menu_key).waits_in(flow.queue)
    caller.hears(words("espera")).operator_answers().operator_hangs_up().finish()
    assert caller.left_to_dialplan


@pytest.mark.parametrize(
    ("at", "guidance"),
    [
        ("2027-02-02T12:29", None),
        ("2027-02-02T12:30", "out-of-hours"),
        ("2027-02-02T13:30", None),
        ("2027-02-02T18:00", "out-of-hours"),
        ("2027-07-02T18:00", None),  # summer is open longer
        ("2027-02-07T10:00", "out-of-hours"),  # a Sunday
        ("2027-12-25T10:00", "feriado"),
        ("2027-03-27T09:00", None),  # the last day of winter time
        ("2027-03-29T08:29", "out-of-hours"),
        ("2027-03-29T08:30", None),  # the clock went forward, opening time did not
    ],
)
def test_the_hours_are_this_city_s(at: str, guidance: str | None) -> None:
    caller = call(at)
    if guidance is None:
        caller.hears(words("boas-vindas")).hang_up().finish()
    else:
        assert caller.listen().heard == [words(guidance)]


def test_who_presses_nothing_waits_in_the_fallback_queue() -> None:
    call().waits_in(PLAN.fallback_queue).hang_up().finish()
