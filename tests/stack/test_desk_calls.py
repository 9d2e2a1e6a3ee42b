"""The operator's desk on either switch: calls out, transfers, consultations, and what is kept of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from fsbridge.adapters.store.history_search import StoredPast
from fsbridge.desks import desk_of
from fsbridge.domain.duty import Status
from fsbridge.domain.figures import Window
from fsbridge.services.calls import Calls, Found, Story, Wanted
from fsbridge.services.desk import Desk, ToNumber, ToOperator, ToQueue
from tests.stack.centre import BREAK, Centre, Person
from tests.waiting import wait_for

OUTSIDE = "0312345678"
QUEUE = "other@kanazawa"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def desk(centre: Centre) -> Iterator[Desk]:
    centre.stage.telephone(OUTSIDE, talks=lambda: 60.0)
    assert centre.running.live is not None
    live = centre.running.live
    yield desk_of(centre.settings, centre.operators, centre.running.watch.link, live.plan, centre.store)
    centre.stage.clear()


def found(centre: Centre, **wanted: str) -> list[Found]:
    window = Window(now() - timedelta(hours=1), now() + timedelta(hours=1))
    return list(Calls(StoredPast(centre.store)).find(Wanted(window=window, **wanted)).calls)


def story(centre: Centre, person: Person, *, legs: int) -> Story:
    """The one call of a caller, once so many parts of operators in it are kept."""

    def told() -> Story | None:
        calls = found(centre, number=person.number)
        assert len(calls) <= 1
        one = Calls(StoredPast(centre.store)).show(calls[0].uuid) if calls else None
        return one if one and one.ended_at and len(parts(one)) >= legs else None

    return wait_for(told, f"the story of {person.number}")


def parts(told: Story) -> list[tuple[str, str]]:
    return [
        (one.detail.get("kind", ""), one.detail.get("operator", ""))
        for one in told.moments
        if one.what == "leg ended"
    ]


def free(centre: Centre, *operators: str) -> None:
    for operator in operators:
        wait_for(lambda key=operator: not centre.status(key).in_call, f"{operator} is free")


def test_an_outgoing_call_shows_the_centre(centre: Centre, desk: Desk) -> None:
    centre.sit("op13", talks=60)
    placed = desk.dial("op13", "03-1234-5678", now())
    assert placed.number == OUTSIDE
    line = wait_for(lambda: (one := desk.line("op13")).other and one, "they talk")
    assert line.leg == placed.leg
    assert centre.status("op13") is Status.TALKING
    shown = centre.running.watch.link.api("uuid_dump", line.other)
    assert "Caller-Caller-ID-Number: 0120328117" in shown
    desk.hang_up("op13", now())
    free(centre, "op13")
    (call,) = wait_for(lambda: found(centre, direction="outbound", number=OUTSIDE), "it is kept")
    assert (call.uuid, call.number, call.outcome, call.operators) == (
        placed.leg,
        OUTSIDE,
        "outbound",
        ("op13",),
    )


def test_a_blind_transfer_leaves_one_call_and_two_operators_legs(centre: Centre, desk: Desk) -> None:
    centre.sit("op13", "op01", talks=60)
    centre.choose("op01", BREAK)
    caller = centre.dial().press("4")
    assert caller.talks() == "op13"
    desk.transfer("op13", ToOperator("op01"), now())
    line = wait_for(lambda: (one := desk.line("op01")).other and one, "op01 speaks with the caller")
    free(centre, "op13")
    assert not caller.call.over
    caller.hang_up()
    caller.ends()
    free(centre, "op01")
    told = story(centre, caller, legs=2)
    assert sorted(parts(told)) == [("queue", "op13"), ("transfer", "op01")]
    assert told.call.outcome == "answered"
    assert line.other == told.call.uuid


def test_an_attended_transfer_is_one_call_and_the_asking_is_none(centre: Centre, desk: Desk) -> None:
    centre.sit("op13", "op01", talks=60)
    centre.choose("op01", BREAK)
    caller = centre.dial().press("4")
    assert caller.talks() == "op13"
    before = desk.line("op13")
    desk.consult("op13", ToOperator("op01"), now())
    wait_for(lambda: desk.line("op13").held, "the caller is on hold")
    wait_for(lambda: desk.line("op13").asked, "op01 has answered")
    assert not caller.call.over
    desk.complete("op13", now())
    line = wait_for(lambda: (one := desk.line("op01")).other == before.other and one, "they speak")
    free(centre, "op13")
    assert not caller.call.over
    assert line.consult == ""
    caller.hang_up()
    caller.ends()
    free(centre, "op01")
    told = story(centre, caller, legs=3)
    kinds = sorted(kind for kind, _ in parts(told))
    assert (kinds.count("queue"), kinds.count("transfer")) == (1, 1)
    assert told.call.uuid == before.other
    assert len(found(centre, operator="op01", number=caller.number)) == 1


def test_a_call_is_taken_back_when_the_asked_would_not(centre: Centre, desk: Desk) -> None:
    centre.sit("op13", "op01", talks=60)
    centre.choose("op01", BREAK)
    caller = centre.dial().press("4")
    assert caller.talks() == "op13"
    desk.consult("op13", ToNumber(OUTSIDE), now())
    wait_for(lambda: desk.line("op13").asked, "somebody outside has answered")
    desk.take_back("op13", now())
    wait_for(lambda: not (one := desk.line("op13")).held and not one.consult, "they speak again")
    assert desk.line("op13").other
    desk.hang_up("op13", now())
    caller.ends()
    free(centre, "op13")
    assert [kind for kind, _ in parts(story(centre, caller, legs=2))].count("transfer") == 0


def test_a_transfer_into_a_queue_is_a_second_visit(centre: Centre, desk: Desk) -> None:
    centre.sit("op13", talks=60)
    caller = centre.dial().press("4")
    assert caller.talks() == "op13"
    first = desk.line("op13")
    desk.transfer("op13", ToQueue(QUEUE), now())
    wait_for(lambda: (one := desk.line("op13")).other and one.leg != first.leg, "it comes again")
    caller.hang_up()
    caller.ends()
    told = story(centre, caller, legs=2)
    entered = [one for one in told.moments if one.what == "entered"]
    assert len(entered) == 2
    assert [kind for kind, _ in parts(told)] == ["queue", "queue"]


def test_a_caller_whose_colleague_is_not_reached_waits_again(centre: Centre, desk: Desk) -> None:
    centre.sit("op13", "op01", talks=60)
    centre.choose("op01", BREAK)
    caller = centre.dial().press("4")
    assert caller.talks() == "op13"
    first = desk.line("op13")
    centre.operators.distributor.set_contact("op01", "[leg_timeout=20]user/nobody@kanazawa")
    desk.transfer("op13", ToOperator("op01"), now())  # before drift is found and repaired
    wait_for(lambda: (one := desk.line("op13")).other and one.leg != first.leg, "it comes again")
    assert desk.line("op13").other == first.other
    free(centre, "op01")
    caller.hang_up()
    caller.ends()
    told = story(centre, caller, legs=2)
    assert [kind for kind, _ in parts(told)].count("queue") == 2
    assert len([one for one in told.moments if one.what == "entered"]) == 2
