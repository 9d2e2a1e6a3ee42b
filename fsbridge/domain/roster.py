"""The operators known to the distributor, and which queues they serve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from fsbridge.domain.events import OperatorAdded, OperatorStateChanged, OperatorStatusChanged
from fsbridge.domain.facts import AgentRow, Difference, TierRow
from fsbridge.domain.legs import LONG_AGO, Stamp
from fsbridge.domain.operators import Activity, OperatorState, OperatorStatus, activity

_IN_CALL = (Activity.RINGING, Activity.TALKING, Activity.HOLDING)


class Operator:
    """One operator as known here.

    >>> Operator("op01").activity()
    <Activity.UNKNOWN: 'unknown'>
    """

    __slots__ = ("name", "state", "state_at", "state_stamp", "status", "status_at", "status_stamp")

    def __init__(self, name: str) -> None:
        self.name = name
        self.status = OperatorStatus.UNKNOWN
        self.status_stamp: Stamp = LONG_AGO
        self.status_at: datetime | None = None
        self.state = OperatorState.UNKNOWN
        self.state_stamp: Stamp = LONG_AGO
        self.state_at: datetime | None = None

    def activity(self, *, held: bool = False) -> Activity:
        """The word for what the operator is doing."""
        return activity(self.status, self.state, held=held)

    def since(self) -> datetime | None:
        """Since when: a call since its state changed, anything else since the later of both changes."""
        if self.activity() in _IN_CALL:
            return self.state_at
        moments = [at for at in (self.status_at, self.state_at) if at is not None]
        return max(moments, default=None)

    def take_status(self, status: OperatorStatus, stamp: Stamp) -> None:
        """Set the status if this is the newest word on it."""
        if stamp > self.status_stamp:
            self.status_stamp = stamp
            if status is not self.status:
                self.status, self.status_at = status, stamp[0]

    def take_state(self, state: OperatorState, stamp: Stamp) -> None:
        """Set the state if this is the newest word on it."""
        if stamp > self.state_stamp:
            self.state_stamp = stamp
            if state is not self.state:
                self.state, self.state_at = state, stamp[0]


class Roster:
    """Every operator, by name.

    >>> from datetime import UTC
    >>> roster = Roster()
    >>> roster.added(OperatorAdded(at=datetime(2026, 4, 1, tzinfo=UTC), operator="op01"))
    >>> [(operator.name, operator.status.value) for operator in roster]
    [('op01', 'Logged Out')]
    """

    def __init__(self) -> None:
        self._operators: dict[str, Operator] = {}
        self._tiers: dict[str, tuple[str, ...]] = {}

    def __iter__(self) -> Iterator[Operator]:
        return iter(sorted(self._operators.values(), key=lambda operator: operator.name))

    def _known(self, name: str) -> Operator:
        operator = self._operators.get(name)
        if operator is None:
            operator = self._operators[name] = Operator(name)
        return operator

    def added(self, event: OperatorAdded) -> None:
        """A new operator: logged out, state waiting."""
        operator = self._known(event.operator)
        operator.take_status(OperatorStatus.LOGGED_OUT, event.stamp)
        operator.take_state(OperatorState.WAITING, event.stamp)

    def status_changed(self, event: OperatorStatusChanged) -> None:
        """An operator's newest status."""
        self._known(event.operator).take_status(event.status, event.stamp)

    def state_changed(self, event: OperatorStateChanged) -> None:
        """An operator's newest state."""
        self._known(event.operator).take_state(event.state, event.stamp)

    def queues_of(self, name: str) -> tuple[str, ...]:
        """The queues an operator serves, as last reported."""
        return tuple(sorted(queue for queue, names in self._tiers.items() if name in names))

    def serving(self, queue: str) -> tuple[str, ...]:
        """The operators of a queue, as last reported, first in line first."""
        return self._tiers.get(queue, ())

    def take(self, agents: Iterable[AgentRow], tiers: Iterable[TierRow]) -> None:
        """Become what FreeSWITCH reports."""
        agents = list(agents)
        for name in self._operators.keys() - {row.name for row in agents}:
            del self._operators[name]
        for row in agents:
            operator = self._known(row.name)
            operator.status_stamp = operator.state_stamp = LONG_AGO
            if operator.status is not row.status:
                operator.status, operator.status_at = row.status, row.status_since
            if operator.state is not row.state:
                operator.state, operator.state_at = row.state, _state_since(row)
        lines: dict[str, list[TierRow]] = {}
        for tier in tiers:
            lines.setdefault(tier.queue, []).append(tier)
        self._tiers = {
            queue: tuple(row.operator for row in sorted(line, key=lambda row: (row.level, row.position)))
            for queue, line in lines.items()
        }

    def differences(self, agents: Iterable[AgentRow]) -> Iterator[Difference]:
        """Operators that are only here or only there, or whose status or state is not the same."""
        there = {row.name: f"{row.status.value}, {row.state.value}" for row in agents}
        here = {one.name: f"{one.status.value}, {one.state.value}" for one in self._operators.values()}
        for name in sorted(here.keys() | there.keys()):
            mine, theirs = here.get(name, "absent"), there.get(name, "absent")
            if mine != theirs:
                yield Difference("operator", name, mine, theirs)


def _state_since(row: AgentRow) -> datetime | None:
    if row.state is OperatorState.IN_A_CALL:
        return row.bridged_second
    if row.state is OperatorState.RECEIVING:
        return row.offered_second
    return row.unbridged_second
