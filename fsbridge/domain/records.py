"""What one call detail record says: a leg that is over, as FreeSWITCH saw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

OPERATORS = "operators"
"""The dialplan context in which operators place calls."""
NOBODY = ("phones",)
"""Contexts of telephones that nobody holds: their ends of a wire are no calls."""
VISITS = "fsbridge_visits"
"""The channel variable in which a call's earlier queue visits are put away before it enters the next one."""
OUTCOME = "fsbridge_outcome"
"""The channel variable in which a script says where a call went that entered no queue."""
SELF_TEST = "self test"
"""The outcome of an operator's call to the echo, which is no call of the centre's."""
RECALL_KEY = "D"
"""The exit key by which fsbridge takes a caller back: a tone that telephones can read and have no key for."""
PUT_AWAY = (
    "cc_member_uuid",
    "cc_queue",
    "cc_queue_joined_epoch",
    "cc_cause",
    "cc_cancel_reason",
    "cc_queue_canceled_epoch",
    "cc_agent_bridged",
    "cc_agent",
    "cc_agent_uuid",
    "cc_queue_answered_epoch",
    "cc_queue_terminated_epoch",
    "cc_exit_key",
)
"""What mod_callcenter leaves of a visit on the caller's channel, and overwrites at the next."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 253_402_300_799  # the last second a datetime can hold


@dataclass(frozen=True, slots=True)
class Step:
    """An application the leg ran, and when it began.

    >>> Step("callcenter", "leak@city", datetime(2027, 4, 1, tzinfo=UTC)).app
    'callcenter'
    """

    app: str
    data: str
    at: datetime


@dataclass(frozen=True, slots=True)
class VisitNote:
    """One queue visit as mod_callcenter's variables tell of it, its times in whole seconds.

    >>> VisitNote.of({"cc_member_uuid": "ce03", "cc_queue": "leak@city", "cc_cause": "answered"}).answered
    True
    >>> VisitNote.of({"cc_queue": "leak@city"}) is None
    True
    """

    uuid: str
    queue: str
    joined: datetime | None = None
    cause: str = ""
    cancel_reason: str = ""
    cancelled: datetime | None = None
    exit_key: str = ""
    bridged: str = ""
    operator: str = ""
    leg: str = ""
    answered_second: datetime | None = None
    ended: datetime | None = None

    @classmethod
    def of(cls, values: Mapping[str, str]) -> VisitNote | None:
        """The visit that these channel variables tell of; None if they name none."""
        if not values.get("cc_member_uuid") or not values.get("cc_queue"):
            return None
        note = cls(
            uuid=values["cc_member_uuid"],
            queue=values["cc_queue"],
            joined=second(values.get("cc_queue_joined_epoch")),
            cause=values.get("cc_cause", ""),
            cancel_reason=values.get("cc_cancel_reason", ""),
            cancelled=second(values.get("cc_queue_canceled_epoch")),
            exit_key=values.get("cc_exit_key", ""),
            bridged=values.get("cc_agent_bridged", ""),
        )
        if not note.answered:  # what follows would be an earlier visit's
            return note
        return cls(
            note.uuid,
            note.queue,
            note.joined,
            note.cause,
            bridged=note.bridged,
            operator=values.get("cc_agent", ""),
            leg=values.get("cc_agent_uuid", ""),
            answered_second=second(values.get("cc_queue_answered_epoch")),
            ended=_not_before(second(values.get("cc_queue_terminated_epoch")), note.joined),
        )

    @property
    def answered(self) -> bool:
        """Whether caller and operator were joined: a caller gone in that moment leaves no cause behind."""
        return self.bridged == "true" or (self.cause == "answered" and self.bridged != "false")


@dataclass(frozen=True, slots=True, kw_only=True)
class LegRecord:
    """One leg from its beginning to its end; times to the microsecond unless they say ``second``.

    `parent` is the leg it belongs to (its caller's, or the one it listens in on), empty for a call's first
    leg. `hold` is how long it was on hold. `spied` is the leg a supervisor listened to.

    >>> began = datetime(2027, 4, 1, tzinfo=UTC)
    >>> LegRecord(uuid="7f1c", started_at=began, ended_at=began).answered_at is None
    True
    """

    uuid: str
    started_at: datetime
    ended_at: datetime
    parent: str = ""
    inbound: bool = True
    context: str = ""
    number: str = ""
    name: str = ""
    dialled: str = ""
    answered_at: datetime | None = None
    bridged_at: datetime | None = None
    bridged_to: str = ""
    cause: str = ""
    released: str = ""
    side: str = ""
    operator: str = ""
    colleague: bool = False
    spied: str = ""
    visits: tuple[VisitNote, ...] = ()
    steps: tuple[Step, ...] = ()
    hold: timedelta = timedelta()
    outcome: str = ""
    fallback: str = ""
    flow: str = ""
    recording: str = ""


def second(text: str | None) -> datetime | None:
    """The time of an ``_epoch`` variable; None for one that is empty, 0 or no number.

    >>> second("1795348063").isoformat(), second("0"), second("soon")
    ('2026-11-22T11:47:43+00:00', None, None)
    """
    return micro(f"{text}000000") if text and text.isdecimal() else None


def micro(text: str | None) -> datetime | None:
    """The time of a ``_uepoch`` variable, to the microsecond; None as `second`.

    >>> micro("1795348063198199").microsecond
    198199
    """
    if not text or not text.isdecimal() or not text.isascii() or len(text) > 18:
        return None
    count = int(text)
    return _EPOCH + timedelta(microseconds=count) if 0 < count < _LONGEST * 1_000_000 else None


def put_away(values: Mapping[str, str]) -> str:
    """`VISITS` with the visit added that the channel's variables tell of now.

    >>> put_away({"cc_member_uuid": "ce03", "cc_queue": "leak@city", "cc_cause": "cancel"})
    'ce03|leak@city||cancel||||||||'
    """
    earlier = values.get(VISITS, "")
    if not values.get("cc_member_uuid"):
        return earlier
    note = "|".join(values.get(name, "") for name in PUT_AWAY)
    return f"{earlier},{note}" if earlier else note


def visits_in(values: Mapping[str, str]) -> tuple[VisitNote, ...]:
    """Every visit that a channel's variables tell of, in order: those put away, then the last.

    >>> values = {"fsbridge_visits": "a|q@city||cancel|TIMEOUT", "cc_member_uuid": "b", "cc_queue": "q"}
    >>> [note.uuid for note in visits_in(values)]
    ['a', 'b']
    """
    rows = [dict(zip(PUT_AWAY, row.split("|"), strict=False)) for row in values.get(VISITS, "").split(",")]
    found: dict[str, VisitNote] = {}
    for row in [*rows, values]:
        note = VisitNote.of(row)
        if note is not None:
            found[note.uuid] = note
    return tuple(found.values())


def held(events: str) -> timedelta:
    """How long a leg was on hold, from FreeSWITCH's ``hold_events``; times that overlap count once.

    >>> held("{{1795348152000000,1795348153500000},{1795348151000000,1795348152500000}}").total_seconds()
    2.5
    """
    spans = []
    for pair in events.strip("{}").split("},{"):
        on, _, off = pair.partition(",")
        start, end = micro(on), micro(off)
        if start and end and end > start:
            spans.append((start, end))
    total, upto = timedelta(), _EPOCH
    for start, end in sorted(spans):
        total += max(timedelta(), end - max(start, upto))
        upto = max(upto, end)
    return total


def _not_before(moment: datetime | None, earliest: datetime | None) -> datetime | None:
    """A moment, unless it is an earlier visit's."""
    return None if moment and earliest and moment < earliest else moment
