"""The two short examples."""

from __future__ import annotations

import pytest

from dialplan_scripts import announcement_line, click_to_call
from fsbridge.testing import Caller


def click() -> Caller:
    return Caller(click_to_call.app).dial("880901112222")


def test_a_click_connects_operator_and_citizen() -> None:
    caller = click()
    assert caller.channel.waiting is not None
    assert "sofia/gateway/trunk/0901112222" in caller.channel.waiting.what
    assert caller.telephone("answers").telephone("hangs up").finish().heard == []
    assert caller.variables["originate_disposition"] == "SUCCESS"


def test_the_operator_hears_why_nobody_answered() -> None:
    assert click().telephone("is busy").listen().heard == ["お話し中です。"]
    assert click().listen().heard == ["お出になりません。"]
    assert click().telephone("rejects").listen().heard == ["おつなぎできませんでした。"]


@pytest.mark.parametrize("number", ["88", "8812", "88abc", "880901112222,user/1"])
def test_what_is_no_number_is_not_dialled(number: str) -> None:
    assert Caller(click_to_call.app).dial(number).finish().cause == "NORMAL_TEMPORARY_FAILURE"


def test_an_announcement_is_heard_again_for_the_asking() -> None:
    for number, text in announcement_line.LINES.items():
        caller = Caller(announcement_line.app).dial(number).hears("もう一度").press("1").hears("もう一度")
        caller.listen()
        assert caller.heard.count(text.text) == 2
        assert caller.cause == "NORMAL_CLEARING"
