"""A simulated month: it adds up in every interval, and is the same whatever it was simulated on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from fsbridge.adapters.planfile import example
from fsbridge.domain.figures import Step
from fsbridge.errors import FsbridgeError, InvalidArgument
from fsbridge.simulation.month import COUNTS, Order, Result, days_of_month, simulated
from fsbridge.simulation.staff import staffed
from fsbridge.simulation.traffic import read_traffic, traffic_for

PLAN = example("kanazawa").plan
ROOT = Path(__file__).parents[2]


def order(**rest: object) -> Order:
    usual = {
        "plan": PLAN, "script": "dialplan_scripts.centre", "traffic": traffic_for("kanazawa"),
        "first": date(2026, 12, 30), "days": 6, "calls": 700, "operators": 6, "seed": 3,
    }  # fmt: skip
    return Order(**{**usual, **rest})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def result() -> Result:
    return simulated(order(), processes=1)


def test_the_identity_holds_in_every_interval(result: Result) -> None:
    for step in Step:
        answer = result.answer(step)
        assert answer.balanced
        for row in answer.rows:
            tally = row.figures.tally
            parts = (tally.answered, tally.abandoned, tally.short_abandoned, tally.overflowed, tally.waiting)
            assert tally.offered == sum(parts)
    for by in ("flow", "queue", "operator"):
        assert result.answer(by=by).balanced


def test_every_call_is_somewhere(result: Result) -> None:
    data = result.data()
    aside = sum(data[name] for name in ("out_of_hours", "left_in_ivr", "lines_busy", "announcement"))
    assert data["arrived"] == data["offered"] + aside == 700
    assert data["waiting"] == 0
    for part in ("days", "hours"):
        for name in COUNTS:
            assert sum(row[name] for row in data[part]) == data[name]


def test_nobody_is_let_in_at_new_year(result: Result) -> None:
    days = {row["day"]: row for row in result.data()["days"]}
    for day in ("2027-01-01", "2027-01-02", "2027-01-03"):
        assert days[day]["offered"] == 0
        assert days[day]["out_of_hours"] == days[day]["arrived"] > 0
    assert days["2026-12-30"]["offered"] > 0


def test_nobody_waits_over_midnight(result: Result) -> None:
    for call in result.past.calls:
        assert all(visit.left is not None for visit in call.visits)


def test_several_processes_come_to_the_same(result: Result) -> None:
    assert simulated(order(), processes=2).past == result.past


def test_the_same_seed_prints_the_same_bytes_whatever_pythons_hashes() -> None:
    printed = []
    for seed in ("1", "4711"):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "FSBRIDGE_LANG": "en",
            "FSBRIDGE_HOME": "/nowhere",
        }
        command = (
            "simulate month --example kanazawa --from 2027-03-01 --days 2 --calls 150 --operators 5 --json"
        )
        done = subprocess.run(
            [sys.executable, "-m", "cli", *command.split()],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            check=True,
        )
        printed.append(done.stdout)
    assert printed[0] == printed[1]
    assert json.loads(printed[0])["arrived"] == 150


def test_another_seed_is_another_month() -> None:
    few = replace(order(), calls=60)
    assert simulated(few).past != simulated(replace(few, seed=4)).past


def test_progress_is_told_call_by_call() -> None:
    told: list[int] = []
    simulated(order(calls=50), told.append)
    assert sum(told) == 50


def test_a_script_that_fails_in_a_process_is_an_error_here() -> None:
    with pytest.raises(FsbridgeError, match=r"script no\.such\.module"):
        simulated(order(script="no.such.module"), processes=2)


def test_more_operators_serve_as_the_plans_own_do() -> None:
    many = staffed(PLAN, 40)
    assert len({one.key for one in many.operators}) == 40
    for season in PLAN.seasons:
        for queue in PLAN.queues:
            own = len(PLAN.tiers_of(season.key, queue.key))
            assert len(many.tiers_of(season.key, queue.key)) >= 2 * own


@pytest.mark.parametrize("operators", [1, 2, 5, 16])
def test_few_operators_leave_no_queue_alone(operators: int) -> None:
    few = staffed(PLAN, operators)
    assert len(few.operators) == operators
    for season in PLAN.seasons:
        for queue in PLAN.queues:
            assert few.tiers_of(season.key, queue.key)


def test_nobody_and_a_crowd_are_refused() -> None:
    for operators in (0, 501):
        with pytest.raises(InvalidArgument, match="give 1 to 500"):
            staffed(PLAN, operators)


def test_a_month_is_as_long_as_it_is() -> None:
    assert [days_of_month(date(2027, month, 1)) for month in (2, 3, 4)] == [28, 31, 30]


def test_traffic_is_read_from_a_file_and_faults_name_it(tmp_path: Path) -> None:
    path = tmp_path / "town.toml"
    path.write_text("lines = 4\n[talk]\nmean = 99\n", "utf-8")
    assert (read_traffic(path).lines, read_traffic(path).talk.mean) == (4, 99)
    path.write_text("lines = 'four'", "utf-8")
    with pytest.raises(FsbridgeError, match=r"town.toml: lines: write a whole number"):
        read_traffic(path)
    path.write_bytes(b"\xff")
    with pytest.raises(FsbridgeError, match="is not UTF-8"):
        read_traffic(path)
