"""The past is the same in whatever order it is told, however often; what was not kept is said to be so."""

from __future__ import annotations

import json
import random

import pytest

from fsbridge.adapters.cdr import parse
from fsbridge.domain.events import CallBridged, CallerEnteredQueue, CallHungUp, OfferAnswered, OfferMade
from fsbridge.services.floor import utc_now
from fsbridge.services.history import Past
from fsbridge.testing.past import PastInMemory
from tests.adapters.cdr.records import offered, queued, record
from tests.recordings import SCENARIOS, call_records, domain_events


def everything() -> list[object]:
    """Every recorded record, and every event, as they would be taken."""
    records = [parse(json.dumps(table).encode()) for table in call_records()]
    return [*records, *(event for scenario in SCENARIOS for event in domain_events(scenario))]


def told(things: list[object]) -> PastInMemory:
    archive = PastInMemory()
    past = Past(archive)
    for thing in things:
        if hasattr(thing, "started_at"):
            past.take(thing)  # type: ignore[arg-type]
        else:
            past.note(thing)  # type: ignore[arg-type]
    return archive


@pytest.mark.parametrize("seed", range(8))
def test_the_order_of_records_and_repeats_make_no_difference(seed: int) -> None:
    records = [thing for thing in everything() if hasattr(thing, "started_at")]
    events = [thing for thing in everything() if not hasattr(thing, "started_at")]
    chance = random.Random(seed)
    mixed = records + chance.choices(records, k=20)
    chance.shuffle(mixed)
    places = sorted(chance.choices(range(len(mixed) + 1), k=len(events)))
    for place, event in zip(reversed(places), reversed(events), strict=True):  # events come in their order
        mixed.insert(place, event)
    assert told(mixed).histories == told(records).histories


def test_a_record_taken_twice_is_new_once() -> None:
    past = Past(PastInMemory())
    leg = parse(record("7f1c"))
    assert (past.take(leg), past.take(leg)) == (True, False)


def test_of_two_records_of_one_leg_the_later_one_stays() -> None:
    early, late = parse(record("7f1c", end=10)), parse(record("7f1c", end=20))
    for order in ((early, late), (late, early)):
        assert told(list(order)).histories["7f1c"].call.ended_at == late.ended_at


def test_a_colleague_s_leg_that_comes_first_finds_its_call() -> None:
    consulted = parse(record("9b", direction="outbound", made_for="9a", last_bridge_to="9a"))
    operator = parse(offered("9a", "7f1c", "v1", "op01", cc_agent_bridged="true"))
    caller = parse(queued("7f1c", "v1", cc_cause="answered", cc_agent="op01"))
    for order in (
        [consulted, operator, caller],
        [caller, operator, consulted],
        [consulted, caller, operator],
    ):
        histories = told(list(order)).histories
        assert list(histories) == ["7f1c"]
        assert {leg.uuid: leg.kind for leg in histories["7f1c"].legs} == {"9a": "queue", "9b": "internal"}


def test_legs_that_name_each_other_end_somewhere() -> None:
    one = parse(record("9a", direction="outbound", made_for="9b"))
    other = parse(record("9b", direction="outbound", made_for="9a"))
    assert told([one, other]).histories == told([other, one]).histories == {}


def test_calls_that_a_killed_freeswitch_took_with_it_end_as_inferred() -> None:
    archive = PastInMemory()
    past = Past(archive)
    at = utc_now()
    past.note(CallerEnteredQueue(at=at, visit="v1", call="waited", queue="leak@city"))
    past.note(CallerEnteredQueue(at=at, visit="v2", call="talked", queue="leak@city"))
    past.note(OfferMade(at=at, visit="v2", call="talked", queue="leak@city", operator="op01"))
    past.note(OfferAnswered(at=at, visit="v2", call="talked", queue="leak@city", operator="op01", leg="9a"))
    past.note(CallBridged(at=at, uuid="9a", other="talked", visit="v2"))
    past.take(parse(offered("9b", "7f1c", "v3", "op01", answer_uepoch="0", hangup_cause="NO_ANSWER")))
    assert past.open_calls() == {"waited", "talked", "7f1c"}
    past.gone(["waited", "talked", "7f1c", "unknown"], at)
    assert past.open_calls() == frozenset()
    ends = {call: one.visits[0] for call, one in archive.histories.items()}
    assert {call: (visit.outcome.value, visit.inferred) for call, visit in ends.items()} == {
        "waited": ("abandoned", True),
        "talked": ("answered", True),
        "7f1c": ("abandoned", True),
    }
    assert archive.histories["talked"].legs[0].ended_at == at


def test_a_record_that_comes_after_all_outweighs_what_was_inferred() -> None:
    caller = parse(queued("7f1c", "v1", cc_cause="cancel", cc_cancel_reason="TIMEOUT"))
    entered = CallerEnteredQueue(at=caller.started_at, visit="v1", call="7f1c", queue="leak@city")
    archive = told([entered])
    past = Past(archive)
    past.gone(["7f1c"], utc_now())
    past.take(caller)
    assert archive.histories == told([entered, caller]).histories


def test_an_event_about_no_visit_is_nothing_to_keep() -> None:
    assert not Past(PastInMemory()).note(CallHungUp(at=utc_now(), uuid="7f1c"))


def test_what_could_not_be_written_is_not_kept_in_part() -> None:
    class Full(PastInMemory):
        def write(self, history: object) -> None:
            raise OSError("no space left")

    archive = Full()
    with pytest.raises(OSError, match="no space"):
        Past(archive).take(parse(record("7f1c")))
    assert archive.item("7f1c") is None
