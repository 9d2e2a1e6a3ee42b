"""The example test of announcement_line.py: one caller, keys, what is heard when."""

from __future__ import annotations

import pytest

from dialplan_scripts.announcement_line import AGAIN, LINES, app
from fsbridge.testing import VirtualSwitch, World


@pytest.mark.parametrize("number", LINES)
def test_a_line_says_its_text_and_hangs_up(number: str) -> None:
    caller = VirtualSwitch(app).call(number).listen()
    assert caller.heard == [LINES[number].text, AGAIN.text]
    assert caller.record["hangup_cause"] == "NORMAL_CLEARING"


def test_1_says_it_again() -> None:
    caller = VirtualSwitch(app).call("0762202801").hears(AGAIN.text).press("1").listen()
    assert caller.heard.count(LINES["0762202801"].text) == 2


def test_whoever_knows_it_need_not_wait_for_the_end() -> None:
    text = LINES["0762202801"].text
    world = World(durations={f"speech://{text}": 12.0})
    caller = VirtualSwitch(app, world=world).call("0762202801").hears(text).waits(3).press("1")
    assert [one.at for one in caller.hears(text).sounds] == [0.0, 3.0]


def test_a_number_without_a_text_is_not_answered() -> None:
    caller = VirtualSwitch(app).call("0762202899").finish()
    assert not caller.answered
