"""The embedded switch's Event Socket, spoken to by the project's own clients over real sockets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from gevent import socket

from fsbridge.embedded import EmbeddedSwitch, QueueConf, SwitchConf, extension
from fsbridge.embedded.apishow import heartbeat
from fsbridge.errors import AuthenticationError, CommandFailed
from fsbridge.esl import Event, InboundESL, Link, Raw, Subscription
from fsbridge.esl.frames import FrameReader
from tests.waiting import wait_for

PLAN = {
    "public": [
        extension("^stay$", ("answer",), ("park",)),
        extension("^music$", ("answer",), ("playback", "tone_stream://%(60000,0,440)")),
    ]
}


@pytest.fixture
def switch() -> Iterator[EmbeddedSwitch]:
    with EmbeddedSwitch(SwitchConf(queues=(QueueConf("help@city"),), dialplan=PLAN)) as running:
        yield running


@pytest.fixture
def client(switch: EmbeddedSwitch) -> Iterator[InboundESL]:
    with InboundESL("127.0.0.1", switch.port, "ClueCon") as connected:
        yield connected


class Wire:
    """A client that reads frames as they come."""

    def __init__(self, switch: EmbeddedSwitch, *, logged_in: bool = True) -> None:
        self.sock = socket.create_connection(("127.0.0.1", switch.port), timeout=5)
        self.reader = FrameReader()
        self.frames: list[Event] = []
        self.next()
        if logged_in:
            self.ask("auth ClueCon")

    def next(self) -> Event:
        while not self.frames:
            data = self.sock.recv(65536)
            if not data:
                raise EOFError
            self.frames += self.reader.feed(data)
        return self.frames.pop(0)

    def ask(self, command: str) -> str:
        self.sock.sendall(f"{command}\n\n".encode())
        return self.next().headers.get("Reply-Text", "")


def test_a_wrong_password_is_refused(switch):
    with pytest.raises(AuthenticationError):
        InboundESL("127.0.0.1", switch.port, "wrong").connect()


def test_nothing_is_answered_before_the_password(switch):
    client = Wire(switch, logged_in=False)
    assert client.ask("api status") == "-ERR command not found"
    assert client.ask("auth ClueCon") == "+OK accepted"
    client.sock.close()


def test_exit_says_goodbye_and_closes(switch):
    client = Wire(switch)
    assert client.ask("exit") == "+OK bye"
    assert client.next().content_type == "text/disconnect-notice"
    with pytest.raises(EOFError):
        client.next()
    client.sock.close()


def test_an_unknown_command_is_answered_as_freeswitch_does(client):
    assert client.send("api nosuchcommand").data == "-ERR nosuchcommand Command not found!\n"


def test_api_holds_up_its_own_connection_alone(switch):
    slow, quick = Wire(switch), Wire(switch)
    slow.sock.sendall(b"api msleep 200\n\napi echo after\n\n")
    quick.sock.sendall(b"api echo at once\n\n")
    assert quick.next().data == "at once"
    assert [slow.next().data, slow.next().data] == ["+OK", "after"]
    for one in (slow, quick):
        one.sock.close()


def test_a_background_job_is_answered_by_the_id_that_was_chosen(switch):
    client = Wire(switch)
    client.ask("event plain BACKGROUND_JOB")
    client.sock.sendall(b"bgapi status\nJob-UUID: mine\n\n")
    assert client.next().headers["Job-UUID"] == "mine"
    job = client.next()
    assert (job.name, job.headers["Job-UUID"], job.headers["Job-Command"]) == (
        "BACKGROUND_JOB",
        "mine",
        "status",
    )
    assert "is ready" in (job.data or "")
    client.sock.close()


def test_filters_let_through_what_matches(switch):
    client = Wire(switch)
    client.ask("event plain CHANNEL_ANSWER")
    client.ask("filter Caller-Caller-ID-Number 0762222222")
    switch.dial_in("stay", caller="0761111111")
    switch.dial_in("stay", caller="0762222222")
    assert client.next().headers["Caller-Caller-ID-Number"] == "0762222222"
    assert client.ask("filter delete all") == "+OK filter deleted. [all][]"
    client.sock.close()


def test_myevents_follow_one_leg(switch):
    client = Wire(switch)
    first, second = (switch.dial_in("stay", caller=number) for number in ("0761", "0762"))
    wait_for(lambda: first.leg.answered and second.leg.answered, "both stay")
    assert client.ask(f"myevents {second.leg.uuid}") == "+OK Events Enabled"
    first.hang_up()
    second.hang_up()
    assert client.next().headers["Unique-ID"] == second.leg.uuid
    client.sock.close()


def test_events_come_as_json_too(switch):
    client = Wire(switch)
    assert client.ask("event json CUSTOM callcenter::info") == "+OK event listener enabled json"
    switch.tell("callcenter_config agent add ann callback")
    event = client.next()
    assert event.content_type == "text/event-json"
    assert '"CC-Agent": "ann"' in (event.data or "")
    client.sock.close()


def test_a_message_runs_an_application_on_a_parked_leg(switch):
    call = switch.dial_in("stay", caller="0761234567")
    wait_for(lambda: call.leg.parked, "it is parked")
    client = Wire(switch)
    client.ask("event plain CHANNEL_EXECUTE_COMPLETE")
    head = f"sendmsg {call.leg.uuid}\ncall-command: execute\nexecute-app-name: set\n"
    assert client.ask(f"{head}execute-app-arg: colour=red\nEvent-UUID: e1") == "+OK"
    done = client.next()
    assert (done.headers["Application-UUID"], done.headers["variable_colour"]) == ("e1", "red")
    assert client.ask("sendmsg nobody\ncall-command: hangup") == "-ERR invalid session id [nobody]"
    client.sock.close()


def test_the_project_s_link_originates_and_hears(switch):
    heard: list[Event] = []
    wanted = Subscription(("CHANNEL_ANSWER", "CHANNEL_HANGUP"))
    link = Link("127.0.0.1", switch.port, "ClueCon", subscription=wanted, on_event=heard.append)
    link.start()
    link.wait_ready(5)
    uuid = link.api("originate", "sofia/internal/stay@127.0.0.1", Raw("&park()")).split()[-1]
    assert link.api("uuid_exists", uuid) == "true"
    link.api("uuid_kill", uuid)
    wait_for(
        lambda: (
            [event.name for event in heard if event.name != "CHANNEL_EXECUTE_COMPLETE"]
            == ["CHANNEL_ANSWER"] * 2 + ["CHANNEL_HANGUP"] * 2
        ),
        "two legs answered and hung up",
    )
    with pytest.raises(CommandFailed):
        link.api("uuid_kill", uuid)
    link.stop()


def test_a_listener_that_does_not_read_holds_nobody_up(switch):
    deaf = Wire(switch)
    deaf.ask("event plain all")
    for number in range(200):
        switch.dial_in("stay", caller=f"07600{number:05d}")
    wait_for(lambda: all(leg.answered for leg in switch.core.legs.values()), "everybody was answered")
    assert len(switch.core.legs) == 200
    deaf.sock.close()


def test_a_port_that_is_taken_is_an_error(switch):
    with pytest.raises(OSError, match="Address already in use"):
        EmbeddedSwitch(port=switch.port).start()


def test_stopping_hangs_everybody_up():
    with EmbeddedSwitch(SwitchConf(dialplan=PLAN)) as switch:
        call = switch.dial_in("music", caller="0761234567")
        wait_for(lambda: call.leg.answered, "music plays")
    assert (call.over, call.leg.cause) == (True, "SYSTEM_SHUTDOWN")


def test_it_shows_that_it_lives(switch):
    client = Wire(switch)
    client.ask("event plain HEARTBEAT")
    switch.core.soon(lambda: heartbeat(switch.core))
    beat = client.next()
    assert (beat.name, beat.headers["Event-Info"], beat.headers["Session-Count"]) == (
        "HEARTBEAT",
        "System Ready",
        "0",
    )
    client.sock.close()
