"""One stretch of days: what the script does with callers, and what operators do all day."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from fsbridge.adapters.planfile import example
from fsbridge.app import load_app
from fsbridge.domain.arrivals import Arrival, Traffic
from fsbridge.domain.figures import CallRecord, micros
from fsbridge.domain.shifts import Shifts
from fsbridge.errors import FsbridgeError
from fsbridge.scripting.app import App
from fsbridge.simulation.past import Past
from fsbridge.simulation.stretch import Centre, Stretch, stretches
from fsbridge.testing.plans import small_plan

DAY = date(2027, 3, 1)
PLAN = small_plan()
ALL_DAY = Traffic(shifts=Shifts(1440, ()))


def at(text: str, day: date = DAY) -> datetime:
    return datetime.fromisoformat(f"{day}T{text}").replace(tzinfo=PLAN.schedule.clock)


def arrival(when: str, keys: str = "1", **rest: object) -> Arrival:
    usual = {"thinking": 2.0, "patience": 300.0, "talk": 100.0, "wrap_up": 30.0, "pick_up": 3.0}
    return Arrival(at(when), "0761000000", "any", keys, **{**usual, **rest})


def lived(*arrivals: Arrival, plan=PLAN, traffic: Traffic = ALL_DAY, app: App | None = None) -> Past:
    app = app or load_app("dialplan_scripts.centre")
    return Centre(plan, app, traffic, Stretch((DAY,), tuple(arrivals)), seed=1).run()


def outcome(call: CallRecord) -> tuple[str, list[str]]:
    return call.outcome, [visit.outcome for visit in call.visits]


def seconds(call: CallRecord) -> float:
    visit = call.visits[-1]
    return ((visit.answered or visit.left) - call.visits[0].entered) / 1_000_000


def test_a_caller_is_answered_by_whoever_serves_the_flow() -> None:
    (call,) = lived(arrival("10:00", keys="2")).calls
    assert outcome(call) == ("queued", ["answered"])
    assert (call.flow, call.visits[0].queue, call.visits[0].operator) == ("leak", "leak@town", "op2")
    assert seconds(call) == pytest.approx(3.0, abs=0.5)
    (leg,) = call.legs
    assert (leg.ended - leg.answered) / 1e6 == pytest.approx(100, abs=0.1)
    assert leg.wrap_up == 30_000_000


def test_who_calls_while_it_is_closed_waits_for_nobody() -> None:
    past = lived(arrival("07:00"), arrival("22:00"))
    assert [outcome(call) for call in past.calls] == [("out of hours", [])] * 2


def test_who_has_no_patience_gives_up() -> None:
    early, late = lived(arrival("10:00", patience=2.0), arrival("11:00", patience=0.5, pick_up=9.0)).calls
    assert outcome(early) == ("queued", ["short abandoned"])
    assert outcome(late) == ("queued", ["short abandoned"])


def test_who_hangs_up_in_the_menu_was_never_offered() -> None:
    (call,) = lived(arrival("10:00", leaves=True)).calls
    assert outcome(call) == ("left in IVR", [])


def test_who_presses_nothing_or_a_wrong_key_first_comes_through() -> None:
    silent, wrong = lived(arrival("10:00", keys=""), arrival("11:00", keys="92")).calls
    assert (silent.flow, wrong.flow) == ("any", "leak")


def test_callers_overflow_by_the_plans_rule_and_keep_their_first_entry() -> None:
    """op2 alone serves leaks; after 60 s in vain the second caller goes on to op1's queue."""
    first, second = lived(arrival("10:00", keys="2", talk=900.0), arrival("10:01", keys="2")).calls
    assert outcome(second) == ("queued", ["taken out", "answered"])
    assert [visit.queue for visit in second.visits] == ["leak@town", "any@town"]
    assert second.visits[1].operator == "op1"
    assert second.visits[1].first_entered == second.visits[0].entered
    assert seconds(second) == pytest.approx(60 + 3, abs=2)
    assert first.visits[0].operator == "op2"


def test_more_callers_than_lines_hear_the_busy_tone() -> None:
    two = replace(ALL_DAY, lines=2)
    calls = lived(*(arrival(f"10:00:0{second}") for second in range(3)), traffic=two).calls
    assert [call.outcome for call in calls] == ["queued", "queued", "lines busy"]


def test_a_wrap_up_without_exit_lasts_as_long_as_the_flow_says() -> None:
    flows = (replace(PLAN.flows[0], wrap_up="timed without exit", wrap_up_seconds=45), PLAN.flows[1])
    (call,) = lived(arrival("10:00"), plan=replace(PLAN, flows=flows)).calls
    assert call.legs[0].wrap_up == 45_000_000


def test_an_operators_day_is_without_gap_and_overlap() -> None:
    past = lived(arrival("10:00"), arrival("11:59:30"), arrival("17:59", talk=600.0), traffic=Traffic())
    for operator in ("op1", "op2"):
        spans = [span for span in past.spans if span.operator == operator]
        assert all(one.ended == two.started for one, two in itertools.pairwise(spans))
    assert {span.state for span in past.spans} == {"ready", "ringing", "talking", "wrap-up", "on break"}
    first = min(span.started for span in past.spans)
    assert first == micros(at("08:45"))


def test_who_was_let_in_before_closing_time_is_still_served() -> None:
    (call,) = lived(arrival("17:59:58", thinking=4.0)).calls
    assert outcome(call) == ("queued", ["answered"])


def test_days_are_parted_where_nobody_can_wait_over_midnight() -> None:
    porto = example("porto").plan
    days = [DAY + timedelta(days=one) for one in range(3)]
    parted = stretches(PLAN, days, [arrival("10:00")])
    assert [len(one.days) for one in parted] == [1, 1, 1]
    assert [len(one.arrivals) for one in parted] == [1, 0, 0]
    assert sum(len(one.days) for one in stretches(porto, days, [])) == 3


def test_a_scripts_bug_is_told_and_nobody_is_lost_in_silence() -> None:
    app = App("broken")

    @app.route("0760000100")
    def broken(call) -> None:
        raise ValueError("a bug")

    with pytest.raises(FsbridgeError, match="the script failed: ValueError"):
        lived(arrival("10:00"), app=app)
