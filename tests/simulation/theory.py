"""A centre such as queueing theory knows it, and means over repetitions with their standard error."""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from fsbridge.app import load_app
from fsbridge.domain.arrivals import Arrival, Traffic
from fsbridge.domain.figures import CallRecord
from fsbridge.domain.plan import AnnouncementPlan, CentrePlan, FlowPlan, OperatorPlan, QueuePlan, SeasonPlan
from fsbridge.domain.planparts import TierPlan
from fsbridge.domain.schedule import Days, Schedule, Season, Week
from fsbridge.domain.shifts import Shifts
from fsbridge.simulation.stretch import Centre, Stretch

DAY = date(2027, 3, 1)
START = datetime(2027, 3, 1, tzinfo=UTC)
SCRIPT = "dialplan_scripts.centre"
OVERHEAD = 2.0
"""Seconds that mod_callcenter may take between two calls of an operator: it rests until its next whole second
but one is over, and looks every tenth of a second. Talks are hours here, so that it hardly counts."""


def centre(operators: int) -> CentrePlan:
    """One queue, open for ever, everybody serves it, nothing is said and nobody is sent away."""
    people = tuple(OperatorPlan(f"op{place:02}", f"担当{place}") for place in range(1, operators + 1))
    return CentrePlan(
        "theory",
        "理論",
        numbers=("100",),
        region="JP",
        schedule=Schedule("UTC", [Season("all", Days("01..12"), Week.of("00:00-24:00"))]),
        seasons=(SeasonPlan("all", seats=operators, registered=operators),),
        flows=(
            FlowPlan(
                "any",
                "受付",
                queue="any@theory",
                waiting_every=3600,
                max_wait=0,
                max_wait_without_operator=0,
                wrap_up="optional",
            ),
        ),
        queues=(QueuePlan("any@theory", flow="any"),),
        fallback_queue="any@theory",
        announcements=(AnnouncementPlan("out-of-hours", "…"), AnnouncementPlan("cut-off", "…")),
        operators=people,
        tiers=tuple(TierPlan("all", "any@theory", one.key) for one in people),
    )


@dataclass(frozen=True)
class Case:
    """Calls a second, mean talk in seconds, operators, and the mean patience (None: endless)."""

    rate: float
    talk: float
    operators: int
    patience: float | None = None
    calls: int = 800
    warm_up: int = 100


def repetition(case: Case, seed: int) -> list[CallRecord]:
    """The calls of one independent run, without those that came while the queue was still filling."""
    chance = random.Random(f"{case} {seed}")
    at, arrivals = START, []
    for _ in range(case.calls):
        at += timedelta(seconds=chance.expovariate(case.rate))
        patience = chance.expovariate(1 / case.patience) if case.patience else 1e9
        talk = chance.expovariate(1 / case.talk)
        arrivals.append(Arrival(at, "0", "any", patience=patience, talk=talk))
    days = [DAY + timedelta(days=one) for one in range((at - START).days + 2)]
    day_long = Traffic(shifts=Shifts(1440, ()))
    stretch = Stretch(tuple(days), tuple(arrivals))
    found = Centre(centre(case.operators), load_app(SCRIPT), day_long, stretch, seed=seed).run().calls
    return found[case.warm_up :]


@dataclass(frozen=True)
class Estimate:
    """A mean over independent repetitions, and the standard error of that mean."""

    mean: float
    error: float

    def agrees(self, with_: float, *, bias: float) -> bool:
        """Whether a value lies within three standard errors (997 of 1000 do), and a bias that is known."""
        return abs(self.mean - with_) <= 3 * self.error + bias


def estimate(runs: Sequence[list[CallRecord]], of: Callable[[list[CallRecord]], float]) -> Estimate:
    """What a quantity comes to, each run being one observation of it."""
    values = [of(run) for run in runs]
    return Estimate(statistics.fmean(values), statistics.stdev(values) / math.sqrt(len(values)))


def wait(call: CallRecord) -> float:
    """Seconds from entering to the answer, or to giving up."""
    visit = call.visits[0]
    over = visit.answered if visit.answered is not None else visit.left
    assert over is not None
    return (over - visit.entered) / 1_000_000


def answered(call: CallRecord) -> bool:
    return call.visits[0].answered is not None


def mean_wait(run: list[CallRecord]) -> float:
    return statistics.fmean(wait(call) for call in run)


def level(within: float) -> Callable[[list[CallRecord]], float]:
    return lambda run: statistics.fmean(answered(call) and wait(call) <= within for call in run)


def abandoned(run: list[CallRecord]) -> float:
    return statistics.fmean(not answered(call) for call in run)
