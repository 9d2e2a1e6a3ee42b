"""The hang-up, brought into whatever line the script is blocked in."""

from __future__ import annotations

from collections.abc import Callable

import gevent
import pytest
from gevent.event import Event as Flag

from fsbridge import Call, CallEnded, FsbridgeError
from fsbridge.scripting.interruption import Interruption
from fsbridge.testing import Caller
from tests.waiting import wait_for

BLOCKED: list[Callable[[Call], object]] = [
    lambda call: call.play("long.wav"),
    lambda call: call.ask("pin.wav"),
    lambda call: call.record("/tmp/x.wav"),
    lambda call: call.pause(60),
    lambda call: call.queue("leak@kanazawa"),
    lambda call: call.bridge("user/1000"),
    lambda call: call.execute("park"),
]


@pytest.mark.parametrize("blocked", BLOCKED)
def test_every_blocking_method_ends_with_the_callers_cause(blocked: Callable[[Call], object]) -> None:
    causes: list[str] = []

    def script(call: Call) -> None:
        try:
            blocked(call)
        except CallEnded as ended:
            causes.append(ended.cause)
            raise

    Caller(script).dial("100").hang_up("ORIGINATOR_CANCEL").finish()
    assert causes == ["ORIGINATOR_CANCEL"]


def test_a_wait_for_something_else_is_interrupted_exactly_once() -> None:
    waiting, seen = Flag(), []
    never = Flag()

    def script(call: Call) -> None:
        with call.background("hold.wav"):
            waiting.set()
            try:
                never.wait()  # a database, another service …
            except CallEnded as ended:
                seen.append(ended.cause)
        for _ in range(3):
            gevent.sleep(0)  # tidying up is not interrupted again
        with pytest.raises(CallEnded):
            call.play("too late.wav")
        seen.append("tidied")

    caller = Caller(script).dial("100")
    wait_for(waiting.is_set, "the script to wait")
    caller.hang_up().finish()
    assert seen == ["NORMAL_CLEARING", "tidied"]


def test_a_shield_lets_something_finish_and_then_the_hangup_comes() -> None:
    working, go_on = Flag(), Flag()
    seen: list[str] = []

    def script(call: Call) -> None:
        call.answer()
        with call.background("hold.wav"), call.shield():
            working.set()
            go_on.wait()
            seen.append("saved")
        seen.append("never")

    caller = Caller(script).dial("100")
    wait_for(working.is_set, "the script to work")
    caller.hang_up()
    assert seen == []
    go_on.set()
    caller.finish()
    assert seen == ["saved"]


def in_a_greenlet(script: Callable[[], None]) -> None:
    gevent.spawn(script).get(timeout=20)


def test_shields_nest() -> None:
    def script() -> None:
        interruption = Interruption()
        reached: list[str] = []
        with pytest.raises(CallEnded), interruption.shield():  # noqa: PT012
            with interruption.shield():
                interruption.end("USER_BUSY")
                gevent.sleep(0)
            reached.append("behind the inner block")
        assert reached

    in_a_greenlet(script)


def test_an_own_error_leaves_the_shield_first_and_the_hangup_comes_at_the_next_wait() -> None:
    def script() -> None:
        interruption = Interruption()
        with pytest.raises(ValueError, match="own"), interruption.shield():  # noqa: PT012
            interruption.end("USER_BUSY")
            gevent.sleep(0)
            raise ValueError("own")
        with pytest.raises(CallEnded):
            Flag().wait()

    in_a_greenlet(script)


def test_after_the_script_nothing_is_thrown_into_its_greenlet() -> None:
    """A server's greenlet lives on when the script is over; it must not be hit."""

    def server() -> None:
        interruption = Interruption()
        interruption.end("NORMAL_CLEARING")
        interruption.close()
        gevent.sleep(0)

    in_a_greenlet(server)


def test_a_wait_before_anything_was_played_is_interrupted_too() -> None:
    seen: list[str] = []
    never = Flag()

    def script(call: Call) -> None:
        with pytest.raises(CallEnded):
            never.wait()
        seen.append("told")

    caller = Caller(script).dial("100", wait=False)
    gevent.idle()
    caller.hang_up().finish()
    assert seen == ["told"]


def test_a_hangup_between_two_lines_is_raised_at_the_next() -> None:
    seen: list[str] = []

    def script(call: Call) -> None:
        call.hangup()
        seen.append("still running")
        for line in (call.answer, lambda: call.set(a="b"), lambda: call.queue("q")):
            with pytest.raises(CallEnded):
                line()

    Caller(script).dial("100").finish()
    assert seen == ["still running"]


def test_the_errors_family() -> None:
    assert issubclass(CallEnded, FsbridgeError)
