"""The live copy: right figures on every recording, in any order, with repetitions and with gaps."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsbridge.adapters.callcenter import Callcenter
from fsbridge.adapters.translate import translate
from fsbridge.domain import events as ev
from fsbridge.domain.facts import AgentRow, ChannelRow, Facts, MemberRow, MemberState, QueueRow, VisitOutcome
from fsbridge.domain.operators import Activity, OperatorState, OperatorStatus
from fsbridge.domain.tally import Definitions, Tally
from fsbridge.domain.views import CallState, Snapshot
from fsbridge.services.floor import Floor, resync
from tests.recordings import SCENARIOS, domain_events, esl_events
from tests.services.freeswitch_model import FreeswitchModel
from tests.waiting import wait_for

NINE = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)  # nine in the morning in Tokyo


def after(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def entered(visit: str, at: float, call: str = "", queue: str = "leak@city") -> ev.CallerEnteredQueue:
    return ev.CallerEnteredQueue(
        at=after(at), visit=visit, call=call or f"call-{visit}", queue=queue, number="076"
    )


def left(
    visit: str, at: float, reason: ev.LeftReason, call: str = "", queue: str = "leak@city"
) -> ev.CallerLeftQueue:
    return ev.CallerLeftQueue(
        at=after(at), visit=visit, call=call or f"call-{visit}", queue=queue, reason=reason
    )


def bridged(visit: str, at: float, call: str = "") -> ev.CallBridged:
    return ev.CallBridged(at=after(at), uuid=call or f"call-{visit}", other=f"leg-{visit}", visit=visit)


def floor_of(*events: ev.DomainEvent, **options: Any) -> Floor:
    floor = Floor(**options)
    for event in events:
        floor.apply(event)
        assert floor.snapshot().balanced
    return floor


def figures(tally: Tally) -> dict[str, int]:
    names = ("offered", "answered", "abandoned", "short_abandoned", "overflowed", "waiting")
    return {name: getattr(tally, name) for name in names if getattr(tally, name)}


class TestRecordings:
    """What each recorded scenario comes to."""

    @pytest.mark.parametrize(
        ("scenario", "expected"),
        [
            ("abandoned_while_waiting", {"offered": 1, "short_abandoned": 1}),
            ("agent_status_round", {}),
            ("answered_agent_hangs_up", {"offered": 1, "answered": 1}),
            ("answered_caller_hangs_up", {"offered": 1, "answered": 1}),
            ("bgapi_and_errors", {}),
            ("busy_agent", {"offered": 1, "abandoned": 1}),
            ("exit_key", {"offered": 1, "overflowed": 1}),
            ("hold_and_eavesdrop", {"offered": 1, "answered": 1}),
            ("no_answer_then_next_agent", {"offered": 1, "answered": 1}),
            ("ring_all_two_agents", {"offered": 1, "answered": 1}),
            ("wait_time_exceeded", {"offered": 1, "overflowed": 1}),
        ],
    )
    def test_figures(self, scenario: str, expected: dict[str, int]) -> None:
        seen = floor_of(*domain_events(scenario)).snapshot()
        assert figures(seen.total) == expected
        assert sum(queue.tally.offered for queue in seen.queues) == seen.total.offered
        assert seen.calls == ()
        assert seen.waiting == seen.talking == 0

    def test_a_whole_day_of_all_recordings(self) -> None:
        stream = sorted((e for s in SCENARIOS for e in domain_events(s)), key=lambda event: event.stamp)
        seen = floor_of(*stream).snapshot()
        assert figures(seen.total) == {
            "offered": 9,
            "answered": 5,
            "abandoned": 1,
            "short_abandoned": 1,
            "overflowed": 2,
        }
        assert (seen.total.timed_out, seen.total.exit_key) == (1, 1)

    def test_one_call_is_shown_as_one_although_the_switch_called_itself(self) -> None:
        """The two ends of each wire and the operator's leg make one row."""
        talking = [
            floor
            for floor in snapshots("answered_caller_hangs_up")
            if CallState.TALKING in {call.state for call in floor.calls}
        ]
        assert {(len(floor.calls), floor.calls[0].operators, floor.calls[0].number) for floor in talking} == {
            (1, ("op01",), "0762201111")
        }
        assert max(floor.legs for floor in talking) == 4

    def test_the_operator_rings_talks_and_is_ready_again(self) -> None:
        seen = [
            operator.activity
            for floor in snapshots("answered_caller_hangs_up")
            for operator in floor.operators
        ]
        assert list(dict.fromkeys(seen)) == [
            Activity.LOGGED_OUT,
            Activity.READY,
            Activity.RINGING,
            Activity.TALKING,
        ]
        assert seen[-1] is Activity.READY

    def test_hold_shows_on_the_call_and_on_the_operator(self) -> None:
        held = [floor for floor in snapshots("hold_and_eavesdrop") if Activity.HOLDING in activities(floor)]
        assert held
        assert all(CallState.HELD in {call.state for call in floor.calls} for floor in held)

    def test_ring_all_offers_one_caller_to_two(self) -> None:
        offered = {call.operators for floor in snapshots("ring_all_two_agents") for call in floor.calls}
        assert ("op06", "op07") in offered

    def test_no_answer_takes_the_operator_off_and_the_next_answers(self) -> None:
        final = snapshots("no_answer_then_next_agent")[-1]
        assert [(one.name, one.activity) for one in final.operators] == [
            ("op03", Activity.ON_BREAK),
            ("op04", Activity.READY),
        ]
        assert final.available == 1


