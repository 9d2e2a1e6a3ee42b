"""Drift: what the distributor, the seats and the duties do not agree on, and the repair of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fsbridge.domain.duty.duty import Duty
from fsbridge.domain.duty.orders import SetState, SetStatus, orders
from fsbridge.domain.duty.status import Status
from fsbridge.domain.facts import AgentRow, Facts, MemberState, TierRow
from fsbridge.domain.operators import OperatorState, OperatorStatus

STUCK = timedelta(seconds=90)
"""So long no telephone rings: mod_callcenter gives up after 60 s."""


@dataclass(frozen=True, slots=True)
class AddOperator:
    """Make an operator known, called by this dial string."""

    operator: str
    contact: str


@dataclass(frozen=True, slots=True)
class SetContact:
    """Call an operator by this dial string."""

    operator: str
    contact: str


@dataclass(frozen=True, slots=True)
class SetNumber:
    """Set one of an operator's numbers."""

    operator: str
    key: str
    value: int


@dataclass(frozen=True, slots=True)
class SetTier:
    """Let an operator serve a queue at this level and position."""

    queue: str
    operator: str
    level: int
    position: int


@dataclass(frozen=True, slots=True)
class RemoveTier:
    """Let an operator no longer serve a queue."""

    queue: str
    operator: str


@dataclass(frozen=True, slots=True)
class FreeTier:
    """Let a free operator be offered calls of a queue again."""

    queue: str
    operator: str


@dataclass(frozen=True, slots=True)
class BeginDuty:
    """Somebody sits, of whom nothing is known: the duty begins."""

    operator: str


@dataclass(frozen=True, slots=True)
class EndDuty:
    """Nobody sits there any more: the duty ends."""

    operator: str


@dataclass(frozen=True, slots=True)
class TakeCall:
    """A conversation began unseen."""

    operator: str
    visit: str
    call: str
    queue: str
    leg: str
    at: datetime | None = field(compare=False)


@dataclass(frozen=True, slots=True)
class EndCall:
    """A call ended unseen; ``bridged`` if it was a conversation."""

    operator: str
    visit: str
    bridged: bool
    at: datetime | None = field(compare=False)


