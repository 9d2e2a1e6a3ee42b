"""The application ``socket``: a script server that is given control of a leg."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from fsbridge.embedded.arguments import atoi
from fsbridge.embedded.commandreader import Received
from fsbridge.embedded.eventsocket import COMMANDS, Client
from fsbridge.embedded.headers import leg_headers
from fsbridge.embedded.leg import Leg
from fsbridge.esl.encode import encode_connect_reply, encode_disconnect

if TYPE_CHECKING:
    from fsbridge.embedded.eventsocket import Host

PARKS = 0.02
"""Seconds from the script's ``connect`` until the leg is parked."""
ALONE = frozenset({"connect", "getvar", "myevents", "divert_events", "sendmsg", "filter", "resume"})
"""The commands of a connection without ``full``."""


class ScriptClient(Client):
    """A script server, connected for one leg; `full` and `asynchronous` are words behind its address."""

    def __init__(
        self,
        switch: Host,
        leg: Leg,
        send: Callable[[bytes], object],
        close: Callable[[], object],
        *,
        full: bool,
        asynchronous: bool,
    ) -> None:
        super().__init__(switch, send, close)
        self.leg: Leg = leg
        self.full, self.asynchronous = full, asynchronous
        self.authenticated = True
        self.linger: int | None = None
        """Seconds to stay after the hang-up, -1 for ever; None: not at all."""
        self._connected = self._noticed = False
        leg.keep()

    def begin(self) -> None:
        """It is connected: its ``connect`` is awaited."""
        self.core.listeners.append(self)
        self.leg.on_hangup.append(self._hung_up)

    def lost(self) -> None:
        """The connection is gone: the dialplan goes on behind ``socket``."""
        if self.over:
            return
        super().lost()
        self.core.soon(lambda: self.leg.happen("closed" if self._connected else "refused"))
        self.leg.let_go()

    def handler(self, word: str) -> Callable[[Client, Received], None] | None:
        """What a command does here."""
        if not self.full and word not in ALONE:
            return None
        return _OWN.get(word) or COMMANDS.get(word)

    def connect(self) -> None:
        """The script asks for its call."""
        pairs = leg_headers(self.leg, "CHANNEL_DATA", {})
        self.send(encode_connect_reply(pairs, full=self.full, asynchronous=self.asynchronous))
        if not self._connected:
            self._connected = True
            self.core.clock.later(PARKS, lambda: self.leg.happen("connected"))

    def _hung_up(self) -> None:
        if self.over or self._noticed:
            return
        self._noticed = True
        self.core.soon(self._take_leave)

    def _take_leave(self) -> None:
        if self.linger is None:
            self.part()
            return
        self.send(encode_disconnect(self.leg.uuid, self.leg.name, linger=self.linger))
        if self.linger >= 0:
            now = self.core.clock.micro()
            end = (now // 1_000_000 + self.linger + 1) * 1_000_000
            self.core.clock.later((end - now) / 1_000_000, self.part)


def _connect(client: Client, command: Received) -> None:
    assert isinstance(client, ScriptClient)
    client.connect()


def _getvar(client: Client, command: Received) -> None:
    assert client.leg is not None
    client.reply(client.leg.lookup(command.rest) or "-ERR command not found")


def _linger(client: Client, command: Received) -> None:
    assert isinstance(client, ScriptClient)
    client.linger = atoi(command.rest, -1)
    client.reply(f"+OK will linger {client.linger} seconds" if client.linger >= 0 else "+OK will linger")


def _nolinger(client: Client, command: Received) -> None:
    assert isinstance(client, ScriptClient)
    client.linger = None
    client.reply("+OK will not linger")


def _resume(client: Client, command: Received) -> None:
    assert client.leg is not None
    client.leg.variables["socket_resume"] = "true"
    client.reply("+OK")


_OWN: Mapping[str, Callable[[Client, Received], None]] = {
    "connect": _connect,
    "getvar": _getvar,
    "linger": _linger,
    "nolinger": _nolinger,
    "resume": _resume,
}