def snapshots(scenario: str) -> list[Snapshot]:
    floor = Floor()
    seen = []
    for event in domain_events(scenario):
        floor.apply(event)
        seen.append(floor.snapshot())
    return seen


def activities(floor: Snapshot) -> set[Activity]:
    return {operator.activity for operator in floor.operators}


@settings(deadline=None)
@given(
    scenario=st.sampled_from(SCENARIOS),
    order=st.randoms(use_true_random=False),
    copies=st.integers(min_value=1, max_value=3),
)
def test_any_order_and_any_repetition_come_to_the_same_figures(
    scenario: str, order: Any, copies: int
) -> None:
    events = list(domain_events(scenario)) * copies
    order.shuffle(events)
    shuffled = floor_of(*events).snapshot()
    straight = floor_of(*domain_events(scenario)).snapshot()
    assert shuffled.total == straight.total
    assert [(one.name, one.tally) for one in shuffled.queues] == [
        (one.name, one.tally) for one in straight.queues
    ]
    assert [(one.name, one.activity) for one in shuffled.operators] == [
        (one.name, one.activity) for one in straight.operators
    ]
    assert shuffled.calls == straight.calls


@settings(deadline=None)
@given(data=st.data())
def test_after_any_gap_the_floor_is_what_freeswitch_reports(data: st.DataObject) -> None:
    """Events up to `lost`, silence up to `back`, the question, the rest: no difference, nothing twice."""
    scenario = data.draw(st.sampled_from(SCENARIOS), label="scenario")
    events = esl_events(scenario)
    lost = data.draw(st.integers(0, len(events)), label="lost")
    back = data.draw(st.integers(lost, len(events)), label="back")
    check_gap(list(events), lost, back)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_after_a_gap_beginning_anywhere_and_lasting_to_anywhere_else(scenario: str) -> None:
    """The same, over every pair of a coarse grid, so that no scenario depends on luck."""
    events = list(esl_events(scenario))
    marks = [i for i, event in enumerate(events) if translate(event) is not None]
    for nth, lost in enumerate(marks[::3]):
        for back in marks[nth * 3 :: 7]:
            check_gap(events, lost, back)


def check_gap(events: list[Any], lost: int, back: int) -> None:
    freeswitch = FreeswitchModel()
    floor = Floor(clock=lambda: freeswitch.now)
    for event in events[:lost]:
        freeswitch.happen(event)
        hear(floor, event)
    for event in events[lost:back]:
        freeswitch.happen(event)
    source = Callcenter(freeswitch.api)
    resync(floor, source, settle=0)
    assert floor.differences(source.facts()) == ()
    assert floor.snapshot().balanced
    for event in events[back:]:
        freeswitch.happen(event)
        hear(floor, event)
    assert floor.differences(source.facts()) == ()
    assert floor.snapshot().total.offered <= 1
    if back == lost:
        assert floor.snapshot().total.inferred == 0


def hear(floor: Floor, event: Any) -> None:
    happened = translate(event)
    if happened is not None:
        floor.apply(happened)
        assert floor.snapshot().balanced


