"""Overflow on the live copy: who counts as there, who is taken back, and that no place is given twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fsbridge.adapters.planfile import example
from fsbridge.domain import events as ev
from fsbridge.domain.facts import AgentRow, Facts, QueueRow, TierRow
from fsbridge.domain.operators import OperatorState, OperatorStatus
from fsbridge.errors import CommandFailed
from fsbridge.services.floor import Floor
from fsbridge.services.overflow import PATIENCE, Overflow

PLAN = example("kanazawa").plan
OPENING, OTHER = "opening@kanazawa", "other@kanazawa"
NOON = datetime(2027, 4, 1, 3, tzinfo=UTC)
READY = (OperatorStatus.ON_DEMAND, OperatorState.WAITING)
WRITING = (OperatorStatus.ON_DEMAND, OperatorState.IDLE)
GONE = (OperatorStatus.LOGGED_OUT, OperatorState.WAITING)
ON_BREAK = (OperatorStatus.ON_BREAK, OperatorState.WAITING)


class Centre:
    """A floor with one operator in each of two queues, a clock, and callers who are taken back."""

    def __init__(self, opening: tuple = READY, other: tuple = READY, *, connected: bool = True) -> None:
        self.time = 1000.0
        self.floor = Floor(clock=lambda: NOON)
        self.recalled: list[str] = []
        self.overflow = Overflow(self.floor, self.recalled.append, clock=lambda: self.time)
        self._seconds = 0
        agents = [
            AgentRow(name=name, status=now[0], state=now[1])
            for name, now in (("op03", opening), ("op13", other))
        ]
        tiers = [TierRow(queue=OPENING, operator="op03"), TierRow(queue=OTHER, operator="op13")]
        queues = [QueueRow(name=OPENING), QueueRow(name=OTHER)]
        self.floor.resync(Facts(queues=tuple(queues), agents=tuple(agents), tiers=tuple(tiers)))
        if not connected:
            self.floor.lost("closed by peer")

    def enters(self, call: str, queue: str) -> None:
        if not any(one.uuid == call for one in self.floor.snapshot().calls):
            self._tell(ev.CallStarted, uuid=call, direction=ev.Direction.INBOUND, number=call)
        self._tell(ev.CallerEnteredQueue, visit=f"{call} in {queue}", call=call, queue=queue)

    def leaves(self, call: str, queue: str) -> None:
        visit = f"{call} in {queue}"
        reason = ev.LeftReason.EXIT_KEY
        self._tell(ev.CallerLeftQueue, visit=visit, call=call, queue=queue, reason=reason)

    def turns(self, operator: str, now: tuple) -> None:
        self._tell(ev.OperatorStatusChanged, operator=operator, status=now[0])
        self._tell(ev.OperatorStateChanged, operator=operator, state=now[1])

    def _tell(self, kind: type, **values: object) -> None:
        self._seconds += 1
        self.floor.apply(kind(at=NOON + timedelta(seconds=self._seconds), **values))

    def line(self, call: str, flow: str = "opening"):
        return self.overflow.line(call, PLAN, PLAN.flow(flow))


@pytest.mark.parametrize(
    ("now", "working", "available"),
    [(READY, 1, 1), (WRITING, 1, 0), (GONE, 0, 0), (ON_BREAK, 0, 0)],
    ids=["ready", "after a call", "logged out", "on break"],
)
def test_who_counts_as_there(now: tuple, working: int, available: int) -> None:
    seen = Centre(opening=now).overflow.queues()[OPENING]
    assert (seen.working, seen.available) == (working, available)


def test_a_caller_is_taken_back_when_the_last_operator_leaves_and_goes_on() -> None:
    centre = Centre(opening=WRITING)
    with centre.line("c1") as line:
        assert line.place() == OPENING
        assert not line.available()
        centre.enters("c1", OPENING)
        assert centre.overflow.check() == []
        centre.turns("op03", ON_BREAK)
        assert centre.overflow.check() == ["c1"]
        assert centre.recalled == ["c1"]
        centre.leaves("c1", OPENING)
        centre.time += 42
        assert line.place() == OTHER
        assert line.waited() == 42
        assert line.available()
        centre.enters("c1", OTHER)
        assert centre.overflow.check() == []


def test_a_caller_who_does_not_leave_is_asked_again_but_not_at_once() -> None:
    centre = Centre(opening=WRITING)
    with centre.line("c1") as line:
        line.place()
        centre.enters("c1", OPENING)
        centre.turns("op03", GONE)
        assert centre.overflow.check() == ["c1"]
        assert centre.overflow.check() == []
        centre.time += PATIENCE
        assert centre.overflow.check() == ["c1"]


def test_a_caller_for_whom_a_telephone_rings_is_left_alone() -> None:
    centre = Centre(opening=WRITING)
    with centre.line("c1") as line:
        line.place()
        centre.enters("c1", OPENING)
        offer = {"visit": f"c1 in {OPENING}", "call": "c1", "queue": OPENING, "operator": "op03"}
        centre._tell(ev.OfferMade, **offer)
        centre.turns("op03", GONE)
        assert centre.overflow.check() == []


def test_who_waits_without_a_script_of_ours_is_left_alone() -> None:
    centre = Centre(opening=GONE)
    centre.enters("stranger", OPENING)
    assert centre.overflow.check() == []


def test_nothing_is_decided_while_freeswitch_cannot_be_heard() -> None:
    centre = Centre(opening=GONE, connected=False)
    with centre.line("c1") as line:
        assert line.place() == OPENING
        assert centre.overflow.check() == []


def test_nobody_there_at_all_is_waited_for_and_then_told() -> None:
    centre = Centre(opening=GONE, other=GONE)
    assert centre.overflow.queues()[OTHER].deserted == 0
    centre.time += 500
    with centre.line("c1", "other") as line:
        assert line.place() == OTHER
        centre.enters("c1", OTHER)
        centre.time += 119
        assert centre.overflow.check() == []
        centre.time += 1
        assert centre.overflow.check() == ["c1"]
        centre.leaves("c1", OTHER)
        assert line.place() == ""


def test_somebody_who_comes_ends_the_time_of_nobody() -> None:
    centre = Centre(other=GONE)
    centre.overflow.queues()
    centre.time += 100
    centre.turns("op13", READY)
    assert centre.overflow.queues()[OTHER].deserted == 0
    centre.turns("op13", GONE)
    centre.overflow.queues()
    centre.time += 30
    assert centre.overflow.queues()[OTHER].deserted == 30


def test_the_last_place_of_a_queue_is_given_once_however_many_ask() -> None:
    centre = Centre(other=WRITING)
    lines = [centre.line(f"c{number}", "other") for number in range(25)]
    try:
        places = [one.__enter__().place() for one in lines]  # faster than any event could tell
        assert places.count(OTHER) == PLAN.flow("other").max_length == 20
        assert places.count("") == 5
    finally:
        for one in lines:
            one.__exit__(None, None, None)
    assert centre.overflow.queues()[OTHER].waiting == 0


def test_a_caller_is_counted_once_when_the_floor_sees_what_the_script_said() -> None:
    centre = Centre(other=WRITING)
    with centre.line("c1", "other") as line:
        line.place()
        assert centre.overflow.queues()[OTHER].waiting == 1
        centre.enters("c1", OTHER)
        assert centre.overflow.queues()[OTHER].waiting == 1
        centre.leaves("c1", OTHER)
    assert centre.overflow.queues()[OTHER].waiting == 0


def test_a_caller_who_is_gone_already_does_no_harm() -> None:
    centre = Centre(opening=WRITING)

    def gone(call: str) -> None:
        raise CommandFailed("uuid_recv_dtmf", "-ERR no such channel")

    overflow = Overflow(centre.floor, gone, clock=lambda: centre.time)
    with overflow.line("c1", PLAN, PLAN.flow("opening")) as line:
        line.place()
        centre.enters("c1", OPENING)
        centre.turns("op03", GONE)
        assert overflow.check() == ["c1"]
