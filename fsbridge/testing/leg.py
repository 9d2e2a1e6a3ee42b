"""A leg without a socket: the script's greenlet on one side, a channel on the other."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable, Mapping
from typing import Protocol

from gevent.event import AsyncResult

from fsbridge.errors import CallEnded, CommandFailed
from fsbridge.esl.commands import checked
from fsbridge.esl.commands import execute as execute_command
from fsbridge.esl.encode import encode_event
from fsbridge.esl.frames import Event, FrameReader
from fsbridge.esl.leg import LegEvents
from fsbridge.esl.quoting import Raw, quote
from fsbridge.testing.headers import Pairs


class Drivable(Protocol):
    """What a script's leg is driven on: a simulated channel, or a leg of the embedded switch."""

    uuid: str
    on_event: Callable[[Pairs], None]

    @property
    def cause(self) -> str:
        """The hang-up cause; empty while it lives."""

    def data(self) -> Pairs:
        """The headers of CHANNEL_DATA."""

    def begin(self) -> None:
        """A script has taken it over."""

    def execute(self, app: str, arg: str = "", *, ticket: str = "") -> None:
        """Queues an application."""

    def api(self, name: str, argument: str) -> str:
        """What an API command prints."""

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """Ends the call."""


class LocalLeg(LegEvents):
    """The `Leg` of a channel in this process; events go through the real encoder and reader.

    >>> from fsbridge.testing import Channel, VirtualClock
    >>> leg = LocalLeg(Channel(VirtualClock(), number="100", caller="0761234567"))
    >>> leg.execute("answer").headers["Answer-State"]
    'answered'
    """

    def __init__(self, channel: Drivable) -> None:
        super().__init__()
        self.channel = channel
        self.uuid = channel.uuid
        self.data: Mapping[str, str] = dict(channel.data())
        self.commands: list[tuple[str, str]] = []
        """Every application the script ran, with its argument as sent."""
        self._reader = FrameReader()
        self._waiters: dict[str, AsyncResult[Event]] = {}
        channel.on_event = self._on_event
        channel.begin()

    @property
    def blocked(self) -> bool:
        """Whether the script waits for an application to end."""
        return bool(self._waiters)

    def execute(self, app: str, arg: str = "", *, timeout: float | None = None) -> Event:
        """Run an application to its end; `timeout` is left to the real switch."""
        self._check()
        ticket = str(uuids.uuid4())
        execute_command(app, arg, ticket=ticket)  # refuses what the wire would refuse
        waiter: AsyncResult[Event] = AsyncResult()
        self._waiters[ticket] = waiter
        self.commands.append((app, arg))
        try:
            self.channel.execute(app, arg, ticket=ticket)
            event = waiter.get()
            assert event is not None
            return event
        finally:
            self._waiters.pop(ticket, None)

    def start(self, app: str, arg: str = "") -> None:
        """Queue an application and do not wait for it."""
        self._check()
        execute_command(app, arg)
        self.commands.append((app, arg))
        self.channel.execute(app, arg)

    def api(self, name: str, *args: str, timeout: float = 5.0) -> str:
        """Run an API command and return its output; `CommandFailed` on ``-ERR``."""
        line = " ".join(arg if isinstance(arg, Raw) else quote(checked(name, arg)) for arg in args)
        answer = self.channel.api(name, line)
        if answer.startswith(("-ERR", "-USAGE")):
            raise CommandFailed(f"api {name}", answer)
        return answer

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """End the call."""
        self.channel.hangup(cause)

    def _check(self) -> None:
        if self.cause:
            raise CallEnded(self.cause)

    def _on_event(self, headers: Pairs) -> None:
        for event in self._reader.feed(encode_event(headers)):
            if event.name == "CHANNEL_HANGUP":
                for waiter in self._waiters.values():
                    waiter.set_exception(CallEnded(self.channel.cause))
            elif event.name == "CHANNEL_EXECUTE_COMPLETE":
                waiting = self._waiters.get(event.headers.get("Application-UUID", ""))
                if waiting is not None and not waiting.ready():
                    waiting.set(event)
            self._heard(event)
            if event.name == "CHANNEL_HANGUP":
                self._end(self.channel.cause)