class TestFigures:
    """The definitions, one by one."""

    def test_short_abandon_is_its_own_line(self) -> None:
        floor = floor_of(
            entered("a", 0),
            left("a", 5, ev.LeftReason.GAVE_UP),
            entered("b", 0),
            left("b", 5.1, ev.LeftReason.GAVE_UP),
        )
        assert figures(floor.snapshot().total) == {"offered": 2, "short_abandoned": 1, "abandoned": 1}

    @pytest.mark.parametrize("reason", [r for r in ev.LeftReason if r.is_overflow])
    def test_overflow(self, reason: ev.LeftReason) -> None:
        floor = floor_of(entered("a", 0), left("a", 60, reason))
        assert figures(floor.snapshot().total) == {"offered": 1, "overflowed": 1}

    def test_an_overflowed_call_answered_elsewhere_is_one_call_and_two_visits(self) -> None:
        floor = floor_of(
            entered("a", 0, "c", "first"),
            left("a", 30, ev.LeftReason.TIMED_OUT, "c", "first"),
            entered("b", 30, "c", "second"),
            bridged("b", 40, "c"),
        )
        seen = floor.snapshot()
        assert figures(seen.total) == {"offered": 1, "answered": 1}
        assert [figures(one.tally) for one in seen.queues] == [
            {"offered": 1, "overflowed": 1},
            {"offered": 1, "answered": 1},
        ]

    def test_the_wait_counts_from_the_first_entry(self) -> None:
        floor = floor_of(
            entered("a", 0, "c", "first"),
            left("a", 30, ev.LeftReason.TIMED_OUT, "c", "first"),
            entered("b", 30, "c", "second"),
        )
        assert floor.snapshot().waiting_since == NINE
        floor.apply(bridged("b", 33, "c"))
        seen = floor.snapshot()
        assert seen.total.in_time == 0, "the caller waited 33 s in all"
        assert seen.queues[1].tally.in_time == 0, "for the second queue as well"

    def test_giving_up_at_once_in_the_second_queue_is_no_short_abandon_of_the_centre(self) -> None:
        floor = floor_of(
            entered("a", 0, "c", "first"),
            left("a", 30, ev.LeftReason.TIMED_OUT, "c", "first"),
            entered("b", 30, "c", "second"),
            left("b", 32, ev.LeftReason.GAVE_UP, "c", "second"),
        )
        assert figures(floor.snapshot().total) == {"offered": 1, "abandoned": 1}

    def test_an_operator_who_picked_up_too_late_answered_nobody(self) -> None:
        floor = floor_of(
            entered("a", 0),
            ev.OfferAnswered(
                at=after(20), visit="a", call="call-a", queue="leak@city", operator="op01", leg="x"
            ),
            left("a", 20, ev.LeftReason.GAVE_UP),
            ev.ConversationEnded(
                at=after(21), visit="a", call="call-a", queue="leak@city", operator="op01", bridged=False
            ),
        )
        assert figures(floor.snapshot().total) == {"offered": 1, "abandoned": 1}

    def test_a_rate_belongs_to_the_day_of_entry_in_the_centre_s_time_zone(self) -> None:
        tokyo = Definitions(zone=ZoneInfo("Asia/Tokyo"))
        before_midnight = 15 * 3600 - 10
        floor = floor_of(entered("a", before_midnight), definitions=tokyo)
        assert floor.snapshot().total.offered == 1
        floor.advance(after(before_midnight + 20))
        seen = floor.snapshot()
        assert seen.total == Tally()
        assert seen.waiting == 1, "the caller still waits, on yesterday's account"
        floor.apply(bridged("a", before_midnight + 30))
        assert floor.snapshot().total == Tally()

    def test_monitoring_the_switch_all_day_forgets_what_is_over(self) -> None:
        floor = Floor()
        for day in range(3):
            for n in range(50):
                floor.apply(entered(f"{day}-{n}", day * 86400 + n))
                floor.apply(left(f"{day}-{n}", day * 86400 + n + 10, ev.LeftReason.GAVE_UP))
        assert floor.snapshot().total.offered == 50


