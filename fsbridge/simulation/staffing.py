"""How good the service is with more or fewer operators: simulated, beside the two formulas of queueing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from fsbridge.domain.arrivals import Traffic
from fsbridge.domain.erlang import ErlangA, ErlangC, needed
from fsbridge.domain.figures import Figures, Step
from fsbridge.domain.figures.figures import BUSY, IDLE
from fsbridge.simulation.month import COUNTS, Order, Result
from fsbridge.simulation.past import Past
from fsbridge.simulation.workers import simulate_all

REST = 1.6
"""Seconds for which mod_callcenter leaves an operator alone after each call, about."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a formula says: shares from 0 to 1, seconds; an endless wait is infinite."""

    level: float
    wait: float
    abandoned: float
    occupancy: float


@dataclass(frozen=True, slots=True)
class Staffed:
    """So many operators a day, and what comes of it."""

    operators: int
    figures: Figures
    erlang_c: Expected
    erlang_a: Expected

    @property
    def abandoned(self) -> float:
        """The share of offered calls whose callers gave up, at once or later."""
        tally = self.figures.tally
        return (tally.abandoned + tally.short_abandoned) / tally.offered if tally.offered else 0.0

    def data(self) -> dict[str, Any]:
        """All of it as plain data; an infinite wait is None."""
        data = self.figures.data()
        names = (*COUNTS, "service_level", "asa", "wait_90", "occupancy", "balanced")
        return {
            "operators": self.operators,
            **{name: data[name] for name in names},
            "abandoned_share": self.abandoned,
            "erlang_c": _plain(self.erlang_c),
            "erlang_a": _plain(self.erlang_a),
        }


@dataclass(frozen=True)
class Staffing:
    """A comparison; `target` is the share to be answered in time, `recommended` None if none reaches it."""

    target: float
    rows: Sequence[Staffed]

    @property
    def recommended(self) -> int | None:
        """The fewest operators from whom on every number that was simulated reaches the target."""
        found = None
        for row in reversed(self.rows):
            if (row.figures.service_level or 0.0) < self.target:
                break
            found = row.operators
        return found

    def data(self) -> dict[str, Any]:
        """All of it as plain data."""
        rows = [row.data() for row in self.rows]
        return {"target": self.target, "recommended": self.recommended, "operators": rows}


def likely(order: Order) -> range:
    """Numbers of operators worth looking at: around what Erlang C asks for in the busiest hour."""
    traffic = order.traffic
    share = max(traffic.hours) / sum(traffic.hours)
    busiest = max(traffic.weekdays) / (sum(traffic.weekdays) / 7)
    rate = order.calls / order.days * share * busiest / 3600
    handling = traffic.talk.mean + traffic.wrap_up.mean + traffic.pick_up.mean
    least = needed(max(rate, 1e-6), handling, within=20, target=0.8)
    return range(max(1, least - 3), least + 6)


def staffing(
    order: Order,
    operators: Sequence[int],
    *,
    target: float,
    moved: Callable[[int], None] = lambda calls: None,
    processes: int | None = None,
) -> Staffing:
    """The order simulated with each of these numbers of operators; the calls are the same every time."""
    orders = [replace(order, operators=number) for number in sorted(set(operators))]
    tasks = [one.tasks() for one in orders]
    parts = iter(simulate_all([task for own in tasks for task in own], moved, processes=processes))
    rows = []
    for one, own in zip(orders, tasks, strict=True):
        past = Past()
        for _ in own:
            past.add(next(parts))
        rows.append(_compared(Result(one, past)))
    return Staffing(target, rows)


def _compared(result: Result) -> Staffed:
    hours = result.answer(Step.HOUR)
    flows = {row.key or "": row.figures.tally.offered for row in result.answer(by="flow").rows}
    seen = [
        (row.figures.tally.offered, _on_duty(row.figures)) for row in hours.rows if row.figures.tally.offered
    ]
    limits = [
        (flow.answer_within, flow.short_abandon, flows.get(flow.key, 0)) for flow in result.order.plan.flows
    ]
    handling = (hours.total.handling() or timedelta(seconds=300)).total_seconds()
    theory = _Theory(result.order.traffic, handling, [one for one in limits if one[2]] or [(20, 5, 1)])
    return Staffed(
        result.order.operators,
        hours.total,
        theory.over(seen, theory.patient),
        theory.over(seen, theory.leaving),
    )


def _on_duty(figures: Figures) -> float:
    """How many operators could take calls in an hour, on average."""
    return sum(figures.counts.get(f"state {state}", 0) for state in (*BUSY, *IDLE)) / 3.6e9


class _Theory:
    """The formulas for one hour, and their mean over many, weighed by the calls of each.

    The operators' picking up belongs to a caller's wait, and to the time they are busy.
    """

    def __init__(self, traffic: Traffic, handling: float, limits: list[tuple[int, int, int]]) -> None:
        self._ring = traffic.pick_up.mean
        self._handling = handling + self._ring + REST
        self._patience = traffic.patience.mean
        self._limits = limits
        self._calls = sum(calls for _, _, calls in limits)

    def patient(self, rate: float, operators: int) -> Expected:
        """Erlang C."""
        one = ErlangC(rate, self._handling, operators)
        return Expected(self._level(one.level), one.mean_wait + self._ring, 0.0, one.occupancy)

    def leaving(self, rate: float, operators: int) -> Expected:
        """Erlang A."""
        one = ErlangA(rate, self._handling, operators, max(self._patience, 0.1))
        level = self._level(one.level, one.given_up)
        return Expected(level, one.answered_wait + self._ring, one.abandoned, one.occupancy)

    def _level(
        self, level: Callable[[float], float], short: Callable[[float], float] = lambda within: 0.0
    ) -> float:
        """As the figures count it: each flow by its seconds, who hangs up at once left out."""
        parts = (
            calls * level(max(0.0, within - self._ring)) / max(1e-9, 1 - short(soon))
            for within, soon, calls in self._limits
        )
        return min(1.0, sum(parts) / self._calls)

    def over(
        self, hours: Sequence[tuple[int, float]], expected: Callable[[float, int], Expected]
    ) -> Expected:
        """The mean over hours of so many calls and operators; a part of an operator counts as that part."""
        sums = [0.0, 0.0, 0.0, 0.0]
        calls = 0
        for count, operators in hours:
            whole = math.floor(operators)
            parts = [(whole, 1 - (operators - whole)), (whole + 1, operators - whole)]
            for number, share in parts:
                if share > 0:
                    one = expected(count / 3600, number)
                    for at, value in enumerate((one.level, one.wait, one.abandoned, one.occupancy)):
                        sums[at] += value * share * count
            calls += count
        return Expected(*(value / calls for value in sums)) if calls else Expected(0.0, 0.0, 0.0, 0.0)


def _plain(one: Expected) -> dict[str, float | None]:
    wait = one.wait if math.isfinite(one.wait) else None
    return {
        "service_level": one.level,
        "asa": wait,
        "abandoned_share": one.abandoned,
        "occupancy": one.occupancy,
    }
