"""The centre's reception, call by call."""

from __future__ import annotations

import pytest

from dialplan_scripts.kanazawa import app
from fsbridge.testing import Caller, World

MENU = "水道の使用開始"
WAITING = "ただいま電話が混み合っております"
CUT_OFF = "恐れ入りますが"


def call(at: str = "2027-06-01T10:00", number: str = "0762202722") -> Caller:
    return Caller(app).dial(number, at=at)


@pytest.mark.parametrize("number", ["0762202722", "0120328117"])
@pytest.mark.parametrize(
    ("key", "queue"),
    [("1", "opening@kanazawa"), ("2", "leak@kanazawa"), ("3", "billing@kanazawa"), ("4", "other@kanazawa")],
)
def test_each_key_leads_to_its_queue(number: str, key: str, queue: str) -> None:
    caller = call(number=number).hears(MENU).press(key).waits_in(queue).hears(WAITING)
    caller.waits(20).operator_answers().waits(300).operator_hangs_up().finish()
    assert caller.left_to_dialplan  # which hangs up whoever was served
    assert not any(CUT_OFF in sound for sound in caller.heard)


@pytest.mark.parametrize(
    ("at", "guidance"),
    [
        ("2027-06-01T18:00", "本日の受付は終了しました"),
        ("2027-03-01T07:59", "本日の受付は終了しました"),
        ("2027-01-02T10:00", "年始のため"),
    ],
)
def test_a_closed_centre_says_so_and_hangs_up(at: str, guidance: str) -> None:
    caller = call(at).hears(guidance).listen()
    assert caller.answered
    assert len(caller.heard) == 1
    assert caller.cause == "NORMAL_CLEARING"


def test_the_busy_season_is_open_longer() -> None:
    call("2027-03-01T18:59").hears(MENU).hang_up()


@pytest.mark.parametrize("ending", ["queue_times_out", "queue_has_no_operator", "pulled_out_of_queue"])
def test_whoever_waited_in_vain_hears_the_cut_off_guidance(ending: str) -> None:
    caller = call().hears(MENU).press("2").waits_in("leak@kanazawa")
    getattr(caller, ending)().hears(CUT_OFF).listen()
    assert caller.cause == "NORMAL_CLEARING"


def test_a_telephone_without_keys_reaches_somebody() -> None:
    caller = call().waits_in("other@kanazawa")
    assert sum(MENU in sound for sound in caller.heard) == 3
    assert "担当におつなぎします。" in caller.heard
    caller.hang_up().finish()


def test_a_wrong_key_costs_a_try_and_no_more() -> None:
    caller = call().hears(MENU).press("9").hears("正しくありません").hears(MENU).press("3")
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
    assert not any(CUT_OFF in sound for sound in caller.heard)


def test_a_queue_that_freeswitch_does_not_know_leaves_the_caller_to_the_dialplan() -> None:
    caller = Caller(app, world=World(queues={}), raise_failures=False).dial(
        "0762202722", at="2027-06-01T10:00"
    )
    caller.hears(MENU).press("1").finish()
    assert caller.left_to_dialplan
