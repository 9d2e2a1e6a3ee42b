"""What FreeSWITCH reports when it is asked: rows of its own lists, in the centre's words."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fsbridge.domain.events import Direction, LeftReason
from fsbridge.domain.operators import OperatorState, OperatorStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """One leg of ``show channels``. ``peer`` is the leg it speaks with, "" if none.

    >>> ChannelRow(uuid="7f1c", number="0762201111", answered=True).held
    False
    """

    uuid: str
    direction: Direction = Direction.INBOUND
    number: str = ""
    name: str = ""
    destination: str = ""
    created_second: datetime | None = None
    answered: bool = False
    held: bool = False
    ended: bool = False
    peer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One queue as loaded; ``max_wait`` in seconds, 0 for no limit.

    >>> QueueRow(name="leak@city", strategy="ring-all", max_wait=5).max_wait
    5
    """

    name: str
    strategy: str = ""
    max_wait: int = 0
    max_wait_no_operator: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRow:
    """One operator as the distributor keeps it; ``leg`` is the operator's present leg, "" if none.

    >>> AgentRow(name="op01").status.value
    'unknown'
    """

    name: str
    status: OperatorStatus = OperatorStatus.UNKNOWN
    state: OperatorState = OperatorState.UNKNOWN
    type: str = "callback"
    contact: str = ""
    leg: str = ""
    max_no_answer: int = 0
    wrap_up_time: int = 0
    status_since: datetime | None = None
    offered_second: datetime | None = None
    bridged_second: datetime | None = None
    unbridged_second: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRow:
    """Which operator serves which queue, at what level and position; ``offering`` while ringing for it.

    ``free`` unless the distributor thinks the operator busy with a call of this queue or of another.

    >>> TierRow(queue="leak@city", operator="op01", level=1, position=2).position
    2
    """

    queue: str
    operator: str
    level: int = 1
    position: int = 1
    offering: bool = False
    free: bool = True


class MemberState(enum.Enum):
    """Where a caller in the list stands.

    >>> MemberState.TRYING.in_queue, MemberState.ABANDONED.in_queue
    (True, False)
    """

    WAITING = "waiting"
    TRYING = "trying"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    UNKNOWN = "unknown"

    @property
    def in_queue(self) -> bool:
        """Whether the caller still waits."""
        return self in (MemberState.WAITING, MemberState.TRYING)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """One visit in a queue's list. ``call`` is "" once the caller has left.

    >>> MemberRow(queue="leak@city", visit="ce03", state=MemberState.WAITING).state.in_queue
    True
    """

    queue: str
    visit: str
    state: MemberState
    call: str = ""
    number: str = ""
    name: str = ""
    entered_second: datetime | None = None
    answered_second: datetime | None = None
    left_second: datetime | None = None
    operator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitOutcome:
    """What a caller's own leg remembers of a visit that is no longer listed.

    >>> VisitOutcome(answered=False, reason=LeftReason.TIMED_OUT).reason.is_overflow
    True
    """

    answered: bool
    reason: LeftReason | None = None
    operator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One whole answer of FreeSWITCH. ``outcomes`` holds, by visit, what was asked of legs that left unseen.

    >>> Facts(channels=(ChannelRow(uuid="7f1c"),)).legs
    frozenset({'7f1c'})
    """

    channels: tuple[ChannelRow, ...] = ()
    queues: tuple[QueueRow, ...] = ()
    agents: tuple[AgentRow, ...] = ()
    tiers: tuple[TierRow, ...] = ()
    members: tuple[MemberRow, ...] = ()
    outcomes: Mapping[str, VisitOutcome] = field(default_factory=dict)

    @property
    def legs(self) -> frozenset[str]:
        """The uuids of the legs that live."""
        return frozenset(row.uuid for row in self.channels if not row.ended)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing the live copy and FreeSWITCH do not agree on.

    >>> print(Difference("operator", "op01", "ready", "on break"))
    operator op01: here ready, FreeSWITCH on break
    """

    kind: str
    key: str
    here: str
    there: str

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: here {self.here}, FreeSWITCH {self.there}"
