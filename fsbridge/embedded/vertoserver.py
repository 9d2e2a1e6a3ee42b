"""The WebSocket that browsers log in on."""

from __future__ import annotations

import json
import logging
from types import TracebackType
from typing import Any, Self

import gevent
from gevent import socket
from gevent.queue import Queue as Pipe
from gevent.server import StreamServer
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    Request,
    TextMessage,
)
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from fsbridge.embedded.verto import Verto
from fsbridge.embedded.vertosession import VertoSession

logger = logging.getLogger(__name__)

LONGEST = 1_000_000
"""Characters a message may have: mod_verto's own limit."""
MOST_WAITING = 10_000
"""Messages that may wait for a browser that does not read, before it is put out."""


class VertoServer:
    """Gives a `Verto` its port; use it as a ``with`` block beside its `EmbeddedSwitch`.

    `port` 0 is any free port. OSError at `start` if the port is taken.
    """

    def __init__(self, verto: Verto, *, address: str = "127.0.0.1", port: int = 0) -> None:
        self.verto = verto
        self.address, self.port = address, port
        self._server: StreamServer | None = None
        self._sockets: set[_Socket] = set()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen."""
        server = StreamServer((self.address, self.port), self._serve)
        server.start()
        self._server = server
        self.port = int(server.address[1])

    def stop(self) -> None:
        """Close every socket and listen no more."""
        if self._server is not None:
            self._server.stop(timeout=0)
            self._server = None
        for one in list(self._sockets):
            one.cut()

    def _serve(self, sock: socket.socket, peer: tuple[str, int]) -> None:
        one = _Socket(sock, self.verto, f"{peer[0]}:{peer[1]}")
        self._sockets.add(one)
        try:
            one.run()
        finally:
            self._sockets.discard(one)


class _Socket:
    """One connection: frames in, frames out, and a writer so that a slow browser holds nobody up."""

    def __init__(self, sock: socket.socket, verto: Verto, peer: str) -> None:
        self._sock, self._verto, self._peer = sock, verto, peer
        self._protocol = WSConnection(ConnectionType.SERVER)
        self._session: VertoSession | None = None
        self._pipe: Pipe[bytes | None] = Pipe()
        self._writer = gevent.spawn(self._write)
        self._parts: list[str] = []
        self._closing = False

    def run(self) -> None:
        """Serve it until either side closes."""
        try:
            while not self._closing and (data := self._sock.recv(65536)):
                self._protocol.receive_data(data)
                for event in self._protocol.events():
                    self._take(event)
        except (OSError, RemoteProtocolError, RecursionError) as error:
            logger.debug("%s: %s", self._peer, error)
        finally:
            if self._session is not None:
                self._session.lost()
            self._pipe.put(None)
            self._writer.join(timeout=1)
            self._sock.close()

    def cut(self) -> None:
        """Close at once."""
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError as error:
            logger.debug("%s was gone already: %s", self._peer, error)

    def _take(self, event: Event) -> None:
        if isinstance(event, Request):
            self._send(AcceptConnection())
            self._session = self._verto.connect(self._write_json, self._close, self._peer)
        elif isinstance(event, TextMessage):
            self._parts.append(event.data)
            if sum(map(len, self._parts)) > LONGEST:
                self._close(1009)
            elif event.message_finished and self._session is not None:
                whole, self._parts = "".join(self._parts), []
                self._session.feed(whole)
        elif isinstance(event, BytesMessage):
            self._close(1003)
        elif isinstance(event, Ping):
            self._send(event.response())
        elif isinstance(event, CloseConnection):
            self._send(event.response())
            self._closing = True

    def _write_json(self, message: Any) -> None:
        if self._pipe.qsize() > MOST_WAITING:
            logger.warning("%s does not read: put out", self._peer)
            self.cut()
            return
        self._send(TextMessage(json.dumps(message, ensure_ascii=False, separators=(",", ":"))))

    def _close(self, code: int = 1000) -> None:
        """Say goodbye after everything that is to be said, and close."""
        if not self._closing:
            self._closing = True
            self._send(CloseConnection(code))
            self._pipe.put(None)

    def _send(self, event: Event) -> None:
        try:
            self._pipe.put(self._protocol.send(event))
        except LocalProtocolError as error:
            logger.debug("%s is gone: %s", self._peer, error)

    def _write(self) -> None:
        try:
            while (data := self._pipe.get()) is not None:
                self._sock.sendall(data)
        except OSError as error:
            logger.debug("%s is gone: %s", self._peer, error)
        self.cut()
