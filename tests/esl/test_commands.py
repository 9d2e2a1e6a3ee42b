"""Commands are whole, single and honest before a socket sees them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.errors import InvalidArgument
from fsbridge.esl import commands

INJECTION = "x\n\napi shutdown"


@pytest.mark.parametrize(
    ("build", "argument"),
    [
        (lambda: commands.api("status", INJECTION), "argument 1 of status"),
        (lambda: commands.api(INJECTION), "command"),
        (lambda: commands.bgapi("originate", "user/1", INJECTION), "argument 2 of originate"),
        (lambda: commands.bgapi("status", job=INJECTION), "job"),
        (lambda: commands.execute(INJECTION), "app"),
        (lambda: commands.execute("playback", uuid=INJECTION), "uuid"),
        (lambda: commands.execute("playback", ticket=INJECTION), "ticket"),
        (lambda: commands.hangup(INJECTION), "cause"),
        (lambda: commands.hangup(uuid=INJECTION), "uuid"),
        (lambda: commands.auth(INJECTION), "password"),
        (lambda: commands.subscribe(INJECTION), "event"),
        (lambda: commands.subscribe("CUSTOM", subclasses=(INJECTION,)), "subclass"),
        (lambda: commands.filter_events("Unique-ID", INJECTION), "value"),
        (lambda: commands.filter_events(INJECTION, "x"), "header"),
        (lambda: commands.send_event("CUSTOM", {"X": INJECTION}), "X"),
        (lambda: commands.send_event("CUSTOM", {INJECTION: "x"}), "header"),
        (lambda: commands.raw("status\n\napi shutdown"), "command"),
        (lambda: commands.raw(" \n"), "command"),
        (lambda: commands.execute("playback", "a\0b"), "the argument of playback"),
        (lambda: commands.execute("playback", "\ud800"), "the argument of playback"),
        (lambda: commands.api("status", "\ud800"), "argument 1 of status"),
        (lambda: commands.raw("status \ud800"), "command"),
    ],
)
def test_what_would_end_a_command_early_is_refused_and_named(build, argument):
    with pytest.raises(InvalidArgument) as refused:
        build()
    assert refused.value.argument == argument


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=3000))
def test_an_application_argument_is_data_whatever_it_holds(argument):
    payload = commands.execute("log", argument, ticket="t").payload
    head, _, body = payload.partition(b"\n\n")
    lines = head.split(b"\n")
    names = [line.partition(b":")[0] for line in lines[1:]]
    assert lines[0] == b"sendmsg"
    assert set(names) <= {
        b"call-command", b"execute-app-name", b"execute-app-arg", b"Event-UUID", b"event-lock",
        b"content-type", b"content-length",
    }  # fmt: skip
    if b"content-length" in names:
        assert body == argument.encode()
        assert b"content-length: %d" % len(body) in lines
    else:
        assert body == b""
        sent = [line for line in lines if line.startswith(b"execute-app-arg: ")]
        assert [line[17:].decode() for line in sent] == ([argument] if argument else [])


def test_long_and_multi_line_arguments_travel_in_the_body():
    assert commands.execute("log", "a\nb").payload.endswith(b"content-length: 3\n\na\nb")
    assert b"execute-app-arg" not in commands.execute("log", "x" * 5000).payload


def test_every_command_has_a_ticket_of_its_own():
    tickets = {commands.execute("answer").ticket for _ in range(100)}
    assert len(tickets) == 100


def test_a_password_is_not_shown():
    assert "secret" not in str(commands.auth("secret"))
