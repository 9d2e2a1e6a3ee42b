"""A FreeSWITCH stand-in at the level of the wire: the inbound Event Socket, well-behaved or not.

The Event Socket is the embedded switch's; here a test says what each API command answers, fires
events of its own, and lets the switch misbehave.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Literal, Self

from gevent import socket
from gevent.event import Event as Flag
from gevent.server import StreamServer

from fsbridge.embedded.clock import VirtualClock
from fsbridge.embedded.commandreader import Received
from fsbridge.embedded.core import Core, Fired
from fsbridge.embedded.eventsocket import Client
from fsbridge.esl.encode import encode_rude_rejection
from fsbridge.testing.channel import Channel
from fsbridge.testing.headers import Pairs
from fsbridge.testing.switchboard import Api, Switchboard

logger = logging.getLogger(__name__)

Misbehaviour = Literal["", "rude", "silent", "closes", "deaf", "mute"]


class _AtOnce(Core):
    """No time passes here: what is to be done soon is done now."""

    def soon(self, action: Callable[[], object]) -> None:
        action()


class Visitor(Client):
    """One connection to the stand-in."""

    def __init__(self, switch: FakeSwitch, sock: socket.socket) -> None:
        super().__init__(switch, self._write, lambda: None)
        self.fake, self.socket = switch, sock

    def _write(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except OSError as error:
            logger.debug("the client is gone: %s", error)

    def _obey(self, command: Received) -> None:
        self.fake.received.append("auth" if command.word == "auth" else command.line)
        if self.fake.misbehaves != "mute" or not self.authenticated or command.word == "exit":
            super()._obey(command)


class FakeSwitch:
    """Speaks the inbound Event Socket on a free port of loopback; use it as a ``with`` block.

    `misbehaves`: ``rude`` refuses by access list, ``silent`` says nothing at all, ``closes`` hangs
    up at once, ``mute`` logs in and then answers no command, ``deaf`` logs in and reads no more.
    It can be changed while the stand-in runs.

    >>> from fsbridge.esl import InboundESL
    >>> with FakeSwitch(apis={"status": "UP"}) as switch:
    ...     with InboundESL("127.0.0.1", switch.port, "ClueCon") as client:
    ...         print(client.send("api status").data)
    UP
    """

    def __init__(
        self,
        *,
        password: str = "ClueCon",
        apis: dict[str, str | Api] | None = None,
        misbehaves: Misbehaviour = "",
        port: int = 0,
    ) -> None:
        self.password = password
        self.misbehaves: Misbehaviour = misbehaves
        self.board = Switchboard(apis)
        self.core = _AtOnce(VirtualClock())
        self.clients: list[Visitor] = []
        self.received: list[str] = []
        """The first line of every command, passwords left out."""
        self.port = port
        self._server: StreamServer | None = None
        self._stopped = Flag()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listens; the same port again after a `stop`."""
        self._stopped.clear()
        self._server = StreamServer(("127.0.0.1", self.port), self._serve)
        self._server.start()
        self.port = int(self._server.address[1])

    def stop(self) -> None:
        """Closes the port and every connection, as a crash does."""
        self._stopped.set()
        if self._server is not None:
            self._server.stop(timeout=0)
            self._server = None
        self.drop()

    def drop(self) -> None:
        """Cuts every connection without a word."""
        clients, self.clients = self.clients, []
        for client in clients:
            try:
                client.socket.shutdown(socket.SHUT_RDWR)
            except OSError as error:
                logger.debug("the client was gone already: %s", error)
            client.socket.close()

    def find(self, uuid: str) -> Channel | None:
        """A parked channel."""
        return self.board.channels.get(uuid)

    def api(self, line: str, answer: Callable[[str], object]) -> None:
        """Answers an API command as the test has said."""
        answer(self.board.api(line))

    def send_event(self, headers: Mapping[str, str], body: str = "") -> None:
        """Fires an event: every client that subscribed to it gets it."""
        name, subclass = headers.get("Event-Name", ""), headers.get("Event-Subclass", "")
        event = Fired(name, subclass, list(headers.items()), body)
        for client in list(self.clients):
            if client.wants(name, subclass):
                client.hear(event)

    def send_raw(self, data: bytes) -> None:
        """Writes bytes to every client, as they are."""
        for client in list(self.clients):
            client.send(data)

    def park(self, channel: Channel) -> Channel:
        """Gives the switch a parked channel; its events go to the subscribers."""

        def fire(pairs: Pairs) -> None:
            self.send_event(dict(pairs))
            if channel.ended:
                self.board.channels.pop(channel.uuid, None)

        channel.on_event = fire
        self.board.channels[channel.uuid] = channel
        channel.begin()
        return channel

    # -- one connection -------------------------------------------------------------------------

    def _serve(self, sock: socket.socket, address: tuple[str, int]) -> None:
        client = Visitor(self, sock)
        self.clients.append(client)
        try:
            self._talk(client)
        except OSError as error:
            logger.debug("connection from %s lost: %s", address, error)
        finally:
            client.lost()
            if client in self.clients:
                self.clients.remove(client)
            sock.close()

    def _talk(self, client: Visitor) -> None:
        if self.misbehaves == "closes":
            return
        if self.misbehaves == "rude":
            client.send(encode_rude_rejection())
            return
        if self.misbehaves == "silent":
            while client.socket.recv(65536):
                pass
            return
        client.begin()
        while not client.over and (data := client.socket.recv(65536)):
            client.feed(data)
            if self.misbehaves == "deaf" and client.authenticated:
                self._stopped.wait()
                return
