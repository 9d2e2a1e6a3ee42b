"""The centre's reception on Kanazawa's data, call by call."""

from __future__ import annotations

import pytest

from dialplan_scripts.kanazawa import app
from fsbridge import example
from fsbridge.testing import Caller, World

PLAN = example("kanazawa").plan
MENU = "水道の使用開始"


def words(announcement: str) -> str:
    return PLAN.announcement(announcement).text


def call(at: str = "2027-06-01T10:00", number: str = "0762202722") -> Caller:
    return Caller(app).dial(number, at=at)


@pytest.mark.parametrize("number", ["0762202722", "0120328117"])
@pytest.mark.parametrize("flow", PLAN.flows, ids=lambda flow: flow.key)
def test_each_key_leads_to_its_queue(number: str, flow) -> None:
    caller = call(number=number).hears(MENU).press(flow.menu_key).waits_in(flow.queue)
    caller.hears(words(flow.waiting)).waits(20).operator_answers().waits(300).operator_hangs_up().finish()
    assert caller.left_to_dialplan  # which hangs up whoever was served
    assert words("cut-off") not in caller.heard
    assert caller.variables["fsbridge_flow"] == flow.key
    assert caller.variables["fsbridge_outcome"] == "queued"


@pytest.mark.parametrize(
    ("at", "guidance"),
    [
        ("2027-06-01T18:00", "out-of-hours"),
        ("2027-06-01T08:44", "out-of-hours"),
        ("2027-03-01T07:59", "out-of-hours"),
        ("2027-01-02T10:00", "new-year"),
    ],
)
def test_a_closed_centre_says_so_and_hangs_up(at: str, guidance: str) -> None:
    caller = call(at).listen()
    assert caller.answered
    assert caller.heard == [words(guidance)]
    assert caller.cause == "NORMAL_CLEARING"
    assert caller.variables["fsbridge_outcome"] == "out of hours"
    assert caller.variables["fsbridge_announcement"] == guidance


def test_the_busy_season_is_open_longer() -> None:
    call("2027-03-01T18:59").hears(MENU).hang_up()


@pytest.mark.parametrize("ending", ["queue_times_out", "queue_has_no_operator", "pulled_out_of_queue"])
def test_whoever_waited_in_vain_hears_the_cut_off_guidance(ending: str) -> None:
    caller = call().hears(MENU).press("2").waits_in("leak@kanazawa")
    getattr(caller, ending)().hears(words("cut-off")).listen()
    assert caller.cause == "NORMAL_CLEARING"
    assert caller.variables["fsbridge_outcome"] == "queued"


def test_the_waiting_guidance_is_repeated() -> None:
    caller = call().hears(MENU).press("2").waits_in("leak@kanazawa").waits(100)
    assert caller.heard.count(words("leak-waiting")) in (3, 4)
    caller.hang_up().finish()


def test_a_telephone_without_keys_reaches_somebody() -> None:
    caller = call().waits_in("other@kanazawa")
    assert sum(MENU in sound for sound in caller.heard) == 3
    assert words("menu-failure") in caller.heard
    caller.hang_up().finish()
    assert caller.variables["fsbridge_flow"] == "other"


def test_a_wrong_key_costs_a_try_and_no_more() -> None:
    caller = call().hears(MENU).press("9").hears(words("menu-invalid")).hears(MENU).press("3")
    caller.waits_in("billing@kanazawa").hang_up().finish()


@pytest.mark.parametrize("moment", ["greeting", "menu", "waiting", "talking"])
def test_a_caller_may_hang_up_at_any_moment(moment: str) -> None:
    caller = call()
    if moment != "greeting":
        caller.hears(MENU)
    if moment in ("waiting", "talking"):
        caller.press("1").waits_in("opening@kanazawa")
    if moment == "talking":
        caller.operator_answers()
    caller.hang_up("ORIGINATOR_CANCEL").finish()
    assert words("cut-off") not in caller.heard
    left = {"greeting": None, "menu": "left in IVR"}.get(moment, "queued")
    assert caller.variables.get("fsbridge_outcome") == left


def test_a_queue_that_freeswitch_does_not_know_leaves_the_caller_to_the_dialplan() -> None:
    caller = Caller(app, world=World(queues={}), raise_failures=False).dial(
        "0762202722", at="2027-06-01T10:00"
    )
    caller.hears(MENU).press("1").finish()
    assert caller.left_to_dialplan
