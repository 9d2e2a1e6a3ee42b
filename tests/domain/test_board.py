"""Legs, operators and calls as the board puts them together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fsbridge.domain import events as ev
from fsbridge.domain import legs as legs_module
from fsbridge.domain.board import Board
from fsbridge.domain.facts import AgentRow, ChannelRow, Facts, MemberRow, MemberState, QueueRow, TierRow
from fsbridge.domain.operators import Activity, OperatorState, OperatorStatus
from fsbridge.domain.views import CallState

NOON = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)  # in Tokyo


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def board_of(*events: ev.DomainEvent) -> Board:
    board = Board()
    for event in events:
        board.apply(event)
    return board


def started(uuid: str, seconds: float = 0, **more: object) -> ev.CallStarted:
    return ev.CallStarted(at=at(seconds), uuid=uuid, **more)  # type: ignore[arg-type]


class TestCalls:
    """One row per call, in the right state."""

    def test_ringing_then_in_the_flow_then_gone(self) -> None:
        board = board_of(started("a", number="0762201111"))
        assert [call.state for call in board.snapshot().calls] == [CallState.RINGING]
        board.apply(ev.CallAnswered(at=at(1), uuid="a"))
        assert [call.state for call in board.snapshot().calls] == [CallState.IN_FLOW]
        board.apply(ev.CallHungUp(at=at(2), uuid="a"))
        assert board.snapshot().calls == ()

    def test_a_plain_bridge_is_one_talking_call(self) -> None:
        board = board_of(
            started("a", number="0762201111", destination="100"),
            started("b", 1, direction=ev.Direction.OUTBOUND, number="0762201111", destination="desk"),
            ev.CallBridged(at=at(3), uuid="a", other="b"),
        )
        (call,) = board.snapshot().calls
        assert (call.uuid, call.state, call.legs, call.talking_since) == ("a", CallState.TALKING, 2, at(3))

    def test_after_a_transfer_the_caller_talks_on_although_the_visit_is_over(self) -> None:
        board = board_of(
            started("a", number="0762201111"),
            ev.CallerEnteredQueue(at=at(1), visit="v", call="a", queue="q"),
            started("op", 2, direction=ev.Direction.OUTBOUND, operator="op01", visit="v"),
            ev.CallBridged(at=at(5), uuid="a", other="op", visit="v"),
            started("b", 20, direction=ev.Direction.OUTBOUND, destination="expert"),
            ev.CallBridged(at=at(21), uuid="a", other="b"),
            ev.CallUnbridged(at=at(22), uuid="a", other="op"),
            ev.CallHungUp(at=at(22), uuid="op"),
            ev.CallerLeftQueue(at=at(22), visit="v", call="a", queue="q", reason=ev.LeftReason.SERVED),
        )
        seen = board.snapshot()
        assert [(call.uuid, call.state, call.legs) for call in seen.calls] == [("a", CallState.TALKING, 2)]
        assert (seen.total.answered, seen.talking) == (1, 0)

    def test_calls_of_one_number_at_one_moment_stay_apart(self) -> None:
        """Anonymous callers, placed through this switch itself: as many calls as wires."""
        ends = [(uuid, way) for uuid in "abc" for way in ev.Direction]
        board = board_of(
            *(started(f"{uuid}-{way.value}", direction=way, destination="1") for uuid, way in ends)
        )
        assert [call.legs for call in board.snapshot().calls] == [2, 2, 2]

    def test_an_event_that_comes_after_the_end_brings_nothing_back(self) -> None:
        board = board_of(
            started("a"),
            ev.CallHungUp(at=at(1), uuid="a"),
            ev.CallAnswered(at=at(0.5), uuid="a"),
            ev.CallHeld(at=at(0.6), uuid="a"),
            started("a"),
        )
        assert board.snapshot().legs == 0

    def test_a_leg_heard_of_before_its_beginning_shows_when_it_has_begun(self) -> None:
        board = board_of(ev.CallAnswered(at=at(1), uuid="a"), ev.CallHeld(at=at(2), uuid="a"))
        assert board.snapshot().legs == 0
        board.apply(started("a"))
        assert board.snapshot().calls[0].started_at == at(0)

    def test_the_memory_of_ended_legs_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(legs_module, "REMEMBERED", 10)
        board = Board()
        for n in range(30):
            board.apply(ev.CallHungUp(at=at(n), uuid=str(n)))
        assert (board.legs.ended("29"), board.legs.ended("0")) == (True, False)


class TestOperators:
    """What each one is doing, and since when."""

    def test_the_round_of_one_call_with_after_call_work(self) -> None:
        steps = [
            (
                ev.OperatorStatusChanged(at=at(0), operator="o", status=OperatorStatus.ON_DEMAND),
                Activity.READY,
            ),
            (
                ev.OperatorStateChanged(at=at(10), operator="o", state=OperatorState.RECEIVING),
                Activity.RINGING,
            ),
            (
                ev.OperatorStateChanged(at=at(15), operator="o", state=OperatorState.IN_A_CALL),
                Activity.TALKING,
            ),
            (ev.OperatorStateChanged(at=at(95), operator="o", state=OperatorState.IDLE), Activity.WRAP_UP),
            (ev.OperatorStateChanged(at=at(99), operator="o", state=OperatorState.WAITING), Activity.READY),
        ]
        board = board_of(ev.OperatorAdded(at=at(-1), operator="o"))
        for event, expected in steps:
            board.apply(event)
            (operator,) = board.snapshot().operators
            assert (operator.activity, operator.since) == (expected, event.at)

    def test_a_break_chosen_in_mid_call_begins_when_the_call_ends(self) -> None:
        board = board_of(
            ev.OperatorStatusChanged(at=at(0), operator="o", status=OperatorStatus.AVAILABLE),
            ev.OperatorStateChanged(at=at(1), operator="o", state=OperatorState.IN_A_CALL),
            ev.OperatorStatusChanged(at=at(2), operator="o", status=OperatorStatus.ON_BREAK),
        )
        assert board.snapshot().operators[0].activity is Activity.TALKING
        board.apply(ev.OperatorStateChanged(at=at(60), operator="o", state=OperatorState.WAITING))
        (operator,) = board.snapshot().operators
        assert (operator.activity, operator.since) == (Activity.ON_BREAK, at(60))

    def test_who_is_being_offered_a_call_is_not_available(self) -> None:
        board = board_of(
            ev.OperatorStatusChanged(at=at(0), operator="o", status=OperatorStatus.AVAILABLE),
            ev.OperatorStateChanged(at=at(0), operator="o", state=OperatorState.WAITING),
            ev.CallerEnteredQueue(at=at(1), visit="v", call="a", queue="q", number="0762201111"),
        )
        assert board.snapshot().available == 1
        board.apply(ev.OfferMade(at=at(2), visit="v", call="a", queue="q", operator="o"))
        (operator,) = board.snapshot().operators
        assert (operator.available, operator.number, operator.queue) == (False, "0762201111", "q")
        board.apply(ev.OfferFailed(at=at(9), visit="v", call="a", queue="q", operator="o", cause="NO_ANSWER"))
        assert board.snapshot().available == 1


class TestAsked:
    """A board that was only asked shows the same as one that listened."""

    def test_everything_at_once(self) -> None:
        board = Board()
        board.resync(
            Facts(
                queues=(QueueRow(name="q", strategy="ring-all"), QueueRow(name="quiet")),
                agents=(
                    AgentRow(
                        name="talks",
                        status=OperatorStatus.AVAILABLE,
                        state=OperatorState.IN_A_CALL,
                        bridged_second=at(-30),
                        leg="a2",
                    ),
                    AgentRow(name="rings", status=OperatorStatus.AVAILABLE, state=OperatorState.RECEIVING),
                    AgentRow(name="free", status=OperatorStatus.AVAILABLE, state=OperatorState.WAITING),
                ),
                tiers=tuple(
                    TierRow(queue="q", operator=name, offering=name == "rings")
                    for name in ("talks", "rings", "free")
                ),
                members=(
                    MemberRow(
                        queue="q",
                        visit="v1",
                        call="a",
                        number="0761",
                        state=MemberState.ANSWERED,
                        operator="talks",
                        entered_second=at(-40),
                        answered_second=at(-30),
                    ),
                    MemberRow(
                        queue="q",
                        visit="v2",
                        call="b",
                        number="0762",
                        state=MemberState.TRYING,
                        operator="ring-all",
                        entered_second=at(-8),
                    ),
                ),
                channels=(
                    ChannelRow(uuid="a", number="0761", answered=True, peer="a2"),
                    ChannelRow(
                        uuid="a2", direction=ev.Direction.OUTBOUND, answered=True, held=True, peer="a"
                    ),
                    ChannelRow(uuid="b", number="0762", answered=True),
                    ChannelRow(uuid="gone", ended=True),
                ),
            ),
            at(0),
        )
        seen = board.snapshot()
        assert [(call.number, call.state, call.operators) for call in seen.calls] == [
            ("0761", CallState.HELD, ("talks",)),
            ("0762", CallState.OFFERED, ("rings",)),
        ]
        assert [(one.name, one.activity) for one in seen.operators] == [
            ("free", Activity.READY),
            ("rings", Activity.RINGING),
            ("talks", Activity.HOLDING),
        ]
        busy, quiet = seen.queues
        assert (busy.waiting, busy.offering, busy.talking, busy.operators, busy.available) == (1, 1, 1, 3, 1)
        assert (quiet.name, quiet.waiting, quiet.available) == ("quiet", 0, None)
        assert (seen.total.offered, seen.total.answered, seen.total.waiting) == (2, 1, 1)
        assert seen.waiting_since == at(-8)

    def test_an_operator_who_was_deleted_is_gone(self) -> None:
        board = board_of(ev.OperatorAdded(at=at(0), operator="o"))
        board.resync(Facts(), at(1))
        assert board.snapshot().operators == ()
