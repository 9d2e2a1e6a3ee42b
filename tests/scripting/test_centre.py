"""What a script asks of its centre: emergencies, the menu, waiting in one queue after another."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from dialplan_scripts.centre import app as reception
from fsbridge import Call, FsbridgeError, example
from fsbridge.domain.plan import CentrePlan, FlowPlan, MenuPlan
from fsbridge.scripting.live import LiveCentre
from fsbridge.testing import Caller

PLAN = example("kanazawa").plan
OPEN, CLOSED = "2027-06-01T10:00", "2027-06-01T20:00"
OPENING, OTHER = "opening@kanazawa", "other@kanazawa"


class Way:
    """A line that leads through these queues, whatever the plan says."""

    def __init__(self, queues: list[str], *, available: bool = False) -> None:
        self._queues = list(queues)
        self._available = available
        self._places = 0
        self.ended = False

    def place(self) -> str:
        self._places += 1
        return self._queues.pop(0) if self._queues else ""

    def waited(self) -> float:
        return 60.0 * (self._places - 1)

    def available(self) -> bool:
        return self._available


class Source:
    """A living centre whose parts a test sets."""

    def __init__(self, plan: CentrePlan = PLAN, way: Way | None = None) -> None:
        self.plan = plan
        self.way = way or Way([OPENING])
        self.emergencies: dict[str, str] = {}
        self.published: dict[str, str] = {}

    @contextmanager
    def line(self, call: str, plan: CentrePlan, flow: FlowPlan) -> Iterator[Way]:
        yield self.way
        self.way.ended = True

    def caller(self, at: str = OPEN) -> Caller:
        app = copy.copy(reception)
        app.centre = LiveCentre(
            plan=lambda: self.plan,
            line=self.line,
            emergency=self.emergency,
            published=lambda key: self.published.get(key, ""),
        )
        return Caller(app).dial("0762202722", at=at)

    def emergency(self, flow: str, at: dt.datetime) -> str:
        return self.emergencies.get(flow) or self.emergencies.get("", "")


def words(announcement: str) -> str:
    return PLAN.announcement(announcement).text


def test_an_emergency_is_heard_first_and_once() -> None:
    source = Source()
    source.emergencies[""] = "/sounds/typhoon.wav"
    caller = source.caller().hears(words("greeting")).press("2").waits_in(OPENING)
    assert caller.heard[0] == "/sounds/typhoon.wav"
    assert caller.heard.count("/sounds/typhoon.wav") == 1
    caller.hang_up().finish()


def test_an_emergency_is_heard_outside_the_hours_too() -> None:
    source = Source()
    source.emergencies[""] = "/sounds/typhoon.wav"
    assert source.caller(CLOSED).listen().heard == ["/sounds/typhoon.wav", words("out-of-hours")]


def test_a_flow_s_emergency_is_heard_by_those_who_chose_it() -> None:
    source = Source()
    source.emergencies["leak"] = "/sounds/burst.wav"
    other = source.caller().press("1").waits_in(OPENING)
    assert "/sounds/burst.wav" not in other.heard
    other.hang_up().finish()
    source.way = Way([OPENING])
    caller = source.caller().hears("水道").press("2").hears("/sounds/burst.wav").waits_in(OPENING)
    caller.hang_up("ORIGINATOR_CANCEL").finish()


def test_who_hangs_up_during_the_emergency_has_heard_an_announcement() -> None:
    source = Source()
    source.emergencies[""] = "/sounds/typhoon.wav"
    caller = source.caller().hang_up().finish()
    assert caller.variables["fsbridge_outcome"] == "announcement"


def test_a_recalled_caller_goes_to_the_next_queue_with_the_time_waited() -> None:
    source = Source(way=Way([OPENING, OTHER]))
    caller = source.caller().hears("水道").press("1").waits_in(OPENING)
    assert "cc_base_score" not in caller.variables
    caller.press("D").waits_in(OTHER)
    assert int(caller.variables["cc_base_score"]) in (60, 61)
    caller.operator_answers().operator_hangs_up().finish()
    assert source.way.ended
    assert words("cut-off") not in caller.heard
    assert caller.variables["fsbridge_flow"] == "opening"


def test_a_recalled_caller_without_a_next_queue_is_told_so() -> None:
    caller = Source().caller().hears("水道").press("1").waits_in(OPENING).press("D").listen()
    assert caller.heard[-1] == words("cut-off")
    assert caller.variables["fsbridge_outcome"] == "queued"


def test_who_finds_no_place_is_told_so_and_never_waits() -> None:
    caller = Source(way=Way([])).caller().hears("水道").press("1").listen()
    assert caller.heard[-1] == words("cut-off")
    assert caller.variables["fsbridge_outcome"] == "lines busy"
    assert "cc_queue" not in caller.variables


def test_a_key_of_the_caller_s_own_recalls_nobody() -> None:
    caller = Source().caller().hears("水道").press("1").waits_in(OPENING).press("0123456789*#").waits(5)
    assert caller.waits_in(OPENING).heard[-1] != words("cut-off")
    caller.hang_up().finish()


@pytest.mark.parametrize(("available", "first"), [(False, "順番に"), (True, "tone_stream")])
def test_who_will_be_answered_at_once_is_not_told_that_all_are_busy(available: bool, first: str) -> None:
    caller = (
        Source(way=Way([OPENING], available=available)).caller().hears("水道").press("1").waits_in(OPENING)
    )
    assert first in caller.heard[-1]
    caller.hang_up().finish()


def test_a_published_recording_is_heard_instead_of_the_text() -> None:
    source = Source()
    source.published["out-of-hours"] = "/sounds/published/out-of-hours.wav"
    assert source.caller(CLOSED).listen().heard == ["/sounds/published/out-of-hours.wav"]


def test_a_call_goes_by_the_plan_it_began_with() -> None:
    source = Source()
    caller = source.caller().hears("水道")
    source.plan = replace(PLAN, menu=MenuPlan(), fallback_queue="leak@kanazawa")
    caller.waits(60).waits_in(OPENING)
    assert caller.variables["fsbridge_flow"] == "other", "the fallback of the plan before"
    caller.hang_up().finish()


def test_a_centre_without_a_menu_asks_nothing() -> None:
    flows = [replace(one, menu_key="", menu_words="") for one in PLAN.flows]
    caller = Source(replace(PLAN, flows=flows)).caller().waits_in(OPENING)
    assert caller.heard[0] == words("greeting")
    assert caller.variables["fsbridge_flow"] == "other"
    caller.hang_up().finish()


def test_an_app_without_a_centre_says_what_to_do() -> None:
    def script(call: Call) -> None:
        with pytest.raises(FsbridgeError, match="serves no centre"):
            call.centre.standing.open  # noqa: B018

    Caller(script).dial("100").listen()
