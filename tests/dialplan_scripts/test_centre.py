"""The example test of centre.py: callers, operators and figures at once, on a plan of the test's own."""

from __future__ import annotations

import pytest

from dialplan_scripts.centre import ANY_NUMBER, reception
from fsbridge import App, FixedCentre
from fsbridge.testing import VirtualSwitch
from fsbridge.testing.plans import small_plan

PLAN = small_plan()
NUMBER, ANY, LEAK = "0760000100", "any@town", "leak@town"


def town(at: str = "2027-06-01T10:00") -> VirtualSwitch:
    app = App("town", centre=FixedCentre(lambda: PLAN))
    app.route(ANY_NUMBER)(reception)
    return VirtualSwitch(app, queues=[ANY, LEAK], at=at)


def test_a_morning_with_two_callers_and_two_operators() -> None:
    switch = town()
    sato = switch.operator("sato", queues=[ANY]).answers(after=2)
    suzuki = switch.operator("suzuki", queues=[LEAK], wrap_up=60).answers(after=4)
    asks = switch.call(NUMBER, number="0760001111").press("1").waits_in(ANY)
    leaks = switch.call(NUMBER, number="0760002222").press("2").waits_in(LEAK)
    switch.forward(30)
    assert (asks.talks_with, leaks.talks_with) == ("sato", "suzuki")

    late = switch.call(NUMBER, number="0760003333").press("2").waits_in(LEAK)
    suzuki.hangs_up()
    assert leaks.finish().record["fsbridge_flow"] == "leak"
    late.waits(30)
    assert not suzuki.talking  # still writing up
    late.waits(60)
    assert suzuki.talks_with == late.number

    sato.hangs_up()
    late.hang_up()
    figures = switch.figures()
    assert figures.balanced
    assert (figures.offered, figures.answered) == (3, 3)
    assert switch.figures(LEAK).offered == 2


@pytest.mark.parametrize("at", ["2027-06-01T08:44", "2027-06-01T18:00", "2027-01-02T10:00"])
def test_a_closed_centre_says_so(at: str) -> None:
    caller = town(at).call(NUMBER).listen()
    assert caller.heard == [PLAN.announcement("out-of-hours").text]
    assert caller.record["fsbridge_outcome"] == "out of hours"


def test_closing_time_comes_while_callers_wait() -> None:
    switch = town("2027-06-01T17:59")
    early = switch.call(NUMBER, number="0760001111").press("1").waits_in(ANY)
    switch.forward(120)
    late = switch.call(NUMBER, number="0760002222").listen()
    assert late.record["fsbridge_outcome"] == "out of hours"
    switch.operator("sato", queues=[ANY]).answers()
    switch.forward(10)
    assert early.talks_with == "sato"
