"""What history keeps of a call: the call, its visits, their offers, its operators' legs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fsbridge.domain.tally import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """One call; `queue` is the first it entered, `flow` the one its script chose. `outcome` is one of the
    words of the store, empty while it goes on.

    >>> from datetime import UTC
    >>> CallRow(uuid="7f1c", direction="inbound", started_at=datetime(2027, 4, 1, tzinfo=UTC)).outcome
    ''
    """

    uuid: str
    direction: str
    started_at: datetime
    number: str = ""
    name: str = ""
    dialled: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    cause: str = ""
    outcome: str = ""
    queue: str = ""
    flow: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """One stay in one queue; `inferred` if its end was worked out rather than told.

    >>> from datetime import UTC
    >>> noon = datetime(2027, 4, 1, tzinfo=UTC)
    >>> VisitRow(uuid="v", queue="q", ordinal=1, entered_at=noon, first_entered_at=noon).outcome.value
    'waiting'
    """

    uuid: str
    queue: str
    ordinal: int
    entered_at: datetime
    first_entered_at: datetime
    answered_at: datetime | None = None
    left_at: datetime | None = None
    operator: str = ""
    outcome: Outcome = Outcome.WAITING
    inferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    """A visit offered to an operator, and what came of it.

    >>> from datetime import UTC
    >>> OfferRow(visit="v", operator="op01", offered_at=datetime(2027, 4, 1, tzinfo=UTC)).outcome
    'ringing'
    """

    visit: str
    operator: str
    offered_at: datetime
    ended_at: datetime | None = None
    outcome: str = "ringing"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegRow:
    """An operator's part in the call.

    >>> from datetime import UTC
    >>> LegRow(uuid="9a", kind="queue", started_at=datetime(2027, 4, 1, tzinfo=UTC)).hold
    datetime.timedelta(0)
    """

    uuid: str
    kind: str
    started_at: datetime
    visit: str = ""
    operator: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    hold: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRow:
    """A recorded conversation; `path` is within the folder of recordings.

    >>> from datetime import UTC
    >>> noon = datetime(2027, 4, 1, tzinfo=UTC)
    >>> RecordingRow(path="2027-04-01/7f1c.wav", leg="9a", started_at=noon, ended_at=noon).operator
    ''
    """

    path: str
    leg: str
    started_at: datetime
    ended_at: datetime
    operator: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """All that is kept of one call. `no_legs` are those that seemed to be legs and were none.

    >>> from datetime import UTC
    >>> call = CallRow(uuid="7f1c", direction="inbound", started_at=datetime(2027, 4, 1, tzinfo=UTC))
    >>> History(call).visits
    ()
    """

    call: CallRow
    visits: tuple[VisitRow, ...] = ()
    offers: tuple[OfferRow, ...] = ()
    legs: tuple[LegRow, ...] = ()
    no_legs: tuple[str, ...] = ()
    recording: RecordingRow | None = None
