"""What a script can do with a call, seen from the caller's side."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge import Call, CallEnded, FsbridgeError, Say
from fsbridge.errors import InvalidArgument
from fsbridge.esl.quoting import literal
from fsbridge.testing import Caller, World


def test_sounds_are_heard_in_turn_and_the_call_is_hung_up_at_the_end() -> None:
    def script(call: Call) -> None:
        call.answer()
        call.play("welcome.wav", "hours.wav")
        call.say("ありがとうございました。")

    caller = Caller(script).dial("100").listen()
    assert caller.answered
    assert caller.heard == ["welcome.wav", "hours.wav", "ありがとうございました。"]
    assert caller.cause == "NORMAL_CLEARING"


def test_a_key_ends_a_sound_only_if_the_script_says_so() -> None:
    pressed: list[str] = []

    def script(call: Call) -> None:
        pressed.append(call.play("long.wav", stop_on="12"))
        pressed.append(call.play("rules.wav"))

    caller = Caller(script, world=World(durations={"long.wav": 30, "rules.wav": 30})).dial("100")
    caller.press("9").waits(5).press("2").hears("rules").press("2").waits(29)
    assert not caller.ended
    assert caller.listen().seconds == pytest.approx(35)
    assert pressed == ["2", ""]


def test_a_missing_sound_is_logged_and_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    def script(call: Call) -> None:
        call.play("gone.wav")
        call.play("here.wav")

    caller = Caller(script, world=World(missing=["gone.wav"])).dial("100").listen()
    assert caller.heard == ["here.wav"]
    assert "gone.wav" in caplog.text
    assert caller.channel.uuid in caplog.text


def test_digits_are_asked_for_until_they_are_right() -> None:
    answers: list[str | None] = []

    def script(call: Call) -> None:
        answers.append(call.ask("number.wav", digits=(4, 6), valid=r"9\d+", invalid="wrong.wav"))

    caller = Caller(script).dial("100").press("1234#").hears("wrong").hears("number").press("987#")
    caller.hears("wrong").hears("number").press("98765#")
    assert answers == ["98765"]
    assert caller.heard == ["number.wav", "wrong.wav", "number.wav", "wrong.wav", "number.wav"]


def test_nobody_presses_anything() -> None:
    answers: list[str | None] = []

    def script(call: Call) -> None:
        answers.append(call.ask("pin.wav", digits=4, timeout=7, tries=2))

    caller = Caller(script, world=World(durations={"pin.wav": 3})).dial("100").listen()
    assert answers == [None]
    assert caller.seconds == pytest.approx(2 * (3 + 7))


def test_too_few_digits_are_no_answer_and_a_slow_caller_has_time_from_key_to_key() -> None:
    answers: list[str | None] = []

    def script(call: Call) -> None:
        answers.append(call.ask("pin.wav", digits=4, timeout=5, digit_timeout=3, tries=1))
        answers.append(call.ask("pin.wav", digits=4, timeout=5, digit_timeout=3, tries=1))

    caller = Caller(script).dial("100").press("12").waits(3.5)
    assert answers == [None]
    caller.press("1").waits(2.9).press("2").waits(2.9).press("3").waits(2.9).press("4")
    assert answers == [None, "1234"]


def test_without_barge_in_keys_count_only_after_the_prompt() -> None:
    answers: list[str | None] = []

    def script(call: Call) -> None:
        answers.append(call.ask("law.wav", digits=1, barge_in=False, tries=1))

    caller = Caller(script, world=World(durations={"law.wav": 10})).dial("100")
    caller.press("1").waits(9).press("2").waits(1.5).press("3")
    assert answers == ["3"]


def test_a_prompt_that_cannot_be_played_still_lets_the_caller_press(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answers: list[str | None] = []

    def script(call: Call) -> None:
        answers.append(call.ask("gone.wav", digits=2))

    Caller(script, world=World(missing=["gone.wav"])).dial("100").press("42")
    assert answers == ["42"]
    assert "cannot be played" in caplog.text


AWKWARD = [
    "blank in name.wav",
    "it's.wav",
    'say "x".wav',
    "back\\slash.wav",
    "${system(id)}.wav",
    "%[a=b].wav",
]


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_sound_names_arrive_whole_and_nothing_in_them_is_expanded(name: str) -> None:
    def script(call: Call) -> None:
        call.play(name, name)
        call.ask([name, "second.wav"], tries=1)
        call.record(name)

    caller = Caller(script).dial("100").hears("second").hang_up()
    assert caller.heard == [name, name, name, "second.wav"]
    assert caller.channel.expanded == []


@given(st.text(st.characters(exclude_characters="!\r\n\0", exclude_categories=["Cs"]), min_size=1))
def test_any_text_to_be_spoken_survives_the_way_to_the_prompt(text: str) -> None:
    def script(call: Call) -> None:
        call.ask([Say(text), "after.wav"], tries=1)

    caller = Caller(script).dial("100").hears("after").hang_up()
    assert caller.heard == [text, "after.wav"]
    assert caller.channel.expanded == []


@pytest.mark.parametrize("name", ["", "  ", "a!b.wav", "a\nb.wav", "a\r\n\r\napi shutdown"])
def test_a_sound_that_freeswitch_would_misread_is_refused(name: str) -> None:
    def script(call: Call) -> None:
        with pytest.raises(InvalidArgument, match="sound"):
            call.play(name)
        call.play("fine.wav")

    assert Caller(script).dial("100").listen().heard == ["fine.wav"]


@pytest.mark.parametrize(
    "wrong", [{"digits": 0}, {"digits": (3, 2)}, {"digits": 500}, {"timeout": 0}, {"terminators": "=#"}]
)
def test_impossible_questions_are_refused(wrong: dict[str, object]) -> None:
    def script(call: Call) -> None:
        with pytest.raises(InvalidArgument):
            call.ask("x.wav", **wrong)  # type: ignore[arg-type]

    Caller(script).dial("100").listen()


def test_a_recording_ends_with_silence_a_key_or_its_longest_time() -> None:
    seen: list[tuple[float, str]] = []

    def script(call: Call) -> None:
        for _ in range(3):
            recording = call.record("/tmp/message.wav", longest=60, stop_on="#")
            seen.append((recording.seconds, recording.key))

    Caller(script).dial("100").waits(4).falls_silent().waits(10).press("5#").listen()
    assert seen == [(4.0, ""), (10.0, "#"), (60.0, "")]


def test_a_background_sound_plays_while_the_block_works_and_gives_way_to_the_call() -> None:
    def script(call: Call) -> None:
        with call.background("hold.wav"):
            call.play("interlude.wav")
        call.play("done.wav")

    caller = Caller(script).dial("100").listen()
    assert [sound for sound in caller.heard if sound != "hold.wav"] == ["interlude.wav", "done.wav"]
    assert caller.cause == "NORMAL_CLEARING"
    assert caller.heard[-1] == "done.wav"


def test_a_second_background_sound_is_refused() -> None:
    def script(call: Call) -> None:
        with call.background("a.wav"), pytest.raises(FsbridgeError), call.background("b.wav"):
            pass
        call.play("after.wav")

    assert Caller(script).dial("100").listen().heard[-1] == "after.wav"


def test_a_pause_is_silent_and_as_long_as_it_says() -> None:
    caller = Caller(lambda call: call.pause(2.5)).dial("100").listen()
    assert caller.heard == []
    assert caller.seconds == pytest.approx(2.5)


def test_a_transfer_leaves_the_call_to_the_dialplan() -> None:
    caller = Caller(lambda call: call.transfer("9000", context="centre")).dial("100")
    assert caller.transferred_to == "9000 XML centre"
    assert not caller.ended


def test_a_released_call_goes_on_in_its_extension() -> None:
    caller = Caller(lambda call: call.release()).dial("100").finish()
    assert caller.left_to_dialplan


def test_hanging_up_with_a_cause() -> None:
    def script(call: Call) -> None:
        call.hangup("USER_BUSY")
        with pytest.raises(CallEnded):
            call.play("never.wav")

    caller = Caller(script).dial("100")
    assert caller.cause == "USER_BUSY"
    assert caller.heard == []


def test_channel_variables_are_read_set_and_removed() -> None:
    seen: list[object] = []

    def script(call: Call) -> None:
        seen.append(call["sip_from_host"])
        call.set(flow="leak", note="it's a \\ 'test' with ${braces missing".replace("${", "$ {"))
        seen.append((call["flow"], call.get("missing"), call.get("missing", "-")))
        call.execute("set", "flow=billing")
        seen.append(call["flow"])
        call.set(flow="")
        call.answer()
        with pytest.raises(KeyError):
            call["flow"]

    caller = Caller(script).dial("100", variables={"sip_from_host": "example.jp"}).listen()
    assert seen == ["example.jp", ("leak", None, "-"), "billing"]
    assert caller.variables["note"] == "it's a \\ 'test' with $ {braces missing"


@pytest.mark.parametrize(
    ("name", "value"), [("note", "${system(id)}"), ("note", "a\n\napi shutdown"), ("a=b", "x"), ("a b", "x")]
)
def test_variables_that_would_do_harm_are_refused(name: str, value: str) -> None:
    def script(call: Call) -> None:
        with pytest.raises(InvalidArgument):
            call.set(**{name: value})

    caller = Caller(script).dial("100").listen()
    assert "note" not in caller.variables


def test_any_application_can_be_executed_and_its_argument_is_the_authors() -> None:
    def script(call: Call) -> None:
        call.execute("set", "greeting=${lang}/hello.wav")
        call.execute("set", f"name={literal('${system(id)}')}")
        call.play(call["greeting"])

    caller = Caller(script).dial("100", variables={"lang": "ja"}).listen()
    assert caller.heard == ["ja/hello.wav"]
    assert caller.channel.expanded == ["lang"]


def test_an_unknown_application_ends_the_call_as_in_freeswitch() -> None:
    def script(call: Call) -> None:
        call.execute("nosuchapp")

    assert Caller(script).dial("100").cause == "DESTINATION_OUT_OF_ORDER"


def test_a_script_sees_who_calls_what_and_when() -> None:
    seen: list[object] = []

    def script(call: Call) -> None:
        seen.extend([call.number, call.caller, call.now.isoformat()])
        call.pause(60)
        seen.append(call.now.isoformat())

    Caller(script, number="0901112222").dial("0762202722", at="2027-01-02T10:00+09:00").listen()
    assert seen == ["0762202722", "0901112222", "2027-01-02T01:00:00+00:00", "2027-01-02T01:01:00+00:00"]


def test_a_script_function_stays_an_ordinary_function(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def greet(call: Call) -> str:
        call.play("hello.wav")
        return "greeted"

    results: list[str] = []
    Caller(lambda call: results.append(greet(call))).dial("100").listen()
    assert results == ["greeted"]
