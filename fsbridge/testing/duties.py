"""Duties without a database and a distributor without FreeSWITCH: what the services need, in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from fsbridge.domain.duty import NOTHING, REASONS, Duty, Reason, Status, WrapUp
from fsbridge.domain.facts import AgentRow, Facts, QueueRow, TierRow
from fsbridge.domain.operators import OperatorState, OperatorStatus


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one status that is over.

    >>> noon = datetime(2027, 4, 1)
    >>> Span("op01", Status.READY, "", noon, noon).status.ja
    '待受'
    """

    operator: str
    status: Status
    reason: str
    since: datetime
    until: datetime


class DutiesInMemory:
    """The duties of a centre that lasts as long as the process.

    `wrap_ups` are the rules by queue and by flow, `plan` the tiers (None: nobody's business).

    >>> DutiesInMemory(["op01"]).look()
    ()
    """

    def __init__(
        self,
        operators: Iterable[str],
        *,
        wrap_ups: Mapping[str, WrapUp] | None = None,
        plan: tuple[TierRow, ...] | None = None,
        contact: str = "",
    ) -> None:
        self._lock = threading.RLock()
        self._operators = tuple(operators)
        self.contact = contact
        self._duties: dict[str, Duty] = {}
        self.wrap_ups = dict(wrap_ups or {})
        self.plan = plan
        self.spans: list[Span] = []
        self.owed: list[tuple[str, str]] = []
        """The calls without a case code: (caller's leg, why)."""
        self.log: list[tuple[datetime, str, str, str, str]] = []

    @contextmanager
    def locked(self) -> Iterator[DutiesInMemory]:
        """The duties while nobody else changes them; undone if the block raises."""
        with self._lock:
            before = dict(self._duties), list(self.spans), list(self.owed), list(self.log)
            try:
                yield self
            except BaseException:
                self._duties, self.spans, self.owed, self.log = before
                raise

    def look(self) -> tuple[Duty, ...]:
        """Everybody's who is logged in."""
        return tuple(self._duties.values())

    def duty(self, operator: str) -> Duty | None:
        """One operator's."""
        return self._duties.get(operator)

    def put(self, before: Duty | None, after: Duty, *, cut: str = "") -> None:
        """Keep a duty, its time so far as a span."""
        if before is not None and before.since != after.since:
            self.spans.append(Span(before.operator, before.status, before.reason, before.since, after.since))
        if before is not None and cut and before.call and after.status is not Status.WRAP_UP:
            self.owed.append((before.call, cut))
        if after.status is Status.LOGGED_OUT:
            self._duties.pop(after.operator, None)
        else:
            self._duties[after.operator] = after

    def wrap_up(self, queue: str, flow: str = "") -> WrapUp:
        """A queue's rule; of no queue, a flow's."""
        return self.wrap_ups.get(queue, WrapUp()) if queue else self.wrap_ups.get(flow, NOTHING)

    def record(self, at: datetime, actor: str, action: str, which: str, reason: str) -> None:
        """Note who did what."""
        self.log.append((at, actor, action, which, reason))

    def reasons(self) -> tuple[Reason, ...]:
        """The reasons people may give."""
        return REASONS

    def contacts(self) -> Mapping[str, str]:
        """Who is registered."""
        return dict.fromkeys(self._operators, self.contact)

    def tiers(self, at: datetime) -> tuple[TierRow, ...] | None:
        """Who shall serve what."""
        return self.plan

    def write_owed(self, at: datetime) -> int:
        """Write what is owed."""
        done, self.owed = len(self.owed), []
        return done


class NoDistributor:
    """A distributor that knows nobody.

    >>> NoDistributor().operator("op01") is None
    True
    """

    def operator(self, name: str) -> AgentRow | None:
        """Nobody."""
        return None

    def set_status(self, name: str, status: OperatorStatus) -> None:
        """Nothing."""

    def set_state(self, name: str, state: OperatorState) -> None:
        """Nothing."""

    def add_operator(self, name: str) -> bool:
        """Nothing."""
        return False

    def set_contact(self, name: str, contact: str) -> None:
        """Nothing."""

    def set_number(self, name: str, key: str, value: int) -> None:
        """Nothing."""

    def set_tier(self, queue: str, operator: str, *, level: int = 1, position: int = 1) -> None:
        """Nothing."""

    def remove_tier(self, queue: str, operator: str) -> None:
        """Nothing."""

    def free_tier(self, queue: str, operator: str) -> None:
        """Nothing."""

    def drop_leg(self, leg: str) -> None:
        """Nothing."""


class DistributorInMemory(NoDistributor):
    """mod_callcenter's agents and tiers as it would keep them.

    >>> distributor = DistributorInMemory()
    >>> distributor.add_operator("op01"), distributor.operator("op01").status.value
    (True, 'Logged Out')
    """

    def __init__(self) -> None:
        self.rows: dict[str, AgentRow] = {}
        self.tiers: dict[tuple[str, str], TierRow] = {}
        self.queues: tuple[QueueRow, ...] = ()
        self.orders = 0
        self.dropped: list[str] = []

    def facts(self) -> Facts:
        """Its answer when it is asked how things stand."""
        return Facts(queues=self.queues, agents=tuple(self.rows.values()), tiers=tuple(self.tiers.values()))

    def operator(self, name: str) -> AgentRow | None:
        """One agent's row."""
        return self.rows.get(name)

    def change(self, name: str, **changes: object) -> None:
        """What a person at FreeSWITCH's console, or FreeSWITCH itself, does."""
        self.rows[name] = replace(self.rows[name], **changes)  # type: ignore[arg-type]

    def _order(self, name: str, **changes: object) -> None:
        self.orders += 1
        self.change(name, **changes)

    def add_operator(self, name: str) -> bool:
        """A new agent is logged out, and waiting."""
        if name in self.rows:
            return False
        status, state = OperatorStatus.LOGGED_OUT, OperatorState.WAITING
        self.rows[name] = AgentRow(name=name, status=status, state=state)
        return True

    def set_status(self, name: str, status: OperatorStatus) -> None:
        """Set."""
        self._order(name, status=status)

    def set_state(self, name: str, state: OperatorState) -> None:
        """Set."""
        self._order(name, state=state)

    def set_contact(self, name: str, contact: str) -> None:
        """Set."""
        self._order(name, contact=contact)

    def set_number(self, name: str, key: str, value: int) -> None:
        """Set."""
        self._order(name, **{key: value})

    def set_tier(self, queue: str, operator: str, *, level: int = 1, position: int = 1) -> None:
        """Added, or moved."""
        self.orders += 1
        self.tiers[queue, operator] = TierRow(queue=queue, operator=operator, level=level, position=position)

    def remove_tier(self, queue: str, operator: str) -> None:
        """Gone, if it was there."""
        self.orders += 1
        self.tiers.pop((queue, operator), None)

    def free_tier(self, queue: str, operator: str) -> None:
        """Ready again."""
        self.orders += 1
        self.tiers[queue, operator] = replace(self.tiers[queue, operator], free=True)

    def drop_leg(self, leg: str) -> None:
        """Gone."""
        self.dropped.append(leg)
