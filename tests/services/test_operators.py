"""Operators log in, change their status, take calls and leave: seats, duties and FreeSWITCH follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fsbridge.domain import events as ev
from fsbridge.domain.duty import (
    KICKED,
    NO_ANSWER,
    PHONE_GONE,
    PREPARING,
    SEAT_LOST,
    TIMED_OUT,
    Choice,
    Mode,
    Status,
    StatusRefused,
    WrapUp,
)
from fsbridge.domain.operators import OperatorState, OperatorStatus
from fsbridge.domain.seats import Allowance, Person, SeatsFull
from fsbridge.errors import NotConnectedError
from fsbridge.services.keeper import Keeper
from fsbridge.services.operators import NotOnDuty, Operators
from fsbridge.services.seats import Seats
from fsbridge.testing.duties import DistributorInMemory, DutiesInMemory
from fsbridge.testing.seats import SeatsInMemory

NOON = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)
READY = Choice(Status.READY)
LUNCH = Choice(Status.ON_BREAK, "昼休み")
NAMES = ("op01", "op02", "op03")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


class Room:
    """A small centre: two seats, three operators, mod_callcenter's habits."""

    def __init__(self) -> None:
        self.seats = SeatsInMemory([Person(name) for name in NAMES])
        timed = WrapUp(Mode.TIMED, timedelta(seconds=30))
        self.book = DutiesInMemory(NAMES, wrap_ups={"timed@city": timed, "survey": timed})
        self.distributor = DistributorInMemory()
        for name in NAMES:
            self.distributor.add_operator(name)
        service = Seats(
            self.seats,
            lambda moment: Allowance("small", seats=2, registered=5),
            talking=lambda: [one.operator for one in self.book.look() if one.status.in_conversation],
        )
        self.operators = Operators(service, self.book, self.distributor)
        self.keeper = Keeper(self.operators)

    def seated(self) -> list[str]:
        return [seat.operator for seat in self.seats.held()]

    def status(self, operator: str = "op01") -> tuple[Status, str]:
        duty = self.book.duty(operator)
        return (duty.status, duty.reason) if duty is not None else (Status.LOGGED_OUT, "")

    def there(self, operator: str = "op01") -> tuple[str, str]:
        row = self.distributor.rows[operator]
        return row.status.value, row.state.value

    def log_in(self, operator: str = "op01") -> None:
        self.operators.log_in(operator, f"browser of {operator}", NOON, choice=READY)

    def beats(self, second: float) -> None:
        self.operators.seats.beat("browser of op01", at(second))

    # What FreeSWITCH does, and tells.

    def hear(self, *events: ev.DomainEvent) -> None:
        for event in events:
            self.keeper.hear(event)
        self.keeper.work_off()

    def rings(self, second: float, visit: str = "v1", queue: str = "q@city", operator: str = "op01") -> None:
        self.distributor.change(operator, state=OperatorState.RECEIVING)
        self.hear(ev.OfferMade(at=at(second), visit=visit, call=f"c {visit}", queue=queue, operator=operator))

    def fails(self, second: float, cause: str, visit: str = "v1", operator: str = "op01") -> None:
        self.hear(
            ev.OfferFailed(
                at=at(second), visit=visit, call="c", queue="q@city", operator=operator, cause=cause
            )
        )
        self.settles(second, OperatorState.WAITING, operator)

    def picks_up(
        self, second: float, visit: str = "v1", queue: str = "q@city", operator: str = "op01"
    ) -> None:
        self.distributor.change(operator, state=OperatorState.IN_A_CALL, leg="a1")
        self.hear(
            ev.OfferAnswered(
                at=at(second), visit=visit, call=f"c {visit}", queue=queue, operator=operator, leg="a1"
            )
        )

    def hangs_up(
        self, second: float, visit: str = "v1", queue: str = "q@city", operator: str = "op01"
    ) -> None:
        self.hear(ev.ConversationEnded(at=at(second), visit=visit, call="c", queue=queue, operator=operator))
        self.settles(second, OperatorState.IDLE, operator)

    def talks(self, leg: str, other: str) -> None:
        for uuid in (leg, other):
            self.hear(ev.CallStarted(at=at(6), uuid=uuid), ev.CallAnswered(at=at(7), uuid=uuid))
        self.hear(ev.CallBridged(at=at(8), uuid=leg, other=other))

    def settles(self, second: float, state: OperatorState, operator: str = "op01") -> None:
        self.distributor.change(operator, state=state, leg="")
        self.hear(ev.OperatorStateChanged(at=at(second), operator=operator, state=state))


