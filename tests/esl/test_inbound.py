"""Connections that hang, lie or die, and commands whose fate is always told."""

from __future__ import annotations

import socket

import gevent
import pytest

from fsbridge.errors import (
    AccessDenied,
    AuthenticationError,
    CallEnded,
    CommandFailed,
    CommandTimeout,
    ConnectionLost,
    Delivery,
    NotConnectedError,
)
from fsbridge.esl import InboundESL, commands
from fsbridge.esl.encode import (
    encode_api_response,
    encode_auth_request,
    encode_event,
    encode_reply,
    encode_rude_rejection,
)
from tests.esl.peers import Peer, serving
from tests.waiting import wait_for


def connected(port: int, **options) -> InboundESL:
    esl = InboundESL("127.0.0.1", port, "secret", **options)
    esl.connect()
    return esl


def echo_api(peer: Peer) -> None:
    """Answers every command with its own text."""
    peer.log_in()
    while command := peer.command():
        if command.startswith(b"api "):
            peer.send(encode_api_response(command[4:]))
        elif command == b"exit":
            peer.send(encode_reply("+OK bye"))
            return
        else:
            peer.send(encode_reply("+OK"))


def test_a_wrong_password_is_final_and_says_so():
    def behave(peer):
        peer.send(encode_auth_request())
        peer.command()
        peer.send(encode_reply("-ERR invalid"))

    with serving(behave) as port, pytest.raises(AuthenticationError, match="Invalid password") as refused:
        connected(port)
    assert isinstance(refused.value, ValueError)


def test_an_acl_refusal_is_final_and_says_so():
    with (
        serving(lambda peer: peer.send(encode_rude_rejection())) as port,
        pytest.raises(AccessDenied, match="apply-inbound-acl"),
    ):
        connected(port)


def test_a_silent_peer_does_not_hang_connect():
    with serving(Peer.idle) as port, pytest.raises(NotConnectedError, match="did not greet"):
        connected(port, timeout=0.05)


def test_a_closing_peer_does_not_hang_connect():
    with serving(lambda peer: peer.sock.close()) as port, pytest.raises(NotConnectedError, match="greeting"):
        connected(port)


def test_a_peer_silent_after_the_password_does_not_hang_connect():
    def behave(peer):
        peer.send(encode_auth_request())
        peer.idle()

    with serving(behave) as port, pytest.raises(CommandTimeout, match=r"auth \*\*\*"):
        connected(port, timeout=0.05)


def test_nobody_listening_is_told():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NotConnectedError, match=str(port)):
        connected(port)


def test_something_that_is_not_freeswitch_is_told():
    with (
        serving(lambda peer: peer.send(b"HTTP/1.1 400 Bad Request\nConnection: close\n\n")) as port,
        pytest.raises(NotConnectedError, match="out of step"),
    ):
        connected(port)


def test_replies_go_to_those_who_asked():
    with serving(echo_api) as port, connected(port) as esl:
        asking = [gevent.spawn(esl.api, "echo", str(number)) for number in range(200)]
        assert [job.get(timeout=20) for job in asking] == [f"echo {number}" for number in range(200)]


def test_a_waiter_that_gave_up_does_not_shift_later_replies():
    late = gevent.event.Event()

    def behave(peer):
        peer.log_in()
        first = peer.command()
        late.wait()
        peer.send(encode_api_response(first))
        while command := peer.command():
            peer.send(encode_api_response(command))

    with serving(behave) as port:
        esl = connected(port)
        with pytest.raises(CommandTimeout) as timed_out:
            esl.api("slow", timeout=0.01)
        assert timed_out.value.delivery is Delivery.UNCONFIRMED
        killed = gevent.spawn(esl.api, "killed")
        gevent.sleep(0)
        killed.kill()
        late.set()
        assert esl.api("mine") == "api mine"


