"""A call's records and sightings made into what history keeps; in whatever order they came, the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from fsbridge.domain.events import LeftReason
from fsbridge.domain.history.offers import offers_of
from fsbridge.domain.history.rows import CallRow, History, LegRow, OfferRow, RecordingRow, VisitRow
from fsbridge.domain.history.seen import Sighting
from fsbridge.domain.history.stay import Stay, stays_of
from fsbridge.domain.monitoring import is_monitoring
from fsbridge.domain.records import NOBODY, OPERATORS, SELF_TEST, LegRecord
from fsbridge.domain.tally import Outcome

OUTCOMES = ("queued", "out of hours", "left in IVR", "lines busy", "announcement", "outbound")
"""Where a call went; empty for colleagues' calls, and for one that goes on."""

_LEFT = {
    LeftReason.TIMED_OUT: Outcome.TIMED_OUT,
    LeftReason.NO_OPERATOR: Outcome.NO_OPERATOR,
    LeftReason.EXIT_KEY: Outcome.EXIT_KEY,
    LeftReason.TAKEN_OUT: Outcome.TAKEN_OUT,
}
_LINES_BUSY = {
    "USER_BUSY",
    "NORMAL_CIRCUIT_CONGESTION",
    "SWITCH_CONGESTION",
    "NORMAL_TEMPORARY_FAILURE",
    "REQUESTED_CHAN_UNAVAIL",
    "NETWORK_OUT_OF_ORDER",
}


def history_of(
    root: str,
    records: Sequence[LegRecord],
    sightings: Sequence[Sighting] = (),
    *,
    short_abandon: Callable[[str], timedelta] = lambda queue: timedelta(seconds=5),
) -> History | None:
    """What is kept of the call whose first leg is `root`; None if these tell of no call (yet).

    `short_abandon` is, for each queue, how soon a caller must leave to count as a short abandon.

    >>> from datetime import UTC, datetime
    >>> noon = datetime(2027, 4, 1, tzinfo=UTC)
    >>> quick = LegRecord(uuid="7f1c", started_at=noon, ended_at=noon, released="far")
    >>> history_of("7f1c", [quick]).call.outcome
    'left in IVR'
    """
    first = next((one for one in records if one.uuid == root), None)
    offered = [one for one in records if one.side == "agent" and one.visits]
    stays = stays_of(first, offered, sightings)
    if not (stays or (first and _is_call(first))):
        return None
    visits, offers = _visits(stays, short_abandon)
    call = _call(root, first, stays)
    legs = tuple(sorted(_legs(root, first, records, stays), key=lambda leg: (leg.started_at, leg.uuid)))
    kept = {leg.uuid for leg in legs}
    no_legs = tuple(one.uuid for one in records if one.uuid not in kept)
    return History(call, visits, offers, legs, no_legs, _recording(first, visits, legs))


def _is_call(first: LegRecord) -> bool:
    """Whether a leg nobody else's began a call: a telephone's end of the wire, or a machine's, does not."""
    if first.spied or is_monitoring(first.uuid) or first.context in NOBODY or first.outcome == SELF_TEST:
        return False
    return first.inbound or bool(first.operator)


def _placed(first: LegRecord) -> bool:
    """Whether an operator placed the call."""
    return first.context == OPERATORS or (not first.inbound and first.side != "member")


def _outside(first: LegRecord) -> bool:
    """Whether a call that an operator placed left the building."""
    return not first.inbound or any(step.app == "bridge" and "user/" not in step.data for step in first.steps)


def _call(root: str, first: LegRecord | None, stays: Sequence[Stay]) -> CallRow:
    if first is None:
        seen = next((stay.seen for stay in stays if stay.seen), None)
        gone = max((one.seen.gone_at for one in stays if one.seen and one.seen.gone_at), default=None)
        began = stays[0].entered_at
        assert began is not None  # a stay without a beginning is none
        return CallRow(
            uuid=root,
            direction="inbound",
            started_at=began,
            number=seen.number if seen else "",
            name=seen.name if seen else "",
            ended_at=gone,
            outcome="queued" if gone else "",
            queue=stays[0].queue,
        )
    direction = "inbound"
    if _placed(first):
        direction = "outbound" if _outside(first) else "internal"
    return CallRow(
        uuid=root,
        direction=direction,
        started_at=min([first.started_at, *(stay.entered_at for stay in stays if stay.entered_at)]),
        number=first.dialled if direction == "outbound" else first.number,
        name=first.name,
        dialled=first.dialled,
        answered_at=first.answered_at,
        ended_at=first.ended_at,
        cause=first.cause,
        outcome=_outcome(first, direction, queued=bool(stays)),
        queue=stays[0].queue if stays else "",
        flow=first.flow,
    )