@pytest.fixture
def room() -> Room:
    return Room()


class TestLoggingIn:
    def test_one_sits_and_gets_ready_before_the_first_call(self, room: Room) -> None:
        room.operators.log_in("op01", "b", NOON)
        assert room.status() == (PREPARING.status, PREPARING.reason)
        assert room.there() == ("Logged Out", "Waiting")
        room.operators.choose("op01", READY, at(3))
        assert room.there() == ("Available (On Demand)", "Waiting")

    def test_freeswitch_is_made_to_know_who_logs_in(self, room: Room) -> None:
        room.book.contact = "user/1001@city"
        room.distributor.rows.clear()
        room.log_in()
        row = room.distributor.rows["op01"]
        assert (row.contact, row.status, row.state) == (
            "user/1001@city",
            OperatorStatus.ON_DEMAND,
            OperatorState.WAITING,
        )

    def test_a_full_room_begins_no_duty(self, room: Room) -> None:
        room.log_in("op01")
        room.log_in("op02")
        with pytest.raises(SeatsFull):
            room.log_in("op03")
        assert room.book.duty("op03") is None

    def test_a_reload_finds_everything_as_it_was(self, room: Room) -> None:
        room.log_in()
        room.rings(1)
        room.picks_up(3)
        room.hangs_up(60)
        room.beats(58)
        room.operators.log_in("op01", "browser of op01", at(62))
        duty = room.book.duty("op01")
        assert duty is not None
        assert (duty.status, duty.since) == (Status.WRAP_UP, at(60))

    def test_who_is_not_there_does_nothing(self, room: Room) -> None:
        with pytest.raises(NotOnDuty, match="op02 is not logged in"):
            room.operators.choose("op02", LUNCH, NOON)
        room.rings(1, operator="op02")
        room.picks_up(2, operator="op02")
        assert room.book.look() == ()


class TestStatus:
    def test_a_break_is_logged_out_there_and_a_seat_here(self, room: Room) -> None:
        room.log_in()
        room.operators.choose("op01", LUNCH, at(10))
        assert room.there() == ("Logged Out", "Waiting")
        assert room.seated() == ["op01"]
        assert room.book.spans[-1].until == at(10)

    def test_an_operator_gives_known_reasons_and_a_supervisor_any_with_his_name(self, room: Room) -> None:
        room.log_in()
        with pytest.raises(StatusRefused):
            room.operators.choose("op01", Choice(Status.AWAY, "釣り"), at(10))
        assert room.status()[0] is Status.READY
        room.operators.choose("op01", Choice(Status.TRAINING), at(10), by="boss", reason="新人の同席")
        assert room.book.log == [(at(10), "boss", "set training", "op01", "新人の同席")]

    def test_chosen_during_a_call_it_is_told_to_nobody_before_its_end(self, room: Room) -> None:
        room.log_in()
        room.rings(1)
        room.picks_up(3)
        orders = room.distributor.orders
        room.operators.choose("op01", LUNCH, at(20))
        assert (room.status()[0], room.distributor.orders) == (Status.TALKING, orders)
        room.hangs_up(60)
        assert room.status()[0] is Status.WRAP_UP
        room.operators.finish("op01", at(80))
        assert room.status() == (Status.ON_BREAK, "昼休み")
        assert room.there()[0] == "Logged Out"

    def test_telling_the_same_twice_orders_nothing(self, room: Room) -> None:
        room.log_in()
        orders = room.distributor.orders
        room.operators.choose("op01", READY, at(1))
        assert room.operators.tell("op01")
        assert room.distributor.orders == orders

    def test_freeswitch_away_the_status_is_kept_and_told_later(self, room: Room) -> None:
        room.log_in()
        away = DistributorInMemory()
        away.operator = _away  # type: ignore[method-assign]
        room.operators.distributor = away
        assert room.operators.choose("op01", LUNCH, at(10)).status is Status.ON_BREAK
        assert "op01" in room.operators.untold
        room.operators.distributor = room.distributor
        assert room.operators.tell("op01")
        assert (room.there()[0], room.operators.untold) == ("Logged Out", {})


def _away(name: str) -> None:
    raise NotConnectedError("no connection to FreeSWITCH")