class TestGap:
    """What is inferred of callers whose end was not seen."""

    def test_nobody_knows_how_it_ended_so_it_is_abandoned_and_marked(self) -> None:
        floor = floor_of(entered("a", 0))
        floor.resync(Facts(), at=after(2))
        tally = floor.snapshot().total
        assert figures(tally) == {"offered": 1, "abandoned": 1}
        assert tally.inferred == 1

    def test_what_was_inferred_gives_way_to_what_is_learnt_later(self) -> None:
        floor = floor_of(entered("a", 0))
        floor.resync(Facts(), at=after(2))
        floor.apply(left("a", 1.5, ev.LeftReason.EXIT_KEY))
        tally = floor.snapshot().total
        assert figures(tally) == {"offered": 1, "overflowed": 1}
        assert tally.inferred == 0

    def test_the_list_s_own_memory_of_the_last_minute(self) -> None:
        """Hung up after 8 s, known to the second; waited to the queue's limit; came and went unseen."""
        queue = QueueRow(name="leak@city", max_wait=60)

        def gone(visit: str, waited: float) -> MemberRow:
            return MemberRow(
                queue="leak@city",
                visit=visit,
                state=MemberState.ABANDONED,
                entered_second=NINE,
                left_second=after(waited),
            )

        floor = floor_of(entered("a", 0.5), entered("b", 0.5))
        facts = Facts(queues=(queue,), members=(gone("a", 8), gone("b", 60), gone("unseen", 3)))
        floor.resync(facts, at=after(70))
        tally = floor.snapshot().total
        assert figures(tally) == {"offered": 3, "abandoned": 1, "overflowed": 1, "short_abandoned": 1}
        assert (tally.timed_out, tally.inferred) == (1, 3)
        floor.resync(facts, at=after(71))
        assert floor.snapshot().total == tally, "asked again, nobody is counted twice"

    def test_a_leg_that_lives_is_asked(self) -> None:
        floor = floor_of(entered("a", 0), entered("b", 0), entered("c", 0))
        legs = tuple(ChannelRow(uuid=f"call-{visit}", answered=True) for visit in "abc")
        assert floor.unsettled(Facts(channels=legs)) == {"a": "call-a", "b": "call-b", "c": "call-c"}
        outcomes = {
            "a": VisitOutcome(answered=True, operator="op01"),
            "b": VisitOutcome(answered=False, reason=ev.LeftReason.EXIT_KEY),
        }
        floor.resync(Facts(channels=legs, outcomes=outcomes), at=after(30))
        tally = floor.snapshot().total
        assert (tally.answered, tally.exit_key, tally.taken_out) == (1, 1, 1)

    def test_events_that_came_meanwhile_are_taken_in_after_and_once(self) -> None:
        floor = floor_of(entered("a", 0))
        floor.begin_resync()
        floor.apply(entered("b", 10))
        floor.apply(left("a", 11, ev.LeftReason.EXIT_KEY))
        assert floor.snapshot().total.offered == 1, "not yet"
        waiting = MemberRow(queue="leak@city", visit="b", call="call-b", state=MemberState.WAITING)
        floor.resync(Facts(members=(waiting,)), at=after(12))
        tally = floor.snapshot().total
        assert figures(tally) == {"offered": 2, "overflowed": 1, "waiting": 1}
        assert tally.inferred == 0

    def test_a_question_that_fails_loses_no_event(self) -> None:
        class Deaf:
            def facts(self) -> Facts:
                floor.apply(entered("a", 0))
                raise TimeoutError

            def outcomes(self, unsettled: object) -> dict[str, VisitOutcome]:
                return {}

        floor = Floor()
        with pytest.raises(TimeoutError):
            resync(floor, Deaf(), settle=0)
        assert floor.snapshot().waiting == 1

    def test_a_list_that_lags_brings_no_ended_leg_back(self) -> None:
        floor = floor_of(ev.CallStarted(at=NINE, uuid="x"), ev.CallHungUp(at=after(1), uuid="x"))
        facts = Facts(channels=(ChannelRow(uuid="x"),))
        floor.resync(facts, at=after(1))
        assert floor.snapshot().legs == 0
        assert [str(one) for one in floor.differences(facts)] == ["leg x: here gone, FreeSWITCH ringing"]

    def test_a_switch_whose_clock_was_set_back_is_believed(self) -> None:
        on_break = ev.OperatorStatusChanged(at=after(3600), operator="op01", status=OperatorStatus.ON_BREAK)
        ready = ev.OperatorStatusChanged(at=after(0), operator="op01", status=OperatorStatus.AVAILABLE)
        floor = floor_of(on_break)
        row = AgentRow(name="op01", status=OperatorStatus.ON_BREAK, state=OperatorState.WAITING)
        floor.resync(Facts(agents=(row,)), at=after(3600))
        floor.apply(ready)
        assert floor.snapshot().operators[0].activity is Activity.READY

    def test_the_link_tells_how_old_the_picture_is(self) -> None:
        now = [NINE]
        floor = Floor(clock=lambda: now[0])
        floor.apply(entered("a", 0))
        assert floor.snapshot().link.connected
        now[0] = after(10)
        floor.lost("closed by peer")
        floor.missed(after(10), after(15), "closed by peer")
        link = floor.snapshot().link
        assert (link.connected, link.heard_at, link.lost_at) == (False, NINE, after(10))
        assert [gap.reason for gap in link.gaps] == ["closed by peer"]
        floor.heard()
        assert floor.snapshot().link.connected


class TestSharing:
    """Many readers, one copy."""

    def test_the_sequence_grows_with_each_change_and_wakes_who_waits(self) -> None:
        floor = Floor()
        woken: list[int] = []
        reader = threading.Thread(target=lambda: woken.append(floor.wait(0, 20)))
        reader.start()
        floor.apply(entered("a", 0))
        wait_for(lambda: woken, "the reader wakes")
        reader.join()
        assert woken == [1]

    def test_a_snapshot_does_not_change(self) -> None:
        floor = floor_of(entered("a", 0))
        before = floor.snapshot()
        floor.apply(left("a", 9, ev.LeftReason.GAVE_UP))
        assert (before.waiting, floor.snapshot().waiting) == (1, 0)
        assert before.seq < floor.snapshot().seq

    def test_a_hundred_visits_from_many_threads_are_a_hundred(self) -> None:
        floor = Floor()

        def work(worker: int) -> None:
            for n in range(25):
                floor.apply(entered(f"{worker}-{n}", n))

        threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (floor.seq, floor.snapshot().total.offered) == (100, 100)
