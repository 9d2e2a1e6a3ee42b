"""The same scripts over real sockets: FreeSWITCH's outbound socket, and calls parked for a link."""

from __future__ import annotations

from collections.abc import Iterator

import gevent
import pytest

from fsbridge import App, Call, CallEnded
from fsbridge.esl.link import Link
from fsbridge.esl.server import OutboundESLServer
from fsbridge.scripting.runner import Serving, serve
from fsbridge.testing import Caller, Channel, FakeSwitch, VirtualClock, WireLine
from tests.waiting import wait_for

app = App("wire", fallback="transfer:9000")
causes: list[str] = []


@app.route("100")
def flow(call: Call) -> None:
    """A script with a bit of everything."""
    call.answer()
    number = call.ask(["welcome.wav", "your number ${x}.wav"], digits=(3, 5))
    call.set(customer=number or "unknown")
    with call.background("hold.wav"):
        gevent.sleep(0)
    try:
        visit = call.queue("leak@kanazawa")
    except CallEnded as ended:
        causes.append(ended.cause)
        raise
    if visit.answered:
        call.leg.api("uuid_setvar", call.uuid, "served", "yes")
    else:
        call.play(f"{visit.outcome}.wav")


@app.route("200")
def broken(call: Call) -> None:
    raise ValueError("a bug")


@pytest.fixture
def server() -> Iterator[OutboundESLServer]:
    outbound = OutboundESLServer(bind_port=0, application=Serving.of(app))
    outbound.start()
    yield outbound
    outbound.stop()


def dial(server: OutboundESLServer, number: str) -> Caller:
    assert server.bound_port is not None
    return Caller(line=WireLine("127.0.0.1", server.bound_port)).dial(number)


def test_a_whole_call_on_the_outbound_socket(server: OutboundESLServer) -> None:
    caller = dial(server, "100").hears("your number").press("123#").waits_in("leak@kanazawa")
    caller.queue_times_out().listen()
    assert [sound for sound in caller.heard if sound != "hold.wav"] == [
        "welcome.wav",
        "your number ${x}.wav",
        "local_stream://moh",
        "timed_out.wav",
    ]
    assert caller.variables["customer"] == "123"
    assert caller.channel.expanded == []
    assert caller.cause == "NORMAL_CLEARING"
    wait_for(lambda: server.connection_count == 0, "the server to forget the call")


def test_a_hangup_reaches_the_script_over_the_socket(server: OutboundESLServer) -> None:
    causes.clear()
    dial(server, "100").press("123#").waits_in("leak@kanazawa").hang_up("ORIGINATOR_CANCEL")
    wait_for(lambda: causes, "the script to be told")
    assert causes == ["ORIGINATOR_CANCEL"]
    wait_for(lambda: server.connection_count == 0, "the server to forget the call")


def test_a_bug_and_an_unknown_number_go_to_the_fallback(server: OutboundESLServer) -> None:
    for number in ("200", "300"):
        caller = dial(server, number)
        wait_for(lambda caller=caller: caller.transferred_to, "the transfer")
        assert caller.transferred_to == "9000 XML default"


def test_many_callers_at_a_time(server: OutboundESLServer) -> None:
    def one(digits: str) -> str:
        caller = dial(server, "100").hears("your number").press(digits + "#").waits_in("leak@kanazawa")
        caller.operator_answers().operator_hangs_up()
        wait_for(lambda: caller.variables.get("served"), "the script to be told")
        return caller.variables["customer"]

    callers = [gevent.spawn(one, str(number)) for number in range(100, 140)]
    gevent.joinall(callers, timeout=60)
    assert [caller.get(block=False) for caller in callers] == [str(number) for number in range(100, 140)]


def test_nobody_listens_and_the_dialplan_goes_on() -> None:
    caller = Caller(line=WireLine("127.0.0.1", 1)).dial("100")
    assert caller.left_to_dialplan


def test_the_same_script_on_a_parked_call_taken_by_a_link() -> None:
    with FakeSwitch() as switch:
        channel = switch.park(Channel(VirtualClock(), number="100", caller="0761234567"))
        link = Link("127.0.0.1", switch.port, "ClueCon")
        link.start()
        try:
            link.wait_ready(10)
            leg = link.leg(channel.uuid, dict(channel.data()))
            script = gevent.spawn(serve, leg, app)
            wait_for(lambda: channel.app == "read", "the question")
            for digit in "4711#":
                channel.press(digit)
            wait_for(lambda: channel.app == "callcenter", "the queue")
            channel.happen("queue times out")
            wait_for(lambda: channel.app == "playback", "the last sound")
            channel.advance(10)
            wait_for(lambda: channel.ended, "the end")
            script.get(timeout=20)
        finally:
            link.stop()
    assert channel.heard[-1].sound == "timed_out.wav"
    assert channel.variables["customer"] == "4711"
