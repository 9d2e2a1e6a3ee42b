"""The kit itself: time that does not pass, failures that tell, fixtures."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from fsbridge import App, Call
from fsbridge.errors import InvalidArgument
from fsbridge.testing import Caller, FakeSwitch, VirtualClock, World
from fsbridge.testing.pytest_plugin import call_to, fake_switch, world  # noqa: F401


def patient(call: Call) -> None:
    for _ in range(50):
        call.ask("pin.wav", digits=4, timeout=60, tries=1)
    call.play("goodbye.wav")


def test_an_hour_of_waiting_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(seconds: float) -> None:
        raise AssertionError(f"slept {seconds} s")

    monkeypatch.setattr(time, "sleep", forbidden)
    caller = Caller(patient).dial("100").listen()
    assert caller.seconds == pytest.approx(50 * 62 + 2)


def test_what_is_never_heard_is_told_with_the_story() -> None:
    with pytest.raises(AssertionError, match=r"never heard 'nonsense'; heard \['pin.wav'.*NORMAL_CLEARING"):
        Caller(patient).dial("100").hears("nonsense")


def test_a_call_that_never_ends_by_itself_is_told() -> None:
    with pytest.raises(AssertionError, match=r"does not end by itself.*leak@kanazawa"):
        Caller(lambda call: call.queue("leak@kanazawa")).dial("100").listen()
    with pytest.raises(AssertionError, match="never came into nosuch"):
        Caller(lambda call: call.play("a.wav")).dial("100").waits_in("nosuch")
    with pytest.raises(AssertionError, match="nothing is there"):
        Caller(lambda call: call.play("a.wav")).dial("100").listen().operator_answers()


def test_hearing_goes_forward_only() -> None:
    def script(call: Call) -> None:
        call.play("a.wav", "b.wav", "a.wav")

    caller = Caller(script).dial("100").hears("a").hears("b").hears("a")
    with pytest.raises(AssertionError, match="never heard 'b'"):
        caller.hears("b")


def test_sounds_know_when_they_began() -> None:
    def script(call: Call) -> None:
        call.play("a.wav", "tone_stream://%(500,250,440);loops=2", "b.wav")

    caller = Caller(script, world=World(durations={"a.wav": 1.5})).dial("100").listen()
    assert [(one.sound, one.at) for one in caller.sounds][::2] == [("a.wav", 0.0), ("b.wav", 3.0)]


@pytest.mark.parametrize("keys", ["x", " ", "１"])
def test_only_keys_can_be_pressed(keys: str) -> None:
    with pytest.raises(InvalidArgument, match="key"):
        Caller(patient).dial("100").press(keys)


def test_an_app_is_not_changed_by_being_called() -> None:
    app = App("test")
    app.route("100")(patient)
    before = (app.clock, app.speech)
    Caller(app).dial("100", at="2027-01-01T00:00").hang_up()
    assert (app.clock, app.speech) == before


def test_a_caller_needs_somebody_to_call() -> None:
    with pytest.raises(TypeError):
        Caller()
    with pytest.raises(AssertionError, match="has not dialled"):
        Caller(patient).press("1")


def test_the_clock_only_goes_forward() -> None:
    clock = VirtualClock("2027-06-01T10:00", zone="Asia/Tokyo")
    clock.advance(60)
    assert clock.now().isoformat() == "2027-06-01T10:01:00+09:00"
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)
    assert VirtualClock("2027-06-01T10:00+00:00", zone="Asia/Tokyo").now().utcoffset() is not None


def test_the_fixtures(
    call_to: Callable[..., Caller],  # noqa: F811
    world: World,  # noqa: F811
    fake_switch: FakeSwitch,  # noqa: F811
) -> None:
    world.durations = {"a.wav": 7.0}
    caller = call_to(lambda call: call.play("a.wav")).dial("100").listen()
    assert caller.seconds == pytest.approx(7)
    call_to(patient).dial("100")  # left on the line; the fixture hangs up
    assert fake_switch.port > 0
