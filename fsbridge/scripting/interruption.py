"""The hang-up, brought into the script's blocked line: exactly once, and not while it is shielded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import gevent
import greenlet

from fsbridge.errors import CallEnded


class Interruption:
    """Throws `CallEnded` into the greenlet that made it, when the call ends and it waits elsewhere.

    A line blocked in the leg gets the error from the leg itself; this sees to every other wait.

    >>> interruption = Interruption()
    >>> with interruption.shield():
    ...     interruption.end("NORMAL_CLEARING")
    Traceback (most recent call last):
    fsbridge.errors.CallEnded: the call has ended: NORMAL_CLEARING
    """

    def __init__(self) -> None:
        self._script = greenlet.getcurrent()
        self._cause: str | None = None
        self._delivered = False
        self._closed = False
        self._shields = 0
        self._in_leg = 0

    def end(self, cause: str) -> None:
        """The call has ended; may be called from any greenlet, the first cause counts."""
        if self._cause is None:
            self._cause = cause
            self._later()

    def close(self) -> None:
        """The script is over: nothing is thrown from here on."""
        self._closed = True

    @contextmanager
    def in_leg(self) -> Iterator[None]:
        """Around a wait that the leg itself ends by raising `CallEnded`."""
        self._in_leg += 1
        try:
            yield
        except CallEnded:
            self._delivered = True
            raise
        finally:
            self._in_leg -= 1
            if self._cause is not None:
                self._later()

    @contextmanager
    def shield(self) -> Iterator[None]:
        """Holds the hang-up back until the block is left; then it is raised there."""
        self._shields += 1
        try:
            yield
        finally:
            self._shields -= 1
            self._later()  # for a block left by an error of its own: the hang-up comes at the next wait
        if self._owed() and not self._shields:
            self._delivered = True
            raise CallEnded(self._cause or "")

    def _owed(self) -> bool:
        return self._cause is not None and not self._delivered and not self._closed

    def _later(self) -> None:
        if self._owed():
            gevent.get_hub().loop.run_callback(self._deliver)

    def _deliver(self) -> None:
        """Runs in the hub, so the script is switched out: the one moment when its place is known."""
        if self._owed() and not self._shields and not self._in_leg and not self._script.dead:
            self._delivered = True
            self._script.throw(CallEnded(self._cause or ""))
