"""Rescue for callers whom mod_callcenter passes over for ever, and an answer without those who are gone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from fsbridge.domain.facts import Facts, VisitOutcome
from fsbridge.domain.stranded import Stranded, stranded
from fsbridge.errors import FsbridgeError
from fsbridge.services.floor import FactsSource, utc_now

logger = logging.getLogger(__name__)

APART = timedelta(seconds=3)
"""So long after one look another can confirm it."""


class Rescue:
    """A source of facts that looks for stranded callers whenever it is asked.

    Who is stranded at two looks is taken out of the queue by `recall`, with the leg, to be queued again with
    the time waited. A row whose caller is gone is told of once, and left out of every answer from then on.

    >>> class Source:
    ...     def facts(self): return Facts()
    ...     def outcomes(self, unsettled): return {}
    >>> Rescue(Source(), print).facts()
    Facts(channels=(), queues=(), agents=(), tiers=(), members=(), outcomes={})
    """

    def __init__(
        self,
        source: FactsSource,
        recall: Callable[[str], object],
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._source = source
        self._recall = recall
        self._clock = clock
        self._before = Stranded()
        self._looked: datetime | None = None
        self._ghosts: frozenset[str] = frozenset()

    def facts(self) -> Facts:
        """FreeSWITCH's answer, without the rows that are known to be left over."""
        facts = self._source.facts()
        now = self._clock()
        if self._looked is None or now - self._looked >= APART:
            self._looked = now
            self._look(facts)
        if not self._ghosts:
            return facts
        return replace(facts, members=tuple(row for row in facts.members if row.visit not in self._ghosts))

    def outcomes(self, unsettled: Mapping[str, str]) -> Mapping[str, VisitOutcome]:
        """What FreeSWITCH says became of visits."""
        return self._source.outcomes(unsettled)

    def _look(self, facts: Facts) -> None:
        found = stranded(facts)
        lasting = found.lasting(self._before)
        self._before = found
        for visit in sorted(lasting.ghosts - self._ghosts):
            logger.warning("drift: visit %s: its caller is gone, FreeSWITCH says trying; left out", visit)
        self._ghosts = (self._ghosts | lasting.ghosts) & {row.visit for row in facts.members}
        for visit, call in lasting.callers:
            logger.warning("drift: visit %s: offered to nobody any more; its caller is queued again", visit)
            try:
                self._recall(call)
            except FsbridgeError as problem:
                logger.warning("call %s could not be taken out of its queue: %s", call, problem)
