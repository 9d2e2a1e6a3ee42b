"""The dialogue with a script server, as recorded, led again with the embedded switch."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from fsbridge.embedded import Switch, SwitchConf, VirtualClock, extension
from fsbridge.embedded.leg import Leg
from fsbridge.embedded.outbound import ScriptClient
from fsbridge.esl.frames import Event, FrameReader
from fsbridge.testing.replay import Message, dialogue

RECORDINGS = Path(__file__).parents[1] / "recordings"
SAID = (
    *("Reply-Text", "Socket-Mode", "Control", "Content-Disposition", "Linger-Time", "Channel-Name"),
    *("Channel-State", "Channel-Call-State", "Answer-State", "Hangup-Cause", "DTMF-Digit", "Call-Direction"),
    *("Application", "Application-Data", "Application-Response", "Caller-Destination-Number"),
    *("variable_choice", "variable_choice2", "variable_read_result", "variable_current_application"),
)
PLAN = {
    "public": [
        extension("^ob1$", ("socket", "127.0.0.1:8040 async full")),
        extension("^away$", ("answer",), ("sleep", "5000")),
    ]
}


class Script:
    """A script server without a socket: what it says goes in, what it hears is kept."""

    def __init__(self) -> None:
        self.clock = VirtualClock(dt.datetime(2026, 11, 22, 11, 50, 0, 648000, dt.UTC))
        self.switch = Switch(self.clock, SwitchConf(dialplan=PLAN, seed=3))
        self.switch.connect = self._connect
        self.heard: list[Event] = []
        self._reader = FrameReader()
        self.closed = False
        self.caller = self.switch.dial_in("ob1", caller="0761234567")
        self.clock.advance(0)

    def _connect(self, leg: Leg, argument: str) -> None:
        full, asynchronous = "full" in argument, "async" in argument
        self.client = ScriptClient(
            self.switch, leg, self._hear, self._close, full=full, asynchronous=asynchronous
        )
        self.client.begin()

    def _hear(self, data: bytes) -> None:
        self.heard += self._reader.feed(data)

    def _close(self) -> None:
        self.closed = True

    def say(self, text: str) -> None:
        self.client.feed(text.encode())


def told(frames: list[Event]) -> list[dict[str, str]]:
    """What a frame says, ids left out; a key's event last: FreeSWITCH sends it from a queue of its own."""
    found = []
    for frame in frames:
        picked = {name: frame.headers[name] for name in SAID if frame.headers.get(name)}
        found.append({"type": frame.content_type, "name": frame.name, **picked})
    return [one for one in found if one["name"] != "DTMF"] + [one for one in found if one["name"] == "DTMF"]


def replies_first(frames: list[dict[str, str]]) -> list[dict[str, str]]:
    """FreeSWITCH writes a reply from another thread than an event: their order among each other is open."""
    return sorted(frames, key=lambda one: one["type"] != "command/reply")


def recorded(name: str) -> tuple[list[Message], list[Event]]:
    messages = dialogue(RECORDINGS / name)
    reader = FrameReader()
    frames = [
        frame for message in messages if message.sender != "script" for frame in reader.feed(message.data)
    ]
    return messages, frames


@pytest.mark.parametrize(
    "name", ["outbound_ivr_hangup_in_playback.jsonl.gz", "outbound_unknown_app.jsonl.gz"]
)
def test_a_script_is_told_what_freeswitch_told(name):
    messages, frames = recorded(name)
    script = Script()
    acts = [(message.at, message.data.decode()) for message in messages if message.sender == "script"]
    for at, text in acts:
        script.clock.advance(max(0.0, at - script.clock.elapsed))
        script.say(text)
        if "e-pagd\n" in text:
            script.clock.advance(1.25)
            script.caller.press("2")
    if "hangup" in name:
        script.clock.advance(1)
        script.caller.hang_up()
    script.clock.advance(10)
    assert script.closed
    assert replies_first(told(script.heard)) == replies_first(told(frames))


def test_the_dialplan_goes_on_when_the_script_leaves():
    script = Script()
    script.say("connect\n\n")
    script.clock.advance(0.1)
    script.switch.dialplan.contexts["public"].insert(0, extension("^never$", ("answer",)))
    script.client.lost()
    script.clock.advance(0.1)
    assert script.caller.over, "nothing comes behind the socket in this dialplan"


def test_a_transferred_call_leaves_the_script_its_socket():
    script = Script()
    script.say("connect\n\n")
    script.say("myevents\n\n")
    script.say("linger 1\n\n")
    script.clock.advance(0.1)
    script.say(
        "sendmsg\ncall-command: execute\nexecute-app-name: transfer\nexecute-app-arg: away XML public\n\n"
    )
    script.clock.advance(1)
    names = [frame.name for frame in script.heard if frame.content_type == "text/event-plain"]
    at = names.index("CHANNEL_UNPARK")
    expected = ["CHANNEL_EXECUTE_COMPLETE", "CHANNEL_STATE", "CHANNEL_STATE", "CHANNEL_EXECUTE"]
    assert names[at + 1 : at + 5] == expected
    assert not script.closed
    script.clock.advance(10)
    assert script.closed


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("nosuch", "-ERR command not found"),
        ("myevents", "+OK Events Enabled"),
        ("linger", "+OK will linger"),
        ("nolinger", "+OK will not linger"),
        ("divert_events on", "+OK events diverted"),
        ("divert_events", "-ERR missing value."),
        ("sendmsg 123\ncall-command: hangup", "-ERR invalid session id [123]"),
        ("filter x y", "+OK filter added. [x]=[y]"),
        ("filter x", "-ERR invalid syntax"),
        ("noevents", "-ERR not listening for events"),
        ("event plain CHANNEL_HOLD", "+OK event listener enabled plain"),
        ("event plain", "-ERR no keywords supplied"),
        ("nixevent CHANNEL_HOLD", "+OK events nixed"),
        ("exit", "+OK bye"),
    ],
)
def test_a_command_is_answered_in_freeswitch_s_words(said, answered):
    script = Script()
    script.say("connect\n\n")
    script.say(f"{said}\n\n")
    assert script.heard[1].headers["Reply-Text"] == answered


def test_without_full_a_script_has_its_call_and_nothing_else():
    script = Script()
    script.client.full = False
    script.say("connect\n\napi status\n\nlinger\n\nmyevents\n\n")
    replies = [frame.headers["Reply-Text"] for frame in script.heard[1:]]
    assert replies == ["-ERR command not found", "-ERR command not found", "+OK Events Enabled"]
