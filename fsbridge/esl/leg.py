"""A leg under control: what a call script drives, whichever socket it is driven over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from fsbridge.esl.frames import Event


class Leg(Protocol):
    """One call leg that belongs to us, in FreeSWITCH's words.

    >>> from fsbridge.testing import Channel, VirtualClock
    >>> from fsbridge.testing.leg import LocalLeg
    >>> leg: Leg = LocalLeg(Channel(VirtualClock(), number="100", caller="0761234567"))
    >>> leg.execute("answer").headers["Answer-State"], leg.data["Caller-Caller-ID-Number"]
    ('answered', '0761234567')
    """

    @property
    def uuid(self) -> str:
        """Its Unique-ID."""

    @property
    def data(self) -> Mapping[str, str]:
        """The channel as it was when we got it: ``Caller-…``, ``Channel-…``, ``variable_…``."""

    @property
    def ended(self) -> bool:
        """Whether it has hung up or left us."""

    @property
    def cause(self) -> str:
        """Why it ended; empty while it lives."""

    def execute(self, app: str, arg: str = "", *, timeout: float | None = None) -> Event:
        """Run an application to its end and return its CHANNEL_EXECUTE_COMPLETE; `CallEnded` at the end."""

    def start(self, app: str, arg: str = "") -> None:
        """Queue an application and do not wait for it."""

    def api(self, name: str, *args: str, timeout: float = 5.0) -> str:
        """Run an API command and return its output; `CommandFailed` on ``-ERR``."""

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """End the call."""

    def listen(self, handler: Callable[[Event], None]) -> Callable[[], None]:
        """Hear every event of this leg, in the reader (never block there); returns how to stop."""

    def on_end(self, handler: Callable[[str], None]) -> None:
        """Be told the cause once, when the leg ends; at once if it has."""


class LegEvents:
    """What both kinds of leg share: who listens, and how it ended."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Event], None]] = []
        self._end_handlers: list[Callable[[str], None]] = []
        self.cause = ""

    @property
    def ended(self) -> bool:
        """Whether it has hung up or left us."""
        return bool(self.cause)

    def listen(self, handler: Callable[[Event], None]) -> Callable[[], None]:
        """Hear every event of this leg, in the reader (never block there); returns how to stop."""
        self._listeners.append(handler)

        def stop() -> None:
            if handler in self._listeners:
                self._listeners.remove(handler)

        return stop

    def on_end(self, handler: Callable[[str], None]) -> None:
        """Be told the cause once, when the leg ends; at once if it has."""
        if self.cause:
            handler(self.cause)
        else:
            self._end_handlers.append(handler)

    def _heard(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)

    def _end(self, cause: str) -> None:
        if self.cause:
            return
        self.cause = cause
        handlers, self._end_handlers = self._end_handlers, []
        for handler in handlers:
            handler(cause)