class TestCalls:
    def test_after_a_call_comes_the_wrap_up_and_no_call_before_it_is_finished(self, room: Room) -> None:
        room.log_in()
        room.rings(1)
        room.picks_up(3)
        room.hear(ev.CallHeld(at=at(10), uuid="a1"))
        assert room.status()[0] is Status.HOLDING
        room.hear(ev.CallHeld(at=at(10), uuid="another"), ev.CallResumed(at=at(12), uuid="a1"))
        assert room.status()[0] is Status.TALKING
        room.hangs_up(60)
        assert (room.status()[0], room.there()) == (Status.WRAP_UP, ("Available (On Demand)", "Idle"))
        room.operators.finish("op01", at(90))
        assert (room.status()[0], room.there()) == (Status.READY, ("Available (On Demand)", "Waiting"))
        lengths = [(span.status.value, (span.until - span.since).seconds) for span in room.book.spans]
        assert lengths == [
            ("ready", 1),
            ("ringing", 2),
            ("talking", 7),
            ("holding", 2),
            ("talking", 48),
            ("wrap-up", 30),
        ]

    def test_finished_before_mod_callcenter_is_done_with_the_call(self, room: Room) -> None:
        room.log_in()
        room.rings(1)
        room.picks_up(3)
        ended = ev.ConversationEnded(at=at(60), visit="v1", call="c", queue="q", operator="op01")
        room.hear(ended)
        room.operators.finish("op01", at(60.05))
        room.settles(60.1, OperatorState.IDLE)
        assert room.there() == ("Available (On Demand)", "Waiting")

    def test_a_wrap_up_runs_out_whoever_looks_at_the_clock(self, room: Room) -> None:
        room.log_in()
        room.rings(1, queue="timed@city")
        room.picks_up(3, queue="timed@city")
        room.hangs_up(60, queue="timed@city")
        room.beats(88)
        room.keeper.tick(at(89))
        assert room.status()[0] is Status.WRAP_UP
        # Another process takes over, as after a restart: the clock goes on.
        Keeper(Operators(room.operators.seats, room.book, room.distributor)).tick(at(90))
        assert room.status()[0] is Status.READY
        assert room.there()[1] == "Waiting"

    def test_what_the_clock_cuts_is_owed_a_code(self, room: Room) -> None:
        room.log_in()
        room.rings(1, queue="timed@city")
        room.picks_up(3, queue="timed@city")
        room.hangs_up(60, queue="timed@city")
        room.operators.time_out("op01", at(90))
        assert room.book.owed == [("c v1", TIMED_OUT)]

    def test_what_the_operator_finishes_is_not(self, room: Room) -> None:
        room.log_in()
        room.rings(1, queue="timed@city")
        room.picks_up(3, queue="timed@city")
        room.hangs_up(60, queue="timed@city")
        room.operators.finish("op01", at(70))
        room.operators.time_out("op01", at(90))
        assert room.book.owed == []


