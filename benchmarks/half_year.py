"""The operating report of a simulated half-year: how long it takes, and the reference's figures beside it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime

from benchmarks.figures import Figure, Table, Target
from benchmarks.scale import Scale
from fsbridge.adapters.planfile import example
from fsbridge.adapters.reportfiles import written
from fsbridge.domain.figures import Answer, Step
from fsbridge.domain.reporting.contents import Contents
from fsbridge.domain.reporting.layout import laid_out
from fsbridge.domain.reporting.periods import Kind, period_of
from fsbridge.simulation.month import Order, Result, simulated
from fsbridge.simulation.past import PastOf
from fsbridge.simulation.staff import staffed
from fsbridge.simulation.traffic import traffic_for
from tests.domain.figures.comparing import is_something, named
from tests.domain.figures.reference import Asked, interval_of, report
from tests.services.reports import Past, reports_of

MADE = Target("≤", 10, " s")
NONE = Target("≤", 0)
NOW = datetime(2027, 12, 1, tzinfo=UTC)
OPERATORS = 16
CLOSE = 2e-6
"""Seconds, or shares, up to which two figures are the same: a microsecond, and its rounding."""


def measure(scale: Scale, say: Callable[[str], None]) -> Table:
    """Simulate April to September, print it in every form, and count everything once more."""
    calls = scale.half_year
    table = Table("half-year", f"The half-year's report on {calls:,} simulated calls, as PDF, Excel and HTML")
    say(f"a half-year of {calls:,} calls is simulated")
    order = Order(
        plan=example("kanazawa").plan, script="dialplan_scripts.kanazawa", traffic=traffic_for("kanazawa"),
        first=date(2027, 4, 1), days=183, calls=calls, operators=OPERATORS,
    )  # fmt: skip
    result = simulated(order)
    past = _past(result)
    say("the report is made")
    began = time.perf_counter()
    contents = reports_of(past, order.plan.zone).contents(period_of(Kind.HALF_YEAR, "2027-H1"), NOW)
    counted = time.perf_counter() - began
    document = laid_out(contents)
    sizes = {form: len(written(document, form)) for form in ("pdf", "xlsx", "html")}
    took = time.perf_counter() - began
    say("the reference counts")
    compared, different = _differences(contents, result)
    table.figures += [
        Figure("made in all three forms", took, "s", target=MADE),
        Figure("of which counting", counted, "s"),
        Figure("the PDF", sizes["pdf"] / 1e3, "kB"),
        Figure("figures that the reference counted", compared, ""),
        Figure("figures that differ from the reference", different, "", target=NONE),
        Figure("calls that failed to add up", contents.total.arrived - calls, "", target=NONE),
    ]
    return table


def _past(result: Result) -> Past:
    plan = staffed(result.order.plan, result.order.operators)
    simulated_past = PastOf(plan, result.past)
    return Past(
        records=result.past.calls,
        states=result.past.spans,
        flows=simulated_past.basis(plan.zone).flows,
        names=simulated_past.labels(),
        centre=plan,
    )


def _differences(contents: Contents, result: Result) -> tuple[int, int]:
    """How many figures were compared, and how many are not the same."""
    clock = result.order.plan.schedule.clock
    window = contents.course.question.window
    seconds = {flow.key: (flow.short_abandon, flow.answer_within) for flow in result.order.plan.flows}
    tables: list[tuple[Answer, Step | None, str | None]] = [
        (contents.course, Step.MONTH, None),
        (contents.flows, None, "flow"),
        (contents.operators, None, "operator"),
        (contents.cases, None, "case"),
    ]
    compared = different = 0
    for answer, step, by in tables:
        asked = Asked(window.start, window.end, clock, NOW, seconds, step, by)
        lines, total = report(result.past.calls, result.past.spans, asked)
        real = {
            (interval_of(row.interval.start, step, clock) if row.interval else None, row.key): row.figures
            for row in answer.rows
        }
        pairs = [(answer.total, total)]
        pairs += [(real[place], line) for place, line in lines.items() if is_something(line)]
        for figures, line in pairs:
            mine, theirs = named(figures), line.figures()
            compared += len(theirs)
            different += sum(not _same(mine[name], value) for name, value in theirs.items())
    return compared, different


def _same(mine: float | None, theirs: float | None) -> bool:
    if mine is None or theirs is None:
        return mine is theirs
    return abs(mine - theirs) <= CLOSE
