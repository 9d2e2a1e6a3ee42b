"""Hours edited rule by rule: looked through first, saved whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fsbridge.adapters.holidays import CALENDARS
from fsbridge.domain.schedule import Kind
from fsbridge.errors import ConfigError
from fsbridge.services.schedules import OddSchedule, Schedules
from fsbridge.testing.plans import PlanInMemory, small_plan

NOW = datetime(2027, 2, 10, tzinfo=UTC)


@pytest.fixture
def room() -> PlanInMemory:
    return PlanInMemory(small_plan())


@pytest.fixture
def schedules(room: PlanInMemory) -> Schedules:
    return Schedules(room, CALENDARS)


def test_an_override_is_added_with_who_and_why(schedules: Schedules, room: PlanInMemory):
    rule = {"name": "storm", "day": "2027-02-11", "author": "sato", "reason": "雪", "since": "13:00"}
    schedules.add("override", rule, by="sato", at=NOW)
    (override,) = room.load().schedule.overrides
    assert (override.author, override.reason, override.since) == ("sato", "雪", "13:00")
    assert room.log == [("sato", NOW, "雪")]


def test_special_days_are_asked_before_the_one_named(schedules: Schedules):
    done = schedules.add(
        "special",
        {"name": "fair", "days": "05-05", "hours": "10:00-12:00"},
        by="x",
        at=NOW,
        before="new-year",
    )
    assert [rule.name for rule in done.after.special_days] == ["fair", "new-year"]
    with pytest.raises(ConfigError, match="another kind"):
        schedules.add("special", {"name": "b", "days": "06-06"}, by="x", at=NOW, before="all")


def test_what_is_odd_is_refused_and_nothing_is_saved(schedules: Schedules, room: PlanInMemory):
    before = room.load()
    with pytest.raises(OddSchedule) as caught:
        schedules.edit("all", {"days": "02..12"}, by="x", at=NOW)
    assert caught.value.findings[0].kind is Kind.GAP
    assert "--anyway" in str(caught.value)
    assert room.load() == before


def test_what_is_odd_is_saved_when_it_is_meant(schedules: Schedules, room: PlanInMemory):
    done = schedules.edit("all", {"days": "02..12"}, by="x", at=NOW, anyway=True)
    assert [one.kind for one in done.odd] == [Kind.GAP, Kind.GAP]  # this year and the next
    assert room.load().schedule.seasons[0].days.text == "02..12"


def test_what_was_odd_before_does_not_stand_in_the_way(schedules: Schedules):
    schedules.edit("all", {"days": "02..12"}, by="x", at=NOW, anyway=True)
    done = schedules.edit("new-year", {"hours": "10:00-12:00"}, by="x", at=NOW)
    assert done.odd == ()


def test_holidays_need_their_calendar(schedules: Schedules):
    rule = {"name": "holidays", "days": "holidays"}
    with pytest.raises(ConfigError, match="without a calendar"):
        schedules.add("special", rule, by="x", at=NOW)
    with pytest.raises(OddSchedule):  # 1 January is a holiday and New Year
        schedules.add("special", rule, by="x", at=NOW, holidays="jp")
    done = schedules.add("special", rule, by="x", at=NOW, holidays="jp", anyway=True)
    assert done.after.calendar is CALENDARS[0]


def test_an_unknown_rule_is_refused_with_those_there_are(schedules: Schedules):
    for attempt in (
        lambda: schedules.remove("nothing", by="x", at=NOW),
        lambda: schedules.edit("nothing", {}, by="x", at=NOW),
    ):
        with pytest.raises(ConfigError, match="there are: all, new-year"):
            attempt()


def test_an_announcement_without_a_text_is_refused(schedules: Schedules, room: PlanInMemory):
    with pytest.raises(ConfigError, match="there is no announcement 'storm'"):
        schedules.edit("new-year", {"announcement": "storm"}, by="x", at=NOW)
    assert room.log == []
