"""Operators put together from a store and a watch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fsbridge.adapters.planfile import example
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.plan import StoredPlan
from fsbridge.app import Watch
from fsbridge.attending import Attending, operators_of
from fsbridge.config import OperatorSettings
from fsbridge.domain.duty import Choice, Miss, Status
from fsbridge.domain.operators import OperatorState
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.schedule import Schedule
from fsbridge.domain.seats import SeatsFull
from fsbridge.services.operators import Operators
from fsbridge.testing.duties import DistributorInMemory

MARCH = datetime(2027, 3, 3, 1, 0, tzinfo=UTC)
MAY = datetime(2027, 5, 6, 1, 0, tzinfo=UTC)
READY = Choice(Status.READY)


class Centre:
    def __init__(self, folder: Path) -> None:
        self.store = Store(f"sqlite:///{folder}/centre.sqlite3")
        self.store.migrate()
        self.plan: CentrePlan = example("kanazawa").plan
        StoredPlan(self.store).save(self.plan, by="test", at=MARCH)
        self.distributor = DistributorInMemory()
        self.operators: Operators = operators_of(self.store, lambda: self.plan, self.distributor)


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    centre = Centre(tmp_path)
    yield centre
    centre.store.close()


def test_the_season_in_force_says_how_many_may_sit_and_who_serves_what(centre: Centre) -> None:
    allowed = {at: centre.operators.seats.standing(at).allowance for at in (MARCH, MAY)}
    assert [(one.season, one.seats, one.registered) for one in allowed.values()] == [
        ("busy", 20, 30),
        ("normal", 16, 25),
    ]
    for at, season in ((MARCH, "busy"), (MAY, "normal")):
        tiers = centre.operators.book.tiers(at)
        assert tiers is not None
        planned = {(one.queue, one.operator) for one in centre.plan.tiers_of(season)}
        assert {(one.queue, one.operator) for one in tiers} == planned


def test_a_day_without_a_season_has_no_seat(centre: Centre) -> None:
    seasons = [one for one in centre.plan.schedule.seasons if one.name == "busy"]
    centre.plan = replace(centre.plan, schedule=Schedule(centre.plan.zone, seasons))
    with pytest.raises(SeatsFull, match="0 of 0"):
        centre.operators.log_in("op01", "b", MAY)
    assert centre.operators.book.tiers(MAY) is None


def test_whoever_logs_in_is_called_at_the_extension(centre: Centre) -> None:
    centre.operators.log_in("op01", "b", MARCH, choice=READY)
    assert centre.distributor.rows["op01"].contact == "[leg_timeout=20]user/1001@kanazawa"


def test_how_long_it_rings_and_how_often_in_vain_can_be_set(centre: Centre) -> None:
    offering = OperatorSettings(ring=12, misses=1)
    operators = operators_of(centre.store, lambda: centre.plan, centre.distributor, offering=offering)
    operators.log_in("op01", "b", MARCH, choice=READY)
    assert centre.distributor.rows["op01"].contact == "[leg_timeout=12]user/1001@kanazawa"
    operators.offered("op01", MARCH, call="c", visit="v", queue="leak@kanazawa")
    operators.offer_failed("op01", MARCH, "v", Miss.RANG_OUT)
    assert operators.book.duty("op01").status is Status.AWAY


def test_freeswitch_begun_anew_is_told_at_once(centre: Centre) -> None:
    centre.operators.log_in("op01", "b", MARCH, choice=READY)
    centre.operators.choose("op01", Choice(Status.WRAP_UP), MARCH + timedelta(seconds=5))
    centre.distributor.change("op01", state=OperatorState.WAITING)  # as after its restart
    watch, done = Watch("127.0.0.1", 8021, "ClueCon"), []
    watch.prepare = lambda: done.append("the plan")
    Attending(centre.operators, watch)
    watch.prepare()
    assert done == ["the plan"]
    assert centre.distributor.rows["op01"].state is OperatorState.IDLE
