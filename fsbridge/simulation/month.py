"""A centre simulated over some days, and what its figures say."""

from __future__ import annotations

import calendar
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fsbridge.domain.arrivals import Traffic, arrivals
from fsbridge.domain.figures import Answer, Figures, Question, Step, Window
from fsbridge.domain.plan import CentrePlan
from fsbridge.services.figures import Reporting
from fsbridge.simulation.past import Past, PastOf
from fsbridge.simulation.staff import staffed
from fsbridge.simulation.stretch import stretches
from fsbridge.simulation.workers import Task, simulate_all, task

COUNTS = ("offered", "answered", "abandoned", "short_abandoned", "overflowed", "waiting")
"""The counts of the identity: the first is the sum of the others."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be simulated: so many calls on these days, with so many operators.

    >>> from fsbridge.testing.plans import small_plan
    >>> Order(plan=small_plan(), script="dialplan_scripts.centre", traffic=Traffic(), first=date(2027, 2, 1),
    ...     days=28, calls=100, operators=2).last
    datetime.date(2027, 2, 28)
    """

    plan: CentrePlan
    script: str
    traffic: Traffic
    first: date
    days: int
    calls: int
    operators: int
    seed: int = 1

    @property
    def last(self) -> date:
        """The last day."""
        return self.first + timedelta(days=self.days - 1)

    @property
    def dates(self) -> list[date]:
        """Every day."""
        return [self.first + timedelta(days=at) for at in range(self.days)]

    def tasks(self) -> list[Task]:
        """The stretches of it, each of which can be simulated by itself."""
        plan = staffed(self.plan, self.operators)
        calls = arrivals(
            self.traffic,
            self.dates,
            self.calls,
            zone=plan.zone,
            flows={flow.key: flow.menu_key for flow in plan.flows},
            chance=random.Random(f"{self.seed} calls"),
        )
        found = stretches(plan, self.dates, calls)
        return [task(plan, self.script, self.traffic, one, self.seed) for one in found]


@dataclass(frozen=True)
class Result:
    """What came of an order."""

    order: Order
    past: Past

    @property
    def window(self) -> Window:
        """The days as a window of time."""
        return Window.of_days(self.order.first, self.order.last, self.order.plan.schedule.clock)

    def answer(self, step: Step | None = None, by: str | None = None) -> Answer:
        """A report on the figures, as `fsbridge report figures` makes it."""
        plan = staffed(self.order.plan, self.order.operators)
        past = PastOf(plan, self.past)
        now = self.window.end + timedelta(days=1)
        return Reporting(past, past, plan.zone).answer(Question(window=self.window, step=step, by=by), now)

    def hours_of_day(self, answer: Answer) -> dict[int, Figures]:
        """The figures of an answer by the hour, put together by hour of the day; those with calls alone."""
        clock = self.order.plan.schedule.clock
        found: dict[int, Figures] = {}
        for row in answer.rows:
            assert row.interval is not None  # it was cut into hours
            hour = row.interval.start.astimezone(clock).hour
            found.setdefault(hour, Figures()).add(row.figures)
        return {hour: figures for hour, figures in sorted(found.items()) if figures.counts}

    def data(self) -> dict[str, Any]:
        """All of it as plain data: the whole time first, then by day, hour of the day and flow."""
        days, hours, flows = (
            self.answer(Step.DAY),
            self.answer(Step.HOUR),
            self.answer(by="flow"),
        )
        order, clock = self.order, self.order.plan.schedule.clock
        return {
            **_counted(days.total),
            "balanced": days.balanced and hours.balanced and flows.balanced,
            "from": order.first.isoformat(),
            "to": order.last.isoformat(),
            "calls": order.calls,
            "operators": order.operators,
            "seed": order.seed,
            "days": [
                {"day": _start(row.interval).astimezone(clock).date().isoformat(), **_counted(row.figures)}
                for row in days.rows
            ],
            "hours": [
                {"hour": hour, **_counted(figures)} for hour, figures in self.hours_of_day(hours).items()
            ],
            "flows": [{"flow": row.key, **_counted(row.figures)} for row in flows.rows],
        }


def simulated(
    order: Order, moved: Callable[[int], None] = lambda calls: None, *, processes: int | None = None
) -> Result:
    """The order carried out; `moved` is told how many more calls were simulated.

    The same order comes to the same result, to the last byte, on however many processes.
    """
    past = Past()
    for part in simulate_all(order.tasks(), moved, processes=processes):
        past.add(part)
    return Result(order, past)


def days_of_month(first: date) -> int:
    """How many days there are from this one to the end of a month's length.

    >>> days_of_month(date(2027, 3, 1)), days_of_month(date(2028, 2, 1))
    (31, 29)
    """
    return calendar.monthrange(first.year, first.month)[1]


def _start(window: Window | None) -> datetime:
    assert window is not None  # the rows are intervals
    return window.start


def _counted(figures: Figures) -> dict[str, Any]:
    data = figures.data()
    rest = (
        "service_level",
        "answer_rate",
        "asa",
        "median_wait",
        "wait_90",
        "aht",
        "occupancy",
        "utilisation",
    )
    aside = ("arrived", "out_of_hours", "left_in_ivr", "lines_busy", "announcement")
    return {name: data[name] for name in (*COUNTS, *rest, *aside)}
