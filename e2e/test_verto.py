"""A real Chromium accepts what the embedded switch offers and answers, and the switch what Chromium does."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

ROOT = Path(__file__).parents[1]
SCRIPT = """
window.open_verto = (port, sessid) => new Promise((ready, failed) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`), waiting = new Map(), asked = [], heard = [];
    let id = 0;
    const tab = {
        ask: (method, params) => new Promise((done, refused) => {
            waiting.set(++id, [done, refused]);
            socket.send(JSON.stringify({jsonrpc: "2.0", method, id, params: {sessid, ...params}}));
        }),
        hears: method => new Promise(done => { heard.push([method, done]); tab.look(); }),
        look: () => { for (const one of [...heard]) {
            const at = asked.findIndex(request => request.method === one[0]);
            if (at >= 0) { heard.splice(heard.indexOf(one), 1); one[1](asked.splice(at, 1)[0].params); }
        } },
    };
    socket.onmessage = ({data}) => {
        const message = JSON.parse(data);
        if (message.method) { asked.push(message); tab.look(); return; }
        const [done, refused] = waiting.get(message.id);
        message.error ? refused(new Error(message.error.message)) : done(message.result);
    };
    socket.onerror = failed;
    socket.onopen = () => tab.ask("login", {login: "1001@kanazawa", passwd: "secret"})
        .then(() => tab.hears("verto.clientReady")).then(() => ready(tab), failed);
});
window.microphone = peer => {
    const stream = new AudioContext().createMediaStreamDestination().stream;  // silence, nobody is asked
    for (const track of stream.getTracks()) peer.addTrack(track, stream);
};
window.gathered = peer => new Promise(done => {
    const look = () => peer.iceGatheringState === "complete" && done(peer.localDescription.sdp);
    peer.addEventListener("icegatheringstatechange", look);
    look();
});
window.about = peer => ({
    signalling: peer.signalingState,
    direction: peer.getTransceivers()[0].currentDirection,
    codecs: peer.getReceivers()[0].getParameters().codecs.map(codec => codec.mimeType),
});
"""
CALLS = """async ([port, number, method, wanted]) => {
    const tab = await open_verto(port, "calls"), peer = new RTCPeerConnection();
    if (wanted.includes("audio")) microphone(peer);
    if (wanted.includes("video")) peer.addTransceiver("video");
    await peer.setLocalDescription();
    const callID = crypto.randomUUID();
    const dialogParams = {callID, destination_number: number};
    const created = await tab.ask("verto.invite", {sdp: await gathered(peer), dialogParams});
    const answer = await tab.hears(method);
    await peer.setRemoteDescription({type: "answer", sdp: answer.sdp});
    const told = about(peer);
    const ended = await tab.ask("verto.bye", {dialogParams: {callID}});
    peer.close();
    return {created: created.message, ended: ended.cause, ...told};
}"""
RINGS = """async port => {
    const tab = window.tab = await open_verto(port, "rings");
    window.invited = tab.hears("verto.invite");
}"""
TAKES = """async method => {
    const invite = method === "verto.invite" ? await invited : await tab.hears(method);
    const peer = new RTCPeerConnection(), {callID} = invite;
    microphone(peer);
    await peer.setRemoteDescription({type: "offer", sdp: invite.sdp});
    await peer.setLocalDescription();
    const answered = method === "verto.invite" ? "verto.answer" : method;
    await tab.ask(answered, {sdp: await gathered(peer), dialogParams: {callID}});
    return {callID, ...about(peer)};
}"""


class Switch:
    """An embedded switch in a process of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "e2e.switch_program"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def api(self, line: str) -> None:
        """Run an API command; nobody waits for what it prints."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"

    def stop(self) -> None:
        """End it."""
        self._process.communicate()


@pytest.fixture
def switch() -> Iterator[Switch]:
    switch = Switch()
    yield switch
    switch.stop()


def prepare(page: Page) -> None:
    """Give the page a Verto client."""
    page.evaluate(f"() => {{ {SCRIPT} }}")


class _Desk(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def desk() -> Iterator[str]:
    """An empty page on this machine: only such a page may open a socket to it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Desk) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def talker(page: Page, desk: str) -> Page:
    """A page that speaks Verto."""
    page.goto(desk)
    prepare(page)
    return page


def check(told: dict[str, Any]) -> None:
    assert told["signalling"] == "stable"
    assert told["direction"] == "sendrecv"
    assert "audio/opus" in told["codecs"]


@pytest.mark.parametrize(("number", "method"), [("100", "verto.answer"), ("101", "verto.media")])
def test_chromium_accepts_our_answer(talker: Page, switch: Switch, number: str, method: str) -> None:
    told = talker.evaluate(CALLS, [switch.port, number, method, ["audio"]])
    check(told)
    assert told["created"] == "CALL CREATED"
    assert told["ended"] == "NORMAL_CLEARING"


def test_chromium_accepts_our_answer_to_more_than_we_want(talker: Page, switch: Switch) -> None:
    check(talker.evaluate(CALLS, [switch.port, "100", "verto.answer", ["audio", "video"]]))


def test_chromium_accepts_our_offer_and_takes_the_call_up_again_after_a_reload(
    talker: Page, switch: Switch
) -> None:
    talker.evaluate(RINGS, switch.port)
    switch.api("originate loopback/700/public &park()")
    told = talker.evaluate(TAKES, "verto.invite")
    check(told)
    talker.reload()
    prepare(talker)
    talker.evaluate(RINGS, switch.port)
    again = talker.evaluate(TAKES, "verto.attach")
    check(again)
    assert again["callID"] == told["callID"]
