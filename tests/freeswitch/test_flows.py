"""On a real FreeSWITCH: flows by the plan in the store, overflow by who is really there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fsbridge.adapters.switchconf import FollowingSwitch
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.schedule import Days, SpecialDays
from fsbridge.domain.views import CallState
from tests.freeswitch.flows import OPENING, OTHER, PlannedCentre, flow, rendered_plan, serving_only
from tests.freeswitch.freeswitch import NEVER, NUMBER, LocalSwitch
from tests.freeswitch.sipp import Sipp, place_calls
from tests.waiting import wait_for

pytestmark = [pytest.mark.sipp, pytest.mark.freeswitch]
PATIENT = 60_000
"""Milliseconds a caller stays."""


@pytest.fixture(scope="module")
def switch(_starter: Callable[..., LocalSwitch]) -> Iterator[LocalSwitch]:
    """One FreeSWITCH for all of them, without telephones of its own: each brings its plan."""
    started = _starter()
    yield started
    started.kill()


def caller(switch: LocalSwitch, number: str, key: str, *, dialled: str = NUMBER) -> Sipp:
    rows = [(number, key)]
    return Sipp("caller", switch.sip, dialled=dialled, rows=rows, listen=1200, stay=PATIENT).start()


def records(switch: LocalSwitch, *numbers: str) -> list[dict[str, Any]]:
    """The variables in the records of these callers, once they are all there."""

    def found() -> list[dict[str, Any]]:
        inbound = [
            one["variables"] for one in switch.cdrs() if one["variables"].get("sip_req_user") == NUMBER
        ]
        last = {one["sip_from_user"]: one for one in inbound}
        return [last[number] for number in numbers] if set(numbers) <= last.keys() else []

    return wait_for(found, f"the records of {numbers}")


def talking(centre: PlannedCentre) -> list[str]:
    """The numbers of the callers who speak with an operator."""
    calls = centre.floor.snapshot().calls
    return [one.number for one in calls if one.state is CallState.TALKING and one.queue]


def hang_up(centre: PlannedCentre, number: str) -> None:
    """The caller of this number is cut off, and is gone."""
    leg = next(one.uuid for one in centre.floor.snapshot().calls if one.number == number)
    centre.switch.api("uuid_kill", leg)
    wait_for(lambda: number not in {one.number for one in centre.floor.snapshot().calls}, "the call ended")


def test_callers_nobody_could_answer_are_taken_on_and_keep_the_place_of_their_first_entry(
    switch: LocalSwitch, tmp_path: Path
) -> None:
    early, late, last = "0761010001", "0761010002", "0761010003"
    with PlannedCentre(switch, tmp_path, serving_only(opening=("op03",), other=("op13",))) as centre:
        centre.operator("op13", "agent1")
        centre.writing("op03", "op13")  # busy, but they will be back: callers wait
        callers = [caller(switch, early, "1")]
        centre.come_to_wait(OPENING, early)
        entered = int(time.time())
        wait_for(lambda: int(time.time()) > entered + 1, "later by mod_callcenter's clock")
        callers.append(caller(switch, late, "4"))
        centre.come_to_wait(OTHER, late)
        assert centre.waiting(OPENING) == [early]

        centre.away("op03")  # for a break: nobody is left in the first queue
        gone = time.monotonic()
        centre.come_to_wait(OTHER, early, late)
        print(f"taken on {time.monotonic() - gone:.2f} s after the last operator left")
        callers.append(caller(switch, last, "1"))  # nobody there: never enters the first queue
        centre.come_to_wait(OTHER, early, late, last)

        served = []
        for _ in callers:
            centre.on_duty("op13")
            served += wait_for(lambda: talking(centre), "a talk")
            hang_up(centre, served[-1])
            centre.come_to_write("op13")
        assert served == [early, late, last]
        for one in callers:
            assert one.wait().successful == 1
        tally = centre.floor.snapshot().total
        assert (tally.offered, tally.answered, tally.waiting) == (3, 3, 0)
        assert centre.floor.snapshot().balanced
    first, second, third = records(switch, early, late, last)
    assert [one["fsbridge_flow"] for one in (first, second, third)] == ["opening", "other", "opening"]
    assert {one["fsbridge_outcome"] for one in (first, second, third)} == {"queued"}
    assert int(first["cc_base_score"]) >= 2
    assert "cc_base_score" not in second
    assert int(third.get("cc_base_score", 0)) < int(first["cc_base_score"])  # it never waited before


def test_who_cannot_be_answered_in_time_is_told_so(switch: LocalSwitch, tmp_path: Path) -> None:
    edits = (
        serving_only(opening=("op03",), billing=("op09",), other=("op13",)),
        flow("billing", max_length=1, overflow_to="", overflow_after=0),
        flow("other", max_wait_without_operator=2),
        flow("opening", max_wait=4, overflow_after=2),
    )
    with PlannedCentre(switch, tmp_path, *edits) as centre:
        centre.writing("op03", "op09")
        holds_the_place = caller(switch, "0761020001", "3")
        centre.come_to_wait("billing@kanazawa", "0761020001")
        full = caller(switch, "0761020002", "3")
        deserted = caller(switch, "0761020003", "4")
        too_long = caller(switch, "0761020004", "1")  # its overflow is deserted, so it waits where it is
        told = [one.wait() for one in (full, deserted, too_long)]
        assert [one.counters["released"] for one in told] == [1, 1, 1]
        assert centre.waiting("billing@kanazawa") == ["0761020001"]
        holds_the_place.stop()
        switch.api("hupall")
    refused, nobody, long = records(switch, "0761020002", "0761020003", "0761020004")
    assert {one["fsbridge_announcement"] for one in (refused, nobody, long)} == {"cut-off"}
    assert (refused["fsbridge_outcome"], refused.get("cc_queue")) == ("lines busy", None)
    assert (nobody["fsbridge_outcome"], nobody["cc_queue"]) == ("queued", OTHER)
    waited = int(long["cc_queue_canceled_epoch"]) - int(long["cc_queue_joined_epoch"])
    assert (long["cc_queue"], waited >= 3) == (OPENING, True)


def test_a_season_brings_its_own_operators(switch: LocalSwitch, tmp_path: Path) -> None:

    def tiers(queue: str) -> set[tuple[str, int]]:
        rows = centre.callcenter.tiers()
        return {(one.operator, one.level) for one in rows if one.queue == queue}

    def planned(season: str) -> set[tuple[str, int]]:
        return {(one.operator, one.level) for one in centre.plan.load().tiers_of(season, OPENING)}

    with PlannedCentre(switch, tmp_path) as centre:
        assert planned("normal") != planned("busy")
        wait_for(lambda: tiers(OPENING) == planned("busy"), "March's operators")
        told = []
        api = centre.watch.link.api
        centre.watch.callcenter._api = lambda *words: (told.append(words), api(*words))[1]
        centre.following.live.again()
        centre.following.live.refresh()
        assert not [
            words for words in told if words[1:3] in {("tier", "add"), ("tier", "set"), ("tier", "del")}
        ]

        centre.later(days=60)
        wait_for(lambda: tiers(OPENING) == planned("normal"), "May's operators")
        served = {view.name: view.operators for view in centre.floor.snapshot().queues}
        wait_for(
            lambda: (
                {one.name: one.operators for one in centre.floor.snapshot().queues}[OPENING]
                == len(planned("normal"))
            ),
            f"the floor knows too: {served}",
        )
        switch.restart(kill=True)
        centre.watch.link.wait_ready(30)
        wait_for(lambda: tiers(OPENING) == planned("normal"), "they come back with FreeSWITCH")


def test_changed_data_reach_freeswitch_while_it_runs_and_nobody_leaves(
    switch: LocalSwitch, tmp_path: Path
) -> None:

    def closed(plan: CentrePlan) -> CentrePlan:
        works = SpecialDays("works", Days("01..12"), announcement="new-year")
        return plan.with_schedule(replace(plan.schedule, special_days=(works,)))

    def answer(number: str) -> dict[str, Any]:
        callers = place_calls("listener", switch.sip, dialled=NUMBER, rows=[number], stay=100)
        assert callers.successful == 1, callers.errors
        return records(switch, number)[0]

    with PlannedCentre(switch, tmp_path, serving_only(opening=("op03",))) as centre:
        assert rendered_plan(centre.settings) == "kanazawa"
        centre.writing("op03")
        waits = caller(switch, "0761040001", "1")
        centre.come_to_wait(OPENING, "0761040001")
        centre.change(flow("opening", max_wait=7200))
        centre.change(lambda plan: replace(plan, numbers=(*plan.numbers, "076-220-2799")))

        def max_wait() -> str:
            return {one["name"]: one["max_wait_time"] for one in switch.table("queue", "list")}[OPENING]

        wait_for(lambda: max_wait() == "7200", f"the queue's new setting: {max_wait()}")
        new = caller(switch, "0761040002", "1", dialled="0762202799")
        centre.come_to_wait(OPENING, "0761040001", "0761040002")

        centre.change(closed)
        wait_for(lambda: centre.following.live.plan().schedule.special_days, "the plan is read")
        assert answer("0761040003")["fsbridge_outcome"] == "out of hours"
        assert centre.waiting(OPENING) == ["0761040001", "0761040002"]
        for one in (waits, new):
            one.stop()
        switch.api("hupall")
        dialplan = switch.conf.home / "conf" / "dialplan" / "public.xml"
        wait_for(lambda: "fallback-works" in dialplan.read_text(), "the dialplan is rendered")
    without = answer("0761040004")  # no script is running any more
    assert without["fsbridge_fallback"] == "new-year"


def test_an_emergency_is_heard_without_a_script_too_until_its_time_is_over(switch: LocalSwitch) -> None:

    def heard(number: str, until: float) -> str | None:
        centre = replace(
            switch.conf.centre,
            hours=NEVER,
            emergency="tone_stream://%(100,0,440)",
            emergency_until=round(until),
        )
        switch.conf = replace(switch.conf, centre=centre)
        assert FollowingSwitch(switch.api).follow(switch.conf)
        place_calls("listener", switch.sip, dialled=NUMBER, rows=[number], stay=300)
        (record,) = records(switch, number)
        assert record["fsbridge_fallback"] == "new-year"
        return record.get("fsbridge_emergency")

    assert heard("0761050001", time.time() + 3600) == "heard"
    assert heard("0761050002", time.time() - 1) is None


class LongGuidance:
    """Announcements of a fifth of a second, but for the waiting guidance, which takes a minute."""

    def render(self, text: str, voice: str) -> str:
        return f"tone_stream://v=-20;%({60_000 if '順番に' in text else 200},0,440)"


def test_guidance_delays_no_answer(switch: LocalSwitch, tmp_path: Path) -> None:
    with PlannedCentre(switch, tmp_path, serving_only(opening=("op03",))) as centre:
        centre.app.speech = LongGuidance()
        centre.operator("op03", "agent1")
        centre.writing("op03")
        waits = caller(switch, "0761060001", "1")
        centre.come_to_wait(OPENING, "0761060001")
        centre.on_duty("op03")
        wait_for(lambda: talking(centre) == ["0761060001"], "the talk, long before the guidance is over")
        switch.api("hupall")
        waits.wait()
    (record,) = records(switch, "0761060001")
    joined, answered = (float(record[f"cc_queue_{what}_epoch"]) for what in ("joined", "answered"))
    print(f"answered {answered - joined:.0f} s after joining, a minute of guidance notwithstanding")
    assert answered - joined < 30
