"""Every program in docs/migrating-from-greenswitch.md runs; those for both libraries do the same in both."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import gevent
import pytest

from fsbridge.testing import Caller, FakeSwitch, WireLine
from tests.waiting import wait_for

DOCUMENT = Path(__file__).parents[2] / "docs" / "migrating-from-greenswitch.md"
SECTIONS = re.findall(
    r"^#+ ([^\n]+)\n((?:(?!^#).)*?)^```python\n(.*?)^```",
    DOCUMENT.read_text("utf-8"),
    re.MULTILINE | re.DOTALL,
)
PROGRAMS = {title: code for title, _, code in SECTIONS}
IMPORT = re.compile(r"from greenswitch(\.esl)? import")
INBOUND, OUTBOUND = (
    "A program that connects to FreeSWITCH",
    "A program that FreeSWITCH's `socket` connects to",
)


def with_fsbridge(code: str) -> str:
    """What the document's sed line makes of a program."""
    return IMPORT.sub("from fsbridge.esl import", code)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def run(code: str, port: int) -> dict:
    """Runs a program that talks to port 8021 against the stand-in's port."""
    names: dict = {"__name__": "migrating"}
    exec(compile(code.replace("8021", str(port)), DOCUMENT.name, "exec"), names)
    return names


class Served:
    """A program that ends with ``server.listen()``, running, and the way to call it."""

    def __init__(self, code: str) -> None:
        self.port = free_port()
        self.names: dict = {"__name__": "migrating"}
        program = compile(code.replace("8084", str(self.port)), DOCUMENT.name, "exec")
        self.greenlet = gevent.spawn(exec, program, self.names)

    def __enter__(self) -> Served:
        wait_for(lambda: self.greenlet.dead or self._listens(), "the program listens")
        if self.greenlet.dead:
            self.greenlet.get()
        self.line = WireLine("127.0.0.1", self.port)
        self.caller = Caller(line=self.line)
        return self

    def _listens(self) -> bool:
        server = self.names.get("server")
        return getattr(server, "bound_port", None) == self.port

    def __exit__(self, *_: object) -> None:
        self.caller.leave()
        self.names["server"].stop()
        self.greenlet.get(timeout=20)

    @property
    def seen(self) -> list:
        return self.names["seen"]


def a_day_at_the_switch(code: str) -> tuple[list, list[str]]:
    """The inbound program against a stand-in on which a call is placed and a queue joined."""
    with FakeSwitch(apis={"status": "UP 0 years\n"}) as switch:
        program = gevent.spawn(run, code, switch.port)
        wait_for(lambda: program.dead or "api status" in switch.received, "the program has subscribed")
        switch.send_event({"Event-Name": "CHANNEL_CREATE", "Unique-ID": "7f1c"})
        switch.send_event(
            {
                "Event-Name": "CUSTOM",
                "Event-Subclass": "callcenter::info",
                "CC-Action": "member-queue-start",
                "CC-Queue": "leak@kanazawa",
            }
        )
        switch.send_event({"Event-Name": "CHANNEL_HANGUP", "Unique-ID": "7f1c", "Hangup-Cause": "USER_BUSY"})
        names = program.get(timeout=20)
        assert not names["esl"].connected
        return names["seen"], switch.received


def a_call_that_is_hung_up(code: str) -> tuple[list, list[str], dict[str, str], list[str]]:
    """The outbound program: the caller presses 3, hears on, and hangs up in the middle of a sound."""
    with Served(code) as served:
        caller = served.caller.dial("100", variables={"origination_caller_id_number": "0761234567"})
        caller.hears("menu").press("3").hears("long").hang_up()
        wait_for(lambda: len(served.seen) == 2, "the program noticed the hang-up")
        applications = [line for line in served.line.received if line != "exit"]
        return served.seen, caller.heard, {"chosen": caller.variables["chosen"]}, applications


def test_the_same_inbound_program_does_the_same_with_both_libraries():
    assert "greenswitch" in PROGRAMS[INBOUND]
    theirs, told = a_day_at_the_switch(PROGRAMS[INBOUND])
    ours, told_by_us = a_day_at_the_switch(with_fsbridge(PROGRAMS[INBOUND]))
    assert sorted(map(str, ours)) == sorted(map(str, theirs))  # different calls may be handled in parallel
    assert told_by_us == told
    assert ours[:2] == ["+OK event listener enabled plain", "UP 0 years"]
    assert ("7f1c", "USER_BUSY") in ours
    assert ("member-queue-start", "leak@kanazawa") in ours


