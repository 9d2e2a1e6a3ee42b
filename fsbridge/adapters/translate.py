"""FreeSWITCH's events in the centre's words: one table, read from top to bottom."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from fsbridge.domain import events as ev
from fsbridge.domain.operators import OperatorState, OperatorStatus
from fsbridge.domain.records import RECALL_KEY
from fsbridge.esl.frames import Event
from fsbridge.esl.headers import Headers

logger = logging.getLogger(__name__)

EVENTS = (
    "CHANNEL_CREATE",
    "CHANNEL_ANSWER",
    "CHANNEL_BRIDGE",
    "CHANNEL_UNBRIDGE",
    "CHANNEL_HOLD",
    "CHANNEL_UNHOLD",
    "CHANNEL_HANGUP",
)
"""The event names the floor needs, and no others."""
SUBCLASSES = ("callcenter::info",)
"""The CUSTOM subclasses the floor needs."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CANCELLED: Mapping[str, ev.LeftReason] = {
    "TIMEOUT": ev.LeftReason.TIMED_OUT,
    "NO_AGENT_TIMEOUT": ev.LeftReason.NO_OPERATOR,
    "EXIT_WITH_KEY": ev.LeftReason.EXIT_KEY,
}


def translate(event: Event) -> ev.DomainEvent | None:
    """The domain event a FreeSWITCH event stands for; None if it says nothing about the floor.

    An event that lacks what it must say is logged and passed over: one odd frame never stops the stream.

    >>> frame = b"Event-Name: CHANNEL_HANGUP\\nEvent-Date-Timestamp: 1795348089898119\\nUnique-ID: dbaa\\n"
    >>> hangup = translate(Event(b"Content-Type: text/event-plain", frame + b"Hangup-Cause: USER_BUSY\\n\\n"))
    >>> type(hangup).__name__, hangup.at.isoformat(), hangup.cause
    ('CallHungUp', '2026-11-22T11:48:09.898119+00:00', 'USER_BUSY')
    """
    maker = _TABLE.get(event.name)
    if maker is None:
        return None
    try:
        return maker(event.headers, *_when(event.headers))
    except (KeyError, ValueError, OverflowError) as problem:
        logger.warning("%s event passed over: %s", event.name, problem)
        return None


def _when(headers: Headers) -> tuple[datetime, int]:
    """The instant and FreeSWITCH's own count of an event."""
    moment = _EPOCH + timedelta(microseconds=int(headers["Event-Date-Timestamp"]))
    return moment, int(headers.get("Event-Sequence", "0") or 0)


def _second(headers: Headers, name: str) -> datetime | None:
    """A header in whole seconds since 1970; None if absent or 0."""
    value = int(headers.get(name, "") or 0)
    return _EPOCH + timedelta(seconds=value) if value > 0 else None


# Channels.


def _started(h: Headers, at: datetime, sequence: int) -> ev.CallStarted:
    created = int(h.get("Caller-Channel-Created-Time", "") or 0)
    on_agents_side = h.get("variable_cc_side") == "agent"
    return ev.CallStarted(
        at=at,
        sequence=sequence,
        uuid=h["Unique-ID"],
        direction=ev.Direction(h.get("Call-Direction", "inbound")),
        number=h.get("Caller-Orig-Caller-ID-Number") or h.get("Caller-Caller-ID-Number") or "",
        name=h.get("Caller-Caller-ID-Name", ""),
        destination=h.get("Caller-Destination-Number", ""),
        created_at=_EPOCH + timedelta(microseconds=created) if created > 0 else None,
        operator=h.get("variable_cc_agent", "") if on_agents_side else "",
        visit=h.get("variable_cc_member_uuid", "") if on_agents_side else "",
    )


def _answered(h: Headers, at: datetime, sequence: int) -> ev.CallAnswered:
    return ev.CallAnswered(at=at, sequence=sequence, uuid=h["Unique-ID"])


def _bridged(h: Headers, at: datetime, sequence: int) -> ev.CallBridged:
    """The queue answers: known by the operator's leg it noted on the caller's, just before bridging."""
    one, other = _both_legs(h)
    theirs = h.get("variable_cc_agent_uuid", "")
    visit = h.get("variable_cc_member_uuid", "") if theirs and theirs in (one, other) else ""
    return ev.CallBridged(at=at, sequence=sequence, uuid=one, other=other, visit=visit)


def _unbridged(h: Headers, at: datetime, sequence: int) -> ev.CallUnbridged:
    one, other = _both_legs(h)
    return ev.CallUnbridged(at=at, sequence=sequence, uuid=one, other=other)


def _both_legs(h: Headers) -> tuple[str, str]:
    one = h.get("Bridge-A-Unique-ID") or h["Unique-ID"]
    return one, h.get("Bridge-B-Unique-ID") or h["Other-Leg-Unique-ID"]


def _held(h: Headers, at: datetime, sequence: int) -> ev.CallHeld:
    return ev.CallHeld(at=at, sequence=sequence, uuid=h["Unique-ID"])


def _resumed(h: Headers, at: datetime, sequence: int) -> ev.CallResumed:
    return ev.CallResumed(at=at, sequence=sequence, uuid=h["Unique-ID"])


def _hung_up(h: Headers, at: datetime, sequence: int) -> ev.CallHungUp:
    return ev.CallHungUp(at=at, sequence=sequence, uuid=h["Unique-ID"], cause=h.get("Hangup-Cause", ""))


