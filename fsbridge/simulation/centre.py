"""The centre as simulated calls see it: the plan, and the rules of overflow by the switch's own tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from fsbridge.domain import overflow
from fsbridge.domain.overflow import QueueNow
from fsbridge.domain.plan import CentrePlan, FlowPlan
from fsbridge.domain.records import OUTCOME
from fsbridge.embedded.callcenter.model import AVAILABLE, ON_DEMAND, TRYING, WAITING
from fsbridge.embedded.switch import Switch
from fsbridge.scripting.fixed import spoken
from fsbridge.scripting.queue import RECALL_KEY
from fsbridge.scripting.sounds import Say, Sound

AGAIN = 1.0
"""Seconds until a caller who is due to go on, and for whom there is no better place, is looked at again."""
_ON_DUTY = (AVAILABLE, ON_DEMAND)


class SimulatedCentre:
    """Where simulated calls get their centre from (a `fsbridge.scripting.centre.CentreSource`).

    As the running service does, it takes callers back whom nobody could answer where they wait: it looks when
    a caller's time in a queue is up, and when `changed` says that operators came or went.
    """

    def __init__(self, switch: Switch, plan: CentrePlan) -> None:
        self._switch, self._plan = switch, plan
        self._clock = switch.core.clock
        self._lines: dict[str, SimulatedLine] = {}
        self._deserted: dict[str, float] = {}
        self._looking = False

    def plan(self) -> CentrePlan:
        """The plan."""
        return self._plan

    def emergency(self, flow: str, at: dt.datetime) -> Sound | None:
        """None: nobody announces one."""
        return None

    def sound(self, plan: CentrePlan, announcement: str) -> Say:
        """The announcement's text, to be spoken."""
        return spoken(plan, announcement)

    @contextmanager
    def line(self, call: str, plan: CentrePlan, flow: FlowPlan) -> Iterator[SimulatedLine]:
        """A caller who waits for an operator of a flow, until the block ends."""
        line = self._lines[call] = SimulatedLine(self, overflow.Line(plan, flow))
        try:
            yield line
        finally:
            self._lines.pop(call, None)

    @property
    def waiting(self) -> bool:
        """Whether anybody waits for an operator, or is on the way there."""
        legs = self._switch.core.legs.values()
        return any(
            leg.direction == "inbound"
            and not leg.ended
            and leg.bridge is None
            and leg.variables.get(OUTCOME) != "out of hours"
            for leg in legs
        )

    def now(self) -> float:
        """Seconds on the simulation's clock."""
        return self._clock.elapsed

    def queues(self) -> dict[str, QueueNow]:
        """Every queue by what really is, read from the switch."""
        tables, now = self._switch.callcenter.tables, self.now()
        waiting: dict[str, int] = {}
        for member in tables.members.values():
            if member.state in (WAITING, TRYING):
                waiting[member.queue] = waiting.get(member.queue, 0) + 1
        found = {}
        for queue in tables.known:
            here = [agent for agent, _ in tables.tiers_of(queue) if agent.status in _ON_DUTY]
            since = now
            if here:
                self._deserted.pop(queue, None)
            else:
                since = self._deserted.setdefault(queue, now)
            found[queue] = QueueNow(
                waiting=waiting.get(queue, 0),
                working=len(here),
                available=sum(agent.state == WAITING for agent in here),
                deserted=now - since,
            )
        return found

    def changed(self) -> None:
        """Operators came, or went."""
        if self._lines:
            self.look_in(0.0)
        self.queues()  # notes since when a queue is deserted

    def look_in(self, seconds: float) -> None:
        """Look so many seconds from now whether everybody waits in the right place."""
        self._clock.later(seconds, self._look)

    def _look(self) -> None:
        members = self._switch.callcenter.tables.members.values()
        waiting = {one.session_uuid: one for one in members if one.state in (WAITING, TRYING)}
        if not waiting:
            return
        queues, now, core = self.queues(), self.now(), self._switch.core
        ringing = {leg.variables.get("cc_member_pre_answer_uuid") for leg in core.legs.values()}
        again = False
        for call, line in list(self._lines.items()):
            member, leg = waiting.get(call), core.find(call)
            if leg is None or member is None or member.queue != line.line.here:
                continue
            if member.uuid not in ringing and not line.line.stays(queues, now):
                leg.pressed(RECALL_KEY)
            else:
                again = again or line.due(queues, now)
        if again and not self._looking:
            self._looking = True
            self._clock.later(AGAIN, self._once_more)

    def _once_more(self) -> None:
        self._looking = False
        self._look()


class SimulatedLine:
    """One caller's way through the queues, in virtual time."""

    def __init__(self, centre: SimulatedCentre, line: overflow.Line) -> None:
        self._centre, self.line = centre, line
        self._since = 0.0
        self._entered = 0.0

    def place(self) -> str:
        """The queue to wait in now; empty when nobody can answer in time."""
        first = not self.line.here
        place = self.line.place(self._centre.queues(), self._centre.now())
        self._since = self._centre.now()
        self._entered = self._since if first else self._entered
        if place:
            flow, owner = self.line.flow, self.line.plan.flow_of(place)
            waited = self.line.waited(self._since)
            for limit in (owner.overflow_after, flow.max_wait and flow.max_wait - waited):
                if limit:
                    self._centre.look_in(max(limit, 0.0))
            if flow.max_wait_without_operator:
                self._centre.look_in(flow.max_wait_without_operator)
        return place

    def due(self, queues: overflow.Queues, now: float) -> bool:
        """Whether the caller would go on if there were a better place, or no telephone rang."""
        owner = self.line.plan.flow_of(self.line.here)
        late = bool(owner.overflow_after) and now - self._since >= owner.overflow_after
        return (late and bool(owner.overflow_to)) or not queues[self.line.here].attended

    def waited(self) -> float:
        """Whole seconds since the first entry into any queue, as mod_callcenter counts them."""
        return float(round(self.line.waited(self._centre.now())))

    def available(self) -> bool:
        """Whether an operator of the queue could take the call at once."""
        return self._centre.queues()[self.line.here].available > 0
