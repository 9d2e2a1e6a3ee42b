"""Calls brought by FreeSWITCH's socket application: served, fallen back, drained, never dropped."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator

import gevent
import pytest

from fsbridge.errors import CallEnded, CommandTimeout, ConfigError, InvalidArgument
from fsbridge.esl import Fallback, OutboundESLServer, OutboundSessionHasGoneAway
from fsbridge.esl.encode import (
    encode_api_response,
    encode_connect_reply,
    encode_disconnect,
    encode_event,
    encode_reply,
)
from tests.esl.peers import Peer
from tests.waiting import wait_for


@pytest.fixture
def dial() -> Iterator[Callable[..., Dialplan]]:
    """Brings calls to a server; hangs the sockets up after the test."""
    calls: list[Dialplan] = []

    def dial(server: OutboundESLServer, uuid: str = "leg") -> Dialplan:
        calls.append(Dialplan(server.bound_port, uuid))
        return calls[-1]

    yield dial
    for call in calls:
        call.sock.close()


class Dialplan(Peer):
    """FreeSWITCH's side of one call, as far as a test needs it."""

    def __init__(self, port: int, uuid: str = "leg") -> None:
        super().__init__(socket.create_connection(("127.0.0.1", port)))
        self.uuid = uuid
        self.body = b""
        self.applications: list[tuple[str, str]] = []
        self.commands: list[str] = []
        self.variables: dict[str, str] = {}

    def next_application(self) -> str:
        """Answer whatever is asked until an application is to be run; its ticket, or "" at the goodbye."""
        while (command := self.command().decode()) not in ("", "exit"):
            lines = command.split("\n")
            if lines[0] == "connect":
                self.send(
                    encode_connect_reply({"Unique-ID": self.uuid, "Caller-Caller-ID-Number": "0761234567"})
                )
                continue
            if lines[0].startswith("api "):
                if lines[0].startswith("api uuid_getvar "):
                    self.send(encode_api_response(self.variables.get(lines[0].split()[-1], "_undef_")))
                    continue
                self.commands.append(lines[0])
                self.send(encode_api_response("+OK\n"))
                continue
            fields = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
            self.send(encode_reply("+OK"))
            if fields.get("call-command") == "execute":
                self.body = self.take(int(fields.get("content-length", 0)))
                self.applications.append((fields["execute-app-name"], fields.get("execute-app-arg", "")))
                return fields["Event-UUID"]
        return ""

    def complete(self, ticket: str, **variables: str) -> None:
        headers = {
            "Event-Name": "CHANNEL_EXECUTE_COMPLETE",
            "Unique-ID": self.uuid,
            "Application-UUID": ticket,
        }
        self.send(encode_event(headers | {f"variable_{k}": v for k, v in variables.items()}))

    def event(self, name: str, headers: dict[str, str]) -> None:
        self.send(encode_event({"Event-Name": name, "Unique-ID": self.uuid} | headers))

    def hang_up(self, cause: str = "NORMAL_CLEARING") -> None:
        self.send(
            encode_event({"Event-Name": "CHANNEL_HANGUP", "Unique-ID": self.uuid, "Hangup-Cause": cause})
        )
        self.send(encode_disconnect(self.uuid, "sofia/x", linger=5))

    def gone(self) -> bool:
        """Whether the other side has said goodbye or closed."""
        return self.command() in (b"exit", b"")


@contextlib.contextmanager
def serving(run, **options) -> Iterator[OutboundESLServer]:
    class App:
        def __init__(self, session):
            self.session = session

        def run(self):
            return run(self.session)

    server = OutboundESLServer(bind_port=0, application=App, **options)
    server.start()
    try:
        yield server
    finally:
        server.drain(0)


