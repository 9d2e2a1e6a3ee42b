"""What people who are made up need of a switch: callers' telephones, and operators'."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Seconds = Callable[[], float]
"""How long something takes this time."""
RING = 20
"""Seconds an operator's telephone rings before the call goes to the next."""


class Caller(Protocol):
    """Somebody who has called. What is done after the call is over does nothing."""

    @property
    def over(self) -> bool:
        """Whether the call is over."""

    @property
    def asked(self) -> bool:
        """Whether a key is waited for now."""

    def press(self, keys: str) -> None:
        """Press keys."""

    def hang_up(self) -> None:
        """Hang up."""


class Stage(Protocol):
    """A switch with telephones for callers and operators; `stop` leaves it as `start` found it."""

    def start(self) -> None:
        """Begin; FsbridgeError if the switch cannot be used."""

    def call(self, dialled: str, *, number: str) -> Caller:
        """A caller with this number dials one of the centre's."""

    def telephone(self, extension: str, *, talks: Seconds) -> str:
        """Put a telephone on an operator's desk, and return where it is called.

        It answers after a while, and hangs up after so many seconds.
        """

    def clear(self) -> None:
        """Every call of these people is over."""

    def stop(self) -> None:
        """End."""
