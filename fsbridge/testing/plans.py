"""A plan without a database: kept in memory, changed as the store changes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fsbridge.domain.plan import (
    AnnouncementPlan,
    CentrePlan,
    FlowPlan,
    OperatorPlan,
    QueuePlan,
    SeasonPlan,
    TierPlan,
)
from fsbridge.domain.schedule import Days, Schedule, Season, SpecialDays, Week


class PlanInMemory:
    """The port of `fsbridge.services.plans` and `schedules`; `log` is who changed it, and when.

    >>> PlanInMemory(small_plan()).load().name
    '町'
    """

    def __init__(self, plan: CentrePlan) -> None:
        self._plan = plan
        self.log: list[tuple[str, datetime, str]] = []

    def load(self) -> CentrePlan:
        """The plan."""
        return self._plan

    def change(
        self, edit: Callable[[CentrePlan], CentrePlan], *, by: str, at: datetime, reason: str = ""
    ) -> list[str]:
        """Make the plan what `edit` makes of it; a word when it differs."""
        new = edit(self._plan)
        if new == self._plan:
            return []
        self._plan = new
        self.log.append((by, at, reason))
        return ["plan: changed"]


def small_plan() -> CentrePlan:
    """A town with two flows, two operators and one season, closed at New Year.

    >>> small_plan().flow("leak").overflow_to
    'any@town'
    """
    return CentrePlan(
        key="town",
        name="町",
        numbers=("076-000-0100",),
        region="JP",
        schedule=Schedule(
            "Asia/Tokyo",
            seasons=[Season("all", Days("01..12"), Week.of("08:45-18:00"))],
            special_days=[SpecialDays("new-year", Days("01-01..01-03"))],
        ),
        seasons=(SeasonPlan("all", seats=2, registered=3, name="通年"),),
        flows=(
            FlowPlan("any", "受付", queue="any@town", menu_key="1", menu_words="受付は1を"),
            FlowPlan(
                "leak",
                "漏水",
                queue="leak@town",
                menu_key="2",
                menu_words="漏水は2を",
                overflow_to="any@town",
                overflow_after=60,
            ),
        ),
        queues=(QueuePlan("any@town", flow="any"), QueuePlan("leak@town", flow="leak")),
        fallback_queue="any@town",
        announcements=(
            AnnouncementPlan("out-of-hours", "本日の受付は終了しました。"),
            AnnouncementPlan("cut-off", "恐れ入りますが、おかけ直しください。"),
        ),
        operators=(OperatorPlan("op1", "佐藤"), OperatorPlan("op2", "鈴木")),
        tiers=(TierPlan("all", "any@town", "op1"), TierPlan("all", "leak@town", "op2")),
    )
