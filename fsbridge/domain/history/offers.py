"""What came of each offer of a visit: told apart by the cause FreeSWITCH gives for the operator's leg."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from fsbridge.domain.history.rows import OfferRow, VisitRow
from fsbridge.domain.history.seen import SeenOffer
from fsbridge.domain.history.stay import Stay
from fsbridge.domain.records import LegRecord
from fsbridge.domain.tally import Outcome

ANSWERED, RINGING = "answered", "ringing"
RANG_OUT, REJECTED, PHONE_GONE = "rang out", "rejected", "phone gone"
CALLER_HUNG_UP, WITHDRAWN = "caller hung up", "withdrawn"

_RANG_OUT = {"NO_ANSWER", "ALLOTTED_TIMEOUT", "NO_USER_RESPONSE", "PROGRESS_TIMEOUT"}
_REJECTED = {"CALL_REJECTED", "USER_BUSY"}
_WITHDRAWN = {"LOSE_RACE", "PICKED_OFF"}
_CALLER = {"ORIGINATOR_CANCEL", "NORMAL_CLEARING"}
_SAME = timedelta(seconds=3)
_ABANDONED = (Outcome.ABANDONED, Outcome.SHORT_ABANDONED, Outcome.WAITING)


def offers_of(stay: Stay, visit: VisitRow) -> tuple[OfferRow, ...]:
    """Every offer of a visit, by time. One that only events told of had no phone to ring.

    >>> from datetime import UTC, datetime
    >>> from fsbridge.domain.history.seen import Sighting
    >>> noon = datetime(2027, 4, 1, tzinfo=UTC)
    >>> gone = SeenOffer(operator="op01", at=noon, ended_at=noon, cause="USER_NOT_REGISTERED")
    >>> stay = Stay("v", "q", seen=Sighting(visit="v", call="c", queue="q", offers=(gone,)))
    >>> visit = VisitRow(uuid="v", queue="q", ordinal=1, entered_at=noon, first_entered_at=noon)
    >>> [offer.outcome for offer in offers_of(stay, visit)]
    ['phone gone']
    """
    unmatched = list(stay.seen.offers) if stay.seen else []
    rows = {}
    for leg in stay.offered:
        match = min(
            (one for one in unmatched if one.operator == leg.operator),
            key=lambda one: abs(one.at - leg.started_at),
            default=None,
        )
        if match and abs(match.at - leg.started_at) <= _SAME:
            unmatched.remove(match)
        row = _from_record(leg, visit)
        rows[row.operator, row.offered_at] = row
    for seen in unmatched:
        rows.setdefault((seen.operator, seen.at), _from_events(seen, visit))
    return tuple(sorted(rows.values(), key=lambda row: (row.offered_at, row.operator)))


def causes() -> Iterator[tuple[str, str]]:
    """Each cause that is not simply a phone that cannot be reached, and what it means.

    >>> dict(causes())["USER_BUSY"]
    'rejected'
    """
    for meaning, words in (
        (RANG_OUT, _RANG_OUT),
        (REJECTED, _REJECTED),
        (WITHDRAWN, _WITHDRAWN),
        (CALLER_HUNG_UP, _CALLER),
    ):
        for word in sorted(words):
            yield word, meaning


_MEANING = dict(causes())


def _from_record(leg: LegRecord, visit: VisitRow) -> OfferRow:
    if leg.visits[-1].answered:
        outcome, ended = ANSWERED, leg.answered_at or leg.ended_at
    elif leg.answered_at:  # picked up, and nobody was there any more
        outcome, ended = CALLER_HUNG_UP, leg.answered_at
    else:
        outcome, ended = _failed(leg.cause, visit), leg.ended_at
    return OfferRow(
        visit=visit.uuid,
        operator=leg.operator,
        offered_at=leg.started_at,
        ended_at=max(ended, leg.started_at),
        outcome=outcome,
    )


def _from_events(seen: SeenOffer, visit: VisitRow) -> OfferRow:
    ended = seen.ended_at
    if seen.answered:
        mine = visit.outcome is Outcome.ANSWERED or visit.outcome is Outcome.WAITING
        outcome = ANSWERED if mine else CALLER_HUNG_UP
    elif ended:
        outcome = _failed(seen.cause, visit)
    elif visit.answered_at or visit.left_at:
        outcome = CALLER_HUNG_UP if visit.outcome in _ABANDONED else WITHDRAWN
        ended = max(visit.answered_at or visit.left_at or seen.at, seen.at)
    else:
        outcome = RINGING
    return OfferRow(
        visit=visit.uuid, operator=seen.operator, offered_at=seen.at, ended_at=ended, outcome=outcome
    )


def _failed(cause: str, visit: VisitRow) -> str:
    """The caller's leaving ends the ringing, and so does a time-out or a key: the visit says which."""
    meaning = _MEANING.get(cause, PHONE_GONE)
    if meaning == CALLER_HUNG_UP and visit.outcome not in _ABANDONED:
        return WITHDRAWN
    return meaning
