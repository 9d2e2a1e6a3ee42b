"""Talks: whether anybody spoke on a leg that an operator placed, or was sent."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from fsbridge.domain.events import CallAnswered, CallBridged, CallStarted

REMEMBERED = 5000
"""The latest legs that are known; of an older one it is taken that somebody spoke."""


@dataclass(slots=True)
class _Leg:
    answered: bool = False
    others: set[str] = field(default_factory=set)


class Talks:
    """The legs whose beginning was seen, each with those it was joined to.

    A number that is busy, or rings in vain, is joined to its caller too, for its tones; who answers speaks.

    >>> from datetime import UTC, datetime
    >>> now, talks = datetime(2027, 4, 1, tzinfo=UTC), Talks()
    >>> for uuid in ("b1", "o1"): talks.started(CallStarted(at=now, uuid=uuid))
    >>> talks.bridged(CallBridged(at=now, uuid="b1", other="o1"))
    >>> talks.answered(CallAnswered(at=now, uuid="b1"))
    >>> before = talks.spoke("b1"); talks.answered(CallAnswered(at=now, uuid="o1"))
    >>> before, talks.spoke("b1"), talks.spoke("b1", "c1"), talks.spoke("from before a restart")
    (False, True, False, True)
    """

    def __init__(self) -> None:
        self._legs: OrderedDict[str, _Leg] = OrderedDict()

    def started(self, event: CallStarted) -> None:
        """A leg begins."""
        self._legs[event.uuid] = _Leg()
        while len(self._legs) > REMEMBERED:
            self._legs.popitem(last=False)

    def answered(self, event: CallAnswered) -> None:
        """It was picked up."""
        leg = self._legs.get(event.uuid)
        if leg is not None:
            leg.answered = True

    def bridged(self, event: CallBridged) -> None:
        """Two legs are joined."""
        for uuid, other in ((event.uuid, event.other), (event.other, event.uuid)):
            leg = self._legs.get(uuid)
            if leg is not None:
                leg.others.add(other)

    def spoke(self, uuid: str, other: str = "") -> bool:
        """Whether somebody spoke on a leg, with the `other` if one is named; also where that is not known."""
        leg = self._legs.get(uuid)
        if leg is None:
            return True
        joined = leg.others & {other} if other else leg.others
        return leg.answered and any(self._answered(one) for one in joined)

    def _answered(self, uuid: str) -> bool:
        leg = self._legs.get(uuid)
        return leg is None or leg.answered
