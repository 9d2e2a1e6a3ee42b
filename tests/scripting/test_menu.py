"""Menus from the caller's side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge import Call, Choice, Menu
from fsbridge.errors import ConfigError
from fsbridge.testing import Caller, World


def run(menu: Menu, *, durations: dict[str, float] | None = None) -> tuple[Caller, list[Choice]]:
    choices: list[Choice] = []

    def script(call: Call) -> None:
        choices.append(call.menu(menu))

    return Caller(script, world=World(durations=durations or {})).dial("100"), choices


MAIN = Menu(
    "main.wav",
    {
        "1": "opening",
        "2-4": "billing",
        "9": Menu("more.wav", {"1": "history", "*": Menu.BACK}),
        "0": Menu.REPEAT,
    },
    tries=2,
    invalid="wrong.wav",
    on_timeout="hello.wav",
    failure="sorry.wav",
)


def test_a_key_cuts_the_prompt_and_chooses() -> None:
    caller, choices = run(MAIN, durations={"main.wav": 30})
    caller.waits(3).press("1")
    assert choices[0]
    assert (choices[0].key, choices[0].value, choices[0].path) == ("1", "opening", ("1",))
    assert caller.seconds == pytest.approx(3)


def test_ranges() -> None:
    for key, value in (("2", "billing"), ("4", "billing")):
        caller, choices = run(MAIN)
        caller.press(key)
        assert choices[0].value == value


def test_a_wrong_key_then_a_right_one() -> None:
    caller, choices = run(MAIN)
    caller.press("7").hears("main").press("1")
    assert choices[0].value == "opening"
    assert caller.heard == ["main.wav", "wrong.wav", "main.wav"]


def test_the_three_ways_to_fail_are_told_apart() -> None:
    outcomes = []
    for keys in ("", "77", "7"):
        caller, choices = run(MAIN)
        for key in keys:
            caller.press(key)
        caller.listen()
        assert not choices[0]
        assert caller.heard[-1] == "sorry.wav"
        outcomes.append(str(choices[0].outcome))
    assert outcomes == ["timeout", "invalid", "failure"]


def test_without_a_failure_sound_the_last_notice_is_heard() -> None:
    caller, _ = run(Menu("main.wav", {"1": "x"}, tries=1, on_timeout="hello.wav"))
    assert caller.listen().heard == ["main.wav", "hello.wav"]


def test_sub_menus_and_the_way_back() -> None:
    caller, choices = run(MAIN)
    caller.press("9").hears("more").press("*").hears("main").press("9").hears("more").press("1")
    assert (choices[0].value, choices[0].path) == ("history", ("9", "1"))


def test_a_sub_menu_that_fails_ends_the_whole_menu() -> None:
    caller, choices = run(MAIN)
    caller.press("9").listen()
    assert (choices[0].outcome, choices[0].path) == ("timeout", ("9",))


def test_repeating_costs_no_try_but_does_not_go_on_for_ever() -> None:
    caller, choices = run(MAIN)
    caller.press("0").press("0").press("0").press("1")
    assert choices[0].value == "opening"
    caller, choices = run(MAIN)
    caller.press("0" * (Menu.MOST_REPEATS + 1)).listen()
    assert not choices[0]
    assert caller.heard.count("main.wav") == Menu.MOST_REPEATS + 1


def test_functions_are_run_and_stay_functions() -> None:
    menu = Menu("main.wav")

    @menu.key("1", "5-7")
    def greet(call: Call) -> str:
        call.play("greeting.wav")
        return "greeted"

    assert greet.__name__ == "greet"
    caller, choices = run(menu)
    caller.press("6").listen()
    assert choices[0].result == "greeted"
    assert caller.heard == ["main.wav", "greeting.wav"]


def test_longer_keys_wait_for_the_next_digit_or_a_hash() -> None:
    menu = Menu("main.wav", {"1": "short", "12": "long", "3XX": "extension"}, digit_timeout=2)
    caller, choices = run(menu)
    caller.press("1").waits(1.9)
    assert choices == []
    caller.waits(0.2)
    assert choices[0].value == "short"
    for keys, value in (("1#", "short"), ("12#", "long"), ("345", "extension")):
        caller, choices = run(menu)
        caller.press(keys)
        assert choices[0].value == value


def test_hash_and_star_can_be_options() -> None:
    for key in "#*":
        caller, choices = run(Menu("main.wav", {"#": "hash", "*": "star"}))
        caller.press(key)
        assert choices[0].key == key


def test_no_barge_in() -> None:
    caller, choices = run(Menu("law.wav", {"1": "yes"}, barge_in=False), durations={"law.wav": 8})
    caller.press("1").waits(7)
    assert choices == []
    caller.waits(2).press("1")
    assert choices[0].value == "yes"


@pytest.mark.parametrize(
    "options", [{"1-4": "a", "3-5": "b"}, {"": "a"}, {"5-1": "a"}, {"1-10": "a"}, {"eleven": "a"}]
)
def test_impossible_menus_are_refused_at_load(options: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        Menu("main.wav", options)


def test_a_key_is_taken_only_once() -> None:
    menu = Menu("main.wav", {"1": "a"})
    with pytest.raises(ConfigError, match="'1'"):
        menu.add("1", "b")
    with pytest.raises(ConfigError):
        Menu("main.wav", {"1": "a"}, tries=0)


@given(st.text("0123456789*#", max_size=40))
def test_whatever_is_pressed_the_menu_ends_and_the_outcome_is_true(keys: str) -> None:
    caller, choices = run(MAIN)
    for key in keys:
        if caller.ended:
            break
        caller.press(key)
    caller.listen()
    assert len(choices) == 1
    assert (choices[0].value is not None) == bool(choices[0])
