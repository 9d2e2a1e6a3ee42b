"""What an application waits for, what happens to it, and the line it works on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from fsbridge.embedded.clock import Clock
    from fsbridge.embedded.sounds import Sounds


@dataclass(frozen=True)
class Wait:
    """What an application waits for, at most `seconds`; None: for as long as it takes.

    While it waits `parked`, applications sent as messages run on top of it.
    """

    seconds: float | None
    what: str
    parked: bool = False


@dataclass(frozen=True)
class Happening:
    """What ended a wait: ``time``, ``key``, ``break``, or a word of the far side.

    ``hangup`` and ``taken`` (transferred, bridged elsewhere) leave no time: an application may say
    what it has to say, and is closed when it waits again.
    """

    kind: str

    @property
    def over(self) -> bool:
        """Whether the line is gone for this application."""
        return self.kind in ("hangup", "taken")


Running = Generator[Wait, Happening, str]
"""An application under way; it returns its Application-Response."""


class Line(Protocol):
    """The channel an application works on."""

    variables: dict[str, str]
    digits: deque[str]
    """Keys that wait for an application that takes them."""

    @property
    def clock(self) -> Clock:
        """The time."""

    @property
    def sounds(self) -> Sounds:
        """How long sounds are, and which exist."""

    @property
    def answered(self) -> bool:
        """Whether the call was answered."""

    @property
    def ended(self) -> bool:
        """Whether it has hung up."""

    def started(self, path: str) -> None:
        """A path begins to play."""

    def hear(self, sound: str) -> None:
        """One sound of it begins."""

    def stopped(self, path: str) -> None:
        """It plays no more."""

    def take_digit(self) -> str:
        """The oldest key that waits."""

    def set(self, name: str, value: str | None) -> None:
        """Sets a channel variable, or removes it."""

    def answer(self) -> None:
        """Answers, once."""

    def ring_ready(self) -> None:
        """Tells the far side that it rings."""

    def pre_answer(self) -> None:
        """Opens the way for early media."""

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """Ends the call."""

    def transfer(self, extension: str, dialplan: str = "XML", context: str = "") -> None:
        """Sends the call into the dialplan."""

    def emit(self, name: str, extra: Mapping[str, str] | None = None) -> None:
        """Fires an event of this channel."""


Application = Callable[..., Running]
"""``application(line, argument)``."""
