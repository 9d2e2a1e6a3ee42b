"""The ticker: pushes at once when something changes after a quiet while, and at most ten times a second."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from fsbridge.services.floor import Floor

logger = logging.getLogger(__name__)

AT_MOST_EVERY = 0.1
"""Seconds between two pushes."""
AT_LEAST_EVERY = 1.0
"""Seconds after which a push goes out although nothing changed: it says that the figures are alive."""


class Ticker:
    """Calls `push` after changes of the floor, many changes at once as one.

    >>> pushed = []
    >>> stop = threading.Event()
    >>> def push(): pushed.append(1); stop.set()
    >>> Ticker(Floor(), push, at_least_every=0).run(stop); len(pushed)
    1
    """

    def __init__(
        self,
        floor: Floor,
        push: Callable[[], None],
        *,
        at_most_every: float = AT_MOST_EVERY,
        at_least_every: float = AT_LEAST_EVERY,
    ) -> None:
        self._floor = floor
        self._push = push
        self._at_most_every = at_most_every
        self._at_least_every = at_least_every

    def run(self, stop: threading.Event) -> None:
        """Push until `stop` is set."""
        seq = self._floor.seq
        while not stop.is_set():
            seq = self._floor.wait(seq, self._at_least_every)
            if stop.is_set():
                return
            began = time.monotonic()
            self._push()
            stop.wait(max(0.0, self._at_most_every - (time.monotonic() - began)))
