"""What is kept of a call: visits, offers and legs told apart, by the records, by live events, by both."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from fsbridge.adapters.cdr import parse
from fsbridge.domain.history import History, Sighting, fold, history_of
from fsbridge.domain.history.offers import causes
from fsbridge.domain.records import LegRecord, put_away
from fsbridge.domain.tally import Outcome
from tests.adapters.cdr.records import NOON, epoch, offered, queued, record
from tests.recordings import SCENARIOS, call_records, domain_events

CALLER, VISIT, QUEUE = "7f1c", "v1", "leak@city"


def kept(*bodies: bytes, seen: tuple[Sighting, ...] = ()) -> History:
    history = history_of(CALLER, [parse(body) for body in bodies], seen)
    assert history is not None
    return history


def after_noon(second: float) -> datetime:
    return datetime.fromtimestamp(NOON, UTC) + timedelta(seconds=second)


def waited(reason: str, *, steps: tuple[tuple[str, str, float], ...] = (), **variables: str) -> bytes:
    """A caller who waited from 1.25 s on and was not answered."""
    return queued(
        CALLER,
        VISIT,
        steps=(("callcenter", QUEUE, 1.25), *steps),
        cc_cause="cancel",
        cc_cancel_reason=reason,
        **variables,
    )


def test_times_are_the_record_s_best() -> None:
    (visit,) = kept(
        waited("TIMEOUT", steps=(("playback", "bye.wav", 21.5),), cc_queue_canceled_epoch=epoch(21))
    ).visits
    assert (visit.entered_at, visit.left_at) == (after_noon(1.25), after_noon(21.5))
    assert (visit.outcome, visit.inferred) == (Outcome.TIMED_OUT, False)


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("TIMEOUT", Outcome.TIMED_OUT),
        ("NO_AGENT_TIMEOUT", Outcome.NO_OPERATOR),
        ("EXIT_WITH_KEY", Outcome.EXIT_KEY),
        ("BREAK_OUT", Outcome.ABANDONED),
        ("NONE", Outcome.ABANDONED),
    ],
)
def test_why_a_caller_left_is_told_apart(reason: str, outcome: Outcome) -> None:
    assert kept(waited(reason)).visits[0].outcome is outcome


def test_a_caller_taken_out_by_a_command_did_not_give_up() -> None:
    out = waited("BREAK_OUT", steps=(("playback", "bye.wav", 9.0),), cc_queue_canceled_epoch=epoch(9))
    assert kept(out).visits[0].outcome is Outcome.TAKEN_OUT
    assert kept(waited("EXIT_WITH_KEY", cc_exit_key="D")).visits[0].outcome is Outcome.TAKEN_OUT


@pytest.mark.parametrize(
    ("end", "outcome"), [(6.25, Outcome.SHORT_ABANDONED), (6.26, Outcome.ABANDONED), (30, Outcome.ABANDONED)]
)
def test_a_short_abandon_ends_within_five_seconds_of_entry(end: float, outcome: Outcome) -> None:
    assert kept(waited("BREAK_OUT", end=end)).visits[0].outcome is outcome


def test_an_overflow_keeps_the_first_entry_and_has_a_row_of_its_own() -> None:
    first = {
        "cc_member_uuid": "v0",
        "cc_queue": "billing@city",
        "cc_queue_joined_epoch": epoch(1),
        "cc_cause": "cancel",
        "cc_cancel_reason": "TIMEOUT",
        "cc_queue_canceled_epoch": epoch(11),
    }
    history = kept(
        queued(
            CALLER,
            VISIT,
            joined=11,
            end=14.0,
            steps=(("callcenter", "billing@city", 1.0), ("callcenter", QUEUE, 11.5)),
            cc_cause="cancel",
            cc_cancel_reason="BREAK_OUT",
            fsbridge_visits=put_away(first),
        )
    )
    billing, leak = history.visits
    assert (billing.uuid, billing.ordinal, billing.outcome) == ("v0", 1, Outcome.TIMED_OUT)
    assert (leak.uuid, leak.ordinal, leak.outcome) == (VISIT, 2, Outcome.ABANDONED)
    assert leak.first_entered_at == billing.entered_at == after_noon(1)
    assert billing.left_at == leak.entered_at == after_noon(11.5)
    assert history.call.queue == "billing@city"


def test_a_visit_whose_variables_were_overwritten_is_found_in_the_caller_s_log() -> None:
    history = kept(
        queued(
            CALLER,
            VISIT,
            joined=11,
            steps=(
                ("callcenter", "unknown@city", 0.9),
                ("callcenter", QUEUE, 1.0),
                ("callcenter", QUEUE, 11.5),
            ),
            cc_cause="answered",
            cc_agent="op01",
        )
    )
    lost, last = history.visits
    assert (lost.outcome, lost.inferred, lost.left_at) == (Outcome.TIMED_OUT, True, after_noon(11.5))
    assert (last.uuid, last.outcome) == (VISIT, Outcome.ANSWERED)


@pytest.mark.parametrize("behind", [(3, 0), (0, 3), (3, 3), (12, 12)])
def test_a_clock_that_stood_still_makes_no_visit_of_its_own(behind: tuple[int, int]) -> None:
    """mod_callcenter goes by a copy of the clock, which on a crowded machine is seconds behind."""
    first = {
        "cc_member_uuid": "v0",
        "cc_queue": QUEUE,
        "cc_queue_joined_epoch": epoch(20 - behind[0]),
        "cc_cause": "cancel",
        "cc_cancel_reason": "TIMEOUT",
    }
    history = kept(
        queued(
            CALLER,
            VISIT,
            joined=22 - behind[1],
            end=24.5,
            steps=(("callcenter", QUEUE, 20.4), ("callcenter", QUEUE, 22.5), ("playback", "bye.wav", 24.4)),
            cc_cause="cancel",
            cc_cancel_reason="TIMEOUT",
            fsbridge_visits=put_away(first),
        )
    )
    assert {(one.uuid, one.outcome, one.inferred) for one in history.visits} == {
        ("v0", Outcome.TIMED_OUT, False),
        (VISIT, Outcome.TIMED_OUT, False),
    }
    if behind[0] == behind[1]:
        assert [(one.uuid, one.entered_at) for one in history.visits] == [
            ("v0", after_noon(20.4)),
            (VISIT, after_noon(22.5)),
        ]


def test_a_visit_known_by_its_offers_alone_is_one() -> None:
    history = kept(
        offered("9a", CALLER, "v0", "op01", start=2, end=9, answer_uepoch="0", hangup_cause="NO_ANSWER"),
        queued(CALLER, VISIT, joined=11, cc_cause="cancel", cc_cancel_reason="BREAK_OUT"),
    )
    assert [(visit.uuid, visit.outcome) for visit in history.visits] == [
        ("v0", Outcome.TIMED_OUT),
        (VISIT, Outcome.ABANDONED),
    ]


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        ("NO_ANSWER", "rang out"),
        ("ALLOTTED_TIMEOUT", "rang out"),
        ("CALL_REJECTED", "rejected"),
        ("USER_BUSY", "rejected"),
        ("DESTINATION_OUT_OF_ORDER", "phone gone"),
        ("USER_NOT_REGISTERED", "phone gone"),
        ("LOSE_RACE", "withdrawn"),
        ("ORIGINATOR_CANCEL", "caller hung up"),
    ],
)
def test_an_offer_that_failed_says_why(cause: str, outcome: str) -> None:
    rang = offered("9a", CALLER, VISIT, "op01", start=2, end=9, answer_uepoch="0", hangup_cause=cause)
    history = kept(rang, waited("BREAK_OUT", end=9))
    assert [(offer.operator, offer.outcome) for offer in history.offers] == [("op01", outcome)]
    assert history.legs == ()
    timed_out = kept(rang, waited("TIMEOUT"))
    withdrawn = {"caller hung up": "withdrawn"}.get(outcome, outcome)
    assert timed_out.offers[0].outcome == withdrawn


def test_an_answer_makes_an_offer_a_leg_and_an_answered_visit() -> None:
    history = kept(
        offered(
            "9a", CALLER, VISIT, "op01", start=2, end=28,
            answer_uepoch=f"{NOON + 5}250000", bridge_uepoch=f"{NOON + 5}500000", cc_agent_bridged="true",
            hold_events=f"{{{{{NOON + 10}000000,{NOON + 13}000000}}}}",
        ),
        queued(
            CALLER, VISIT, cc_cause="answered", cc_agent="op01", cc_agent_uuid="9a", cc_agent_bridged="true",
            cc_queue_answered_epoch=epoch(5), bridge_uepoch=f"{NOON + 20}000000",
            cc_record_filename="/srv/recordings/2027-04-01/7f1c.wav",
        ),
    )  # fmt: skip
    (visit,), (offer,), (leg,) = history.visits, history.offers, history.legs
    assert (visit.operator, visit.answered_at, visit.left_at) == ("op01", after_noon(5.5), after_noon(28))
    assert (offer.outcome, offer.offered_at, offer.ended_at) == ("answered", after_noon(2), after_noon(5.25))
    assert (leg.kind, leg.visit, leg.hold) == ("queue", VISIT, timedelta(seconds=3))
    assert history.recording is not None
    assert (history.recording.path, history.recording.leg) == ("2027-04-01/7f1c.wav", "9a")


def test_an_operator_who_picks_up_when_the_caller_is_gone_has_no_leg() -> None:
    picked_up = offered("9a", CALLER, VISIT, "op01", start=2, end=6, cc_agent_bridged="false")
    history = kept(picked_up, waited("BREAK_OUT", end=6))
    assert [offer.outcome for offer in history.offers] == ["caller hung up"]
    assert (history.legs, history.no_legs) == ((), ("9a", CALLER))


def test_a_transfer_and_a_supervisor_are_legs_of_the_one_call() -> None:
    operator = offered("9a", CALLER, VISIT, "op01", end=10, cc_agent_bridged="true")
    colleague = record(
        "9b", start=10, direction="outbound", made_for=CALLER, last_bridge_to=CALLER, dialed_user="1002"
    )
    chief = record("5e", direction="outbound", steps=(("eavesdrop", "9a", 3.0),), fsbridge_operator="chief")
    history = kept(operator, colleague, chief, queued(CALLER, VISIT, cc_cause="answered", cc_agent="op01"))
    assert [(leg.kind, leg.operator) for leg in history.legs] == [
        ("monitoring", "chief"),
        ("queue", "op01"),
        ("transfer", "1002"),
    ]
    assert len(history.visits) == 1


@pytest.mark.parametrize(
    ("variables", "outcome"),
    [
        ({"fsbridge_outcome": "out of hours"}, "out of hours"),
        ({"fsbridge_outcome": "out-of-hours"}, "out of hours"),
        ({"fsbridge_outcome": "queued", "sip_hangup_disposition": "recv_bye"}, "left in IVR"),
        ({"fsbridge_outcome": "'; DROP TABLE call", "sip_hangup_disposition": "recv_bye"}, "left in IVR"),
        ({"fsbridge_fallback": "new-year"}, "out of hours"),
        ({"fsbridge_fallback": "cut-off"}, "announcement"),
        ({"sip_hangup_disposition": "recv_bye"}, "left in IVR"),
        ({"sip_hangup_disposition": "send_bye"}, "announcement"),
        ({"answer_uepoch": "0", "hangup_cause": "NORMAL_CIRCUIT_CONGESTION"}, "lines busy"),
    ],
)
def test_where_a_call_without_a_queue_went(variables: dict[str, str], outcome: str) -> None:
    assert kept(record(CALLER, **variables)).call.outcome == outcome


def test_an_operator_s_own_call_is_outbound_and_no_visit() -> None:
    out = record(
        CALLER, context="operators", dialled="0761112222", number="1001", verto_user="1001@city",
        steps=(("bridge", "sofia/gateway/carrier/0761112222", 1.0),),
    )  # fmt: skip
    far = record("9b", direction="outbound", made_for=CALLER, last_bridge_to=CALLER)
    history = kept(out, far)
    assert (history.call.direction, history.call.number, history.call.outcome) == (
        "outbound",
        "0761112222",
        "outbound",
    )
    assert [(leg.uuid, leg.kind, leg.operator) for leg in history.legs] == [(CALLER, "outbound", "1001")]


def test_colleagues_calls_are_internal() -> None:
    out = record(CALLER, context="operators", verto_user="1001", steps=(("bridge", "user/1002@city", 1.0),))
    far = record("9b", direction="outbound", made_for=CALLER, dialed_user="1002")
    history = kept(out, far)
    assert history.call.direction == "internal"
    assert [(leg.kind, leg.operator) for leg in history.legs] == [("internal", "1001"), ("internal", "1002")]


@pytest.mark.parametrize(
    "body",
    [
        record(CALLER, context="phones"),
        record(CALLER, direction="outbound", context="default"),
        record(CALLER, steps=(("eavesdrop", "9a", 3.0),)),
    ],
)
def test_a_telephone_s_end_of_the_wire_a_machine_s_and_a_listener_s_leg_are_no_calls(body: bytes) -> None:
    assert history_of(CALLER, [parse(body)]) is None


def groups() -> dict[str, list[LegRecord]]:
    records = {leg.uuid: leg for leg in (parse(json.dumps(table).encode()) for table in call_records())}
    found: dict[str, list[LegRecord]] = {}
    for leg in records.values():
        root = leg.uuid
        while root in records and records[root].parent:
            root = records[root].parent
        found.setdefault(root, []).append(leg)
    return found


def sightings() -> dict[str, Sighting]:
    seen: dict[str, Sighting] = {}
    for scenario in SCENARIOS:
        for event in domain_events(scenario):
            visit = getattr(event, "visit", "")
            folded = fold(seen.get(visit), event) if visit else None
            if folded is not None:
                seen[visit] = folded
    return seen


def test_the_recorded_visits_end_as_they_were_made_to() -> None:
    visits = [
        visit for root, legs in groups().items() if (one := history_of(root, legs)) for visit in one.visits
    ]
    assert Counter((visit.queue, visit.outcome.value) for visit in visits) == {
        ("opening@kanazawa", "answered"): 4,
        ("opening@kanazawa", "short abandoned"): 1,
        ("opening@kanazawa", "abandoned"): 1,
        ("opening@kanazawa", "exit key"): 1,
        ("leak@kanazawa", "answered"): 1,
        ("leak@kanazawa", "timed out"): 1,
    }


@pytest.mark.parametrize(
    "root", [root for root, legs in groups().items() if (one := history_of(root, legs)) and one.visits]
)
def test_what_events_tell_and_what_records_tell_agree(root: str) -> None:
    seen = [one for one in sightings().values() if one.call == root]
    live, told = history_of(root, [], seen), history_of(root, groups()[root])
    assert live is not None
    assert told is not None
    for one, other in zip(live.visits, told.visits, strict=True):
        assert (one.uuid, one.queue, one.outcome, one.operator) == (
            other.uuid,
            other.queue,
            other.outcome,
            other.operator,
        )
        for name in ("entered_at", "answered_at", "left_at"):
            first, second = getattr(one, name), getattr(other, name)
            assert (first is None) == (second is None)
            assert first is None or abs(first - second) < timedelta(seconds=0.7)
    assert [(offer.operator, offer.outcome) for offer in live.offers] == [
        (offer.operator, offer.outcome) for offer in told.offers
    ]
    assert {leg.uuid for leg in live.legs} == {leg.uuid for leg in told.legs if leg.kind == "queue"}
    assert history_of(root, groups()[root], seen) == told


def test_every_cause_has_one_meaning() -> None:
    words = [word for word, _ in causes()]
    assert len(words) == len(set(words))
