"""A leg of the embedded switch as a script drives it, in this process."""

from __future__ import annotations

from collections.abc import Callable

import gevent

from fsbridge.embedded.core import Fired
from fsbridge.embedded.headers import leg_headers
from fsbridge.embedded.leg import Leg
from fsbridge.embedded.switch import Switch
from fsbridge.scripting.app import App
from fsbridge.scripting.runner import serve
from fsbridge.testing.headers import Pairs
from fsbridge.testing.leg import LocalLeg

SOCKET = "socket"
"""The application that brings a call to its script."""


class SwitchChannel:
    """What a `LocalLeg` needs of a channel, on a leg of the embedded switch."""

    def __init__(self, switch: Switch, leg: Leg) -> None:
        self._switch, self._leg = switch, leg
        self.uuid = leg.uuid
        self.on_event: Callable[[Pairs], None] = lambda pairs: None
        switch.core.listeners.append(self)

    @property
    def cause(self) -> str:
        """The hang-up cause; empty while it lives."""
        return self._leg.cause

    def data(self) -> Pairs:
        """The headers of CHANNEL_DATA."""
        return leg_headers(self._leg, "CHANNEL_DATA", {})

    def begin(self) -> None:
        """A script has taken it over."""
        self._leg.happen("connected")

    def execute(self, app: str, arg: str = "", *, ticket: str = "") -> None:
        """Queues an application."""
        self._leg.execute(app, arg, ticket=ticket)

    def api(self, name: str, argument: str) -> str:
        """What an API command prints."""
        return self._switch.tell(f"{name} {argument}")

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """Ends the call."""
        self._leg.hangup(cause)

    def leave(self) -> None:
        """The script is over: the dialplan goes on with what comes after it."""
        self._switch.core.listeners.remove(self)
        if not self._leg.ended:
            self._leg.happen("closed")

    def wants(self, name: str, subclass: str) -> bool:
        """A script hears the events of its channel."""
        return name.startswith(("CHANNEL_", "DTMF", "PLAYBACK_", "RECORD_"))

    def hear(self, event: Fired) -> None:
        """Something happened on the switch."""
        if event.get("Unique-ID") == self.uuid:
            self.on_event(event.pairs)


class Served:
    """A script serving one leg of the switch."""

    def __init__(self, switch: Switch, leg: Leg, app: App) -> None:
        self.leg = leg
        self.failure: Exception | None = None
        self._channel = SwitchChannel(switch, leg)
        self._local = LocalLeg(self._channel)
        self._script = gevent.spawn(self._serve, app)

    @property
    def finished(self) -> bool:
        """Whether the script is over."""
        return self._script.dead

    @property
    def settled(self) -> bool:
        """Whether the script has done all it can until something happens to the call."""
        job = self.leg.job
        at_rest = job is not None and job.app == SOCKET
        return self.finished or self._local.blocked or not at_rest

    def _serve(self, app: App) -> None:
        serve(self._local, app, on_failure=self._failed)
        self._channel.leave()

    def _failed(self, error: Exception) -> None:
        self.failure = error
