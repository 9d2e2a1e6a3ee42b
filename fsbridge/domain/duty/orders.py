"""What mod_callcenter must be told so that it offers calls as the duty says.

Its own words do not reach: it has no after-call work, and counts people on break as present, so that callers
wait for ever. Here, who is on duty is `Available (On Demand)`: after each call mod_callcenter leaves them
Idle, which is the wrap-up, until they are set Waiting. Everybody else is `Logged Out`, whatever the reason:
with nobody on duty callers overflow after the queue's ``max-wait-time-with-no-agent``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fsbridge.domain.duty.duty import Duty
from fsbridge.domain.duty.status import Status
from fsbridge.domain.facts import AgentRow
from fsbridge.domain.operators import OperatorState, OperatorStatus

_WITH_A_CALL = (OperatorState.RECEIVING, OperatorState.RESERVED, OperatorState.IN_A_CALL)


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Give an operator a status.

    >>> print(SetStatus("op01", OperatorStatus.LOGGED_OUT))
    op01 is set Logged Out
    """

    operator: str
    status: OperatorStatus

    def __str__(self) -> str:
        return f"{self.operator} is set {self.status.value}"


@dataclass(frozen=True, slots=True)
class SetState:
    """Put an operator into a state.

    >>> print(SetState("op01", OperatorState.WAITING))
    op01 is set Waiting
    """

    operator: str
    state: OperatorState

    def __str__(self) -> str:
        return f"{self.operator} is set {self.state.value}"


def orders(duty: Duty, row: AgentRow) -> Iterator[SetStatus | SetState]:
    """The steps that bring the distributor in line with a duty; none when it is.

    While the distributor has a call for somebody, nothing is told but Logged Out, which cuts no conversation:
    any other status would cancel the ringing, any state could bring a second call.

    >>> from datetime import datetime
    >>> noon = datetime.fromisoformat("2027-04-01T03:00:00Z")
    >>> row = AgentRow(name="op01", status=OperatorStatus.ON_DEMAND, state=OperatorState.IDLE)
    >>> [str(one) for one in orders(Duty(operator="op01", status=Status.READY, since=noon), row)]
    ['op01 is set Waiting']
    """
    if not duty.status.on_duty:
        if row.status is not OperatorStatus.LOGGED_OUT:
            yield SetStatus(row.name, OperatorStatus.LOGGED_OUT)
        return
    if row.state in _WITH_A_CALL or (duty.status.in_call and not duty.outgoing):
        return
    engaged = duty.status is Status.WRAP_UP or duty.outgoing
    if engaged and row.state is not OperatorState.IDLE:
        yield SetState(row.name, OperatorState.IDLE)
    if row.status is not OperatorStatus.ON_DEMAND:
        yield SetStatus(row.name, OperatorStatus.ON_DEMAND)
    if not engaged and row.state is not OperatorState.WAITING:
        yield SetState(row.name, OperatorState.WAITING)
