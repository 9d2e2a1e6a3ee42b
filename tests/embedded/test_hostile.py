"""Whatever a client, a caller or a script sends: the switch answers, and goes on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsbridge.embedded import QueueConf, Switch, SwitchConf, VirtualClock, extension
from fsbridge.embedded.api import api_commands
from fsbridge.embedded.applications import APPLICATIONS
from fsbridge.embedded.eventsocket import COMMANDS, Client
from fsbridge.embedded.legapps import leg_applications
from fsbridge.errors import ConfigError
from fsbridge.esl.frames import FrameReader

PLAN = {"public": [extension("^park$", ("answer",), ("park",))]}
CONF = SwitchConf(queues=(QueueConf("help@city"),), dialplan=PLAN, seed=1)
NAMES = sorted(api_commands(Switch(VirtualClock())))
APPS = sorted({*APPLICATIONS, *leg_applications(Switch(VirtualClock())), "callcenter"} - {"socket"})
words = st.one_of(
    st.sampled_from(["LEG", "help@city", "ann", "1", "-1", "9" * 20, "''", "'", "\\", "|", "{a", "&"]),
    st.sampled_from(["agent", "tier", "queue", "set", "list", "members", "status", "as", "json", "channels"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
arguments = st.lists(words, max_size=6).map(" ".join)


def parked() -> tuple[Switch, VirtualClock, str]:
    clock = VirtualClock()
    switch = Switch(clock, CONF)
    call = switch.dial_in("park", caller="0761234567", name='"<x>\r\nEvent-Name: FAKE')
    clock.advance(0.1)
    return switch, clock, call.leg.uuid


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(NAMES), arguments)
def test_any_command_line_is_answered(name, argument):
    switch, clock, leg = parked()
    answers: list[str] = []
    switch.api(f"{name} {argument.replace('LEG', leg)}", answers.append)
    clock.advance(300)
    assert len(answers) == 1 or name == "msleep"
    assert switch.tell("status").startswith("UP")


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(APPS), arguments)
def test_any_argument_of_an_application_is_survived(app, argument):
    switch, clock, leg = parked()
    switch.core.legs[leg].execute(app, argument.replace("LEG", leg))
    clock.advance(300)
    switch.tell("hupall")
    clock.advance(1)
    assert [one for one in switch.core.legs.values() if not one.ended] == []


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.sampled_from([*sorted(COMMANDS), "auth", "exit", "x"]), arguments), max_size=5))
def test_any_bytes_of_a_client_leave_whole_frames(lines):
    switch, clock, _ = parked()
    reader, frames = FrameReader(), []
    client = Client(switch, lambda data: frames.extend(reader.feed(data)), lambda: None)
    client.begin()
    client.feed(b"auth ClueCon\n\nevent plain all\n\nfilter Unique-ID /[/\n\n")
    for word, argument in lines:
        client.feed(f"{word} {argument}\nContent-Length: x\n\n".encode())
    clock.advance(5)
    assert all(frame.name != "FAKE" for frame in frames)
    assert reader.feed(b"Content-Type: auth/request\n\n")[0].content_type == "auth/request"


def test_a_client_that_never_ends_its_command_is_let_go():
    switch, _, _ = parked()
    closed: list[bool] = []
    client = Client(switch, lambda data: None, lambda: closed.append(True))
    client.begin()
    for _ in range(12):
        client.feed(b"x" * 1_000_000)
    assert closed == [True]


def test_a_name_with_line_ends_stays_a_value():
    switch, _, leg = parked()
    reader, frames = FrameReader(), []
    client = Client(switch, lambda data: frames.extend(reader.feed(data)), lambda: None)
    client.begin()
    client.feed(b"auth ClueCon\n\nevent plain CHANNEL_HANGUP\n\n")
    switch.tell(f"uuid_kill {leg}")
    assert frames[-1].headers["Caller-Caller-ID-Name"] == '"<x>\r\nEvent-Name: FAKE'


def test_a_pattern_that_is_none_is_refused_when_it_is_written():
    with pytest.raises(ConfigError, match="no regular expression"):
        extension("^(", ("answer",))
