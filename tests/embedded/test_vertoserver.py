"""The WebSocket of the embedded switch, with pages that behave and others that do not."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    Pong,
    Request,
    TextMessage,
)

from fsbridge.embedded import EmbeddedSwitch
from fsbridge.embedded.verto import Verto, VertoConf, VertoUser
from fsbridge.embedded.vertoserver import LONGEST, VertoServer
from tests.waiting import wait_for

LOGIN = '{"jsonrpc": "2.0", "id": 1, "method": "login", "params": {"login": "op01", "passwd": "very-secret"}}'


@pytest.fixture
def server() -> Iterator[VertoServer]:
    with EmbeddedSwitch() as switch:
        verto = Verto(switch, VertoConf(users={"op01": VertoUser(password="very-secret")}))
        with VertoServer(verto) as server:
            yield server


class Page:
    """A WebSocket of which every event is seen."""

    def __init__(self, server: VertoServer) -> None:
        self.socket = socket.create_connection((server.address, server.port), timeout=10)
        self._protocol = WSConnection(ConnectionType.CLIENT)
        self.send(Request(host="x", target="/any?path"))
        assert isinstance(self.next(), AcceptConnection)

    def send(self, event: Event) -> None:
        self.socket.sendall(self._protocol.send(event))

    def next(self) -> Event:
        events = list(self._protocol.events())
        while not events:
            self._protocol.receive_data(self.socket.recv(65536) or None)
            events = list(self._protocol.events())
        return events[0]

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()


def test_a_message_may_come_in_pieces(server: VertoServer) -> None:
    with Page(server) as page:
        page.send(TextMessage(LOGIN[:20], message_finished=False))
        page.send(TextMessage(LOGIN[20:]))
        answer = page.next()
        assert isinstance(answer, TextMessage)
        assert '"logged in"' in answer.data


def test_a_ping_is_answered(server: VertoServer) -> None:
    with Page(server) as page:
        page.send(Ping(b"there?"))
        answer = page.next()
        assert isinstance(answer, Pong)
        assert answer.payload == b"there?"


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (BytesMessage(b"\x00"), 1003),
        (TextMessage("x" * (LONGEST + 1)), 1009),
        (CloseConnection(1001), 1001),
    ],
)
def test_what_it_does_not_take_ends_the_connection(server: VertoServer, event: Event, code: int) -> None:
    with Page(server) as page:
        page.send(event)
        answer = page.next()
        assert isinstance(answer, CloseConnection)
        assert answer.code == code


def test_what_is_no_websocket_is_closed(server: VertoServer) -> None:
    with socket.create_connection((server.address, server.port), timeout=10) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"101" not in sock.recv(1000)


def test_stopping_it_closes_every_socket_and_forgets_who_was_there(server: VertoServer) -> None:
    with Page(server) as page:
        page.send(TextMessage(LOGIN))
        page.next()
        assert server.verto.contact("op01") != "error/user_not_registered"
        server.stop()
        wait_for(lambda: server.verto.contact("op01") == "error/user_not_registered", "logged out")


def test_a_password_is_nowhere_in_the_log(server: VertoServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with Page(server) as page:
        page.send(TextMessage(LOGIN))
        page.next()
    assert "very-secret" not in caplog.text
