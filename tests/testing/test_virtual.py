"""Callers and operators at once on the embedded switch, in virtual time."""

from __future__ import annotations

import pytest

from dialplan_scripts.kanazawa import app
from fsbridge import Call, example
from fsbridge.embedded import QueueConf, extension
from fsbridge.testing import VirtualSwitch, World

PLAN = example("kanazawa").plan
NUMBER, LEAK, BILLING = "0762202722", "leak@kanazawa", "billing@kanazawa"
QUEUES = [flow.queue for flow in PLAN.flows]


def kanazawa(**more: object) -> VirtualSwitch:
    return VirtualSwitch(app, queues=QUEUES, at="2027-06-01T10:00", **more)  # type: ignore[arg-type]


def waiting(call: Call) -> None:
    """A script that does nothing but let its caller wait."""
    call.answer()
    call.queue(LEAK)


def test_two_callers_are_served_one_after_the_other() -> None:
    switch = kanazawa()
    operator = switch.operator("op01").answers(after=3)
    first = switch.call(NUMBER, number="0761110001").hears("水道の使用開始").press("2").waits_in(LEAK)
    second = switch.call(NUMBER, number="0761110002").hears("水道の使用開始").press("3").waits_in(BILLING)
    operator.rings()
    switch.forward(4)
    assert operator.talks_with == first.number
    assert (first.talks_with, second.talks_with) == ("op01", "")
    switch.forward(60)
    operator.hangs_up()
    first.finish()
    assert first.cause == "NORMAL_CLEARING"
    switch.forward(10)
    assert operator.talks_with == second.number
    second.hang_up()
    figures = switch.figures()
    assert figures.balanced
    assert (figures.offered, figures.answered, figures.waiting) == (2, 2, 0)
    assert switch.figures(LEAK).answered == switch.figures(BILLING).answered == 1
    assert {one["variables"]["cc_cause"] for one in switch.records if "cc_cause" in one["variables"]} == {
        "answered"
    }


def test_who_does_not_answer_is_passed_over() -> None:
    switch = VirtualSwitch(waiting, queues=[QueueConf(LEAK, strategy="top-down")])
    sleeper = switch.operator("op01").ignores()
    engaged = switch.operator("op02").refuses("USER_BUSY")
    switch.api("callcenter_config tier set position leak@kanazawa op02 2")
    switch.api("callcenter_config agent set reject_delay_time op01 60")
    switch.api("callcenter_config agent set max_no_answer op01 1")
    switch.api("callcenter_config agent set busy_delay_time op02 600")
    switch.api("callcenter_config agent set contact op01 [leg_timeout=10]user/op01")
    caller = switch.call("100").waits_in(LEAK)
    sleeper.rings()
    switch.forward(30)
    assert (sleeper.ringing, engaged.offered, caller.talks_with) == (False, 1, "")
    helper = switch.operator("op03").answers()
    switch.forward(10)
    assert helper.talking
    assert caller.talks_with == "op03"


def test_a_break_a_return_and_a_wrap_up() -> None:
    switch = VirtualSwitch(waiting, queues=[LEAK])
    operator = switch.operator("op01", wrap_up=30).answers(after=1, talks=20).takes_a_break()
    first = switch.call("100").waits(60)
    assert (first.talks_with, operator.offered) == ("", 0)
    operator.comes_back()
    switch.forward(5)
    assert first.talks_with == "op01"
    second = switch.call("100", number="0761110002").waits(17)
    assert first.ended
    second.waits(20)
    assert second.talks_with == ""  # written up for thirty seconds
    second.waits(20)
    assert second.talks_with == "op01"
    operator.logs_out()


def test_a_caller_gives_up_and_is_counted_so() -> None:
    switch = VirtualSwitch(waiting, queues=[LEAK])
    switch.call("100").waits(3).hang_up()
    switch.call("100").waits(60).hang_up("ORIGINATOR_CANCEL").finish()
    figures = switch.figures(LEAK)
    assert (figures.offered, figures.short_abandoned, figures.abandoned) == (2, 1, 1)


