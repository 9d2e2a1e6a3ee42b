"""A page of somebody else's opens no live connection in a visitor's name."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from webpanel import Panel


@pytest.fixture
def port(panel: Panel) -> Iterator[int]:
    yield panel.start("127.0.0.1", 0)
    panel.stop()


def handshake(port: int, origin: str) -> str:
    """The first line of the answer to a WebSocket's opening."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as browser:
        browser.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: {origin}\r\n\r\n".encode()
        )
        return browser.makefile("rb").readline().decode().strip()


def test_a_websocket_from_another_origin_is_refused(port: int) -> None:
    assert " 101 " in handshake(port, f"http://127.0.0.1:{port}")
    for origin in ("https://evil.example", "null", f"http://127.0.0.1:{port + 1}"):
        assert " 400 " in handshake(port, origin), origin
