"""Where a caller waits: in the flow's own queue, in the one it overflows to, or no longer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.planparts import FlowPlan

CUT_OFF = ""
"""In the place of a queue: nobody can answer this caller in time; the cut-off guidance, and the end."""


@dataclass(frozen=True, slots=True)
class QueueNow:
    """A queue at this moment, by what really is: `working` are its operators who take calls, busy or not.

    Who is on break, logged out, or whose browser is gone works nowhere. `available` of them could be offered
    a call now. `deserted` is how many seconds nobody has been working here; 0 while somebody is.

    >>> QueueNow(waiting=3, working=2).attended, QueueNow(deserted=8.0).attended
    (True, False)
    """

    waiting: int = 0
    working: int = 0
    available: int = 0
    deserted: float = 0.0

    @property
    def attended(self) -> bool:
        """Whether somebody could ever answer here as things stand."""
        return self.working > 0


UNKNOWN = QueueNow(working=1)
"""A queue nothing is known of (no word from FreeSWITCH yet): it is used as if all were well."""

Queues = Mapping[str, QueueNow]
"""The queues now, by key; one that is missing is `UNKNOWN`."""


def way(plan: CentrePlan, flow: FlowPlan) -> tuple[str, ...]:
    """The queues a flow's callers may wait in, its own first, then where that one overflows to, and so on."""
    queues = [flow.queue]
    now = flow
    while now.overflow_to and now.overflow_to not in queues:
        queues.append(now.overflow_to)
        now = plan.flow_of(now.overflow_to)
    return tuple(queues)


def where(
    plan: CentrePlan,
    flow: FlowPlan,
    queues: Queues,
    *,
    here: str = "",
    here_for: float = 0,
    waited: float = 0,
) -> str:
    """The queue in which a caller should wait now, or `CUT_OFF`.

    `here` is the queue the caller waits in (empty: in none yet) since `here_for` seconds; `waited` are the
    seconds since the FIRST entry into any. Nobody is moved to a queue that is deserted or full.
    """
    line = way(plan, flow)
    place = here or line[0]
    owner = plan.flow_of(place)
    now = queues.get(place, UNKNOWN)
    if flow.max_wait and waited >= flow.max_wait:
        return CUT_OFF
    better = [one for one in line if one != place and _has_room(plan, one, queues)]
    if not now.attended:
        if better and (owner.overflow_without_operator or place != line[0]):
            return better[0]
        if flow.max_wait_without_operator and min(now.deserted, waited) >= flow.max_wait_without_operator:
            return CUT_OFF
    if here and owner.overflow_after and here_for >= owner.overflow_after:
        further = [one for one in better if line.index(one) > line.index(place)]
        if further:
            return further[0]
    if not here and owner.max_length and now.waiting >= owner.max_length:
        return CUT_OFF
    return place


def _has_room(plan: CentrePlan, queue: str, queues: Queues) -> bool:
    now = queues.get(queue, UNKNOWN)
    longest = plan.flow_of(queue).max_length
    return now.attended and (not longest or now.waiting < longest)


class Line:
    """One caller on the way through a flow's queues; `now` is any clock of seconds that only grows.

    >>> from fsbridge.domain.plan import AnnouncementPlan, QueuePlan, SeasonPlan
    >>> from fsbridge.domain.schedule import Days, Schedule, Season, Week
    >>> plan = CentrePlan(
    ...     "town", "町", numbers=("100",), region="JP", fallback_queue="any@town",
    ...     schedule=Schedule("Asia/Tokyo", [Season("all", Days("01..12"), Week.of("08:45-18:00"))]),
    ...     seasons=(SeasonPlan("all", seats=2, registered=3),),
    ...     flows=(FlowPlan("any", "受付", queue="any@town", max_wait=600),),
    ...     queues=(QueuePlan("any@town", flow="any"),),
    ...     announcements=(AnnouncementPlan("out-of-hours", "…"), AnnouncementPlan("cut-off", "…")),
    ... )
    >>> line = Line(plan, plan.flow("any"))
    >>> line.place({}, 0.0), line.waited(30.0), line.stays({}, 600.0)
    ('any@town', 30.0, False)
    """

    def __init__(self, plan: CentrePlan, flow: FlowPlan) -> None:
        self.plan = plan
        self.flow = flow
        self.here = ""
        """The queue the caller waits in; empty before the first, and after the last."""
        self._here_since = 0.0
        self._entered: float | None = None

    def place(self, queues: Queues, now: float) -> str:
        """The queue to enter now, or `CUT_OFF`; the caller is taken to be there from now on."""
        place = self._where(queues, now)
        if place and self._entered is None:
            self._entered = now
        if place != self.here:
            self.here, self._here_since = place, now
        return place

    def stays(self, queues: Queues, now: float) -> bool:
        """Whether the caller is still in the right place."""
        return self._where(queues, now) == self.here

    def waited(self, now: float) -> float:
        """Seconds since the first entry into any queue; 0 before it."""
        return 0.0 if self._entered is None else now - self._entered

    def _where(self, queues: Queues, now: float) -> str:
        here_for = now - self._here_since if self.here else 0.0
        waited = self.waited(now)
        return where(self.plan, self.flow, queues, here=self.here, here_for=here_for, waited=waited)