def test_the_longest_wait_of_a_queue_ends_it() -> None:
    switch = VirtualSwitch(waiting, queues=[QueueConf(LEAK, max_wait_time=90)])
    caller = switch.call("100").finish()
    assert caller.record["cc_cancel_reason"] == "TIMEOUT"
    assert 90 <= caller.seconds < 93
    assert switch.figures().timed_out == 1


def test_what_is_heard_has_its_second() -> None:
    def script(call: Call) -> None:
        call.answer()
        call.play("a.wav")
        call.play("b.wav")

    switch = VirtualSwitch(script, world=World(durations={"a.wav": 4.5}))
    caller = switch.forward(100).call("100").listen()
    assert [(one.sound, one.at) for one in caller.sounds] == [("a.wav", 0.0), ("b.wav", 4.5)]
    assert caller.seconds == 6.5
    assert caller.record["hangup_cause"] == "NORMAL_CLEARING"


def test_a_transfer_goes_through_the_test_s_own_dialplan() -> None:
    plan = {"default": [extension("^9000$", ("answer",), ("playback", "fallback.wav"), ("hangup",))]}
    switch = VirtualSwitch(lambda call: call.transfer("9000"), dialplan=plan)
    caller = switch.call("100").hears("fallback").listen()
    assert caller.transferred_to == "9000 XML default"


def test_a_script_s_bug_fails_the_test_or_is_looked_at() -> None:
    def broken(call: Call) -> None:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        VirtualSwitch(broken).call("100")
    caller = VirtualSwitch(broken, raise_failures=False).call("100").finish()
    assert str(caller.failure) == "a bug"


def test_expectations_that_fail_tell_the_story() -> None:
    switch = VirtualSwitch(waiting, queues=[LEAK])
    operator = switch.operator("op01").ignores()
    caller = switch.call("100").hang_up()
    with pytest.raises(AssertionError, match=r"never heard 'x'; heard \[\]; the call ended"):
        caller.hears("x")
    with pytest.raises(AssertionError, match="op01 does not ring"):
        operator.picks_up()
    with pytest.raises(AssertionError, match="op01 has no call"):
        operator.hangs_up()
    with pytest.raises(AssertionError, match="op02 never rang in 5 s"):
        switch.operator("op02").rings(within=5)
    with pytest.raises(AssertionError, match="has not dialled"):
        switch.caller().press("1")
    with pytest.raises(AssertionError, match="nowhere@kanazawa"):
        switch.operator("op03", queues=["nowhere@kanazawa"])


def test_keys_and_holding_reach_the_other_side() -> None:
    switch = VirtualSwitch(lambda call: call.bridge("user/desk"))
    desk = switch.telephone("desk").answers(after=1)
    caller = switch.call("100").waits(2).press("12")
    assert desk.keys == "12"
    desk.holds()
    assert caller.leg.call_state in ("ACTIVE", "HELD")
    desk.holds(False).hangs_up()
    assert caller.finish().ended


def test_the_same_test_is_the_same_again() -> None:
    def story() -> list[tuple[str, float]]:
        switch = kanazawa(seed=7)
        switch.operator("op01").answers(after=2, talks=40)
        callers = [
            switch.call(NUMBER, number=f"076111000{at}").hears("水道の使用開始").press("2") for at in range(5)
        ]
        switch.forward(600)
        return [(one.record["uuid"], one.record["duration"]) for one in callers]

    assert story() == story()


def test_forty_callers_and_eight_operators_at_once() -> None:
    switch = VirtualSwitch(waiting, queues=[LEAK])
    for at in range(8):
        switch.operator(f"op{at:02}").answers(after=1, talks=30)
    callers = [switch.call("100", number=f"07611{at:05}") for at in range(40)]
    switch.forward(200)
    assert all(one.ended for one in callers)
    assert switch.figures().answered == 40