def test_a_lost_socket_wakes_every_waiter_and_tells_the_commands_fate():
    def behave(peer):
        peer.log_in()
        for _ in range(3):
            peer.command()

    with serving(behave) as port:
        esl = connected(port)
        waiting = [gevent.spawn(esl.api, "status") for _ in range(3)]
        gevent.joinall(waiting, timeout=20)
        errors = [job.exception for job in waiting]
        assert all(isinstance(error, ConnectionLost) for error in errors)
        assert {error.delivery for error in errors} == {Delivery.UNCONFIRMED}
        wait_for(lambda: not esl.connected, "the loss is known")
        with pytest.raises(NotConnectedError):
            esl.api("status")


def test_a_peer_that_stops_reading_costs_a_deadline_and_the_fate_is_not_sent():
    def behave(peer):
        peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.log_in()
        gevent.event.Event().wait()

    with serving(behave) as port:
        esl = connected(port)
        errors = []
        while not errors or not isinstance(errors[-1], ConnectionLost):
            with pytest.raises((CommandTimeout, ConnectionLost)) as failed:
                esl.send(commands.execute("log", "x" * 60_000, uuid="u"), timeout=0.001)
            errors.append(failed.value)
            assert len(errors) < 200, "no end to what was queued for a peer that does not read"
        assert "stopped reading" in str(errors[-1])
        assert errors[-1].delivery is Delivery.NOT_SENT
        assert errors[-2].delivery is Delivery.NOT_SENT
        assert esl.connected


def test_a_killed_waiter_never_cuts_a_command_in_half():
    release = gevent.event.Event()
    seen: list[bytes] = []

    def behave(peer):
        peer.log_in()
        release.wait()
        while command := peer.command():
            seen.append(command)
            peer.send(encode_api_response(b"+OK"))

    with serving(behave) as port:
        esl = connected(port)
        jobs = [gevent.spawn(esl.api, f"cmd{n}", "y" * 100_000) for n in range(35)]
        gevent.sleep(0)
        gevent.killall(jobs)
        release.set()
        assert esl.api("last", timeout=60) == "+OK"
        assert [len(command) for command in seen[:-1]] == [len(f"api cmd{n} ") + 100_000 for n in range(35)]


def test_a_reply_nobody_asked_for_closes_the_connection_with_a_reason():
    def behave(peer):
        peer.log_in()
        peer.send(encode_reply("+OK surprise"))
        peer.idle()

    with serving(behave) as port:
        esl = connected(port)
        assert "nobody asked for" in esl.lost.get(timeout=20)
        assert not esl.connected


def test_too_large_a_frame_closes_the_connection_with_a_reason():
    def behave(peer):
        peer.log_in()
        peer.send(b"Content-Type: api/response\nContent-Length: 20000000\n\n" + b"z" * 100_000)
        peer.idle()

    with serving(behave) as port:
        esl = connected(port)
        assert "20000000" in esl.lost.get(timeout=20)


def job_server(outcome):
    def behave(peer):
        peer.log_in()
        while command := peer.command():
            if command.startswith((b"bgapi", b"sendmsg")):
                lines = command.decode().split("\n")
                ticket = next(
                    line.split(": ")[1] for line in lines if line.startswith(("Job-UUID: ", "Event-UUID: "))
                )
                outcome(peer, ticket)
            else:
                peer.send(encode_reply("+OK"))

    return behave


def test_a_job_that_ends_before_its_reply_is_not_missed():
    def outcome(peer, ticket):
        peer.send(encode_event({"Event-Name": "BACKGROUND_JOB", "Job-UUID": ticket}, "+OK done\n"))
        peer.send(encode_reply(f"+OK Job-UUID: {ticket}"))

    with serving(job_server(outcome)) as port, connected(port) as esl:
        assert esl.bgapi("originate", "user/1", "&park()") == "+OK done\n"