def _outcome(first: LegRecord, direction: str, *, queued: bool) -> str:
    if queued:
        return "queued"
    if direction != "inbound":
        return "outbound" if direction == "outbound" else ""
    if first.outcome in OUTCOMES and first.outcome != "queued":
        return first.outcome
    if first.fallback and first.fallback not in ("open", "cut-off"):
        return "out of hours"
    if first.fallback == "cut-off":
        return "announcement"
    if first.answered_at is None and first.cause in _LINES_BUSY:
        return "lines busy"
    return "announcement" if first.answered_at and first.released == "near" else "left in IVR"


def _visits(
    stays: Sequence[Stay], short_abandon: Callable[[str], timedelta]
) -> tuple[tuple[VisitRow, ...], tuple[OfferRow, ...]]:
    visits: list[VisitRow] = []
    offers: list[OfferRow] = []
    for ordinal, stay in enumerate(stays, 1):
        entered = stay.entered_at
        assert entered is not None  # a stay without a beginning is none
        reason, inferred = stay.reason
        left_at, exactly = stay.left_at
        first = visits[0].entered_at if visits else entered
        if stay.answered:
            outcome = Outcome.ANSWERED
        elif reason is None or left_at is None:
            outcome = Outcome.WAITING
        elif reason in _LEFT:
            outcome = _LEFT[reason]
        else:
            soon = exactly and left_at - first <= short_abandon(stay.queue)
            outcome = Outcome.SHORT_ABANDONED if soon else Outcome.ABANDONED
        visit = VisitRow(
            uuid=stay.uuid,
            queue=stay.queue,
            ordinal=ordinal,
            entered_at=entered,
            first_entered_at=first,
            answered_at=stay.answered_at,
            left_at=left_at,
            operator=stay.operator,
            outcome=outcome,
            inferred=inferred,
        )
        visits.append(visit)
        offers += offers_of(stay, visit)
    return tuple(visits), tuple(offers)


def _legs(
    root: str, first: LegRecord | None, records: Sequence[LegRecord], stays: Sequence[Stay]
) -> Iterator[LegRow]:
    told = {one.uuid for one in records}
    for record in records:
        kind = _kind(root, first, record)
        if kind:
            yield LegRow(
                uuid=record.uuid,
                kind=kind,
                started_at=record.started_at,
                visit=record.visits[-1].uuid if record.side == "agent" and record.visits else "",
                operator=record.operator,
                answered_at=record.answered_at,
                ended_at=record.ended_at,
                hold=record.hold,
            )
    for stay in stays:
        seen = stay.seen
        if seen and seen.leg and seen.leg not in told and stay.answered:
            began = seen.picked_up_at or stay.answered_at or stay.entered_at
            assert began is not None  # the stay has begun
            yield LegRow(
                uuid=seen.leg,
                kind="queue",
                started_at=min((one.at for one in seen.offers if one.answered), default=began),
                visit=stay.uuid,
                operator=seen.operator,
                answered_at=began,
                ended_at=stay.left_at[0],
            )


def _recording(
    first: LegRecord | None, visits: Sequence[VisitRow], legs: Sequence[LegRow]
) -> RecordingRow | None:
    """The recording that mod_callcenter made of the caller's last conversation."""
    spoken = [visit for visit in visits if visit.answered_at]
    if first is None or not first.recording or not spoken:
        return None
    last = spoken[-1]
    assert last.answered_at is not None  # it was spoken in
    return RecordingRow(
        path=first.recording,
        leg=next((leg.uuid for leg in legs if leg.visit == last.uuid), ""),
        started_at=last.answered_at,
        ended_at=last.left_at or first.ended_at,
        operator=last.operator,
    )


def _kind(root: str, first: LegRecord | None, record: LegRecord) -> str:
    """Whose part in the call a leg is; empty for the caller's own, and for offers that led to nothing."""
    if record.spied or is_monitoring(record.uuid):
        return "monitoring"
    if record.side == "agent":
        return "queue" if record.visits and record.visits[-1].answered else ""
    if record.uuid == root:
        if not _placed(record):
            return ""
        return "outbound" if _outside(record) else "internal"
    if first is not None and _placed(first):
        return "internal" if record.colleague else ""
    asked = record.bridged_to not in ("", root)  # spoken with an operator alone: asked, nothing more
    return "transfer" if record.parent == root and not asked else "internal"
