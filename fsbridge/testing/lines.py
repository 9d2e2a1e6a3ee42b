"""How a simulated channel reaches a script: in this process, or over a real socket."""

from __future__ import annotations

from typing import Protocol

import gevent

from fsbridge.scripting.app import App
from fsbridge.scripting.runner import serve
from fsbridge.testing.channel import Channel
from fsbridge.testing.leg import LocalLeg


class Line(Protocol):
    """What connects a channel with the script that serves it."""

    @property
    def settled(self) -> bool:
        """Whether the script has done all it can until something happens to the call."""

    @property
    def finished(self) -> bool:
        """Whether the script is over."""

    @property
    def failure(self) -> Exception | None:
        """What the script died of, if this side can know."""

    def dial(self, channel: Channel) -> None:
        """Connects the channel and starts the script."""


class LocalLine:
    """Runs an app's script in a greenlet of this process, no socket between."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._leg: LocalLeg | None = None
        self._channel: Channel | None = None
        self._script: gevent.Greenlet[..., None] | None = None
        self.failure: Exception | None = None

    def dial(self, channel: Channel) -> None:
        """Starts the script for this channel."""
        self._channel, self._leg = channel, LocalLeg(channel)
        self._script = gevent.spawn(self._serve, self._leg, channel)

    @property
    def commands(self) -> list[tuple[str, str]]:
        """Every application the script ran, with its argument as sent."""
        return self._leg.commands if self._leg else []

    @property
    def settled(self) -> bool:
        """Whether the script waits for the call, plays in the background, or is over."""
        leg, channel = self._leg, self._channel
        waits = channel is not None and channel.waiting is not None
        return self.finished or waits or (leg is not None and leg.blocked)

    @property
    def finished(self) -> bool:
        """Whether the script is over."""
        return self._script is None or self._script.dead

    def _serve(self, leg: LocalLeg, channel: Channel) -> None:
        serve(leg, self._app, on_failure=self._failed)
        channel.socket_closed()

    def _failed(self, error: Exception) -> None:
        self.failure = error
