"""One call, told second by second."""

from __future__ import annotations

from datetime import datetime

import pytest

from fsbridge.adapters.planfile import example
from fsbridge.errors import FsbridgeError, InvalidArgument
from fsbridge.simulation.call import Calling, Story, heard_on_call

PLAN = example("kanazawa").plan


def told(at: str, calling: Calling, to: str = "0120328117") -> Story:
    moment = datetime.fromisoformat(at).replace(tzinfo=PLAN.schedule.clock)
    return heard_on_call(PLAN, "dialplan_scripts.centre", to, moment, calling)


def heard(story: Story) -> list[str]:
    return [one.text for one in story.moments if one.what == "hears"]


def test_new_year_guidance_is_heard_and_no_key_is_asked_for() -> None:
    story = told("2027-01-02T10:00", Calling("2"))
    assert heard(story) == [PLAN.announcement("new-year").text]
    assert (story.unused, story.outcome, story.cause) == ("2", "out of hours", "NORMAL_CLEARING")


def test_a_key_leads_to_its_queue_and_an_operator_answers() -> None:
    story = told("2027-03-02T10:00", Calling("2", answer_after=30, talk=60))
    whats = [one.what for one in story.moments if one.what not in ("hears", "music")]
    assert whats == ["dialled", "answered", "presses", "waits", "operator", "parted", "ended"]
    by_what = {one.what: one.second for one in story.moments}
    assert by_what["operator"] - by_what["waits"] == pytest.approx(30, abs=0.01)
    assert by_what["parted"] - by_what["operator"] == pytest.approx(60, abs=0.01)
    assert (story.flow, story.outcome) == ("leak", "queued")


def test_who_presses_early_cuts_the_menu_short() -> None:
    menu = next(one for one in told("2027-03-02T10:00", Calling("2")).moments if "0120" not in one.text
                and "1を" in one.text)  # fmt: skip
    assert menu.seconds == pytest.approx(3.0, abs=0.01)


def test_a_wrong_key_is_said_to_be_one() -> None:
    assert PLAN.announcement("menu-invalid").text in heard(told("2027-03-02T10:00", Calling("92")))


def test_whom_nobody_answers_is_told_so_at_the_end() -> None:
    story = told("2027-03-02T10:00", Calling("1", answer_after=None))
    assert heard(story)[-1] == PLAN.announcement("cut-off").text
    waits = next(one.second for one in story.moments if one.what == "waits")
    assert story.moments[-1].second - waits > PLAN.flow("opening").max_wait


def test_the_caller_may_lose_patience() -> None:
    story = told("2027-03-02T10:00", Calling("1", patience=20))
    assert [one.what for one in story.moments][-2:] == ["hangs up", "ended"]


def test_times_do_not_run_backwards() -> None:
    for calling in (Calling("1"), Calling(""), Calling("3", answer_after=None)):
        moments = told("2027-03-02T10:00", calling).moments
        assert [one.second for one in moments] == sorted(one.second for one in moments)


def test_a_number_that_is_not_the_centres_is_refused_with_those_that_are() -> None:
    with pytest.raises(FsbridgeError, match=r"110 is no number of .*076-220-2722"):
        told("2027-03-02T10:00", Calling(), to="110")


def test_keys_that_no_telephone_has_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="press is '2x'"):
        Calling("2x")
