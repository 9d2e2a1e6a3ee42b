"""More operators, better service: the comparison, its recommendation, and the report it ends up in."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date

import pytest

from fsbridge.adapters.planfile import example
from fsbridge.domain.charts import Series, columns, lines
from fsbridge.simulation.month import Order, simulated
from fsbridge.simulation.report import report
from fsbridge.simulation.staffing import Staffing, likely, staffing
from fsbridge.simulation.traffic import traffic_for

PLAN = example("kanazawa").plan
ORDER = Order(
    plan=PLAN, script="dialplan_scripts.centre", traffic=traffic_for("kanazawa"), first=date(2027, 3, 1),
    days=1, calls=330, operators=1,
)  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Staffing:
    return staffing(ORDER, [4, 12, 8], target=0.7)


def test_more_operators_serve_better(found: Staffing) -> None:
    assert [row.operators for row in found.rows] == [4, 8, 12]
    levels = [row.figures.service_level or 0 for row in found.rows]
    assert levels == sorted(levels)
    assert [row.abandoned for row in found.rows] == sorted(
        (row.abandoned for row in found.rows), reverse=True
    )
    assert [row.figures.occupancy for row in found.rows] == sorted(
        (row.figures.occupancy for row in found.rows), reverse=True
    )


def test_the_formulas_stand_beside_it(found: Staffing) -> None:
    for row in found.rows:
        assert 0 <= row.erlang_c.level <= 1
        assert row.erlang_c.level <= row.erlang_a.level  # who gives up makes room
        assert row.erlang_a.wait < row.erlang_c.wait
    assert math.isinf(found.rows[0].erlang_c.wait)
    assert found.rows[0].data()["erlang_c"]["asa"] is None  # JSON knows no infinity


def test_the_fewest_that_reach_the_target_are_recommended(found: Staffing) -> None:
    levels = {row.operators: row.figures.service_level or 0 for row in found.rows}
    best = found.recommended
    assert best is not None
    assert levels[best] >= 0.7
    assert all(level < 0.7 for operators, level in levels.items() if operators < best)
    assert replace(found, target=0.9999).recommended is None


def test_likely_numbers_are_around_what_the_busiest_hour_needs() -> None:
    numbers = likely(ORDER)
    assert 1 <= numbers[0] < numbers[-1] < 30
    assert likely(replace(ORDER, calls=1))[0] == 1


def test_the_report_is_one_file_in_both_languages_and_trusts_no_name(found: Staffing) -> None:
    flows = (replace(PLAN.flows[0], name="<script>alert(1)</script>"), *PLAN.flows[1:])
    result = simulated(replace(ORDER, operators=8, plan=replace(PLAN, flows=flows)))
    japanese, english = (report(result, result.data(), found, language) for language in ("ja", "en"))
    assert "<script" not in japanese
    assert "&lt;script&gt;" in japanese
    assert not re.search(r"(src|href)=|url\(|@import", japanese)
    assert japanese.count("<svg") == 7
    assert "サービスレベル" in japanese
    assert "Service level" in english
    assert report(result, result.data(), found, "ja") == japanese


def test_a_chart_of_nothing_is_a_chart() -> None:
    assert "<svg" in columns([], [Series("none", [], "red")]).svg
    gap = lines(["a", "b", "c"], [Series("one", [1, None, 3], "red")]).svg
    assert gap.count("<polyline") == 2
    assert "NaN" not in gap
