"""The stand-in on the wire: the inbound Event Socket, well-behaved and not."""

from __future__ import annotations

import pytest
from gevent import socket

from fsbridge.embedded.commandreader import CommandReader
from fsbridge.errors import (
    AccessDenied,
    AuthenticationError,
    CommandTimeout,
    FsbridgeError,
    NotConnectedError,
)
from fsbridge.esl import Event, InboundESL
from fsbridge.testing import Channel, FakeSwitch, VirtualClock
from tests.waiting import wait_for


def client_of(switch: FakeSwitch, password: str = "ClueCon", timeout: float = 5) -> InboundESL:
    return InboundESL("127.0.0.1", switch.port, password, timeout)


def test_commands_are_answered_in_freeswitchs_words() -> None:
    with FakeSwitch(apis={"status": "UP", "echo": lambda argument: argument}) as switch:
        with client_of(switch) as client:
            assert client.send("api status").data == "UP"
            assert client.send("api echo 1 2").data == "1 2"
            assert client.send("api nosuch").data == "-ERR nosuch Command not found!\n"
            assert client.send("nosuch").data == "-ERR command not found"
            assert client.send("event plain HEARTBEAT").data == "+OK event listener enabled plain"
            assert client.send("filter Unique-ID 7f1c").data == "+OK filter added. [Unique-ID]=[7f1c]"
            assert client.send("linger").data == "-ERR not controlling a session"
            assert (
                client.send("sendmsg nosuch\ncall-command: hangup").data == "-ERR invalid session id [nosuch]"
            )
        assert switch.received[:2] == ["auth", "api status"]
        wait_for(lambda: not switch.clients, "the connection to close")


def test_a_background_job_comes_back_as_an_event() -> None:
    with FakeSwitch(apis={"status": "UP"}) as switch, client_of(switch) as client:
        jobs: list[Event] = []
        client.register_handle("BACKGROUND_JOB", jobs.append)
        client.send("event plain BACKGROUND_JOB")
        client.send("bgapi status\nJob-UUID: j1")
        wait_for(lambda: jobs, "the job")
        assert jobs[0].headers["Job-UUID"] == "j1"
        assert jobs[0].body == "UP"


def test_only_what_was_subscribed_to_arrives() -> None:
    with FakeSwitch() as switch, client_of(switch) as client:
        seen: list[str] = []
        client.register_handle("*", lambda event: seen.append(event.name + event.subclass))
        client.send("event plain HEARTBEAT CUSTOM callcenter::info")
        switch.send_event({"Event-Name": "CHANNEL_CREATE"})
        switch.send_event({"Event-Name": "CUSTOM", "Event-Subclass": "sofia::register"})
        switch.send_event({"Event-Name": "CUSTOM", "Event-Subclass": "callcenter::info"})
        switch.send_event({"Event-Name": "HEARTBEAT"})
        wait_for(lambda: "HEARTBEAT" in seen, "the heartbeat")
        assert seen == ["CUSTOMcallcenter::info", "HEARTBEAT"]


def test_a_parked_channel_is_driven_over_the_socket() -> None:
    with FakeSwitch() as switch, client_of(switch) as client:
        channel = switch.park(Channel(VirtualClock(), number="100", caller="0761234567", uuid="7f1c"))
        assert "Caller-Destination-Number: 100" in client.send("api uuid_dump 7f1c").data
        client.send("sendmsg 7f1c\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: a.wav")
        wait_for(lambda: channel.heard, "the sound")
        assert client.send("api uuid_setvar 7f1c note 'two words'").data == "+OK\n"
        assert client.send("api uuid_getvar 7f1c note").data == "two words"
        client.send("api uuid_kill 7f1c USER_BUSY")
        assert channel.cause == "USER_BUSY"
        assert client.send("api uuid_exists 7f1c").data == "-ERR No such channel!\n"


@pytest.mark.parametrize(
    ("misbehaves", "error"),
    [("rude", AccessDenied), ("closes", NotConnectedError), ("silent", FsbridgeError)],
)
def test_a_peer_that_lets_nobody_in(misbehaves: str, error: type[Exception]) -> None:
    with FakeSwitch(misbehaves=misbehaves) as switch, pytest.raises(error):  # type: ignore[arg-type]
        client_of(switch, timeout=0.3).connect()


def test_a_wrong_password() -> None:
    with FakeSwitch() as switch, pytest.raises(AuthenticationError):
        client_of(switch, "wrong").connect()


def test_a_peer_that_falls_silent_after_the_login() -> None:
    with FakeSwitch(misbehaves="mute") as switch:
        client = client_of(switch, timeout=0.3)
        client.connect()
        with pytest.raises(CommandTimeout):
            client.send("api status", timeout=0.3)
        client.stop()


def test_a_peer_that_reads_no_more() -> None:
    with FakeSwitch(misbehaves="deaf") as switch:
        sock = socket.create_connection(("127.0.0.1", switch.port))
        sock.sendall(b"auth ClueCon\n\napi status\n\n")
        wait_for(lambda: len(switch.received) == 2, "the login")
        sock.sendall(b"api status\n\n" * 100)
        sock.close()
        assert switch.received == ["auth", "api status"]


def test_it_can_crash_and_come_back_on_the_same_port() -> None:
    switch = FakeSwitch(apis={"status": "UP"})
    switch.start()
    port = switch.port
    client = client_of(switch)
    client.connect()
    switch.stop()
    with pytest.raises(NotConnectedError):
        client.send("api status")
    switch.start()
    assert switch.port == port
    with client_of(switch) as again:
        assert again.send("api status").data == "UP"
    switch.stop()


def test_commands_are_cut_out_of_any_pieces() -> None:
    stream = b"sendmsg u\ncall-command: execute\ncontent-length: 7\n\na\n\nb c\n\napi status\n\nexit\n\n"
    whole = CommandReader().feed(stream)
    assert [command.line for command in whole] == ["sendmsg u", "api status", "exit"]
    assert whole[0].body == "a\n\nb c\n"
    for cut in range(len(stream)):
        reader = CommandReader()
        assert reader.feed(stream[:cut]) + reader.feed(stream[cut:]) == whole
