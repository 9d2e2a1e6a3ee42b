"""Peers that misbehave in ways FreeSWITCH does only on its worst days."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator

import gevent
from gevent.server import StreamServer

from fsbridge.esl.encode import encode_auth_request, encode_reply


class Peer:
    """One accepted socket, read command by command."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._buffer = b""

    def command(self) -> bytes:
        """The next command's bytes up to its empty line; empty at the end of the stream."""
        while b"\n\n" not in self._buffer:
            data = self.sock.recv(65536)
            if not data:
                return b""
            self._buffer += data
        command, _, self._buffer = self._buffer.partition(b"\n\n")
        return command

    def take(self, length: int) -> bytes:
        """The next `length` bytes: a command's body."""
        while len(self._buffer) < length:
            self._buffer += self.sock.recv(65536)
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        return body

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def log_in(self) -> None:
        """Greet and accept any password."""
        self.send(encode_auth_request())
        assert self.command().startswith(b"auth ")
        self.send(encode_reply("+OK accepted"))

    def idle(self) -> None:
        """Say nothing until the other side goes away."""
        with contextlib.suppress(OSError):
            while self.sock.recv(65536):
                pass


@contextlib.contextmanager
def serving(behave: Callable[[Peer], None]) -> Iterator[int]:
    """A loopback port at which every connection is treated by `behave`; gone after the block."""
    live: set[gevent.Greenlet] = set()

    def handle(sock: socket.socket, _address: object) -> None:
        live.add(gevent.getcurrent())
        with contextlib.suppress(OSError):  # the side under test may leave at any moment
            behave(Peer(sock))

    server = StreamServer(("127.0.0.1", 0), handle)
    server.start()
    try:
        yield server.server_port
    finally:
        server.stop(timeout=0)
        gevent.killall(list(live))
