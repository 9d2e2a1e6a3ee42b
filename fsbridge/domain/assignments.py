"""Who serves which queue for now: what a supervisor changes until an hour, on top of the season's tiers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fsbridge.domain.facts import TierRow
from fsbridge.errors import FsbridgeError


class AssignmentRefused(FsbridgeError):
    """The assignment cannot be made; the text says what to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """An operator who serves a queue otherwise than the season says, `until` then; `level` 0 is not at all.

    >>> noon = datetime.fromisoformat("2027-04-01T12:00:00Z")
    >>> one = Assignment(queue="leak@city", operator="op01", level=0, since=noon, until=noon)
    >>> one.holds(noon)
    False
    """

    queue: str
    operator: str
    level: int
    since: datetime
    until: datetime
    position: int = 1
    by: str = ""

    def holds(self, at: datetime) -> bool:
        """Whether it is in force."""
        return self.since <= at < self.until


def assigned(tiers: Iterable[TierRow], changes: Iterable[Assignment], at: datetime) -> tuple[TierRow, ...]:
    """The tiers with what is in force put over them.

    >>> noon = datetime.fromisoformat("2027-04-01T12:00:00Z")
    >>> night = noon.replace(hour=15)
    >>> own = (TierRow(queue="leak@city", operator="op01"), TierRow(queue="other@city", operator="op01"))
    >>> away = Assignment(queue="other@city", operator="op01", level=0, since=noon, until=night)
    >>> [row.queue for row in assigned(own, [away], noon)], len(assigned(own, [away], night))
    (['leak@city'], 2)
    """
    found = {(one.queue, one.operator): one for one in tiers}
    for change in changes:
        if not change.holds(at):
            continue
        place = change.queue, change.operator
        found.pop(place, None)
        if change.level > 0:
            found[place] = TierRow(
                queue=change.queue, operator=change.operator, level=change.level, position=change.position
            )
    return tuple(found.values())