class TestOutgoingCalls:
    def test_nothing_is_offered_meanwhile_and_one_is_ready_after(self, room: Room) -> None:
        room.log_in()
        room.operators.dialled("op01", "b1", at(5))
        assert (room.status()[0], room.there()) == (Status.TALKING, ("Available (On Demand)", "Idle"))
        room.hear(ev.CallHungUp(at=at(20), uuid="another"))
        assert room.status()[0] is Status.TALKING
        room.hear(ev.CallHeld(at=at(30), uuid="b1"))
        assert room.status()[0] is Status.HOLDING
        room.hear(ev.CallHungUp(at=at(40), uuid="b1"))
        assert (room.status()[0], room.there()) == (Status.READY, ("Available (On Demand)", "Waiting"))

    def test_one_placed_while_writing_up_goes_back_to_it(self, room: Room) -> None:
        room.log_in()
        room.rings(1)
        room.picks_up(3)
        room.hangs_up(60)
        room.operators.dialled("op01", "b1", at(70))
        room.hear(ev.CallHungUp(at=at(90), uuid="b1"))
        assert (room.status()[0], room.there()[1]) == (Status.WRAP_UP, "Idle")

    def test_one_for_a_flow_is_written_up_as_the_flow_wants(self, room: Room) -> None:
        room.log_in()
        room.operators.dialled("op01", "b1", at(5), flow="survey")
        room.talks("b1", "o1")
        room.hear(ev.CallHungUp(at=at(40), uuid="b1"))
        assert (room.status()[0], room.there()[1]) == (Status.WRAP_UP, "Idle")
        room.operators.time_out("op01", at(71))
        assert room.status()[0] is Status.READY

    def test_one_for_no_flow_is_written_up_by_who_wants_to(self, room: Room) -> None:
        room.log_in()
        room.operators.dialled("op01", "b1", at(5))
        room.talks("b1", "o1")
        room.operators.choose("op01", Choice(Status.WRAP_UP), at(20))
        room.hear(ev.CallHungUp(at=at(40), uuid="b1"))
        assert room.status()[0] is Status.WRAP_UP

    def test_one_that_nobody_answered_leaves_nothing_to_write_up(self, room: Room) -> None:
        room.log_in()
        room.operators.dialled("op01", "b1", at(5), flow="survey")
        room.hear(
            ev.CallStarted(at=at(5), uuid="b1"),
            ev.CallAnswered(at=at(6), uuid="b1"),
            ev.CallStarted(at=at(7), uuid="o1"),
            ev.CallBridged(at=at(8), uuid="b1", other="o1"),  # the tone of a number that rings
            ev.CallHungUp(at=at(40), uuid="b1"),
        )
        assert room.status()[0] is Status.READY

    def test_a_queue_s_call_is_not_ended_by_a_leg(self, room: Room) -> None:
        room.log_in()
        room.rings(1)
        room.picks_up(3)
        room.operators.dialled("op01", "b1", at(5))
        room.hear(ev.CallHungUp(at=at(40), uuid="a1"))
        assert room.status()[0] is Status.TALKING


class TestCallsOfColleagues:
    @pytest.fixture
    def sent(self, room: Room) -> Room:
        """op02, to whom a colleague's caller, c1, is on the way."""
        room.log_in("op02")
        room.operators.dialled("op02", "b1", at(5), call="c1", queue="timed@city")
        return room

    def test_one_sent_on_is_written_up_as_its_queue_s_flow_wants(self, sent: Room) -> None:
        sent.talks("b1", "c1")
        sent.hear(ev.CallHungUp(at=at(40), uuid="b1"))
        assert sent.status("op02")[0] is Status.WRAP_UP
        sent.operators.time_out("op02", at(71))
        assert sent.status("op02")[0] is Status.READY

    def test_one_that_was_only_asked_about_leaves_nothing_to_write_up(self, sent: Room) -> None:
        sent.talks("b1", "the colleague's second leg")
        sent.hear(ev.CallHungUp(at=at(40), uuid="b1"))
        assert sent.status("op02")[0] is Status.READY

    def test_one_taken_over_after_being_asked_is_written_up(self, sent: Room) -> None:
        sent.talks("b1", "the colleague's second leg")
        sent.hear(ev.CallBridged(at=at(30), uuid="c1", other="b1"))
        sent.hear(ev.CallHungUp(at=at(40), uuid="b1"))
        assert sent.status("op02")[0] is Status.WRAP_UP

    def test_one_in_progress_at_a_restart_is_written_up(self, sent: Room) -> None:
        sent.keeper = Keeper(sent.operators)
        sent.hear(ev.CallHungUp(at=at(40), uuid="b1"))
        assert sent.status("op02")[0] is Status.WRAP_UP


class TestFairness:
    def test_rung_out_twice_one_is_out_of_rotation_and_comes_back_with_one_command(self, room: Room) -> None:
        room.log_in()
        room.rings(1)
        room.fails(20, "NO_ANSWER")
        assert (room.status()[0], room.there()[0]) == (Status.READY, "Available (On Demand)")
        room.rings(21, "v2")
        room.fails(40, "NO_ANSWER", "v2")
        assert room.status() == (NO_ANSWER.status, NO_ANSWER.reason)
        assert room.there()[0] == "Logged Out"
        assert room.seated() == ["op01"]
        room.operators.back("op01", at(60), by="boss")
        assert room.there() == ("Available (On Demand)", "Waiting")
        assert room.book.log[-1][1:4] == ("boss", "brought back into rotation", "op01")

    def test_callers_who_hang_up_take_nobody_out(self, room: Room) -> None:
        room.log_in()
        for number in range(5):
            room.rings(number, f"v{number}")
            room.fails(number + 0.5, "ORIGINATOR_CANCEL", f"v{number}")
        assert room.status()[0] is Status.READY

    def test_a_reload_while_it_rings_is_no_miss(self, room: Room) -> None:
        room.log_in()
        room.rings(1)
        room.fails(2, "DESTINATION_OUT_OF_ORDER")
        assert room.status() == (PHONE_GONE.status, PHONE_GONE.reason)
        assert room.there()[0] == "Logged Out"
        duty = room.operators.phone_ready("op01", at(4))
        assert (duty.status, duty.missed) == (Status.READY, 0)
        assert room.there() == ("Available (On Demand)", "Waiting")


