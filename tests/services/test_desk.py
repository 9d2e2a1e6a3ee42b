"""What an operator asks of the switch, and what is refused with which words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.domain.destinations import NumberForbidden
from fsbridge.domain.duty import Choice, Status
from fsbridge.domain.facts import AgentRow
from fsbridge.domain.seats import Allowance, Person
from fsbridge.errors import FsbridgeError
from fsbridge.services.desk import (
    AlreadyInCall,
    BadNumber,
    Desk,
    House,
    NoOutgoingCalls,
    NoSuchCall,
    NotInCall,
    NotYourCall,
    Target,
    ToNumber,
    ToOperator,
    ToQueue,
)
from fsbridge.services.operators import NotOnDuty, Operators
from fsbridge.services.seats import Seats
from fsbridge.testing.duties import DutiesInMemory, NoDistributor
from fsbridge.testing.exchange import ExchangeInMemory
from fsbridge.testing.seats import SeatsInMemory

NOON = datetime(2027, 4, 1, 3, tzinfo=UTC)
QUEUE = "leak@kanazawa"
PEOPLE = ("op01", "op02")


class Telephones(NoDistributor):
    """Everybody has a telephone, by the same extension as the ID."""

    def operator(self, name: str) -> AgentRow | None:
        return AgentRow(name=name, contact=f"[leg_timeout=20]user/{name}@kanazawa")


class Room:
    """Two operators at their desks; op01 talks with a caller."""

    def __init__(self, *, outgoing: bool = True) -> None:
        self.exchange = ExchangeInMemory()
        seats = Seats(
            SeatsInMemory([Person(one) for one in PEOPLE]), lambda at: Allowance("all", seats=2, registered=2)
        )
        self.book = DutiesInMemory(PEOPLE)
        self.operators = Operators(seats, self.book, Telephones())
        house = House(
            queues=lambda: {QUEUE: "漏水"},
            caller_ids=lambda: {"": "0120-328117", "leak": "076-220-2722"},
            fallback_queue=lambda: "other@kanazawa",
            read=PhoneNumbers("JP").read,
            outgoing=outgoing,
        )
        numbers = {"past": "0762202111"}
        self.desk = Desk(
            self.operators,
            self.exchange,
            house,
            numbers=lambda call: numbers.get(call, ""),
            flows=lambda call: "leak" if call == "past" else "",
            clock=lambda: NOON,
        )
        for one in PEOPLE:
            self.operators.log_in(one, one, NOON, choice=Choice(Status.READY))

    def talk(self) -> None:
        self.operators.answered("op01", NOON, visit="v1", leg="a1", call="c1", queue=QUEUE)
        self.exchange.talk("a1", "c1", number="0762202111")

    def status(self, operator: str) -> Status:
        duty = self.book.duty(operator)
        assert duty is not None
        return duty.status


@pytest.fixture
def room() -> Room:
    return Room()


def test_a_number_is_called_as_it_is_dialled_with_the_centres_own_number(room: Room) -> None:
    placed = room.desk.dial("op01", "０７６ー２２０−２１１１", NOON)
    contact, extension, variables, _ = room.exchange.placed[0]
    assert (contact, extension) == ("[leg_timeout=20]user/op01@kanazawa", "outside")
    assert variables["fsbridge_dialled"] == placed.number == "0762202111"
    assert variables["fsbridge_caller_id"] == "0120328117"
    assert variables["origination_uuid"] == placed.leg
    assert variables["verto_svar_fsbridge"] == "outgoing"
    assert room.status("op01") is Status.TALKING
    assert room.book.log[-1][1:] == ("op01", "called", "op01", "0762202111")


def test_a_flow_may_show_a_number_of_its_own(room: Room) -> None:
    room.desk.dial("op01", "110", NOON, flow="leak")
    assert room.exchange.placed[0][2]["fsbridge_caller_id"] == "0762202722"


def test_a_telephone_that_cannot_be_reached_frees_its_operator(room: Room) -> None:
    room.desk.dial("op01", "0762202111", NOON)
    room.exchange.placed[0][3]("USER_NOT_REGISTERED")
    assert room.status("op01") is Status.READY


@pytest.mark.parametrize(
    ("number", "refusal"),
    [
        ("", BadNumber),
        ("hello", BadNumber),
        ("0762202111\r\n\r\napi shutdown", BadNumber),
        ("0762202111 &system(id)", BadNumber),
        ("+1 212 555 0100", NumberForbidden),
        ("0570-012-345", NumberForbidden),
    ],
)
def test_what_may_not_be_called_changes_nothing(
    room: Room, number: str, refusal: type[FsbridgeError]
) -> None:
    with pytest.raises(refusal):
        room.desk.dial("op01", number, NOON)
    assert room.exchange.placed == []
    assert room.status("op01") is Status.READY


def test_a_centre_without_a_carrier_says_so() -> None:
    with pytest.raises(NoOutgoingCalls, match=r"switch\.carrier"):
        Room(outgoing=False).desk.dial("op01", "0762202111", NOON)


def test_a_past_call_is_called_back_if_it_has_a_number(room: Room) -> None:
    assert room.desk.call_back("op01", "past", NOON).number == "0762202111"
    with pytest.raises(NoSuchCall, match="anonymous has no number"):
        room.desk.call_back("op02", "anonymous", NOON)


def test_who_speaks_calls_nobody_else(room: Room) -> None:
    room.talk()
    with pytest.raises(AlreadyInCall):
        room.desk.dial("op01", "0762202111", NOON)


def test_only_the_own_call_can_be_held(room: Room) -> None:
    room.talk()
    with pytest.raises(NotYourCall):
        room.desk.hold("op01", NOON, call="somebody else's")
    with pytest.raises(NotInCall):
        room.desk.hold("op02", NOON)
    with pytest.raises(NotOnDuty):
        room.desk.hold("op09", NOON)
    room.desk.hold("op01", NOON, call="c1")
    assert room.desk.line("op01").held
    room.desk.resume("op01", NOON)
    assert not room.desk.line("op01").held


@pytest.mark.parametrize(
    ("to", "extension", "variables"),
    [
        (ToQueue(QUEUE), "queue", {"fsbridge_queue": QUEUE}),
        (ToNumber("03-1234-5678"), "outside", {"fsbridge_dialled": "0312345678", "fsbridge_queue": QUEUE}),
        (
            ToOperator("op02"),
            "colleague",
            {"fsbridge_address": "user/op02@kanazawa", "fsbridge_colleague": "op02", "fsbridge_queue": QUEUE},
        ),
    ],
)
def test_a_caller_is_sent_on(room: Room, to: Target, extension: str, variables: dict[str, str]) -> None:
    room.talk()
    room.desk.transfer("op01", to, NOON)
    leg, went, told = room.exchange.sent[0]
    assert (leg, went) == ("c1", extension)
    assert variables.items() <= told.items()
    assert room.book.log[-1][2] == "transferred"


def test_a_colleague_who_is_asked_for_is_offered_nothing_else(room: Room) -> None:
    room.talk()
    room.desk.transfer("op01", ToOperator("op02"), NOON)
    assert room.status("op02") is Status.TALKING


def test_a_colleague_knows_which_call_is_asked_about_or_sent_on(room: Room) -> None:
    room.talk()
    room.desk.consult("op01", ToOperator("op02"), NOON)
    duty = room.operators.book.duty("op02")
    assert duty is not None
    assert (duty.call, duty.sent) == ("c1", True)


def test_a_colleague_writes_up_what_is_sent_on_as_its_queue_s_flow_wants(room: Room) -> None:
    room.talk()
    room.desk.transfer("op01", ToOperator("op02"), NOON)
    duty = room.operators.book.duty("op02")
    assert duty is not None
    assert duty.queue == QUEUE
    room.operators.hung_up("op02", NOON, duty.leg)
    assert room.status("op02") is Status.WRAP_UP


def test_a_call_back_is_placed_for_the_flow_of_the_call_it_answers(room: Room) -> None:
    room.desk.call_back("op01", "past", NOON)
    duty = room.operators.book.duty("op01")
    assert duty is not None
    assert duty.flow == "leak"
    assert room.exchange.placed[0][2]["fsbridge_flow"] == "leak"


def test_who_places_a_call_is_sent_none(room: Room) -> None:
    placed = room.desk.dial("op01", "03-1234-5678", NOON)
    duty = room.operators.book.duty("op01")
    assert duty is not None
    assert (duty.call, duty.sent) == (placed.leg, False)


def test_a_target_that_cannot_be_is_named(room: Room) -> None:
    room.talk()
    for to, refusal in (
        (ToOperator("op01"), AlreadyInCall),
        (ToOperator("op09"), NotOnDuty),
        (ToQueue("nothing@kanazawa"), NoSuchCall),
        (ToNumber("0990-123456"), FsbridgeError),
    ):
        with pytest.raises(refusal):
            room.desk.transfer("op01", to, NOON)
    with pytest.raises(NotInCall, match="a queue cannot be asked"):
        room.desk.consult("op01", ToQueue(QUEUE), NOON)
    assert room.exchange.sent == []
    assert not room.desk.line("op01").held


def asks(room: Room) -> str:
    """op01 asks op02, who answers."""
    room.talk()
    placed = room.desk.consult("op01", ToOperator("op02"), NOON)
    room.exchange.talk(placed.leg, room.exchange.placed[0][2]["fsbridge_leg"])
    return placed.leg


def test_who_was_asked_gets_the_call(room: Room) -> None:
    asks(room)
    line = room.desk.line("op01")
    assert line.held
    room.desk.complete("op01", NOON)
    caller = room.exchange.leg("c1")
    assert caller is not None
    assert caller.peer == line.asked
    assert room.exchange.leg("a1") is None


def test_the_call_is_taken_back(room: Room) -> None:
    second = asks(room)
    room.desk.take_back("op01", NOON)
    line = room.desk.line("op01")
    assert (line.other, line.held, line.consult) == ("c1", False, "")
    assert room.exchange.leg(second) is None


def test_nothing_is_completed_before_an_answer(room: Room) -> None:
    room.talk()
    room.desk.consult("op01", ToNumber("03-1234-5678"), NOON)
    with pytest.raises(NotInCall, match="nobody who was asked has answered"):
        room.desk.complete("op01", NOON)
    room.desk.take_back("op01", NOON)
    assert not room.desk.line("op01").held


def test_one_is_asked_at_a_time(room: Room) -> None:
    asks(room)
    with pytest.raises(AlreadyInCall):
        room.desk.consult("op01", ToNumber("03-1234-5678"), NOON)
