"""Levels: what calls for attention, and how calmly it stops to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from fsbridge.domain.tally import Tally
from fsbridge.domain.views import OperatorView, QueueView, Snapshot
from webpanel.wallboard.levels import ALARM, CALM, CAUTION, Levels, Thresholds

NOON = datetime.fromisoformat("2027-03-04T12:00:00+09:00")


def floor(
    *, waiting: int = 0, available: int = 2, wait: int = 0, answered: int = 0, offered: int = 0
) -> Snapshot:
    since = NOON - timedelta(seconds=wait) if wait else None
    queue = QueueView(name="leak@city", waiting=waiting, waiting_since=since)
    operators = tuple(OperatorView(name=f"op{n}", available=True) for n in range(available))
    return Snapshot(queues=(queue,), operators=operators, total=Tally(offered=offered, answered=answered))


@pytest.mark.parametrize(
    ("snapshot", "figure", "level"),
    [
        (floor(waiting=2), "waiting", CALM),
        (floor(waiting=1, available=0), "waiting", CAUTION),
        (floor(waiting=4), "waiting", CALM),
        (floor(waiting=5), "waiting", ALARM),
        (floor(waiting=3, available=0), "waiting", ALARM),
        (floor(wait=59), "longest", CALM),
        (floor(wait=60), "longest", CAUTION),
        (floor(wait=180), "longest", ALARM),
        (floor(available=2), "available", CALM),
        (floor(available=1), "available", CAUTION),
        (floor(available=0), "available", ALARM),
        (floor(offered=19, answered=1), "rate", CALM),
        (floor(offered=20, answered=18), "rate", CALM),
        (floor(offered=20, answered=17), "rate", CAUTION),
        (floor(offered=20, answered=15), "rate", ALARM),
    ],
)
def test_each_figure_has_its_levels(snapshot: Snapshot, figure: str, level: str) -> None:
    assert Thresholds().judge(NOON, snapshot)[figure] == level


def test_thresholds_are_data() -> None:
    strict = replace(Thresholds(), wait_caution=10)
    assert strict.judge(NOON, floor(wait=15))["longest"] == CAUTION


def test_a_level_is_entered_at_once_and_left_after_ten_seconds_below_it() -> None:
    levels = Levels()

    def at(second: float, level: str) -> str:
        return levels.show({"waiting": level}, NOON + timedelta(seconds=second))["waiting"]

    assert at(0, CALM) == CALM
    assert at(1, ALARM) == ALARM
    assert at(5, CAUTION) == ALARM
    assert at(9, ALARM) == ALARM  # there again: the ten seconds begin anew
    assert at(18, CALM) == ALARM
    assert at(19, CALM) == CALM
