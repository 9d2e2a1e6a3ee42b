"""The reconciler: compares the live copy with FreeSWITCH every few seconds and repairs what has drifted."""

from __future__ import annotations

import logging
import threading

from fsbridge.domain.facts import Difference
from fsbridge.errors import FsbridgeError
from fsbridge.services.floor import FactsSource, Floor, resync

logger = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between two questions."""


class Reconciler:
    """Notices drift that two questions in a row show, logs it, and brings the floor in step again.

    FreeSWITCH's lists lag behind its events and are not taken in one instant, so a difference seen once is
    none yet.

    >>> from fsbridge.domain.facts import AgentRow, Facts
    >>> class Source:
    ...     def facts(self): return Facts(agents=(AgentRow(name="op01"),))
    ...     def outcomes(self, unsettled): return {}
    >>> reconciler = Reconciler(Floor(), Source())
    >>> len(reconciler.check()), len(reconciler.check()), len(reconciler.check())
    (0, 1, 0)
    """

    def __init__(self, floor: Floor, source: FactsSource) -> None:
        self._floor = floor
        self._source = source
        self._seen: frozenset[Difference] = frozenset()
        self.repairs = 0

    def check(self) -> tuple[Difference, ...]:
        """Ask once; the differences that were there the last time too, now repaired."""
        differences = self._floor.differences(self._source.facts())
        drift = tuple(one for one in differences if one in self._seen)
        self._seen = frozenset(differences)
        if drift:
            for one in drift:
                logger.warning("drift: %s", one)
            resync(self._floor, self._source, settle=0)
            self.repairs += 1
            self._seen = frozenset()
        return drift

    def run(self, stop: threading.Event, *, every: float = EVERY) -> None:
        """Check every few seconds until ``stop`` is set; a question that fails is asked again the next time.

        >>> stop = threading.Event()
        >>> stop.set()
        >>> Reconciler(Floor(), None).run(stop)
        """
        while not stop.wait(every):
            try:
                self.check()
            except FsbridgeError as problem:
                logger.info("not reconciled this time: %s", problem)