def test_an_application_runs_to_its_end_and_its_variables_are_read(dial):
    got = []

    def run(session):
        got.append(session.caller_id_number)
        got.append(session.play_and_get_digits(1, 1, 3, 5000, None, "menu.wav", None, "choice", r"\d"))

    with serving(run) as server:
        call = dial(server)
        call.complete(call.next_application(), choice="2")
        assert call.gone()
    assert got == ["0761234567", "2"]
    # what is left out keeps its place, and the expression survives FreeSWITCH's expansion
    assert call.applications == [("play_and_get_digits", r"1 1 3 5000 '' menu.wav '' choice '\\\\d'")]


@pytest.mark.parametrize("ending", ["hang up", "close", "disconnect"])
def test_the_blocked_line_raises_when_the_call_is_over(dial, ending):
    ended = []

    def run(session):
        with pytest.raises(OutboundSessionHasGoneAway) as gone:
            session.playback("long.wav")
        ended.append(gone.value)
        with pytest.raises(CallEnded):
            session.playback("more.wav")

    with serving(run) as server:
        call = dial(server)
        call.next_application()
        if ending == "hang up":
            call.hang_up("ORIGINATOR_CANCEL")
        elif ending == "close":
            call.sock.close()
        else:
            call.send(encode_disconnect(call.uuid))
        wait_for(lambda: ended, "the script's line raised")
    cause = {"hang up": "ORIGINATOR_CANCEL", "close": "CONNECTION_LOST", "disconnect": "DETACHED"}[ending]
    assert ended[0].cause == cause


def test_the_completion_of_another_application_is_not_ours(dial):
    done = []
    with serving(lambda session: done.append(session.playback("a.wav"))) as server:
        call = dial(server)
        ticket = call.next_application()
        call.complete("somebody-else")
        call.complete(ticket, which="ours")
        assert call.gone()
    assert done[0].headers["variable_which"] == "ours"


def test_an_application_that_never_ends_is_bounded(dial):
    caught = []

    def run(session):
        with pytest.raises(CommandTimeout):
            session.execute("playback", "x.wav", timeout=0.01)
        caught.append(True)

    with serving(run) as server:
        call = dial(server)
        call.next_application()
        wait_for(lambda: caught, "the deadline passed")


def test_arguments_cannot_become_commands(dial):
    refused = []

    def run(session):
        for attempt in (
            lambda: session.execute("playback\n\napi shutdown"),
            lambda: session.hangup("X\n\napi shutdown"),
            lambda: session.send("api status\n\napi shutdown"),
        ):
            with pytest.raises(InvalidArgument) as error:
                attempt()
            refused.append(error.value.argument)
        session.execute("log", "x\n\napi shutdown")

    with serving(run) as server:
        call = dial(server)
        call.complete(call.next_application())
        assert call.applications == [("log", "")]
        assert call.body == b"x\n\napi shutdown"
    assert refused == ["app", "cause", "command"]


def test_a_full_house_goes_to_the_fallback(dial):
    gate = gevent.event.Event()
    with serving(
        lambda session: gate.wait(), max_connections=1, fallback=Fallback.parse("transfer:busy")
    ) as server:
        first = dial(server, "first")
        handled = gevent.spawn(first.next_application)
        wait_for(lambda: server.connection_count == 1, "the first call is served")
        second = dial(server, "second")
        assert second.next_application() == ""
        assert second.commands == ["api uuid_transfer second busy"]
        assert server.turned_away == 1
        gate.set()
        handled.get(timeout=20)
        wait_for(lambda: server.connection_count == 0, "the first call has ended")


def test_a_failing_application_costs_the_caller_nothing(dial, caplog):
    def run(session):
        raise RuntimeError("a script's bug")

    with serving(run, fallback=Fallback.parse("transfer:operator XML public")) as server:
        call = dial(server, "leg-77")
        assert call.next_application() == ""
    assert call.commands == ["api uuid_transfer leg-77 operator XML public"]
    assert "leg-77" in caplog.text
    assert "a script's bug" in caplog.text


