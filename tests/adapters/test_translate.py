"""Recorded FreeSWITCH events become the right domain events."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from fsbridge.adapters.translate import EVENTS, SUBCLASSES, translate
from fsbridge.domain import events as ev
from fsbridge.domain.operators import OperatorState, OperatorStatus
from fsbridge.esl.frames import Event, FrameReader
from tests.recordings import SCENARIOS, domain_events, esl_events


def of(scenario: str, kind: type[ev.DomainEvent]) -> list[ev.DomainEvent]:
    return [event for event in domain_events(scenario) if isinstance(event, kind)]


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        ("abandoned_while_waiting", ev.LeftReason.GAVE_UP),
        ("busy_agent", ev.LeftReason.GAVE_UP),
        ("wait_time_exceeded", ev.LeftReason.TIMED_OUT),
        ("exit_key", ev.LeftReason.EXIT_KEY),
        ("answered_caller_hangs_up", ev.LeftReason.SERVED),
        ("answered_agent_hangs_up", ev.LeftReason.SERVED),
    ],
)
def test_why_each_recorded_caller_left_the_queue(scenario: str, reason: ev.LeftReason) -> None:
    (left,) = of(scenario, ev.CallerLeftQueue)
    assert isinstance(left, ev.CallerLeftQueue)
    assert left.reason is reason


def test_a_caller_taken_out_by_a_command_did_not_give_up() -> None:
    """BREAK_OUT on a leg that is still up: the recorded bytes of a hang-up, with the leg's state changed."""
    (event,) = [
        e for e in esl_events("abandoned_while_waiting") if e.headers.get("CC-Action") == "member-queue-end"
    ]
    (alive,) = FrameReader().feed(event.raw.replace(b"Answer-State: hangup", b"Answer-State: active"))
    left = translate(alive)
    assert isinstance(left, ev.CallerLeftQueue)
    assert left.reason is ev.LeftReason.TAKEN_OUT


def test_times_are_aware_and_keep_their_microseconds() -> None:
    entered = of("abandoned_while_waiting", ev.CallerEnteredQueue)[0]
    assert entered.at == datetime(2026, 11, 22, 11, 48, 6, 858221, tzinfo=UTC)


def test_the_queue_s_bridge_names_its_visit() -> None:
    (bridge,) = of("answered_caller_hangs_up", ev.CallBridged)
    (entered,) = of("answered_caller_hangs_up", ev.CallerEnteredQueue)
    assert isinstance(bridge, ev.CallBridged)
    assert isinstance(entered, ev.CallerEnteredQueue)
    assert (bridge.visit, bridge.uuid) == (entered.visit, entered.call)


def test_a_leg_that_rings_an_operator_names_operator_and_visit() -> None:
    ringing = [
        e for e in of("ring_all_two_agents", ev.CallStarted) if isinstance(e, ev.CallStarted) and e.operator
    ]
    assert {leg.operator for leg in ringing} == {"op06", "op07"}
    assert len({leg.visit for leg in ringing}) == 1


def test_a_round_through_every_status() -> None:
    statuses = [e.status for e in of("agent_status_round", ev.OperatorStatusChanged) if hasattr(e, "status")]
    assert statuses == [
        OperatorStatus.AVAILABLE,
        OperatorStatus.ON_BREAK,
        OperatorStatus.ON_DEMAND,
        OperatorStatus.LOGGED_OUT,
    ]


def test_hold_and_resume_are_told_apart() -> None:
    assert Counter(type(event) for event in domain_events("hold_and_eavesdrop"))[ev.CallHeld] == 2
    assert Counter(type(event) for event in domain_events("hold_and_eavesdrop"))[ev.CallResumed] == 2


def test_no_recorded_word_is_unknown() -> None:
    for scenario in SCENARIOS:
        for event in domain_events(scenario):
            assert getattr(event, "status", None) is not OperatorStatus.UNKNOWN
            assert getattr(event, "state", None) is not OperatorState.UNKNOWN


def test_the_subscription_is_enough_and_not_more() -> None:
    """Every recorded event that means something is subscribed to, and all that is subscribed to does."""
    meaning = {e.name for s in SCENARIOS for e in esl_events(s) if translate(e) is not None}
    assert meaning == {*EVENTS, "CUSTOM"}
    assert {
        e.subclass for s in SCENARIOS for e in esl_events(s) if e.name == "CUSTOM" and translate(e)
    } == set(SUBCLASSES)


@pytest.mark.parametrize(
    "frame",
    [
        b"Event-Name: CHANNEL_HANGUP\n",
        b"Event-Name: CHANNEL_HANGUP\nEvent-Date-Timestamp: soon\nUnique-ID: a\n",
        b"Event-Name: CHANNEL_HANGUP\nEvent-Date-Timestamp: 99999999999999999999999\nUnique-ID: a\n",
        b"Event-Name: CHANNEL_CREATE\nEvent-Date-Timestamp: 1\nUnique-ID: a\nCall-Direction: sideways\n",
        b"Event-Name: CUSTOM\nEvent-Date-Timestamp: 1\nCC-Action: member-queue-end\n",
    ],
)
def test_an_odd_event_is_passed_over(frame: bytes) -> None:
    assert translate(Event(b"Content-Type: text/event-plain", frame + b"\n")) is None


def test_a_caller_cannot_forge_an_action_with_an_encoded_line_feed() -> None:
    frame = (
        b"Event-Name: CUSTOM\nEvent-Subclass: callcenter%3A%3Ainfo\nEvent-Date-Timestamp: 1795348086858221\n"
        b"variable_note: x%0ACC-Action%3A%20agent-add%0ACC-Agent%3A%20evil\n"
        b"CC-Action: member-queue-start\nCC-Queue: leak%40city\n"
        b"CC-Member-UUID: v\nCC-Member-Session-UUID: c\n"
        b"CC-Member-CID-Name: Yamada%0ACC-Queue%3A%20other\n\n"
    )
    entered = translate(Event(b"Content-Type: text/event-plain", frame))
    assert isinstance(entered, ev.CallerEnteredQueue)
    assert entered.queue == "leak@city"
    assert entered.name == "Yamada\nCC-Queue: other"
