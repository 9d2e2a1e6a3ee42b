"""One client of the Event Socket, from the switch's side: commands in, replies and events out.

No socket here: bytes come by `feed` and go by `send`, so that it is the same under a virtual clock.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from typing import Protocol

from fsbridge.embedded.commandreader import CommandReader, Received
from fsbridge.embedded.core import Core, Fired
from fsbridge.embedded.eavesdropping import send_to
from fsbridge.embedded.leg import Leg
from fsbridge.embedded.stage import Stage
from fsbridge.embedded.subscription import Subscriptions
from fsbridge.esl.encode import (
    encode_api_response,
    encode_auth_request,
    encode_disconnect,
    encode_event,
    encode_reply,
)

MOST_HELD = 10_485_760
"""Bytes of a command that does not end, before its client is let go: FreeSWITCH's own number."""
GOODBYE = "-ERR command not found"
_NOT_CONTROLLING = "-ERR not controlling a session"


class Host(Protocol):
    """The switch a client has come to."""

    @property
    def core(self) -> Core:
        """The time, ids and listeners."""

    @property
    def password(self) -> str:
        """What lets a client in."""

    def find(self, uuid: str) -> Stage | None:
        """A channel that has not hung up."""

    def api(self, line: str, answer: Callable[[str], object]) -> None:
        """Runs an API command."""


class Client:
    """A client that came in; `send` and `close` are its connection."""

    def __init__(self, switch: Host, send: Callable[[bytes], object], close: Callable[[], object]) -> None:
        self.switch, self.core = switch, switch.core
        self._send, self._close = send, close
        self._reader = CommandReader()
        self._waiting: deque[Received] = deque()
        self._busy = False
        self.wanted = Subscriptions()
        self.format = "plain"
        self.authenticated = False
        self.over = False
        self.leg: Leg | None = None
        """The leg it controls or follows, if it does."""

    # -- the connection -------------------------------------------------------------------------

    def begin(self) -> None:
        """It is connected: asked who it is."""
        self.core.listeners.append(self)
        self.send(encode_auth_request())

    def feed(self, data: bytes) -> None:
        """Bytes have come from it."""
        self._waiting.extend(self._reader.feed(data))
        self._go_on()
        if self._reader.held > MOST_HELD:
            self.part()

    def lost(self) -> None:
        """The connection is gone."""
        self.over = True
        if self in self.core.listeners:
            self.core.listeners.remove(self)

    def send(self, data: bytes) -> None:
        """Bytes for it."""
        if not self.over:
            self._send(data)

    def part(self) -> None:
        """Take leave and close."""
        if not self.over:
            self.send(encode_disconnect(self.leg.uuid if self.leg is not None else ""))
            self.lost()
            self._close()

    def _go_on(self) -> None:
        """Commands are done one after the other: ``api`` holds up what comes behind it."""
        while self._waiting and not self._busy and not self.over:
            self._obey(self._waiting.popleft())

    # -- events ---------------------------------------------------------------------------------

    def wants(self, name: str, subclass: str) -> bool:
        """Whether events of this name are for it."""
        return not self.over and self.wanted.covers(name, subclass)

    def hear(self, event: Fired) -> None:
        """Sends an event on."""
        if not self.wanted.admits(event):
            return
        if self.format == "json":
            text = json.dumps({**dict(event.pairs), **({"_body": event.body} if event.body else {})})
            body = text.encode()
            self.send(b"Content-Length: %d\nContent-Type: text/event-json\n\n%b" % (len(body), body))
        else:
            self.send(encode_event(event.pairs, event.body))

    # -- commands -------------------------------------------------------------------------------

    def reply(self, text: str, extra: Mapping[str, str] | None = None) -> None:
        """Answers a command."""
        self.send(encode_reply(text, extra or {}))

    def _obey(self, command: Received) -> None:
        word = command.word
        if word.startswith("exit") or word == "...":
            self.reply("+OK bye")
            self.part()
        elif not self.authenticated:
            self._log_in(command)
        else:
            handler = self.handler(word)
            if handler is None:
                self.reply(GOODBYE)
            else:
                handler(self, command)

    def handler(self, word: str) -> Callable[[Client, Received], None] | None:
        """What a command does; None if there is no such command."""
        return COMMANDS.get(word)

    def _log_in(self, command: Received) -> None:
        if command.word != "auth":
            self.reply(GOODBYE)
        elif command.line.partition(" ")[2] == self.switch.password:
            self.authenticated = True
            self.reply("+OK accepted")
        else:
            self.reply("-ERR invalid")
            self.part()

    def do_api(self, command: Received) -> None:
        """``api``: nothing else is done for this client until it has answered."""
        self._busy = True

        def answer(text: str) -> None:
            self._busy = False
            self.send(encode_api_response(text))
            self._go_on()

        self.switch.api(command.rest, answer)

    def do_bgapi(self, command: Received) -> None:
        """``bgapi``: the answer comes as an event."""
        job = command.headers.get("job-uuid") or self.core.uuid()
        self.reply(f"+OK Job-UUID: {job}", {"Job-UUID": job})
        name, _, argument = command.rest.partition(" ")
        about = {"Job-UUID": job, "Job-Command": name}
        if argument:
            about["Job-Command-Arg"] = argument
        if self.leg is not None:
            about["Job-Owner-UUID"] = self.leg.uuid

        def answer(text: str) -> None:
            self.core.fire("BACKGROUND_JOB", about, body=text or "-ERR no reply\n")

        self.core.soon(lambda: self.switch.api(command.rest, answer))