def test_a_drain_lets_calls_finish_and_hands_the_rest_over(dial):
    finish = gevent.event.Event()

    def run(session):
        if session.uuid == "short":
            finish.wait()
        else:
            session.playback("endless.wav")

    with serving(run, fallback=Fallback.parse("transfer:operator")) as server:
        short, long = dial(server, "short"), dial(server, "long")
        others = gevent.spawn(short.next_application)
        long.next_application()
        wait_for(lambda: server.connection_count == 2, "both calls are served")
        draining = gevent.spawn(server.drain, 0.2)
        wait_for(lambda: refused(server.bound_port), "new calls are refused")
        finish.set()
        assert long.next_application() == ""
        assert draining.get(timeout=20).handed_over == 1
        assert long.commands == ["api uuid_transfer long operator"]
        assert others.get(timeout=20) == ""
        assert server.connection_count == 0


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"current_application": "callcenter"}, []),
        ({"current_application": "callcenter", "signal_bond": "the-operator"}, []),
        ({"current_application": "bridge"}, ["api uuid_setvar leg hangup_after_bridge true"]),
        ({"current_application": "park", "signal_bond": "whoever-was-bridged-from-outside"}, []),
    ],
    ids=["who waits in a queue", "who talks with an operator", "who was bridged", "whom somebody took"],
)
def test_a_drain_leaves_alone_whom_freeswitch_looks_after(dial, variables, told):
    with serving(
        lambda session: session.execute("callcenter", "leak"), fallback=Fallback.parse("transfer:operator")
    ) as server:
        call = dial(server)
        call.variables = variables
        call.next_application()
        draining = gevent.spawn(server.drain, 0)
        assert call.next_application() == ""
        drained = draining.get(timeout=20)
        assert (drained.handed_over, drained.left_alone) == (0, 1)
        assert call.commands == [*told, "api uuid_setvar leg socket_resume"]


def refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return True
    return False


def test_only_allowed_hosts_may_bring_calls(dial, caplog):
    with serving(lambda session: None, allow=["192.0.2.0/24"]) as server:
        assert dial(server).gone()
        assert "127.0.0.1" in caplog.text
        assert server.served == 0


def test_a_port_range_is_tried_in_order_and_a_full_one_is_told():
    with serving(lambda session: None) as taken:
        with pytest.raises(ConfigError, match=str(taken.bound_port)):
            OutboundESLServer(bind_port=taken.bound_port, application=object).start()
        other = OutboundESLServer(bind_port=[taken.bound_port, 0], application=object)
        other.start()
        assert other.bound_port not in (None, taken.bound_port)
        other.stop()


def test_nothing_is_left_over_after_many_calls(dial):
    import gc
    import os

    def run(session):
        session.answer()

    with serving(run) as server:

        def one_call(number):
            call = dial(server, f"leg{number}")
            call.next_application()
            assert call.gone()
            call.sock.close()

        def settled():
            gc.collect()
            wait_for(lambda: server.connection_count == 0, "no call is left")
            greenlets = sum(
                isinstance(thing, gevent.Greenlet) and not thing.dead for thing in gc.get_objects()
            )
            return greenlets, len(os.listdir("/proc/self/fd"))

        one_call(0)
        before = settled()
        gevent.joinall([gevent.spawn(one_call, n) for n in range(300)], raise_error=True, timeout=60)
        wait_for(lambda: settled() <= before, "no greenlet and no descriptor is left")
        assert server.served == 301


def test_while_connected_guards_blocks_and_functions(dial):
    outcome = []

    def run(session):
        @session.while_connected()
        def talk():
            outcome.append("talked")

        talk()
        with pytest.raises(OutboundSessionHasGoneAway):
            session.playback("x.wav")
        with pytest.raises(OutboundSessionHasGoneAway), session.while_connected():
            outcome.append("never")
        session.raise_if_disconnected()

    with serving(run) as server:
        call = dial(server)
        call.next_application()
        call.hang_up()
        wait_for(lambda: server.served == 1, "the call has ended")
    assert outcome == ["talked"]
