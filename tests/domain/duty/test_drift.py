"""What does not agree is found and named, each with the repair that puts it right."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fsbridge.domain.duty import Duty, Status, begin
from fsbridge.domain.duty.drift import (
    AddOperator,
    BeginDuty,
    Drift,
    EndCall,
    EndDuty,
    FreeTier,
    Known,
    RemoveTier,
    SetContact,
    SetNumber,
    SetTier,
    TakeCall,
    drifts,
)
from fsbridge.domain.duty.orders import SetState, SetStatus, orders
from fsbridge.domain.facts import AgentRow, ChannelRow, Facts, MemberRow, MemberState, QueueRow, TierRow
from fsbridge.domain.operators import OperatorState, OperatorStatus

NOON = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)
OUT, ON = OperatorStatus.LOGGED_OUT, OperatorStatus.ON_DEMAND
IDLE, WAITING = OperatorState.IDLE, OperatorState.WAITING


def duty(status: Status, **more: Any) -> Duty:
    return Duty(operator="op01", status=status, since=NOON, **more)


def row(status: OperatorStatus = ON, state: OperatorState = WAITING, **more: Any) -> AgentRow:
    return AgentRow(name="op01", status=status, state=state, **more)


def _value(order: SetStatus | SetState) -> Any:
    return order.status if isinstance(order, SetStatus) else order.state


def known(one: Duty | None = None, **more: Any) -> Known:
    values: dict[str, Any] = {
        "contacts": {"op01": ""},
        "seated": {"op01"} if one is not None else set(),
        "duties": {"op01": one} if one is not None else {},
    }
    return Known(**{**values, **more})


def repairs(here: Known, *rows: AgentRow, **facts: Any) -> list[object]:
    return [one.repair for one in drifts(here, Facts(agents=rows, **facts), NOON)]


class TestWhatTheDistributorIsTold:
    @pytest.mark.parametrize("status", list(Status))
    @pytest.mark.parametrize("there", [one for one in OperatorStatus if one is not OperatorStatus.UNKNOWN])
    @pytest.mark.parametrize("state", [IDLE, WAITING])
    def test_done_once_there_is_nothing_left_to_tell(
        self, status: Status, there: OperatorStatus, state: OperatorState
    ) -> None:
        one, at = duty(status), row(there, state)
        for order in orders(one, at):
            told = {"status" if isinstance(order, SetStatus) else "state": _value(order)}
            at = replace(at, **told)
        assert list(orders(one, at)) == []
        if status is Status.READY:
            assert (at.status, at.state) == (ON, WAITING)
        if status is Status.WRAP_UP:
            assert (at.status, at.state) == (ON, IDLE)
        if not status.on_duty:
            assert at.status is OUT

    def test_a_wrap_up_is_never_ready_for_a_moment(self) -> None:
        assert list(orders(duty(Status.WRAP_UP), row(OUT, WAITING))) == [
            SetState("op01", IDLE),
            SetStatus("op01", ON),
        ]

    @pytest.mark.parametrize(
        "state", [OperatorState.RESERVED, OperatorState.RECEIVING, OperatorState.IN_A_CALL]
    )
    def test_who_has_a_call_there_is_left_in_peace(self, state: OperatorState) -> None:
        assert list(orders(duty(Status.READY), row(OperatorStatus.AVAILABLE, state))) == []
        assert list(orders(duty(Status.ON_BREAK), row(ON, state))) == [SetStatus("op01", OUT)]


class TestSeats:
    def test_all_in_step(self) -> None:
        assert repairs(known(duty(Status.READY)), row()) == []
        assert repairs(known(), row(OUT)) == []

    @pytest.mark.parametrize("status", [OperatorStatus.AVAILABLE, ON, OperatorStatus.ON_BREAK])
    def test_nobody_takes_calls_without_a_seat(self, status: OperatorStatus) -> None:
        assert repairs(known(), row(status)) == [SetStatus("op01", OUT)]

    def test_a_duty_without_a_seat_ends(self) -> None:
        assert repairs(known(duty(Status.READY), seated=()), row()) == [EndDuty("op01")]

    def test_a_conversation_without_a_seat_goes_on(self) -> None:
        one = duty(Status.TALKING, leg="a1", visit="v1")
        there = row(ON, OperatorState.IN_A_CALL, leg="a1")
        assert repairs(known(one, seated=()), there, channels=(ChannelRow(uuid="a1"),)) == []

    def test_a_seat_without_a_duty_begins_one(self) -> None:
        assert repairs(known(seated={"op01"}), row(OUT)) == [BeginDuty("op01")]

    def test_agents_nobody_registered_are_not_ours(self) -> None:
        assert repairs(known(contacts={}), row(OperatorStatus.AVAILABLE)) == []


class TestAgents:
    def test_a_registered_operator_is_made_known(self) -> None:
        assert repairs(known(contacts={"op01": "user/1001@city"})) == [AddOperator("op01", "user/1001@city")]

    def test_one_without_a_telephone_is_named_and_nothing_else(self) -> None:
        (drift,) = drifts(known(duty(Status.READY)), Facts(), NOON)
        assert (str(drift), drift.repair) == (
            "operator op01: here ready without a telephone, FreeSWITCH absent",
            None,
        )
        assert repairs(known(begin("op01", NOON))) == []

    def test_counting_and_timing_are_done_here(self) -> None:
        there = row(OUT, contact="user/1000@city", max_no_answer=3, wrap_up_time=10)
        assert repairs(known(contacts={"op01": "user/1001@city"}), there) == [
            SetContact("op01", "user/1001@city"),
            SetNumber("op01", "max_no_answer", 0),
            SetNumber("op01", "wrap_up_time", 0),
        ]

    def test_a_telephone_outside_the_directory_stays_as_it_is(self) -> None:
        here = known(contacts={"op01": "user/1001@city"})
        assert repairs(here, row(OUT, contact="sofia/gateway/carrier/0901234567")) == []

    def test_changed_by_hand(self) -> None:
        assert repairs(known(duty(Status.ON_BREAK)), row(OperatorStatus.AVAILABLE)) == [
            SetStatus("op01", OUT)
        ]
        assert repairs(known(duty(Status.READY)), row(OUT)) == [SetStatus("op01", ON)]
        assert repairs(known(duty(Status.READY)), row(ON, IDLE)) == [SetState("op01", WAITING)]
        assert repairs(known(duty(Status.WRAP_UP)), row(ON, WAITING)) == [SetState("op01", IDLE)]


class TestCallsNobodyHeardOf:
    def test_one_that_began(self) -> None:
        there = row(ON, OperatorState.IN_A_CALL, leg="a1", bridged_second=NOON)
        member = MemberRow(queue="q", visit="v1", state=MemberState.ANSWERED, call="c1", operator="op01")
        found = repairs(
            known(duty(Status.READY)), there, members=(member,), channels=(ChannelRow(uuid="a1"),)
        )
        assert found == [TakeCall("op01", "v1", "c1", "q", "a1", NOON)]

    def test_one_that_ended(self) -> None:
        one = duty(Status.HOLDING, leg="a1", visit="v1")
        assert repairs(known(one), row(ON, IDLE, unbridged_second=NOON)) == [
            EndCall("op01", "v1", True, NOON)
        ]

    def test_one_that_was_placed_ends_now_and_not_with_the_call_before(self) -> None:
        one = duty(Status.TALKING, leg="b1")
        before = NOON - timedelta(minutes=5)
        (drift,) = drifts(known(one), Facts(agents=(row(ON, IDLE, unbridged_second=before),)), NOON)
        assert isinstance(drift.repair, EndCall)
        assert (drift.repair.visit, drift.repair.at) == ("", None)

    def test_a_ringing_that_ended(self) -> None:
        one = duty(Status.RINGING, visit="v1")
        assert repairs(known(one), row(ON, WAITING)) == [EndCall("op01", "v1", False, None)]
        assert repairs(known(one), row(ON, OperatorState.RECEIVING, offered_second=NOON)) == []


class TestStuck:
    def test_in_a_call_whose_leg_is_gone(self) -> None:
        there = row(ON, OperatorState.IN_A_CALL, leg="a1")
        assert repairs(known(duty(Status.READY)), there) == [SetState("op01", WAITING)]
        assert repairs(known(duty(Status.WRAP_UP)), there) == [SetState("op01", IDLE)]

    def test_ringing_for_longer_than_any_telephone_rings(self) -> None:
        offered = NOON - timedelta(seconds=91)
        there = row(ON, OperatorState.RECEIVING, offered_second=offered)
        assert repairs(known(duty(Status.READY)), there) == [SetState("op01", WAITING)]

    def test_reserved_is_given_time(self) -> None:
        there = row(ON, OperatorState.RESERVED)
        (drift,) = drifts(known(duty(Status.READY)), Facts(agents=(there,)), NOON)
        assert drift == Drift(
            "operator", "op01", "ready", "stuck Reserved", SetState("op01", WAITING), passing=True
        )

    def test_a_tier_that_thinks_its_operator_busy(self) -> None:
        busy = TierRow(queue="q", operator="op01", free=False)
        assert repairs(known(duty(Status.READY)), row(), tiers=(busy,)) == [FreeTier("q", "op01")]
        ringing = row(ON, OperatorState.RECEIVING, offered_second=NOON)
        assert repairs(known(duty(Status.RINGING, visit="v")), ringing, tiers=(busy,)) == []


class TestTiers:
    QUEUES = (QueueRow(name="a"), QueueRow(name="b"))

    def found(self, planned: tuple[TierRow, ...] | None, *there: TierRow) -> list[object]:
        return repairs(known(tiers=planned), row(OUT), tiers=there, queues=self.QUEUES)

    def test_missing_moved_and_superfluous(self) -> None:
        planned = (TierRow(queue="a", operator="op01", level=2), TierRow(queue="b", operator="op01"))
        there = (TierRow(queue="a", operator="op01"), TierRow(queue="c", operator="op01"))
        assert self.found(planned, *there) == [
            SetTier("a", "op01", 2, 1),
            SetTier("b", "op01", 1, 1),
            RemoveTier("c", "op01"),
        ]
        assert self.found(planned, *planned) == []

    def test_without_a_plan_and_of_others_nothing_is_touched(self) -> None:
        assert self.found(None, TierRow(queue="a", operator="op01")) == []
        assert self.found((), TierRow(queue="a", operator="telephone")) == []

    def test_of_queues_and_operators_that_are_not_there_yet_nothing_is_said(self) -> None:
        assert self.found((TierRow(queue="z", operator="op01"), TierRow(queue="a", operator="op02"))) == []