def send_message(leg: Stage, message: Received) -> None:
    """Does to a leg what a ``sendmsg`` asks."""
    headers = message.headers
    order = headers.get("call-command", "").lower()
    if order == "execute":
        argument = message.body or headers.get("execute-app-arg", "")
        leg.execute(headers.get("execute-app-name", ""), argument, ticket=headers.get("event-uuid", ""))
    elif order == "hangup":
        leg.hangup(headers.get("hangup-cause", "NORMAL_CLEARING"))


def _event(client: Client, command: Received) -> None:
    words = command.rest.split()
    if words and words[0].lower() in ("plain", "json", "xml"):
        client.format = words.pop(0).lower()
    if client.wanted.add(words):
        client.reply(f"+OK event listener enabled {client.format}")
    else:
        client.reply("-ERR no keywords supplied")


def _nixevent(client: Client, command: Received) -> None:
    known = client.wanted.remove(command.rest.split())
    client.reply("+OK events nixed" if known else "-ERR no keywords supplied")


def _noevents(client: Client, command: Received) -> None:
    if client.wanted.any:
        client.wanted.clear()
        client.reply("+OK no longer listening for events")
    else:
        client.reply("-ERR not listening for events")


def _filter(client: Client, command: Received) -> None:
    name, _, value = command.rest.partition(" ")
    filters = client.wanted.filters
    if name.lower() == "delete" and value:
        header, _, wanted = value.partition(" ")
        client.wanted.filters = [
            (known, text)
            for known, text in filters
            if header.lower() != "all"
            and not (known.lower() == header.lower() and (not wanted or text == wanted))
        ]
        client.reply(f"+OK filter deleted. [{header}][{wanted}]")
    elif value:
        if name.lower() == "add":
            name, _, value = value.partition(" ")
        filters.append((name, value))
        client.reply(f"+OK filter added. [{name}]=[{value}]")
    else:
        client.reply("-ERR invalid syntax")


def _myevents(client: Client, command: Received) -> None:
    if client.wanted.mine:
        client.reply("-ERR aready enabled.")  # FreeSWITCH's own spelling
        return
    uuid, _, form = command.rest.partition(" ")
    if client.leg is None:
        if not uuid:
            client.reply(GOODBYE)
            return
        client.leg = client.core.find(uuid)
    if form.lower() in ("json", "xml", "plain"):
        client.format = form.lower()
    client.wanted.only(client.leg.uuid if client.leg is not None else uuid)
    client.reply("+OK Events Enabled")


def _divert(client: Client, command: Received) -> None:
    if client.leg is None:
        client.reply("-ERR not controlling a session.")
    elif not command.rest:
        client.reply("-ERR missing value.")
    else:
        client.reply("+OK events diverted" if command.rest.lower() == "on" else "+OK events not diverted")


def _sendmsg(client: Client, command: Received) -> None:
    uuid = command.rest or command.headers.get("session-id", "")
    own = client.leg is not None and uuid in ("", client.leg.uuid)
    leg = client.leg if own else client.switch.find(uuid)
    if leg is None:
        client.reply(f"-ERR invalid session id [{uuid}]")
        return
    client.reply("+OK")
    client.core.soon(lambda: send_message(leg, command))


def _sendevent(client: Client, command: Received) -> None:
    ticket = client.core.uuid()
    subclass = command.headers.get("event-subclass", "")
    pairs = {name: value for name, value in command.headers.items() if name != "event-subclass"}
    leg = client.core.find(pairs.get("unique-id", ""))
    if leg is not None:
        send_to(leg, pairs)
    else:
        name = command.rest.upper() or "CLONE"
        client.core.fire(name, {**pairs, "Event-UUID": ticket}, subclass=subclass, body=command.body)
    client.reply(f"+OK {ticket}")


def _linger(client: Client, command: Received) -> None:
    client.reply(_NOT_CONTROLLING)


COMMANDS: Mapping[str, Callable[[Client, Received], None]] = {
    "api": lambda client, command: client.do_api(command),
    "bgapi": lambda client, command: client.do_bgapi(command),
    "event": _event,
    "nixevent": _nixevent,
    "noevents": _noevents,
    "filter": _filter,
    "myevents": _myevents,
    "divert_events": _divert,
    "sendmsg": _sendmsg,
    "sendevent": _sendevent,
    "log": lambda client, command: client.reply(f"+OK log level {command.rest} [7]"),
    "nolog": lambda client, command: client.reply("-ERR not loging"),  # FreeSWITCH's own spelling
    "linger": _linger,
    "nolinger": _linger,
}
"""What each command does; any other is FreeSWITCH's ``-ERR command not found``."""
