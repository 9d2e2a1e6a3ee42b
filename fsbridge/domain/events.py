"""What happened in the centre, one frozen value per happening, named in the past tense.

Every event says when FreeSWITCH fired it (``at``, aware UTC with microseconds) and its place in
FreeSWITCH's own order (``sequence``), because many events share one instant of its 20 ms clock. Times told
in a header in whole seconds are marked ``…_second``.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from fsbridge.domain.operators import OperatorState, OperatorStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEvent:
    """The part every event has.

    >>> from datetime import UTC
    >>> DomainEvent(at=datetime(2026, 4, 1, 0, 0, tzinfo=UTC), sequence=7).stamp[1]
    7
    """

    at: datetime
    sequence: int = 0

    @property
    def stamp(self) -> tuple[datetime, int]:
        """Orders two events: by time, then by FreeSWITCH's count."""
        return self.at, self.sequence


class Direction(enum.Enum):
    """Who placed the leg, seen from FreeSWITCH.

    >>> Direction("inbound") is Direction.INBOUND
    True
    """

    INBOUND = "inbound"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted(DomainEvent):
    """A leg came into being. ``operator`` and ``visit`` are filled for a leg that rings an operator.

    >>> from datetime import UTC
    >>> CallStarted(at=datetime.now(UTC), uuid="7f1c", number="0762201111").direction.value
    'inbound'
    """

    uuid: str
    direction: Direction = Direction.INBOUND
    number: str = ""
    name: str = ""
    destination: str = ""
    created_at: datetime | None = None
    operator: str = ""
    visit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered(DomainEvent):
    """A leg was answered (mod_callcenter answers a caller's leg at once: this says nothing of operators).

    >>> from datetime import UTC
    >>> CallAnswered(at=datetime.now(UTC), uuid="7f1c").uuid
    '7f1c'
    """

    uuid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBridged(DomainEvent):
    """Two legs hear each other. ``visit`` is filled when the bridge is the queue's answer to that visit.

    >>> from datetime import UTC
    >>> CallBridged(at=datetime.now(UTC), uuid="7f1c", other="9d02").other
    '9d02'
    """

    uuid: str
    other: str
    visit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallUnbridged(DomainEvent):
    """Two legs no longer hear each other.

    >>> from datetime import UTC
    >>> CallUnbridged(at=datetime.now(UTC), uuid="7f1c", other="9d02").uuid
    '7f1c'
    """

    uuid: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeld(DomainEvent):
    """A leg was put on hold.

    >>> from datetime import UTC
    >>> CallHeld(at=datetime.now(UTC), uuid="7f1c").uuid
    '7f1c'
    """

    uuid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResumed(DomainEvent):
    """A leg was taken off hold.

    >>> from datetime import UTC
    >>> CallResumed(at=datetime.now(UTC), uuid="7f1c").uuid
    '7f1c'
    """

    uuid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHungUp(DomainEvent):
    """A leg ended; ``cause`` is FreeSWITCH's word, e.g. ``NORMAL_CLEARING``.

    >>> from datetime import UTC
    >>> CallHungUp(at=datetime.now(UTC), uuid="7f1c", cause="USER_BUSY").cause
    'USER_BUSY'
    """

    uuid: str
    cause: str = ""


class LeftReason(enum.Enum):
    """Why a caller is no longer in the queue.

    >>> LeftReason.TIMED_OUT.is_overflow, LeftReason.GAVE_UP.is_overflow
    (True, False)
    """

    SERVED = "served"
    GAVE_UP = "gave up"
    TIMED_OUT = "timed out"
    NO_OPERATOR = "no operator"
    EXIT_KEY = "exit key"
    TAKEN_OUT = "taken out"

    @property
    def is_overflow(self) -> bool:
        """Whether the call lives on elsewhere: time-out, nobody logged in, a key, a command."""
        return self not in (LeftReason.SERVED, LeftReason.GAVE_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEvent(DomainEvent):
    """The part events about one queue visit have: the visit, its call (the caller's leg) and its queue.

    >>> from datetime import UTC
    >>> QueueEvent(at=datetime.now(UTC), visit="ce03", call="dbaa", queue="leak@city").queue
    'leak@city'
    """

    visit: str
    call: str
    queue: str
    number: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerEnteredQueue(QueueEvent):
    """A caller began to wait in a queue.

    >>> from datetime import UTC
    >>> CallerEnteredQueue(at=datetime.now(UTC), visit="ce03", call="dbaa", queue="leak@city").visit
    'ce03'
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferMade(QueueEvent):
    """An operator's phone began to ring for a waiting caller.

    >>> from datetime import UTC
    >>> OfferMade(at=datetime.now(UTC), visit="ce03", call="dbaa", queue="leak", operator="op01").operator
    'op01'
    """

    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAnswered(QueueEvent):
    """An operator picked up; the bridge to the caller follows within moments, or fails.

    >>> from datetime import UTC
    >>> OfferAnswered(at=datetime.now(UTC), visit="c", call="d", queue="q", operator="op01", leg="d127").leg
    'd127'
    """

    operator: str
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFailed(QueueEvent):
    """An operator's phone stopped ringing without an answer; ``cause`` is FreeSWITCH's word.

    >>> from datetime import UTC
    >>> OfferFailed(at=datetime.now(UTC), visit="c", call="d", queue="q", operator="o", cause="BUSY").cause
    'BUSY'
    """

    operator: str
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationEnded(QueueEvent):
    """The operator's part is over; ``bridged`` tells whether the two ever spoke.

    >>> from datetime import UTC
    >>> ConversationEnded(at=datetime.now(UTC), visit="c", call="d", queue="q", operator="op01").bridged
    True
    """

    operator: str
    leg: str = ""
    bridged: bool = True
    answered_second: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerLeftQueue(QueueEvent):
    """A visit is over, and why.

    >>> from datetime import UTC
    >>> why = LeftReason.EXIT_KEY
    >>> CallerLeftQueue(at=datetime.now(UTC), visit="ce03", call="dbaa", queue="leak@city", reason=why).reason
    <LeftReason.EXIT_KEY: 'exit key'>
    """

    reason: LeftReason
    entered_second: datetime | None = None
    operator: str = ""
    answered_second: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorEvent(DomainEvent):
    """The part events about an operator have.

    >>> from datetime import UTC
    >>> OperatorEvent(at=datetime.now(UTC), operator="op01").operator
    'op01'
    """

    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAdded(OperatorEvent):
    """An operator was made known to the distributor, logged out at first.

    >>> from datetime import UTC
    >>> OperatorAdded(at=datetime.now(UTC), operator="op01").operator
    'op01'
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorStatusChanged(OperatorEvent):
    """An operator chose a status, or was given one.

    >>> from datetime import UTC
    >>> OperatorStatusChanged(at=datetime.now(UTC), operator="o", status=OperatorStatus.ON_BREAK).status
    <OperatorStatus.ON_BREAK: 'On Break'>
    """

    status: OperatorStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorStateChanged(OperatorEvent):
    """What the distributor is doing with an operator changed.

    >>> from datetime import UTC
    >>> OperatorStateChanged(at=datetime.now(UTC), operator="op01", state=OperatorState.RECEIVING).state.value
    'Receiving'
    """

    state: OperatorState


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorMissedTooMany(OperatorEvent):
    """An operator let ``count`` calls ring unanswered; a change of status follows.

    >>> from datetime import UTC
    >>> OperatorMissedTooMany(at=datetime.now(UTC), operator="op03", count=1).count
    1
    """

    count: int = 0
