"""The example test of click_to_call.py: two telephones, and the call that an operator's click begins."""

from __future__ import annotations

import pytest

from dialplan_scripts.click_to_call import REASONS, SHOWN, app
from fsbridge.testing import Phone, VirtualSwitch

CITIZEN = "0901112222"


def click(switch: VirtualSwitch) -> Phone:
    """An operator clicks on a number, and takes the call that comes to the own telephone."""
    telephone = switch.telephone("op01").answers(after=2)
    switch.api(f"originate user/op01 88{CITIZEN} XML public")
    switch.forward(3)
    return telephone


def test_operator_and_citizen_talk() -> None:
    switch = VirtualSwitch(app)
    citizen = switch.telephone(CITIZEN).answers(after=5)
    operator = click(switch)
    switch.forward(10)
    assert citizen.talks_with == SHOWN
    assert operator.talking
    operator.hangs_up()
    assert not citizen.talking


@pytest.mark.parametrize("cause", REASONS)
def test_the_operator_hears_why_there_is_no_talk(cause: str) -> None:
    switch = VirtualSwitch(app)
    citizen = switch.telephone(CITIZEN)
    citizen.ignores() if cause == "NO_ANSWER" else citizen.refuses(cause)
    operator = click(switch)
    switch.forward(60)
    assert operator.heard == [REASONS[cause].text]
    assert not operator.talking


def test_a_citizen_who_hangs_up_ends_it() -> None:
    switch = VirtualSwitch(app)
    citizen = switch.telephone(CITIZEN).answers(after=5, talks=60)
    operator = click(switch)
    switch.forward(70)
    assert not citizen.talking
    assert not operator.talking


@pytest.mark.parametrize("number", ["88", "8812", "88abc", "880901112222,user/1"])
def test_what_is_no_number_is_not_dialled(number: str) -> None:
    assert VirtualSwitch(app).call(number).finish().cause == "NORMAL_TEMPORARY_FAILURE"


def test_a_refusal_of_another_kind_has_its_words_too() -> None:
    switch = VirtualSwitch(app)
    switch.telephone(CITIZEN).refuses("CALL_REJECTED")
    operator = click(switch)
    switch.forward(30)
    assert operator.heard == ["おつなぎできませんでした。"]
