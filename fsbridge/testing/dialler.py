"""FreeSWITCH's ``socket`` application: connects a simulated channel to an outbound server."""

from __future__ import annotations

import logging

import gevent
from gevent import socket

from fsbridge.embedded.commandreader import CommandReader, Received
from fsbridge.esl.encode import encode_connect_reply, encode_disconnect, encode_event, encode_reply
from fsbridge.testing.channel import Channel
from fsbridge.testing.headers import Pairs
from fsbridge.testing.switchboard import Switchboard, send_message

logger = logging.getLogger(__name__)

MYEVENTS_LEAVES_OUT = frozenset({"HEARTBEAT", "CUSTOM"})


class WireLine:
    """A line to a server that waits for FreeSWITCH's calls, over a real socket.

    >>> from fsbridge.esl.server import OutboundESLServer
    >>> from fsbridge.testing import Caller
    >>> class Greeting:
    ...     def __init__(self, session): self.session = session
    ...     def run(self):
    ...         self.session.playback("hello.wav")
    ...         self.session.hangup()
    >>> server = OutboundESLServer(bind_port=0, application=Greeting); server.start()
    >>> Caller(line=WireLine("127.0.0.1", server.bound_port)).dial("100").listen().heard
    ['hello.wav']
    >>> server.stop()
    """

    failure: Exception | None = None

    def __init__(self, host: str, port: int, *, full: bool = True) -> None:
        self._address = (host, port)
        self._full = full
        self._socket: socket.socket | None = None
        self._channel: Channel | None = None
        self._reader: gevent.Greenlet[..., None] | None = None
        self._events = False
        self._linger: int | None = None
        self._noticed = False
        self._farewell: gevent.Greenlet[..., None] | None = None
        self.received: list[str] = []
        """The first line of every command the script sent."""
        self.refused = False
        """Whether nobody listened; the dialplan then goes on at once."""

    @property
    def settled(self) -> bool:
        """Whether an application runs that only time or the caller can end."""
        channel = self._channel
        return channel is not None and (channel.waiting is not None or channel.gone)

    @property
    def finished(self) -> bool:
        """Whether the socket is closed."""
        return self._reader is None or self._reader.dead

    def dial(self, channel: Channel) -> None:
        """Connects; a port where nobody listens leaves the call to the dialplan."""
        self._channel = channel
        channel.on_event = self._on_event
        try:
            self._socket = socket.create_connection(self._address, timeout=5.0)
        except OSError as error:
            logger.debug("nobody listens at %s: %s", self._address, error)
            self.refused = True
            channel.socket_closed()
            return
        self._socket.settimeout(None)
        self._reader = gevent.spawn(self._read, self._socket, channel)

    def cut(self) -> None:
        """Cuts the connection, as when the switch dies."""
        if self._socket is not None:
            self._socket.close()
        if self._reader is not None:
            self._reader.kill()

    def _read(self, sock: socket.socket, channel: Channel) -> None:
        reader = CommandReader()
        try:
            while data := sock.recv(65536):
                for command in reader.feed(data):
                    if not self._obey(sock, channel, command):
                        sock.sendall(encode_disconnect(channel.uuid))
                        return
        except OSError as error:
            logger.debug("the script's socket is gone: %s", error)
        finally:
            if self._farewell is not None:
                self._farewell.kill(block=False)
            sock.close()
            channel.socket_closed()

    def _obey(self, sock: socket.socket, channel: Channel, command: Received) -> bool:
        self.received.append(command.line)
        word = command.word
        if word == "connect":
            sock.sendall(encode_connect_reply(channel.data(), full=self._full))
        elif word == "exit":
            sock.sendall(encode_reply("+OK bye"))
            return False
        elif word == "sendmsg":
            reply, target = Switchboard().answer_message(command, channel)
            sock.sendall(reply)
            if target is not None:
                send_message(target, command)
        elif word in ("api", "bgapi") and self._full:
            board = Switchboard()
            board.channels[channel.uuid] = channel
            for frame in board.answer_api(command):
                sock.sendall(frame)
        else:
            sock.sendall(encode_reply(self._setting(channel, command)))
            if word == "myevents" and self._events:
                channel.begin()
        return True

    def _setting(self, channel: Channel, command: Received) -> str:
        word = command.word
        if word == "myevents":
            if self._events:
                return "-ERR aready enabled."
            self._events = True
            return "+OK Events Enabled"
        if word == "divert_events":
            on = command.rest == "on"
            return "+OK events diverted" if on else "+OK events not diverted"
        if word == "getvar":
            return channel.variables.get(command.rest, "")
        if word in ("linger", "nolinger", "event", "filter", "api", "bgapi") and not self._full:
            return "-ERR permission denied" if word != "linger" else "-ERR command not found"
        if word == "linger":
            self._linger = int(command.rest) if command.rest.isdigit() else -1
            return f"+OK will linger {self._linger} seconds" if self._linger >= 0 else "+OK will linger"
        if word == "nolinger":
            self._linger = None
            return "+OK will not linger"
        if word == "event":
            return "+OK event listener enabled plain"
        return "-ERR command not found"

    def _on_event(self, headers: Pairs) -> None:
        sock, channel = self._socket, self._channel
        if sock is None or channel is None:
            return
        name = headers[0][1]
        try:
            if self._events and name not in MYEVENTS_LEAVES_OUT:
                sock.sendall(encode_event(headers))
            if name == "CHANNEL_HANGUP_COMPLETE" and not self._noticed:
                self._noticed = True
                self._take_leave(sock, channel)
        except OSError as error:
            logger.debug("the script's socket is gone: %s", error)

    def _take_leave(self, sock: socket.socket, channel: Channel) -> None:
        name = f"sofia/internal/{channel.caller}@127.0.0.1"
        if self._linger is None:
            sock.sendall(encode_disconnect(channel.uuid, name))
            sock.shutdown(socket.SHUT_WR)
            return
        sock.sendall(encode_disconnect(channel.uuid, name, linger=self._linger))
        if self._linger >= 0:
            self._farewell = gevent.spawn_later(self._linger, self._last_words, sock, channel.uuid)

    @staticmethod
    def _last_words(sock: socket.socket, uuid: str) -> None:
        try:
            sock.sendall(encode_disconnect(uuid))
            sock.shutdown(socket.SHUT_WR)
        except OSError as error:
            logger.debug("the script had closed already: %s", error)
