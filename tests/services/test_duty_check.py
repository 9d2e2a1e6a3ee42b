"""Seats, duties and mod_callcenter drift apart behind our back: two looks notice it, and put it right."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fsbridge.domain.duty import SEAT_LOST, Choice, Status
from fsbridge.domain.facts import ChannelRow, Facts, MemberRow, MemberState, QueueRow, TierRow
from fsbridge.domain.operators import OperatorState, OperatorStatus
from fsbridge.domain.seats import Allowance, Person
from fsbridge.errors import CommandFailed
from fsbridge.services.floor import Floor
from fsbridge.services.operators import Operators
from fsbridge.services.reconcile import DutyCheck, Reconciler
from fsbridge.services.seats import Seats
from fsbridge.testing.duties import DistributorInMemory, DutiesInMemory
from fsbridge.testing.seats import SeatsInMemory

NOON = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)


class Centre:
    """Two operators, one of them logged in and ready; `look` lets the check compare, time going on."""

    def __init__(self) -> None:
        self.now = NOON
        self.seats = SeatsInMemory([Person("op01"), Person("op02")])
        self.book = DutiesInMemory(["op01", "op02"])
        self.distributor = DistributorInMemory()
        for name in ("op01", "op02", "telephone"):
            self.distributor.add_operator(name)
        service = Seats(self.seats, lambda moment: Allowance("small", seats=2, registered=5))
        self.operators = Operators(service, self.book, self.distributor)
        self.check = DutyCheck(self.operators, clock=lambda: self.now)
        self.operators.log_in("op01", "b", NOON, choice=Choice(Status.READY))

    def look(self, facts: Facts | None = None) -> list[str]:
        self.now += timedelta(seconds=5)
        return [str(one) for one in self.check(facts or self.distributor.facts())]

    def state(self, operator: str = "op01") -> tuple[str, str]:
        row = self.distributor.rows[operator]
        return row.status.value, row.state.value


@pytest.fixture
def centre() -> Centre:
    return Centre()


READY = ("Available (On Demand)", "Waiting")


def test_in_step_nothing_is_ordered(centre: Centre) -> None:
    orders = centre.distributor.orders
    assert [centre.look() for _ in range(4)] == [[], [], [], []]
    assert centre.distributor.orders == orders


def test_an_agent_set_available_by_hand_without_a_seat_is_logged_out(
    centre: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    centre.distributor.change("op02", status=OperatorStatus.AVAILABLE)
    assert centre.look() == []
    with caplog.at_level(logging.WARNING):
        assert centre.look() == ["operator op02: here no seat, FreeSWITCH Available"]
    assert "drift: operator op02: here no seat, FreeSWITCH Available; repaired" in caplog.text
    assert centre.state("op02")[0] == "Logged Out"
    assert (centre.look(), centre.check.repairs) == ([], 1)


def test_what_is_right_again_at_the_second_look_was_none(centre: Centre) -> None:
    centre.distributor.change("op01", state=OperatorState.IDLE)
    centre.look()
    centre.distributor.change("op01", state=OperatorState.WAITING)
    assert (centre.look(), centre.check.repairs) == ([], 0)


@pytest.mark.parametrize("status", [OperatorStatus.LOGGED_OUT, OperatorStatus.ON_BREAK])
def test_a_ready_operator_set_otherwise_by_hand_is_ready_again(
    centre: Centre, status: OperatorStatus
) -> None:
    centre.distributor.change("op01", status=status, state=OperatorState.IDLE)
    centre.look()
    centre.look()
    assert centre.state() == READY


def test_telephones_nobody_registered_are_left_alone(centre: Centre) -> None:
    centre.distributor.change("telephone", status=OperatorStatus.AVAILABLE)
    centre.look()
    assert centre.look() == []


def test_forgotten_in_reserved_one_is_freed_after_half_a_minute(centre: Centre) -> None:
    centre.distributor.change("op01", state=OperatorState.RESERVED)
    looks = [centre.look() for _ in range(8)]
    assert looks[:6] == [[]] * 6
    assert looks[6] == ["operator op01: here ready, FreeSWITCH stuck Reserved"]
    assert (looks[7], centre.state()) == ([], READY)


def test_forgotten_in_receiving_one_is_freed(centre: Centre) -> None:
    centre.distributor.change("op01", state=OperatorState.RECEIVING, offered_second=NOON)
    looks = [centre.look() for _ in range(20)]
    assert [number for number, found in enumerate(looks) if found] == [18]
    assert centre.state() == READY


def test_a_seat_that_is_gone_ends_the_duty(centre: Centre) -> None:
    centre.operators.seats.kick("op01", centre.now, by="boss")
    centre.look()
    centre.look()
    assert (centre.book.duty("op01"), centre.state()[0]) == (None, "Logged Out")


def test_a_seat_alone_begins_one(centre: Centre) -> None:
    centre.operators.seats.log_in("op02", "c", centre.now)
    centre.look()
    centre.look()
    duty = centre.book.duty("op02")
    assert duty is not None
    assert duty.status is Status.AWAY
    assert duty.reason != SEAT_LOST.reason


def test_a_whole_call_that_was_never_heard_of_is_taken_in_and_ended(centre: Centre) -> None:
    began, over = NOON + timedelta(seconds=2), NOON + timedelta(seconds=12)
    centre.distributor.change("op01", state=OperatorState.IN_A_CALL, leg="a1", bridged_second=began)
    member = MemberRow(queue="q", visit="v1", state=MemberState.ANSWERED, call="c1", operator="op01")
    during = replace(centre.distributor.facts(), members=(member,), channels=(ChannelRow(uuid="a1"),))
    centre.look(during)
    centre.look(during)
    duty = centre.book.duty("op01")
    assert duty is not None
    assert (duty.status, duty.since, duty.call, duty.leg) == (Status.TALKING, began, "c1", "a1")

    centre.distributor.change("op01", state=OperatorState.IDLE, leg="", unbridged_second=over)
    centre.look()
    centre.look()
    duty = centre.book.duty("op01")
    assert duty is not None
    assert (duty.status, duty.since, duty.call) == (Status.WRAP_UP, over, "c1")


def test_tiers_follow_the_plan(centre: Centre) -> None:
    centre.distributor.queues = (QueueRow(name="leak@city"), QueueRow(name="other@city"))
    centre.distributor.set_tier("other@city", "op01")
    centre.distributor.set_tier("other@city", "telephone")
    centre.book.plan = (TierRow(queue="leak@city", operator="op01", level=2, position=3),)
    centre.look()
    assert len(centre.look()) == 2
    assert {pair: (one.level, one.position) for pair, one in centre.distributor.tiers.items()} == {
        ("leak@city", "op01"): (2, 3),
        ("other@city", "telephone"): (1, 1),
    }
    assert centre.look() == []


def test_operators_are_introduced_at_the_first_look(centre: Centre) -> None:
    centre.book.contact = "user/1001@city"
    del centre.distributor.rows["op02"]
    assert len(centre.look()) == 2
    assert {row.contact for name, row in centre.distributor.rows.items() if name != "telephone"} == {
        "user/1001@city"
    }


def test_a_repair_that_fails_is_tried_again(centre: Centre, caplog: pytest.LogCaptureFixture) -> None:
    centre.distributor.change("op02", status=OperatorStatus.AVAILABLE)
    working = centre.distributor.set_status

    def refuse(name: str, status: OperatorStatus) -> None:
        raise CommandFailed("callcenter_config", "-ERR Unknown Error!")

    centre.distributor.set_status = refuse  # type: ignore[method-assign]
    centre.look()
    centre.look()
    assert "not repaired" in caplog.text
    centre.distributor.set_status = working  # type: ignore[method-assign]
    centre.look()
    assert (centre.state("op02")[0], centre.check.repairs) == ("Logged Out", 1)


def test_what_nobody_can_repair_is_told_once(centre: Centre, caplog: pytest.LogCaptureFixture) -> None:
    del centre.distributor.rows["op01"]
    for _ in range(5):
        centre.look()
    assert caplog.text.count("ready without a telephone") == 1


def test_the_reconciler_shows_its_own_answer_to_it(centre: Centre) -> None:
    class Source:
        def facts(self) -> Facts:
            return centre.distributor.facts()

        def outcomes(self, unsettled: object) -> dict[str, object]:
            return {}

    centre.distributor.change("op02", status=OperatorStatus.AVAILABLE)
    reconciler = Reconciler(Floor(), Source(), also=[centre.check])  # type: ignore[arg-type]
    reconciler.check()
    reconciler.check()
    assert centre.state("op02")[0] == "Logged Out"
