"""The live plan: read when it changes, its followers told until they have followed."""

from __future__ import annotations

import logging
import threading
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from fsbridge.adapters.planfile import example
from fsbridge.domain.plan import CentrePlan
from fsbridge.errors import FsbridgeError
from fsbridge.services.plan_live import InForce, LivePlan
from tests.waiting import wait_for

PLAN = example("kanazawa").plan
TOKYO = ZoneInfo("Asia/Tokyo")


class Source:
    """A plan that can be changed, counted, and made unreadable."""

    def __init__(self) -> None:
        self.plan: CentrePlan = PLAN
        self.number = 1
        self.loads = 0
        self.broken = False

    def version(self) -> str:
        if self.broken:
            raise FsbridgeError("the database is away")
        return str(self.number)

    def load(self) -> CentrePlan:
        self.loads += 1
        return self.plan

    def change(self, plan: CentrePlan) -> None:
        self.plan, self.number = plan, self.number + 1


class Centre:
    def __init__(self) -> None:
        self.source = Source()
        self.now = datetime(2027, 2, 28, 23, 59, tzinfo=TOKYO)
        self.live = LivePlan(self.source, clock=lambda: self.now)
        self.told: list[InForce] = []
        self.live.listen("the test", self.told.append)


def test_followers_are_told_once_and_again_when_the_plan_changes() -> None:
    centre = Centre()
    centre.live.refresh()
    centre.live.refresh()
    assert [one.season for one in centre.told] == ["normal"]
    assert centre.source.loads == 1
    centre.source.change(example("porto").plan)
    assert centre.live.plan().key == "kanazawa", "until it is read again"
    centre.live.refresh()
    assert centre.live.plan().key == "porto"
    assert [one.plan.key for one in centre.told] == ["kanazawa", "porto"]


def test_followers_are_told_of_a_new_season_at_its_first_minute() -> None:
    centre = Centre()
    centre.live.refresh()
    centre.now = datetime(2027, 3, 1, 0, 0, tzinfo=TOKYO)
    centre.live.refresh()
    assert [(one.season, one.day.isoformat()) for one in centre.told] == [
        ("normal", "2027-02-28"),
        ("busy", "2027-03-01"),
    ]


def test_a_follower_that_fails_is_told_again_and_holds_nobody_up(caplog: pytest.LogCaptureFixture) -> None:
    centre = Centre()
    tries: list[str] = []

    def stumbles(now: InForce) -> None:
        tries.append(now.season)
        if len(tries) < 3:
            raise FsbridgeError("FreeSWITCH is away")

    centre.live.listen("FreeSWITCH", stumbles)
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            centre.live.refresh()
    assert tries == ["normal"] * 3
    assert len(centre.told) == 1
    assert [one.message for one in caplog.records] == [
        "FreeSWITCH does not follow the plan yet: FreeSWITCH is away"
    ], "said once"


def test_what_else_concerns_them_is_told_when_it_changes() -> None:
    source, told, also = Source(), [], ["calm"]
    live = LivePlan(source, clock=lambda: datetime(2027, 2, 28, tzinfo=TOKYO), also=lambda now: also[-1])
    live.listen("the test", lambda now: told.append(now.also))
    live.refresh()
    also.append("typhoon")
    live.refresh()
    live.refresh()
    assert told == ["calm", "typhoon"]


def test_again_tells_everybody_once_more() -> None:
    centre = Centre()
    centre.live.refresh()
    centre.live.again()
    centre.live.refresh()
    centre.live.refresh()
    assert len(centre.told) == 2


def test_a_plan_that_cannot_be_read_leaves_the_one_before_in_force(caplog: pytest.LogCaptureFixture) -> None:
    centre = Centre()
    centre.source.broken = True
    with caplog.at_level(logging.WARNING):
        centre.live.refresh()
        centre.live.refresh()
    assert centre.live.plan() == PLAN
    assert len(centre.told) == 1
    assert [one.message for one in caplog.records] == [
        "the plan cannot be read, the one before stays in force: the database is away"
    ]
    centre.source.broken = False
    centre.source.change(example("porto").plan)
    centre.live.refresh()
    assert centre.live.plan().key == "porto"


def test_it_runs_until_it_is_stopped() -> None:
    centre = Centre()
    stop = threading.Event()
    running = threading.Thread(target=centre.live.run, args=(stop,), kwargs={"every": 0.01})
    running.start()
    centre.source.change(example("porto").plan)
    wait_for(lambda: centre.live.plan().key == "porto", "the new plan")
    stop.set()
    running.join(5)
    assert not running.is_alive()


def test_the_database_is_read_where_it_keeps_nobody_waiting() -> None:
    source, asked = Source(), []

    def apart(work):
        asked.append(work.__name__)
        return work()

    live = LivePlan(source, clock=lambda: datetime(2027, 2, 28, tzinfo=TOKYO), apart=apart)
    source.change(example("porto").plan)
    live.refresh()
    assert asked == ["version", "load"]
