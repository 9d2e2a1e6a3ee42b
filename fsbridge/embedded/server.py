"""The embedded switch with its ports: the Event Socket inside, and the way out to script servers."""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Self

import gevent
from gevent import socket
from gevent.queue import Queue as Pipe
from gevent.server import StreamServer

from fsbridge.embedded.apishow import heartbeat
from fsbridge.embedded.clock import RealClock, Timer
from fsbridge.embedded.eventsocket import Client
from fsbridge.embedded.leg import Leg
from fsbridge.embedded.outbound import ScriptClient
from fsbridge.embedded.sounds import Sounds
from fsbridge.embedded.switch import Switch, SwitchConf

logger = logging.getLogger(__name__)

MOST_WAITING = 100_000
"""Frames that may wait for a client that does not read, before it is dropped: FreeSWITCH's own number."""
SCRIPT_PORT = 8084
HEARTBEAT = 20.0
"""Seconds between two HEARTBEAT events."""


class _Line:
    """A socket with a writer of its own, so that a slow reader holds nobody up."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._pipe: Pipe[bytes | None] = Pipe()
        self._writer = gevent.spawn(self._write)

    def send(self, data: bytes) -> None:
        """Queue bytes; a peer that is gone, or does not read, is no error here."""
        if self._pipe.qsize() > MOST_WAITING:
            logger.warning("a client of the event socket does not read: dropped")
            self.cut()
            return
        self._pipe.put(data)

    def close(self) -> None:
        """Close when everything queued is written."""
        self._pipe.put(None)

    def cut(self) -> None:
        """Close at once."""
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError as error:
            logger.debug("the peer was gone already: %s", error)

    def _write(self) -> None:
        try:
            while (data := self._pipe.get()) is not None:
                while self._pipe.qsize() and len(data) < 65536:
                    more = self._pipe.get()
                    if more is None:
                        self._sock.sendall(data)
                        self.cut()
                        return
                    data += more
                self._sock.sendall(data)
        except OSError as error:
            logger.debug("the peer is gone: %s", error)
        self.cut()


class EmbeddedSwitch(Switch):
    """A switch on this machine's clock, with an Event Socket; use it as a ``with`` block.

    `port` 0 is any free port. Calls reach script servers by the dialplan's ``socket`` application.

    >>> from fsbridge.esl import InboundESL
    >>> with EmbeddedSwitch() as switch, InboundESL("127.0.0.1", switch.port, "ClueCon") as client:
    ...     print(client.send("api show channels count").data.strip())
    0 total.
    """

    def __init__(
        self,
        conf: SwitchConf | None = None,
        *,
        address: str = "127.0.0.1",
        port: int = 0,
        sounds: Sounds | None = None,
    ) -> None:
        self._clock = RealClock()
        super().__init__(self._clock, conf, sounds=sounds)
        self.address, self.port = address, port
        self.connect = self._connect
        self._server: StreamServer | None = None
        self._heart = Timer(0, lambda: None)
        self._lines: set[_Line] = set()
        self._greenlets: set[gevent.Greenlet[..., None]] = set()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen, and let time pass; OSError if the port is taken."""
        listener = socket.socket(socket.AF_INET6 if ":" in self.address else socket.AF_INET)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((self.address, self.port))
            listener.listen(256)
        except OSError:
            listener.close()
            raise
        self._server = StreamServer(listener, self._serve)
        self._server.start()
        self.port = int(listener.getsockname()[1])
        self._clock.start()
        self._beat()

    def _beat(self) -> None:
        heartbeat(self.core)
        self._heart = self._clock.later(HEARTBEAT, self._beat)

    def stop(self) -> None:
        """Hang up every call, write what is to be written, and close."""
        for leg in list(self.core.legs.values()):
            leg.hangup("SYSTEM_SHUTDOWN")
        gevent.sleep(0)
        self._heart.cancel()
        self._clock.stop()
        if self._server is not None:
            self._server.stop(timeout=0)
            self._server = None
        for line in list(self._lines):
            line.cut()
        gevent.joinall(list(self._greenlets), timeout=1)

    # -- clients --------------------------------------------------------------------------------

    def _serve(self, sock: socket.socket, address: tuple[str, int]) -> None:
        line = _Line(sock)
        self._talk(sock, line, Client(self, line.send, line.close))

    def _talk(self, sock: socket.socket, line: _Line, client: Client) -> None:
        self._lines.add(line)
        client.begin()
        try:
            while data := sock.recv(65536):
                client.feed(data)
        except OSError as error:
            logger.debug("connection lost: %s", error)
        finally:
            self._lines.discard(line)
            client.lost()
            line.close()

    # -- scripts --------------------------------------------------------------------------------

    def _connect(self, leg: Leg, argument: str) -> None:
        greenlet = gevent.spawn(self._call_script, leg, argument)
        self._greenlets.add(greenlet)
        greenlet.rawlink(self._greenlets.discard)

    def _call_script(self, leg: Leg, argument: str) -> None:
        words = argument.split()
        for host in (words[0] if words else "").split("|"):
            name, _, port = host.partition(":")
            try:
                sock = socket.create_connection((name, int(port.partition("/")[0] or SCRIPT_PORT)), timeout=5)
            except (OSError, ValueError) as error:
                logger.debug("nobody listens at %s: %s", host, error)
                continue
            sock.settimeout(None)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line = _Line(sock)
            client = ScriptClient(
                self,
                leg,
                line.send,
                line.close,
                full="full" in words[1:],
                asynchronous="async" in words[1:],
            )
            self._talk(sock, line, client)
            sock.close()
            return
        self.core.soon(lambda: leg.happen("refused"))
