"""A FreeSWITCH stand-in at the level of the wire: the inbound Event Socket, well-behaved or not."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Literal, Self

from gevent import socket
from gevent.event import Event as Flag
from gevent.server import StreamServer

from fsbridge.embedded.commandreader import CommandReader, Received
from fsbridge.esl.encode import (
    encode_auth_request,
    encode_disconnect,
    encode_event,
    encode_reply,
    encode_rude_rejection,
)
from fsbridge.testing.channel import Channel
from fsbridge.testing.headers import Pairs
from fsbridge.testing.switchboard import Api, Switchboard, send_message

logger = logging.getLogger(__name__)

Misbehaviour = Literal["", "rude", "silent", "closes", "deaf", "mute"]


class Client:
    """One connection to the stand-in: what it subscribed to, and its socket."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self.events: set[str] = set()
        self.subclasses: set[str] = set()
        self.filters: list[tuple[str, str]] = []
        self.authenticated = False

    def wants(self, headers: Mapping[str, str]) -> bool:
        """Whether an event with these headers is for this client."""
        name = headers.get("Event-Name", "")
        if name == "CUSTOM":
            chosen = headers.get("Event-Subclass", "") in self.subclasses
        else:
            chosen = name in self.events
        if not chosen and "ALL" not in self.events:
            return False
        return not self.filters or any(headers.get(key) == value for key, value in self.filters)

    def send(self, data: bytes) -> None:
        """Writes; a client that is gone is no error."""
        try:
            self.socket.sendall(data)
        except OSError as error:
            logger.debug("the client is gone: %s", error)


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
        self.clients: list[Client] = []
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

    def send_event(self, headers: Mapping[str, str], body: str = "") -> None:
        """Fires an event: every client that subscribed to it gets it."""
        frame = encode_event(headers, body)
        for client in list(self.clients):
            if client.wants(headers):
                client.send(frame)

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
        client = Client(sock)
        self.clients.append(client)
        try:
            self._talk(client)
        except OSError as error:
            logger.debug("connection from %s lost: %s", address, error)
        finally:
            if client in self.clients:
                self.clients.remove(client)
            sock.close()

    def _talk(self, client: Client) -> None:
        if self.misbehaves == "closes":
            return
        if self.misbehaves == "rude":
            client.send(encode_rude_rejection())
            return
        if self.misbehaves == "silent":
            while client.socket.recv(65536):
                pass
            return
        client.send(encode_auth_request())
        reader = CommandReader()
        while data := client.socket.recv(65536):
            for command in reader.feed(data):
                if not self._obey(client, command):
                    client.send(encode_disconnect())
                    return
            if self.misbehaves == "deaf" and client.authenticated:
                self._stopped.wait()
                return

    def _obey(self, client: Client, command: Received) -> bool:
        """Answers one command; False when the connection is over."""
        self.received.append("auth" if command.word == "auth" else command.line)
        if command.word == "exit":
            client.send(encode_reply("+OK bye"))
            return False
        if not client.authenticated:
            client.authenticated = command.word == "auth" and command.rest == self.password
            client.send(encode_reply("+OK accepted" if client.authenticated else "-ERR invalid"))
            return client.authenticated
        if self.misbehaves == "mute":
            return True
        if command.word in ("api", "bgapi"):
            for frame in self.board.answer_api(command):
                client.send(frame)
        elif command.word == "sendmsg":
            reply, channel = self.board.answer_message(command)
            client.send(reply)
            if channel is not None:
                send_message(channel, command)
        else:
            handler = _COMMANDS.get(command.word)
            client.send(encode_reply(handler(client, command) if handler else "-ERR command not found"))
        return True


def _event(client: Client, command: Received) -> str:
    words = command.rest.split()
    if words[:1] and words[0].lower() in ("plain", "json", "xml"):
        words = words[1:]
    if not words:
        return "-ERR no keywords supplied"
    names = [word.upper() for word in words]
    at = names.index("CUSTOM") if "CUSTOM" in names else len(words)
    client.events.update(names[:at])
    client.subclasses.update(words[at + 1 :])
    return "+OK event listener enabled plain"


def _no_events(client: Client, command: Received) -> str:
    if not client.events and not client.subclasses:
        return "-ERR not listening for events"
    client.events.clear()
    client.subclasses.clear()
    return "+OK no longer listening for events"


def _filter(client: Client, command: Received) -> str:
    words = command.rest.split(" ", 1)
    if words[0] == "delete":
        client.filters.clear()
        return f"+OK filter deleted. [{command.rest.removeprefix('delete ')}][]"
    if len(words) < 2:
        return "-ERR invalid syntax"
    client.filters.append((words[0], words[1]))
    return f"+OK filter added. [{words[0]}]=[{words[1]}]"


_COMMANDS: dict[str, Callable[[Client, Received], str]] = {
    "event": _event,
    "noevents": _no_events,
    "filter": _filter,
    "nixevent": lambda client, command: "+OK events nixed",
    "sendevent": lambda client, command: "+OK",
    "log": lambda client, command: f"+OK log level {command.rest or 'DEBUG'} [7]",
    "nolog": lambda client, command: "+OK no longer logging",
    "divert_events": lambda client, command: "-ERR not controlling a session.",
    "linger": lambda client, command: "-ERR not controlling a session",
}
"""What each command answers; an unknown one is FreeSWITCH's ``-ERR command not found``."""