class TestLeaving:
    def test_logging_out_frees_the_seat(self, room: Room) -> None:
        room.log_in()
        room.operators.log_out("op01", at(10))
        assert (room.seated(), room.book.look(), room.there()[0]) == ([], (), "Logged Out")

    def test_kicked_in_a_conversation_one_stays_until_it_ends(self, room: Room) -> None:
        room.log_in()
        room.rings(1)
        room.picks_up(3)
        room.operators.kick("op01", at(20), by="boss", reason="終業")
        assert (room.status()[0], room.seated()) == (Status.TALKING, ["op01"])
        room.hangs_up(60)
        assert (room.seated(), room.book.look(), room.there()[0]) == ([], (), "Logged Out")
        assert room.book.owed == [("c v1", KICKED.reason)]
        assert room.book.log == [(at(20), "boss", "ordered out", "op01", "終業")]

    def test_a_silent_browser_loses_seat_and_duty_but_no_conversation(self, room: Room) -> None:
        room.log_in("op01")
        room.log_in("op02")
        room.rings(1, operator="op02")
        room.picks_up(2, operator="op02")
        room.keeper.tick(at(15))
        assert room.seated() == ["op02"]
        assert (room.book.duty("op01"), room.there()[0]) == (None, "Logged Out")
        room.hangs_up(60, operator="op02")
        room.keeper.tick(at(61))
        assert (room.seated(), room.book.look()) == ([], ())
        assert room.book.owed == [("c v1", SEAT_LOST.reason)]

    def test_who_comes_back_after_the_seat_was_freed_begins_anew_and_sits(self, room: Room) -> None:
        room.log_in()
        room.operators.log_in("op01", "browser of op01", at(60))
        assert (room.status(), room.seated()) == ((PREPARING.status, PREPARING.reason), ["op01"])


class TestTwoPickUpAtOnce:
    def picks_up_too_late(self, room: Room, operator: str, leg: str) -> None:
        room.hear(
            ev.CallStarted(at=at(1), uuid=leg, operator=operator, visit="v1"),
            ev.CallAnswered(at=at(2), uuid=leg),
        )

    def test_the_loser_is_free_at_once_and_off_the_open_line(self, room: Room) -> None:
        for name, leg in (("op01", "a1"), ("op02", "a2")):
            room.log_in(name)
            room.rings(1, operator=name)
            self.picks_up_too_late(room, name, leg)
        room.picks_up(2, operator="op01")
        room.settles(2.1, OperatorState.IDLE, "op02")
        assert (room.status("op01")[0], room.status("op02")[0]) == (Status.TALKING, Status.READY)
        assert room.there("op02") == ("Available (On Demand)", "Waiting")
        assert room.distributor.dropped == ["a2"]
        assert room.book.duty("op02").missed == 0

    def test_nobody_wins_when_the_caller_hung_up_just_then(self, room: Room) -> None:
        room.log_in()
        room.rings(1)
        self.picks_up_too_late(room, "op01", "a1")
        room.settles(2.1, OperatorState.IDLE)
        assert room.status() == (Status.READY, "")
        assert room.distributor.dropped == ["a1"]

    def test_the_winner_is_left_alone_when_the_talk_goes_on_elsewhere(self, room: Room) -> None:
        room.log_in()
        room.rings(1)
        self.picks_up_too_late(room, "op01", "a1")
        room.picks_up(2)
        room.settles(9, OperatorState.IDLE)
        assert room.distributor.dropped == []

    def test_a_late_word_of_the_offer_before_ends_no_ringing(self, room: Room) -> None:
        room.log_in()
        room.rings(1)
        room.hear(ev.OperatorStateChanged(at=at(1), operator="op01", state=OperatorState.WAITING))
        assert room.status()[0] is Status.RINGING
