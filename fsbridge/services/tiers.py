"""Who serves which queue: the tiers of the season in force, told to the distributor by what differs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from fsbridge.domain.facts import AgentRow, QueueRow, TierRow
from fsbridge.domain.plan import CentrePlan
from fsbridge.errors import FsbridgeError

logger = logging.getLogger(__name__)


class Distributor(Protocol):
    """What is asked and told; `fsbridge.adapters.callcenter.Callcenter` for one."""

    def queues(self) -> tuple[QueueRow, ...]:
        """The queues that are loaded."""

    def operators(self) -> tuple[AgentRow, ...]:
        """The operators it knows."""

    def tiers(self) -> tuple[TierRow, ...]:
        """Who serves which queue."""

    def add_operator(self, name: str) -> bool:
        """Make an operator known, logged out."""

    def set_tier(self, queue: str, operator: str, *, level: int = 1, position: int = 1) -> None:
        """Let an operator serve a queue."""

    def remove_tier(self, queue: str, operator: str) -> None:
        """Let an operator no longer serve a queue."""


@dataclass(frozen=True)
class TierChanges:
    """What was told to the distributor; each is (queue, operator).

    >>> str(TierChanges(set=(("leak@town", "op01"),))), bool(TierChanges())
    ('1 tiers set, 0 removed', False)
    """

    set: tuple[tuple[str, str], ...] = ()
    removed: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.set or self.removed)

    def __str__(self) -> str:
        return f"{len(self.set)} tiers set, {len(self.removed)} removed"


def wanted(plan: CentrePlan, season: str) -> tuple[TierRow, ...]:
    """The tiers of a season as the distributor should report them; none for a day without a season.

    >>> from fsbridge.adapters.planfile import example
    >>> [row.operator for row in wanted(example("porto").plan, "resto") if row.queue == "avarias@porto"]
    ['tiago', 'rui', 'ines']
    """
    return tuple(
        TierRow(queue=one.queue, operator=one.operator, level=one.level, position=one.position)
        for one in plan.tiers_of(season)
    )


class Tiers:
    """Makes the distributor serve queues as the season in force says; repeated, it tells nothing.

    Operators it never heard of (telephones in FreeSWITCH's own configuration) are left alone. New tiers come
    before old ones go, so that no queue is without operators in between. `for_now` puts over the season's
    tiers what a supervisor has changed until an hour.
    """

    def __init__(
        self,
        distributor: Distributor,
        *,
        for_now: Callable[[tuple[TierRow, ...]], tuple[TierRow, ...]] = lambda tiers: tiers,
    ) -> None:
        self._distributor = distributor
        self._for_now = for_now
        self._ours: set[str] = set()

    def apply(self, plan: CentrePlan, season: str) -> TierChanges:
        """Tell what differs from the season's tiers; FsbridgeError, at the end, if a queue is not loaded."""
        self._ours.update(one.key for one in plan.operators)
        there = {(one.queue, one.operator): (one.level, one.position) for one in self._distributor.tiers()}
        loaded = {one.name for one in self._distributor.queues()}
        tiers = self._for_now(wanted(plan, season))
        mine = {(one.queue, one.operator): (one.level, one.position) for one in tiers}
        told = [pair for pair, place in mine.items() if there.get(pair) != place and pair[0] in loaded]
        self._introduce({operator for _, operator in told})
        for queue, operator in told:
            level, position = mine[queue, operator]
            self._distributor.set_tier(queue, operator, level=level, position=position)
        gone = [pair for pair in there if pair not in mine and pair[1] in self._ours]
        for queue, operator in gone:
            self._distributor.remove_tier(queue, operator)
        changes = TierChanges(tuple(told), tuple(gone))
        if changes:
            logger.info("season %s: %s", season or "none", changes)
        missing = sorted({queue for queue, _ in mine} - loaded)
        if missing:
            raise FsbridgeError(
                f"FreeSWITCH does not know {', '.join(missing)}: `fsbridge switch render`, then reloadxml "
                "and `callcenter_config queue load`"
            )
        return changes

    def _introduce(self, names: Collection[str]) -> None:
        known = {one.name for one in self._distributor.operators()} if names else set()
        for name in sorted(set(names) - known):
            self._distributor.add_operator(name)