def test_the_same_outbound_program_does_the_same_with_both_libraries():
    assert "greenswitch" in PROGRAMS[OUTBOUND]
    theirs = a_call_that_is_hung_up(PROGRAMS[OUTBOUND])
    ours = a_call_that_is_hung_up(with_fsbridge(PROGRAMS[OUTBOUND]))
    assert ours == theirs
    assert ours[0] == [("0761234567", "3"), "the caller has hung up"]
    assert ours[2] == {"chosen": "3"}


def test_the_call_ends_with_its_cause():
    with Served(PROGRAMS["The end of a call has a cause"]) as served:
        served.caller.dial("100").hears("long").hang_up("USER_BUSY").finish()
        assert served.seen == ["USER_BUSY"]


def test_a_lost_connection_wakes_the_waiter():
    switch = FakeSwitch()

    def crash(argument: str) -> str:
        switch.drop()
        return ""

    switch.board.apis["crash"] = crash
    with switch:
        run(PROGRAMS["A lost connection says what became of the command"], switch.port)


def test_a_command_without_an_answer_times_out():
    with FakeSwitch(misbehaves="mute") as switch:
        run(PROGRAMS["Everything has a deadline"], switch.port)


def test_a_second_command_is_refused_and_arguments_are_quoted(capsys):
    with FakeSwitch(apis={"echo": str}) as switch:
        run(PROGRAMS["One command is one command"], switch.port)
        assert not any("shutdown" in command for command in switch.received)
    assert "command" in capsys.readouterr().out


def test_digits_need_no_argument_that_is_not_wanted():
    with Served(PROGRAMS['`play_and_get_digits` sends no "None"']) as served:
        served.caller.dial("100").hears("menu").press("7").listen()
        assert served.seen == ["7"]
        assert not any("None" in sound for sound in served.caller.heard)


def test_one_call_does_not_hold_up_another():
    with FakeSwitch() as switch:
        program = gevent.spawn(run, PROGRAMS["Handlers run in parallel across calls"], switch.port)
        wait_for(
            lambda: program.dead or any(line.startswith("event") for line in switch.received), "it subscribed"
        )
        for call in ("call-1", "call-2"):
            switch.send_event({"Event-Name": "CHANNEL_CREATE", "Unique-ID": call})
        program.get(timeout=20)


def test_the_example_of_an_event_runs():
    assert run(PROGRAMS["Events are read when you read them"], 0)["copy"]["note"] == "mine"


def test_a_failed_application_leaves_the_caller_to_the_fallback():
    with Served(PROGRAMS["The server"]) as served:
        served.caller.dial("100", wait=False)
        wait_for(lambda: served.caller.transferred_to, "the caller is transferred")
        assert served.caller.transferred_to == "reception XML public"
        assert served.seen == ["127.0.0.1"]


def test_the_link_of_the_example_works(capsys):
    with FakeSwitch(apis={"status": "UP 0 years"}) as switch:
        run(PROGRAMS["What you gain"], switch.port)
    assert capsys.readouterr().out.splitlines() == ["UP 0 years", "-ERR No such channel!"]


def test_every_program_of_the_document_is_run_here():
    text = Path(__file__).read_text("utf-8").replace('\\"', '"')
    missing = [title for title in PROGRAMS if title not in text]
    assert not missing
    assert len(PROGRAMS) == DOCUMENT.read_text("utf-8").count("```python")


@pytest.mark.parametrize("library", ["greenswitch.esl", "fsbridge.esl"])
def test_what_the_document_calls_the_same_is_there(library):
    """The names in the table of what is the same exist in both."""
    table = DOCUMENT.read_text("utf-8").partition("## What is the same")[2].partition("Not kept")[0]
    session_row = next(line for line in table.splitlines() if line.startswith("| the session"))
    module = __import__(library, fromlist=["esl"])
    session = __import__("fsbridge.esl.outbound" if "fsbridge" in library else library, fromlist=["x"])
    for name in re.findall(r"`(\w+)`", session_row):
        assert hasattr(session.OutboundSession, name) or name == "session_data"
    for name in ("InboundESL", "OutboundESLServer", "NotConnectedError", "OutboundSessionHasGoneAway"):
        assert hasattr(module, name)
