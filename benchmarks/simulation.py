"""A simulated month against the clock on the wall, and the simulator against Erlang's formulas."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

from benchmarks.figures import Figure, Table, Target
from benchmarks.scale import Scale
from fsbridge.adapters.planfile import example
from fsbridge.domain.erlang import ErlangA, ErlangC
from fsbridge.simulation.month import Order, simulated
from fsbridge.simulation.traffic import traffic_for
from tests.simulation.theory import Case, abandoned, estimate, level, mean_wait, repetition

MONTH = Target("≤", 20, " s")
AGREES = Target("≤", 3, " standard errors")
HOUR = 3600.0
WITHIN = 600.0
OPERATORS = 5


def measure(scale: Scale, say: Callable[[str], None]) -> Table:
    """The month first, then both formulas."""
    calls = scale.simulated
    table = Table(
        "simulation", f"A month of {calls:,} calls and 20 operators, simulated; Erlang C and A beside it"
    )
    say(f"a month of {calls:,} calls")
    order = Order(
        plan=example("kanazawa").plan, script="dialplan_scripts.centre", traffic=traffic_for("kanazawa"),
        first=date(2027, 3, 1), days=31, calls=calls, operators=20,
    )  # fmt: skip
    began = time.perf_counter()
    data = simulated(order).data()
    took = time.perf_counter() - began
    table.figures += [
        Figure("a month", took, "s", target=MONTH if calls == 10_000 else None),
        Figure("for each second on the wall", order.days * 86_400 / took / 3600, "h"),
        Figure("calls that failed to add up", data["arrived"] - calls, "", target=Target("≤", 0)),
    ]
    case = Case(3.5 / HOUR, HOUR, OPERATORS, calls=scale.theory_calls)
    _compare(table, say, "Erlang C", case, ErlangC(case.rate, case.talk, OPERATORS), scale.theory)
    case = Case(5 / HOUR, HOUR, OPERATORS, patience=HOUR, calls=scale.theory_calls)
    _compare(table, say, "Erlang A", case, ErlangA(case.rate, case.talk, OPERATORS, HOUR), scale.theory)
    return table


def _compare(
    table: Table,
    say: Callable[[str], None],
    name: str,
    case: Case,
    theory: ErlangC | ErlangA,
    repetitions: int,
) -> None:
    say(f"{name}: {repetitions} repetitions of {case.calls} calls")
    runs = [repetition(case, seed) for seed in range(repetitions)]
    quantities = [
        ("mean wait", mean_wait, theory.mean_wait, "s"),
        (f"answered within {WITHIN:g} s", level(WITHIN), theory.level(WITHIN), ""),
    ]
    if isinstance(theory, ErlangA):
        quantities.append(("gave up", abandoned, theory.abandoned, ""))
    for what, of, expected, unit in quantities:
        found = estimate(runs, of)
        off = abs(found.mean - expected) / found.error if found.error else 0.0
        note = f"simulated {found.mean:.4g} ± {found.error:.2g} {unit}".rstrip()
        table.figures += [
            Figure(f"{name}: {what}", expected, unit, note=note),
            Figure(f"{name}: {what}, off by", off, "standard errors", target=AGREES),
        ]