Repair = (
    SetStatus
    | SetState
    | AddOperator
    | SetContact
    | SetNumber
    | SetTier
    | RemoveTier
    | FreeTier
    | BeginDuty
    | EndDuty
    | TakeCall
    | EndCall
)


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that does not agree: what is here, what is there, and what puts it right.

    >>> print(Drift("operator", "op01", "no seat", "Available", SetStatus("op01", OperatorStatus.LOGGED_OUT)))
    operator op01: here no seat, FreeSWITCH Available
    """

    kind: str
    key: str
    here: str
    there: str
    repair: Repair | None = None
    passing: bool = False

    @property
    def certain(self) -> bool:
        """Whether one look is enough: nobody but a person changes these."""
        return isinstance(self.repair, AddOperator | SetContact | SetNumber)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: here {self.here}, FreeSWITCH {self.there}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """How things stand here: who is registered with which dial string ("" leaves FreeSWITCH's own), who sits,
    what each does, and who shall serve which queue (None: not ours to say).
    """

    contacts: Mapping[str, str]
    seated: Collection[str]
    duties: Mapping[str, Duty]
    tiers: Collection[TierRow] | None = None


def drifts(known: Known, facts: Facts, now: datetime, *, stuck: timedelta = STUCK) -> Iterator[Drift]:
    """Everything that does not agree at one look. Lists lag behind: only what a second look shows is drift.

    Agents that FreeSWITCH knows and nobody has registered are not ours.

    >>> noon = datetime.fromisoformat("2027-04-01T03:00:00Z")
    >>> facts = Facts(agents=(AgentRow(name="op01", status=OperatorStatus.AVAILABLE),))
    >>> for drift in drifts(Known(contacts={"op01": ""}, seated=(), duties={}), facts, noon): print(drift)
    operator op01: here no seat, FreeSWITCH Available
    """
    rows = {row.name: row for row in facts.agents}
    for name in sorted(known.contacts.keys() | known.duties.keys()):
        yield from _operator(name, known, rows.get(name), facts, now, stuck)
    if known.tiers is not None:
        yield from _tiers(known, facts, rows)
    for tier in facts.tiers:
        row = rows.get(tier.operator)
        if row is not None and not tier.free and row.state in (OperatorState.WAITING, OperatorState.IDLE):
            yield Drift("tier", f"{tier.queue} {row.name}", "free", "busy", FreeTier(tier.queue, row.name))


def _operator(
    name: str, known: Known, row: AgentRow | None, facts: Facts, now: datetime, stuck: timedelta
) -> Iterator[Drift]:
    duty = known.duties.get(name)
    there = f"{row.status.value}, {row.state.value}" if row is not None else "absent"
    if duty is None and name in known.seated:
        yield Drift("operator", name, "a seat without a duty", there, BeginDuty(name))
        return
    if duty is not None and name not in known.seated and not duty.status.in_conversation:
        yield Drift("operator", name, f"{duty.status.value} without a seat", there, EndDuty(name))
        return
    if row is None:
        contact = known.contacts.get(name, "")
        if contact:
            yield Drift("operator", name, "registered", there, AddOperator(name, contact))
        elif duty is not None and duty.status.on_duty:
            yield Drift("operator", name, f"{duty.status.value} without a telephone", there)
        return
    yield from _settings(name, known.contacts.get(name, ""), row)
    if duty is None:
        if row.status is not OperatorStatus.LOGGED_OUT:
            leave = SetStatus(name, OperatorStatus.LOGGED_OUT)
            yield Drift("operator", name, "no seat", row.status.value, leave)
        return
    call = _call(duty, row, facts)
    if call is not None:
        yield Drift("operator", name, duty.status.value, there, call)
        return
    free = _stuck(duty, row, facts, now, stuck)
    if free is not None:
        yield free
        return
    for order in orders(duty, row):
        yield Drift("operator", name, duty.status.value, there, order)


def _settings(name: str, contact: str, row: AgentRow) -> Iterator[Drift]:
    """The counting and the timing are done here, fairly; mod_callcenter's own would interfere.

    A dial string that leads elsewhere than to a user of the directory was meant so.
    """
    ours = not row.contact or "user/" in row.contact
    if contact and ours and row.contact != contact:
        yield Drift("operator", name, f"called by {contact}", row.contact, SetContact(name, contact))
    for key in ("max_no_answer", "wrap_up_time"):
        value = getattr(row, key)
        if value:
            yield Drift("operator", name, f"{key} 0", str(value), SetNumber(name, key, 0))


def _call(duty: Duty, row: AgentRow, facts: Facts) -> TakeCall | EndCall | None:
    """A call that began or ended while nobody listened."""
    alive = row.leg != "" and row.leg in facts.legs
    if row.state is OperatorState.IN_A_CALL and alive and duty.leg != row.leg:
        member = next(
            (one for one in facts.members if one.operator == row.name and one.state is MemberState.ANSWERED),
            None,
        )
        if member is not None:
            return TakeCall(row.name, member.visit, member.call, member.queue, row.leg, row.bridged_second)
    if duty.status is Status.RINGING and row.state in (OperatorState.WAITING, OperatorState.IDLE):
        return EndCall(row.name, duty.visit, False, None)
    over = row.state is not OperatorState.IN_A_CALL or not alive
    if over and duty.status.in_conversation and duty.leg not in facts.legs:
        ended = row.unbridged_second
        told = ended is not None and ended > duty.since  # an earlier one is of the call before
        return EndCall(row.name, duty.visit, True, ended if told else None)
    return None


def _stuck(duty: Duty, row: AgentRow, facts: Facts, now: datetime, stuck: timedelta) -> Drift | None:
    """A state mod_callcenter forgot to leave: no call of such a length rings, no leg of this one lives."""
    if row.leg in facts.legs:
        return None
    receiving = row.state is OperatorState.RECEIVING
    ringing = receiving and row.offered_second is not None and now - row.offered_second < stuck
    if ringing or not (receiving or row.state in (OperatorState.RESERVED, OperatorState.IN_A_CALL)):
        return None
    state = OperatorState.WAITING if duty.status is Status.READY else OperatorState.IDLE
    repair = SetState(row.name, state)
    waits = row.state is OperatorState.RESERVED  # for a tenth of a second, usually
    return Drift("operator", row.name, duty.status.value, f"stuck {row.state.value}", repair, passing=waits)


def _tiers(known: Known, facts: Facts, rows: Mapping[str, AgentRow]) -> Iterator[Drift]:
    assert known.tiers is not None
    loaded = {queue.name for queue in facts.queues}
    wanted = {(one.queue, one.operator): (one.level, one.position) for one in known.tiers}
    there = {
        (one.queue, one.operator): (one.level, one.position)
        for one in facts.tiers
        if one.operator in known.contacts
    }
    for queue, name in sorted(wanted.keys() | there.keys()):
        mine, theirs = wanted.get((queue, name)), there.get((queue, name))
        if mine == theirs or (mine is not None and (name not in rows or queue not in loaded)):
            continue
        repair = RemoveTier(queue, name) if mine is None else SetTier(queue, name, *mine)
        yield Drift("tier", f"{queue} {name}", _place(mine), _place(theirs), repair)


def _place(place: tuple[int, int] | None) -> str:
    return "none" if place is None else f"level {place[0]} position {place[1]}"
