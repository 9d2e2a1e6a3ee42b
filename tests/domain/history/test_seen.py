"""Events about a visit folded together: twice is once, and a phone that is gone fills no table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fsbridge.domain.events import CallBridged, CallerEnteredQueue, OfferAnswered, OfferFailed, OfferMade
from fsbridge.domain.history import Sighting, fold
from tests.recordings import SCENARIOS, domain_events

NOON = datetime(2027, 4, 1, 3, tzinfo=UTC)
VISIT = {"visit": "v1", "call": "7f1c", "queue": "leak@city"}


def folded(*events: object) -> Sighting:
    seen: Sighting | None = None
    for event in events:
        seen = fold(seen, event)  # type: ignore[arg-type]
    assert seen is not None
    return seen


def test_an_event_heard_twice_changes_nothing() -> None:
    for scenario in SCENARIOS:
        once: dict[str, Sighting] = {}
        twice: dict[str, Sighting] = {}
        for event in domain_events(scenario):
            visit = getattr(event, "visit", "")
            for known, times in ((once, 1), (twice, 2)):
                for _ in range(times):
                    seen = fold(known.get(visit), event) if visit else None
                    if seen is not None:
                        known[visit] = seen
        assert once == twice


def test_a_bridge_alone_tells_of_no_visit() -> None:
    assert fold(None, CallBridged(at=NOON, uuid="7f1c", other="9a", visit="v1")) is None


def test_a_phone_that_is_gone_is_two_offers_however_often_it_is_tried() -> None:
    events: list[object] = [CallerEnteredQueue(at=NOON, **VISIT)]
    for attempt in range(50):
        at = NOON + timedelta(seconds=5 * attempt)
        events += [
            OfferMade(at=at, operator="op01", **VISIT),
            OfferFailed(at=at, operator="op01", cause="USER_NOT_REGISTERED", **VISIT),
        ]
    at = NOON + timedelta(seconds=300)
    events += [
        OfferMade(at=at, operator="op01", **VISIT),
        OfferAnswered(at=at, operator="op01", leg="9a", **VISIT),
    ]
    offers = folded(*events).offers
    assert [offer.answered for offer in offers] == [False, False, True]
