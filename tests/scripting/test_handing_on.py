"""Queues and other telephones."""

from __future__ import annotations

import pytest

from fsbridge import Call, FsbridgeError, Queued
from fsbridge.errors import InvalidArgument
from fsbridge.scripting.outcomes import Bridged
from fsbridge.testing import Caller, World

visits: list[Queued] = []


@pytest.fixture(autouse=True)
def _fresh() -> None:
    visits.clear()


def leak(call: Call) -> None:
    visits.append(call.queue("leak@kanazawa", waiting=["wait.wav", "music.wav"], exit_keys="9"))
    if not visits[-1].answered:
        call.play("after.wav")


def test_an_operator_who_sends_the_caller_elsewhere_is_not_undone_by_the_scripts_end() -> None:
    caller = Caller(leak).dial("100").waits_in("leak@kanazawa").operator_answers()
    caller.channel.transfer("9000")
    caller.finish()
    assert caller.transferred_to == "9000 XML default"
    assert not caller.ended


def test_an_operator_answers_and_hangs_up_first() -> None:
    caller = Caller(leak).dial("100").waits_in("leak@kanazawa").waits(12).operator_answers()
    assert visits == []
    caller.waits(300).operator_hangs_up().listen()
    assert visits[0].outcome == "answered"
    assert visits[0].answered
    assert visits[0].agent == "operator"
    assert caller.heard[0:3] == ["wait.wav", "music.wav", "wait.wav"]
    assert caller.left_to_dialplan


@pytest.mark.parametrize("when", ["waiting", "talking"])
def test_a_caller_who_hangs_up_is_no_outcome(when: str) -> None:
    caller = Caller(leak).dial("100").waits_in("leak@kanazawa")
    if when == "talking":
        caller.operator_answers()
    caller.hang_up().finish()
    assert visits == []
    assert "after.wav" not in caller.heard


def test_the_ways_out_of_a_queue() -> None:
    Caller(leak).dial("100").waits_in("leak@kanazawa").queue_times_out().listen()
    Caller(leak).dial("100").waits_in("leak@kanazawa").queue_has_no_operator().listen()
    Caller(leak).dial("100").waits_in("leak@kanazawa").pulled_out_of_queue().listen()
    Caller(leak).dial("100").waits_in("leak@kanazawa").press("19").listen()
    assert [str(visit.outcome) for visit in visits] == ["timed_out", "no_agent", "removed", "exit_key"]
    assert visits[-1].key == "9"
    assert not any(visit.answered for visit in visits)


def test_a_queue_has_its_own_longest_wait() -> None:
    caller = Caller(leak, world=World(queues={"leak@kanazawa": 20.0})).dial("100").listen()
    assert visits[0].outcome == "timed_out"
    assert caller.seconds == pytest.approx(20 + 2)


def test_an_unknown_queue_is_an_error_and_never_last_visits_outcome() -> None:
    outcomes: list[str] = []

    def script(call: Call) -> None:
        assert call.queue("opening@kanazawa").outcome == "timed_out"
        with pytest.raises(FsbridgeError, match="nosuch"):
            call.queue("nosuch@kanazawa")
        assert call.queue("opening@kanazawa").outcome == "answered"
        outcomes.append("answered")

    caller = Caller(script, world=World(queues={"opening@kanazawa": None})).dial("100")
    caller.queue_times_out().operator_answers().operator_hangs_up().finish()
    assert outcomes == ["answered"]


def bridged(steps: list[str], **options: object) -> tuple[Bridged, Caller]:
    results: list[Bridged] = []

    def script(call: Call) -> None:
        results.append(call.bridge("sofia/gateway/trunk/0901112222", **options))  # type: ignore[arg-type]
        call.play("after.wav")

    caller = Caller(script).dial("100")
    for step in steps:
        caller.telephone(step)
    caller.listen()
    assert caller.heard == ["after.wav"]
    return results[0], caller


def test_a_telephone_answers() -> None:
    result, _ = bridged(["answers", "hangs up"])
    assert result == Bridged(True, "NORMAL_CLEARING")


def test_a_telephone_is_busy_rejects_or_rings_in_vain() -> None:
    assert bridged(["is busy"])[0] == Bridged(False, "USER_BUSY")
    assert bridged(["rejects"])[0] == Bridged(False, "CALL_REJECTED")
    result, caller = bridged([], timeout=25)
    assert result == Bridged(False, "NO_ANSWER")
    assert caller.seconds == pytest.approx(25 + 2)


def test_an_endpoint_that_would_smuggle_something_in_is_refused() -> None:
    def script(call: Call) -> None:
        for endpoint in ("user/1,user/2", "user/1 x", "{a=b}user/1", ""):
            with pytest.raises(InvalidArgument):
                call.bridge(endpoint)
        with pytest.raises(InvalidArgument):
            call.bridge()
        with pytest.raises(InvalidArgument):
            call.bridge("user/1", caller_name="x}{origination_uuid=y")

    Caller(script).dial("100").listen()


def test_a_failed_bridge_does_not_end_the_call_even_where_the_dialplan_says_so() -> None:
    def script(call: Call) -> None:
        call.bridge("user/1")
        call.play("after.wav")

    caller = Caller(script).dial("100", variables={"hangup_after_bridge": "true"})
    assert caller.telephone("answers").telephone("hangs up").listen().heard == ["after.wav"]
