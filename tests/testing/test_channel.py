"""The simulated channel does what the recordings of a real FreeSWITCH show."""

from __future__ import annotations

from pathlib import Path

import pytest

from fsbridge.esl.frames import FrameReader
from fsbridge.testing import Channel, VirtualClock, World
from fsbridge.testing.headers import Pairs
from fsbridge.testing.replay import Message, dialogue

RECORDINGS = Path(__file__).parents[1] / "recordings"
PAGD = "play_and_get_digits"
# What the recorded script asked for: ticket, application, argument.
SCRIPT = [
    ("e-answer", "answer", ""),
    ("e-play", "playback", "tone_stream://%(400,0,440)"),
    ("e-set", "set", "playback_terminators=none"),
    ("e-pagd", PAGD, r"1 1 2 3000 # tone_stream://%(600,0,500) tone_stream://%(200,0,250) choice \d"),
    ("e-pagd2", PAGD, r"1 1 2 800 # tone_stream://%(200,0,500) tone_stream://%(200,0,250) choice2 \d"),
]
TOLD = (
    *("Event-Name", "Application", "Application-Data", "Application-UUID", "Application-Response"),
    *("Answer-State", "Channel-State", "Channel-Call-State", "Hangup-Cause", "DTMF-Digit"),
    *("variable_choice", "variable_choice2", "variable_read_result"),
)


def told(headers: dict[str, str]) -> dict[str, str]:
    picked = {name: headers[name] for name in TOLD if name in headers}
    if picked.get("Application") == "socket":
        picked.pop("Application-UUID", None)
        picked.pop("Application-Response", None)
        picked.pop("Application-Data", None)
    return picked


def recorded(name: str) -> list[dict[str, str]]:
    messages: list[Message] = dialogue(RECORDINGS / name)
    frames = [frame for m in messages if m.sender == "freeswitch" for frame in FrameReader().feed(m.data)]
    found = [told(dict(frame.headers)) for frame in frames if frame.content_type == "text/event-plain"]
    return in_order(found)


def in_order(events: list[dict[str, str]]) -> list[dict[str, str]]:
    """DTMF events overtake and are overtaken, since FreeSWITCH sends them from a queue of their own."""
    keys = [event for event in events if event["Event-Name"] == "DTMF"]
    return [event for event in events if event["Event-Name"] != "DTMF"] + keys


def simulated(rest: list[tuple[str, str, str]], hang_up: bool) -> list[dict[str, str]]:
    seen: list[Pairs] = []
    channel = Channel(VirtualClock(), number="ob1", caller="0761234567", on_event=seen.append)
    channel.begin()
    for ticket, app, argument in [*SCRIPT, *rest]:
        channel.execute(app, argument, ticket=ticket)
        if ticket == "e-pagd":
            channel.advance(0.8)
            channel.press("2")
        elif ticket != "e-long":
            channel.advance(10)
    if hang_up:
        channel.advance(1)
        channel.hangup("NORMAL_CLEARING")
    return in_order([told(dict(pairs)) for pairs in seen])


@pytest.mark.parametrize(
    ("recording", "rest", "hang_up"),
    [
        (
            "outbound_ivr_hangup_in_playback.jsonl.gz",
            [("e-long", "playback", "tone_stream://%(20000,0,440)")],
            True,
        ),
        ("outbound_unknown_app.jsonl.gz", [("e-bad", "nosuchapp", "x")], False),
    ],
)
def test_events_come_in_the_recorded_order_and_say_the_same(
    recording: str, rest: list[tuple[str, str, str]], hang_up: bool
) -> None:
    real, ours = recorded(recording), simulated(rest, hang_up)
    assert [event["Event-Name"] for event in ours] == [event["Event-Name"] for event in real]
    for theirs, mine in zip(real, ours, strict=True):
        assert mine == theirs


def test_keys_pressed_while_parked_are_thrown_away_but_told() -> None:
    seen: list[str] = []
    channel = Channel(
        VirtualClock(), number="1", caller="2", on_event=lambda pairs: seen.append(dict(pairs)["Event-Name"])
    )
    channel.press("5")
    channel.execute("read", "1 1 silence x 5000 none", ticket="r")
    assert seen == ["DTMF", "CHANNEL_EXECUTE"]
    channel.press("6")
    assert channel.variables["x"] == "6"


def test_keys_wait_for_a_later_application_while_one_runs_that_takes_none() -> None:
    channel = Channel(VirtualClock(), number="1", caller="2")
    channel.execute("sleep", "1000")
    channel.execute("read", "2 2 menu.wav x 5000 none")
    channel.press("1")
    channel.press("2")
    channel.advance(1)
    assert channel.variables["x"] == "12"


def test_a_missing_prompt_asks_for_nothing() -> None:
    channel = Channel(VirtualClock(), number="1", caller="2", world=World(missing=["gone.wav"]))
    channel.execute("read", "1 1 gone.wav x 5000 none")
    assert channel.waiting is None
    assert "read_result" not in channel.variables


def test_a_collapsed_argument_shifts_the_others_as_in_freeswitch() -> None:
    channel = Channel(VirtualClock(), number="1", caller="2")
    channel.execute("play_and_get_digits", "1 1 1 3000  menu.wav bad.wav x")
    assert [one.sound for one in channel.heard] == ["bad.wav"]
