"""What a screen shows: one immutable value, taken from the board at one moment."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime

from fsbridge.domain.events import Direction, DomainEvent
from fsbridge.domain.operators import Activity, OperatorState, OperatorStatus
from fsbridge.domain.tally import Tally

NOTHING = Tally()


class CallState(enum.Enum):
    """Where a call is.

    >>> [state.value for state in CallState]
    ['ringing', 'in flow', 'waiting', 'offered', 'talking', 'held']
    """

    RINGING = "ringing"
    IN_FLOW = "in flow"
    WAITING = "waiting"
    OFFERED = "offered"
    TALKING = "talking"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """One call with all its legs. ``waiting_since`` is the FIRST entry into any queue.

    >>> CallView(uuid="7f1c", state=CallState.WAITING, number="0762201111").operators
    ()
    """

    uuid: str
    state: CallState
    direction: Direction = Direction.INBOUND
    number: str = ""
    name: str = ""
    destination: str = ""
    queue: str = ""
    started_at: datetime | None = None
    waiting_since: datetime | None = None
    talking_since: datetime | None = None
    operators: tuple[str, ...] = ()
    legs: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """One queue now and today. ``available`` is None while it is not known who serves the queue.

    >>> QueueView(name="leak@city", waiting=2).tally.offered
    0
    """

    name: str
    waiting: int = 0
    waiting_since: datetime | None = None
    offering: int = 0
    talking: int = 0
    operators: int = 0
    available: int | None = None
    tally: Tally = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorView:
    """One operator now; ``queue`` and ``number`` are of the call that rings or is spoken.

    >>> OperatorView(name="op01").activity.value
    'unknown'
    """

    name: str
    status: OperatorStatus = OperatorStatus.UNKNOWN
    state: OperatorState = OperatorState.UNKNOWN
    activity: Activity = Activity.UNKNOWN
    since: datetime | None = None
    queues: tuple[str, ...] = ()
    queue: str = ""
    number: str = ""
    available: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of time in which no events were heard.

    >>> start = datetime.fromisoformat("2026-04-01T09:00:00Z")
    >>> Gap(start, start, "closed by peer").reason
    'closed by peer'
    """

    since: datetime
    until: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """Whether the board is fed. ``heard_at`` is the last sign of life, ``lost_at`` is None while connected.

    >>> LinkView().connected
    False
    """

    connected: bool = False
    heard_at: datetime | None = None
    lost_at: datetime | None = None
    reason: str = ""
    gaps: tuple[Gap, ...] = ()


UNHEARD = LinkView()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The whole floor at one moment; ``seq`` grows with each change.

    >>> Snapshot().waiting, Snapshot().total.balanced
    (0, True)
    """

    seq: int = 0
    at: datetime | None = None
    day: date | None = None
    counting_since: datetime | None = None
    link: LinkView = UNHEARD
    total: Tally = NOTHING
    queues: tuple[QueueView, ...] = ()
    operators: tuple[OperatorView, ...] = ()
    calls: tuple[CallView, ...] = ()
    legs: int = 0
    recent: tuple[DomainEvent, ...] = ()

    @property
    def waiting(self) -> int:
        """Callers who wait for an operator now."""
        return sum(queue.waiting for queue in self.queues)

    @property
    def waiting_since(self) -> datetime | None:
        """The oldest first entry among those who wait."""
        return min((one.waiting_since for one in self.queues if one.waiting_since is not None), default=None)

    @property
    def talking(self) -> int:
        """Conversations between a caller and an operator now."""
        return sum(queue.talking for queue in self.queues)

    @property
    def available(self) -> int:
        """Operators who could be offered a call now."""
        return sum(1 for operator in self.operators if operator.available)

    @property
    def balanced(self) -> bool:
        """Whether the identity holds in every queue and in the centre."""
        return self.total.balanced and all(queue.tally.balanced for queue in self.queues)