def test_a_forged_job_does_not_end_anothers_wait():
    def outcome(peer, ticket):
        peer.send(encode_reply(f"+OK Job-UUID: {ticket}"))
        forged = f"x\nJob-UUID: {ticket}\n"
        peer.send(encode_event({"Event-Name": "BACKGROUND_JOB", "Job-UUID": "other"}, forged))
        peer.send(encode_event({"Event-Name": "BACKGROUND_JOB", "X": forged, "Job-UUID": "other"}))
        peer.send(encode_event({"Event-Name": "BACKGROUND_JOB", "Job-UUID": ticket}, "-ERR USER_BUSY\n"))

    with (
        serving(job_server(outcome)) as port,
        connected(port) as esl,
        pytest.raises(CommandFailed, match="USER_BUSY"),
    ):
        esl.bgapi("originate", "user/1", "&park()")


@pytest.mark.parametrize("ending", ["CHANNEL_HANGUP", "CHANNEL_DESTROY"])
def test_a_hang_up_ends_the_wait_for_an_application(ending):
    def outcome(peer, ticket):
        peer.send(encode_reply("+OK"))
        peer.send(encode_event({"Event-Name": ending, "Unique-ID": "other", "Hangup-Cause": "X"}))
        peer.send(encode_event({"Event-Name": ending, "Unique-ID": "leg", "Hangup-Cause": "USER_BUSY"}))

    with serving(job_server(outcome)) as port, connected(port) as esl, pytest.raises(CallEnded) as ended:
        esl.execute("leg", "playback", "x.wav")
    assert ended.value.cause == "USER_BUSY"


def test_an_accepted_job_lost_with_the_socket_is_told_as_accepted():
    def outcome(peer, ticket):
        peer.send(encode_reply(f"+OK Job-UUID: {ticket}"))
        peer.sock.shutdown(socket.SHUT_RDWR)

    with serving(job_server(outcome)) as port:
        esl = connected(port)
        with pytest.raises(ConnectionLost) as lost:
            esl.bgapi("originate", "user/1", "&park()")
        assert lost.value.delivery is Delivery.ACCEPTED


def test_a_blocked_handler_starves_neither_waiters_nor_other_calls():
    forever = gevent.event.Event()
    heard: list[str] = []

    def outcome(peer, ticket):
        for call, digit in ("a1", "a2", "b1", "b2", "c1"):
            peer.send(encode_event({"Event-Name": "DTMF", "Unique-ID": call, "DTMF-Digit": digit}))
        peer.send(encode_reply(f"+OK Job-UUID: {ticket}"))
        peer.send(encode_event({"Event-Name": "BACKGROUND_JOB", "Job-UUID": ticket}, "+OK\n"))

    def handler(event):
        heard.append(event.uuid + event.headers["DTMF-Digit"])
        if event.uuid == "a":
            forever.wait()

    with serving(job_server(outcome)) as port, connected(port) as esl:
        esl.register_handle("DTMF", handler)
        assert esl.bgapi("status") == "+OK\n"
        wait_for(lambda: sorted(heard) == ["a1", "b1", "b2", "c1"], "the other calls were heard")
        assert heard.index("b1") < heard.index("b2")
        assert esl.load().waiting == 1
        forever.set()
        wait_for(lambda: esl.load().waiting == 0, "the blocked call's mailbox is empty")
        assert heard[-1] == "a2"


def test_a_failing_handler_stops_nobody(caplog):
    heard = []

    def behave(peer):
        peer.log_in()
        peer.command()
        peer.send(encode_reply("+OK"))
        for number in range(3):
            peer.send(encode_event({"Event-Name": "DTMF", "Unique-ID": "u", "DTMF-Digit": str(number)}))
        peer.idle()

    def fails(event):
        raise RuntimeError("a script's bug")

    with serving(behave) as port:
        esl = connected(port)
        esl.register_handle("DTMF", fails)
        esl.register_handle("DTMF", lambda event: heard.append(event.headers["DTMF-Digit"]))
        esl.send(commands.subscribe("DTMF"))
        wait_for(lambda: heard == ["0", "1", "2"], "every event reached the other handler")
        assert "a script's bug" in caplog.text