# mod_callcenter.


def _visit(h: Headers) -> dict[str, str]:
    """What every queue event begins with."""
    return {
        "visit": h["CC-Member-UUID"],
        "call": h.get("CC-Member-Session-UUID", ""),
        "queue": h["CC-Queue"],
        "number": h.get("CC-Member-CID-Number", ""),
        "name": h.get("CC-Member-CID-Name", ""),
    }


def _entered(h: Headers, at: datetime, sequence: int) -> ev.CallerEnteredQueue:
    return ev.CallerEnteredQueue(at=at, sequence=sequence, **_visit(h))


def _offered(h: Headers, at: datetime, sequence: int) -> ev.OfferMade:
    return ev.OfferMade(at=at, sequence=sequence, operator=h["CC-Agent"], **_visit(h))


def _offer_answered(h: Headers, at: datetime, sequence: int) -> ev.OfferAnswered:
    leg = h.get("CC-Agent-UUID", "")
    return ev.OfferAnswered(at=at, sequence=sequence, operator=h["CC-Agent"], leg=leg, **_visit(h))


def _offer_failed(h: Headers, at: datetime, sequence: int) -> ev.OfferFailed:
    cause = h.get("CC-Hangup-Cause", "")
    return ev.OfferFailed(at=at, sequence=sequence, operator=h["CC-Agent"], cause=cause, **_visit(h))


def _conversation_ended(h: Headers, at: datetime, sequence: int) -> ev.ConversationEnded:
    return ev.ConversationEnded(
        at=at,
        sequence=sequence,
        operator=h["CC-Agent"],
        leg=h.get("CC-Agent-UUID", ""),
        bridged=h.get("CC-Agent-Bridged") == "true",
        answered_second=_second(h, "CC-Agent-Answered-Time"),
        **_visit(h),
    )


def _left(h: Headers, at: datetime, sequence: int) -> ev.CallerLeftQueue:
    return ev.CallerLeftQueue(
        at=at,
        sequence=sequence,
        reason=_reason(h),
        entered_second=_second(h, "CC-Member-Joined-Time"),
        operator=h.get("CC-Agent", ""),
        answered_second=_second(h, "CC-Agent-Answered-Time"),
        **_visit(h),
    )


def _reason(h: Headers) -> ev.LeftReason:
    """BREAK_OUT: the caller hung up, or a command took the call out. The leg's own state tells which."""
    if h.get("CC-Cause") == "Terminated":
        return ev.LeftReason.SERVED
    reason = _CANCELLED.get(h.get("CC-Cancel-Reason", ""))
    if reason is ev.LeftReason.EXIT_KEY and h.get("variable_cc_exit_key") == RECALL_KEY:
        return ev.LeftReason.TAKEN_OUT  # pressed by us
    if reason is not None:
        return reason
    return ev.LeftReason.GAVE_UP if h.get("Answer-State") == "hangup" else ev.LeftReason.TAKEN_OUT


def _operator_added(h: Headers, at: datetime, sequence: int) -> ev.OperatorAdded:
    return ev.OperatorAdded(at=at, sequence=sequence, operator=h["CC-Agent"])


def _status_changed(h: Headers, at: datetime, sequence: int) -> ev.OperatorStatusChanged:
    status = OperatorStatus.of(h["CC-Agent-Status"])
    return ev.OperatorStatusChanged(at=at, sequence=sequence, operator=h["CC-Agent"], status=status)


def _state_changed(h: Headers, at: datetime, sequence: int) -> ev.OperatorStateChanged:
    state = OperatorState.of(h["CC-Agent-State"])
    return ev.OperatorStateChanged(at=at, sequence=sequence, operator=h["CC-Agent"], state=state)


def _missed_too_many(h: Headers, at: datetime, sequence: int) -> ev.OperatorMissedTooMany:
    count = int(h.get("CC-Agent-No-Answer-Count", "") or 0)
    return ev.OperatorMissedTooMany(at=at, sequence=sequence, operator=h["CC-Agent"], count=count)


def _callcenter(h: Headers, at: datetime, sequence: int) -> ev.DomainEvent | None:
    maker = _CALLCENTER.get(h.get("CC-Action", ""))
    return maker(h, at, sequence) if maker is not None else None


_Maker = Callable[[Headers, datetime, int], "ev.DomainEvent | None"]

_CALLCENTER: Mapping[str, _Maker] = {
    "member-queue-start": _entered,
    "member-queue-resume": _entered,
    "agent-offering": _offered,
    "bridge-agent-start": _offer_answered,
    "bridge-agent-fail": _offer_failed,
    "bridge-agent-end": _conversation_ended,
    "member-queue-end": _left,
    "agent-add": _operator_added,
    "agent-status-change": _status_changed,
    "agent-state-change": _state_changed,
    "agent-max-no-answer": _missed_too_many,
}
_TABLE: Mapping[str, _Maker] = {
    "CHANNEL_CREATE": _started,
    "CHANNEL_ANSWER": _answered,
    "CHANNEL_BRIDGE": _bridged,
    "CHANNEL_UNBRIDGE": _unbridged,
    "CHANNEL_HOLD": _held,
    "CHANNEL_UNHOLD": _resumed,
    "CHANNEL_HANGUP": _hung_up,
    "CUSTOM": _callcenter,
}
