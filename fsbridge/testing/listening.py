"""What a caller in a test can wait for, whatever telephone network the call runs in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

LONG = 3600.0
"""Virtual seconds after which a call that does not end is thought never to."""


@dataclass(frozen=True)
class Heard:
    """A sound the caller heard, and when it began (seconds on the call's clock).

    >>> Heard("menu.wav", 1.5).at
    1.5
    """

    sound: str
    at: float


class Listener(ABC):
    """Somebody on the line: a failed expectation is an AssertionError that tells what was heard."""

    _position = 0

    def hears(self, sound: str) -> Self:
        """Waits until a sound begins whose name holds this text.

        It begins later than the one last waited for, and than the keys last pressed.
        """
        if not self._advance_until(lambda: self._find(sound) is not None):
            raise AssertionError(f"never heard {sound!r}; {self._story()}")
        self._position = (self._find(sound) or 0) + 1
        return self

    def waits(self, seconds: float) -> Self:
        """Stays on the line, silent, for so long."""
        self._pass(seconds)
        return self

    def listen(self) -> Self:
        """Stays on the line, silent, until the script is done with the call."""
        if not self._advance_until(lambda: self._done):
            raise AssertionError(f"the call does not end by itself; {self._story()}")
        return self

    def waits_in(self, queue: str) -> Self:
        """Waits until the caller stands in this queue."""
        if not self._advance_until(lambda: self._stands_in(queue)):
            raise AssertionError(f"never came into {queue}; {self._story()}")
        return self

    @property
    def heard(self) -> list[str]:
        """Everything heard so far, in order."""
        return [one.sound for one in self.sounds]

    @property
    @abstractmethod
    def sounds(self) -> list[Heard]:
        """Everything heard so far, with the second at which it began."""

    @property
    @abstractmethod
    def _done(self) -> bool:
        """Whether the script is done with the call."""

    @abstractmethod
    def _stands_in(self, queue: str) -> bool:
        """Whether the caller waits in this queue now."""

    @abstractmethod
    def _advance_until(self, reached: Callable[[], bool]) -> bool:
        """Lets time pass until something holds; False if it never will."""

    @abstractmethod
    def _pass(self, seconds: float) -> None:
        """Lets time pass."""

    @abstractmethod
    def _story(self) -> str:
        """What was heard, and how the call stands."""

    def _begin_to_listen(self) -> None:
        """What was heard so far is no answer to what comes now."""
        self._position = len(self.sounds)

    def _find(self, sound: str) -> int | None:
        names = self.heard
        return next((at for at in range(self._position, len(names)) if sound in names[at]), None)
