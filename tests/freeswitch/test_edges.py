"""On a real FreeSWITCH: browsers that log in, keys that arrive, records that are posted, power cuts."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import json
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from fsbridge.adapters.switchconf import Operator, a1_hash, render
from tests.freeswitch.freeswitch import NEVER, NUMBER, LocalSwitch
from tests.freeswitch.sipp import place_calls
from tests.waiting import wait_for

Start = Callable[..., LocalSwitch]


class Browser:
    """Verto's JSON over a bare WebSocket."""

    def __init__(self, switch: LocalSwitch) -> None:
        self.sock = socket.create_connection((switch.conf.host, switch.conf.verto_port), timeout=20)
        key = base64.b64encode(os.urandom(16)).decode()
        self.sock.sendall(
            f"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.file = self.sock.makefile("rb")
        assert b"101" in self.file.readline()
        while self.file.readline().strip():
            pass

    def close(self) -> None:
        self.file.close()
        self.sock.close()

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The answer to one request: ``result`` or ``error``."""
        text = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        mask = os.urandom(4)
        body = bytes(byte ^ mask[at % 4] for at, byte in enumerate(text))
        self.sock.sendall(struct.pack(">BBH", 0x81, 0x80 | 126, len(text)) + mask + body)
        while True:
            _, size = self.file.read(2)
            if size == 126:
                (size,) = struct.unpack(">H", self.file.read(2))
            answer: dict[str, Any] = json.loads(self.file.read(size))
            if answer.get("id") == 1 and "method" not in answer:
                return answer

    def log_in(self, user: str, password: str) -> dict[str, Any]:
        return self.ask("login", login=f"{user}@kanazawa", passwd=password, sessid=f"browser-of-{user}")


def test_an_operator_s_browser_may_telephone_and_nothing_else(fresh_switch: Start) -> None:
    switch = fresh_switch()
    operator = Operator("1001", a1_hash("1001", "kanazawa", "very-secret"), "佐藤")
    centre = dataclasses.replace(switch.conf.centre, operators=(operator,))
    render(dataclasses.replace(switch.conf, centre=centre))
    switch.api("reloadxml")

    with contextlib.closing(Browser(switch)) as stranger:
        assert "error" in stranger.log_in("1001", "guessed")
    with contextlib.closing(Browser(switch)) as browser:
        assert browser.log_in("1001", "very-secret")["result"]["message"] == "logged in"
        assert "result" in browser.ask("echo", hello="there")
        assert "error" in browser.ask("jsapi", command="fsapi", data={"cmd": "status"})
        assert "error" in browser.ask("fsapi", cmd="status")
        assert "error" in browser.ask("verto.subscribe", eventChannel="presence")
        assert "error" in browser.ask("verto.broadcast", eventChannel="presence", data={})
    log = switch.log.read_text("utf-8", "replace") + switch.console.read_text("utf-8", "replace")
    assert "very-secret" not in log


@pytest.mark.parametrize("scenario", ["caller", pytest.param("caller_rfc2833", id="rfc2833")])
def test_a_key_arrives_however_the_caller_s_telephone_sends_it(fresh_switch: Start, scenario: str) -> None:
    if scenario == "caller_rfc2833" and os.geteuid() != 0:
        pytest.skip("SIPp needs root to send RFC 2833")
    switch = fresh_switch(numbers=["700"])
    switch.extension(
        "keys",
        """
        <extension name="keys"><condition field="destination_number" expression="^700$">
          <action application="answer"/>
          <action application="read" data="1 1 silence_stream://10000 pressed 10000 #"/>
          <action application="hangup" data="NORMAL_CLEARING"/>
        </condition></extension>""",
    )
    rows = ["0761110001;4"]
    callers = place_calls(scenario, switch.sip, dialled="700", rows=rows, listen=700, stay=20_000)
    assert callers.counters["released"] == callers.successful == 1, callers.errors
    (record,) = wait_for(switch.cdrs, "the record")
    assert record["variables"].get("pressed") == "4"


@contextlib.contextmanager
def collecting(port: int, records: list[dict[str, Any]]) -> Iterator[None]:
    """A web server that takes call records."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            records.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def test_records_are_files_and_posted_while_somebody_takes_them(fresh_switch: Start) -> None:
    posted: list[dict[str, Any]] = []
    switch = fresh_switch(hours=NEVER, cdr_url=lambda ports: f"http://127.0.0.1:{ports.spare()}/")
    port = switch.ports.spare()
    with collecting(port, posted):
        place_calls("listener", switch.sip, dialled=NUMBER, stay=100)
        wait_for(lambda: posted, "the record at the web server")
    assert posted[0]["variables"]["fsbridge_fallback"] == "new-year"
    place_calls("listener", switch.sip, dialled=NUMBER, stay=100)
    first, second = wait_for(lambda: len(switch.cdrs()) == 2 and switch.cdrs(), "both records as files")
    uuids = {first["variables"]["uuid"], second["variables"]["uuid"]}
    assert posted[0]["variables"]["uuid"] in uuids
    assert len(uuids) == 2


def test_it_writes_nowhere_but_in_its_own_folder(switch: LocalSwitch) -> None:
    place_calls("listener", switch.sip, dialled=NUMBER, stay=300)
    written = {
        path.removesuffix(" (deleted)")
        for path in open_files(switch.pid)
        if path.startswith("/") and not path.startswith(("/dev/", "/proc/", "/usr/"))
    }
    home = f"{switch.conf.home}/"
    assert {path for path in written if not path.startswith(home)} == set()


def open_files(pid: int) -> Iterator[str]:
    """What a living process holds open; it may close some while they are being listed."""
    folder = f"/proc/{pid}/fd"
    for name in os.listdir(folder):
        with contextlib.suppress(FileNotFoundError):
            yield os.readlink(f"{folder}/{name}")
