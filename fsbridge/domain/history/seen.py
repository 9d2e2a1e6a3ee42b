"""A queue visit as live events told of it: enough to show it now, and what no record will ever say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fsbridge.domain.events import (
    CallBridged,
    CallerEnteredQueue,
    CallerLeftQueue,
    ConversationEnded,
    DomainEvent,
    OfferAnswered,
    OfferFailed,
    OfferMade,
    QueueEvent,
)

MOST_OFFERS = 100
"""Offers kept of one visit: a phone that is gone is tried again every few seconds for as long as it lasts."""
_AT_ONCE = timedelta(seconds=2)
_NOTHING_RINGS = {"USER_NOT_REGISTERED", "SUBSCRIBER_ABSENT", "NO_ROUTE_DESTINATION", "UNALLOCATED_NUMBER"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenOffer:
    """An offer as its events told of it; `cause` is FreeSWITCH's word for a failure.

    >>> from datetime import UTC
    >>> SeenOffer(operator="op01", at=datetime(2027, 4, 1, tzinfo=UTC)).ended_at is None
    True
    """

    operator: str
    at: datetime
    ended_at: datetime | None = None
    answered: bool = False
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One visit, folded together from the events about it, whichever came and however often.

    `gone_at` is when its caller was found to be gone, no event and no record having told of it.

    >>> Sighting(visit="ce03", call="dbaa", queue="leak@city").left
    ''
    """

    visit: str
    call: str
    queue: str
    number: str = ""
    name: str = ""
    entered_at: datetime | None = None
    entered_second: datetime | None = None
    bridged_at: datetime | None = None
    answered_second: datetime | None = None
    picked_up_at: datetime | None = None
    operator: str = ""
    leg: str = ""
    left_at: datetime | None = None
    left: str = ""
    gone_at: datetime | None = None
    offers: tuple[SeenOffer, ...] = ()


def is_about_visit(event: DomainEvent) -> bool:
    """Whether an event says something of a queue visit.

    >>> from datetime import UTC
    >>> is_about_visit(CallBridged(at=datetime(2027, 4, 1, tzinfo=UTC), uuid="a", other="b"))
    False
    """
    return isinstance(event, QueueEvent) or (isinstance(event, CallBridged) and bool(event.visit))


def fold(seen: Sighting | None, event: DomainEvent) -> Sighting | None:
    """What is known of a visit once this event is taken in too; None if it says nothing by itself.

    >>> from datetime import UTC
    >>> noon = datetime(2027, 4, 1, tzinfo=UTC)
    >>> entered = CallerEnteredQueue(at=noon, visit="ce03", call="dbaa", queue="leak@city")
    >>> fold(None, entered).entered_at == noon
    True
    """
    if isinstance(event, CallBridged):
        if seen is None:
            return None
        return replace(seen, bridged_at=_earlier(seen.bridged_at, event.at))
    if not isinstance(event, QueueEvent):
        return seen
    if seen is None:
        seen = Sighting(visit=event.visit, call=event.call, queue=event.queue)
    seen = replace(seen, number=seen.number or event.number, name=seen.name or event.name)
    match event:
        case CallerEnteredQueue():
            return replace(seen, entered_at=_earlier(seen.entered_at, event.at))
        case OfferMade():
            return replace(seen, offers=_offered(seen.offers, event))
        case OfferAnswered():
            offers = _ended(seen.offers, event.operator, event.at, answered=True)
            picked_up = _earlier(seen.picked_up_at, event.at)
            return replace(
                seen, offers=offers, operator=event.operator, leg=event.leg, picked_up_at=picked_up
            )
        case OfferFailed():
            return replace(seen, offers=_ended(seen.offers, event.operator, event.at, cause=event.cause))
        case ConversationEnded():
            if not event.bridged:
                return seen
            answered = _earlier(seen.answered_second, event.answered_second or event.at)
            leg = event.leg or seen.leg
            return replace(seen, answered_second=answered, operator=event.operator, leg=leg)
        case CallerLeftQueue():
            return replace(
                seen,
                entered_second=_earlier(seen.entered_second, event.entered_second),
                left_at=max(seen.left_at or event.at, event.at),
                left=event.reason.value,
            )
    return seen


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else one or other


def _offered(offers: tuple[SeenOffer, ...], event: OfferMade) -> tuple[SeenOffer, ...]:
    if any(one.operator == event.operator and one.at == event.at for one in offers):
        return offers
    if len(offers) >= MOST_OFFERS:
        return offers
    mine = [one for one in offers if one.operator == event.operator]
    if len(mine) > 1 and _in_vain(mine[-1]) and _in_vain(mine[-2]):
        return offers  # nothing rings there: the first two attempts say so, the next hundred say no more
    return (*offers, SeenOffer(operator=event.operator, at=event.at))


def _in_vain(offer: SeenOffer) -> bool:
    over = offer.ended_at
    return offer.cause in _NOTHING_RINGS and over is not None and over - offer.at < _AT_ONCE


def _ended(
    offers: tuple[SeenOffer, ...], operator: str, at: datetime, *, answered: bool = False, cause: str = ""
) -> tuple[SeenOffer, ...]:
    """The offers, the one that was open ended now."""
    for place in reversed(range(len(offers))):
        one = offers[place]
        if one.operator == operator and one.ended_at is None and one.at <= at:
            over = replace(one, ended_at=at, answered=answered, cause=cause)
            return (*offers[:place], over, *offers[place + 1 :])
    if answered and not any(one.operator == operator and one.ended_at == at for one in offers):
        return (*offers, SeenOffer(operator=operator, at=at, ended_at=at, answered=True))
    return offers
