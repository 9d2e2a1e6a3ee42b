"""The link comes back by itself, in step, and says what it missed."""

from __future__ import annotations

import itertools

import gevent
import pytest

from fsbridge.errors import AuthenticationError, CallEnded, ConnectionLost, Delivery, NotConnectedError
from fsbridge.esl import Link, Subscription
from fsbridge.esl.encode import encode_api_response, encode_auth_request, encode_event, encode_reply
from tests.esl.peers import Peer, serving
from tests.waiting import wait_for


class Switch:
    """A FreeSWITCH that remembers what it was told and lets the test cut its connections."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.peers: list[Peer] = []
        self.listener: Peer | None = None
        self.mute = False

    def __call__(self, peer: Peer) -> None:
        peer.log_in()
        self.peers.append(peer)
        while command := peer.command():
            text = command.decode()
            if self.mute:
                continue
            self.log.append(text)
            if text.startswith("event "):
                self.listener = peer
            answer = encode_api_response("+OK\n") if text.startswith("api ") else encode_reply("+OK")
            peer.send(answer)

    def event(self, **headers: str) -> None:
        assert self.listener is not None
        self.listener.send(encode_event({name.replace("_", "-"): value for name, value in headers.items()}))

    def cut(self) -> None:
        peers, self.peers = self.peers, []
        for peer in peers:
            peer.sock.close()


def quick():
    return itertools.repeat(0.001)


def make_link(port: int, **options) -> Link:
    return Link("127.0.0.1", port, "secret", waits=quick, **options)


def test_the_subscription_is_sent_again_at_every_reconnect():
    switch = Switch()
    wanted = Subscription(("CHANNEL_CREATE",), ("callcenter::info",), (("Call-Direction", "inbound"),))
    gaps, resyncs = [], []
    with serving(switch) as port:
        link = make_link(port, subscription=wanted, on_gap=gaps.append, resync=resyncs.append)
        link.start()
        try:
            for times in range(1, 6):
                wait_for(lambda times=times: link.connects == times and link.connected, "connected again")
                assert sum(line.startswith("event plain CHANNEL_CREATE ") for line in switch.log) == times
                assert sum(line == "filter Call-Direction inbound" for line in switch.log) == times
                assert sum(line == "filter Event-Name HEARTBEAT" for line in switch.log) == times
                assert len(gaps) == times - 1
                assert len(resyncs) == times
                switch.cut()
                wait_for(lambda times=times: not link.connected or link.connects > times, "it was noticed")
        finally:
            link.stop()
    assert all(gap.since <= gap.until and "closed" in gap.reason for gap in gaps)


def test_events_during_the_resync_come_after_it_and_once():
    switch, order = Switch(), []

    def resync(link):
        switch.event(Event_Name="CHANNEL_CREATE", Unique_ID="early")
        link.api("status")
        wait_for(lambda: link.stats().events > 3, "the event was read")
        order.append("resync")

    with serving(switch) as port:
        link = make_link(port, resync=resync, on_event=lambda event: order.append(event.uuid))
        link.start()
        link.wait_ready(20)
        switch.event(Event_Name="CHANNEL_CREATE", Unique_ID="late")
        wait_for(lambda: order == ["resync", "early", "late"], "both events came, in order")
        link.stop()


def test_a_refused_password_is_final():
    def behave(peer):
        peer.send(encode_auth_request())
        peer.command()
        peer.send(encode_reply("-ERR invalid"))

    with serving(behave) as port:
        link = make_link(port)
        link.start()
        with pytest.raises(AuthenticationError):
            link.wait_ready(20)
        assert isinstance(link.failure, AuthenticationError)
        assert not link.connected
        link.stop()


def test_waiters_are_woken_when_the_link_goes():
    switch = Switch()
    with serving(switch) as port:
        link = make_link(port)
        link.start()
        link.wait_ready(20)
        job = gevent.spawn(link.bgapi, "originate", "user/1", "&park()")
        leg = link.leg("leg-1")
        causes = []
        leg.on_end(causes.append)
        playing = gevent.spawn(leg.execute, "playback", "x.wav")
        wait_for(lambda: len(switch.log) >= 3, "both commands arrived")
        wait_for(
            lambda: any(line.startswith("sendmsg leg-1") for line in switch.log), "the leg's command came"
        )
        switch.cut()
        gevent.joinall([job, playing], timeout=20)
        assert isinstance(job.exception, ConnectionLost)
        assert job.exception.delivery is Delivery.ACCEPTED
        assert isinstance(playing.exception, CallEnded)
        assert causes == ["CONNECTION_LOST"]
        link.stop()
        with pytest.raises(NotConnectedError):
            link.api("status")


def test_a_leg_ends_with_its_own_hang_up_only():
    switch = Switch()
    with serving(switch) as port:
        link = make_link(port)
        link.start()
        link.wait_ready(20)
        leg, other = link.leg("leg-1"), link.leg("leg-2")
        playing = gevent.spawn(leg.execute, "playback", "x.wav")
        wait_for(lambda: any(line.startswith("sendmsg leg-1") for line in switch.log), "the command came")
        switch.event(Event_Name="CHANNEL_HANGUP", Unique_ID="leg-1", Hangup_Cause="USER_BUSY")
        playing.join(timeout=20)
        assert isinstance(playing.exception, CallEnded)
        assert playing.exception.cause == leg.cause == "USER_BUSY"
        assert not other.ended
        link.stop()


def test_a_frozen_peer_is_noticed_and_left():
    switch = Switch()
    with serving(switch) as port:
        link = make_link(port, quiet=0.05, timeout=0.1)
        link.start()
        link.wait_ready(20)
        switch.mute = True
        wait_for(lambda: not link.connected, "the silence was noticed")
        switch.mute = False
        wait_for(lambda: link.connected, "and the link came back")
        link.stop()


def test_a_full_mailbox_is_told_as_a_gap_and_followed_by_a_resync():
    switch, gaps, resyncs, seen = Switch(), [], [], []
    gate = gevent.event.Event()

    def slow(event):
        gate.wait()
        seen.append(event.uuid)

    with serving(switch) as port:
        link = make_link(port, on_event=slow, on_gap=gaps.append, resync=resyncs.append, mailbox_limit=10)
        link.start()
        link.wait_ready(20)
        for _ in range(25):
            switch.event(Event_Name="DTMF", Unique_ID="busy")
        switch.event(Event_Name="DTMF", Unique_ID="calm")
        wait_for(lambda: link.stats().load.dropped == 14, "what did not fit was counted")
        gate.set()
        wait_for(lambda: len(resyncs) == 2, "the owner was asked to get in step")
        assert "14 events" in gaps[0].reason
        assert sorted(seen) == ["busy"] * 11 + ["calm"]
        assert link.connected
        link.stop()


def test_whoever_waits_from_before_a_failed_attempt_is_told_when_it_connects():
    switch, attempts = Switch(), []

    def closes_at_first(peer):
        attempts.append(peer)
        if len(attempts) > 2:
            switch(peer)

    with serving(closes_at_first) as port:
        link = make_link(port)
        waiting = gevent.spawn(link.wait_ready)
        gevent.sleep(0)
        link.start()
        waiting.join(timeout=20)
        assert waiting.successful()
        assert len(attempts) > 2
        link.stop()
