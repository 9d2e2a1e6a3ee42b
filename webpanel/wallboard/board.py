"""The board's picture: the floor, the opening hours and the levels as plain data for a browser."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import astuple
from datetime import datetime
from typing import Any

from fsbridge.domain.operators import Activity
from fsbridge.domain.plan import CentrePlan, FlowPlan
from fsbridge.domain.tally import Tally
from fsbridge.domain.views import QueueView, Snapshot
from fsbridge.services.floor import Floor, utc_now
from webpanel.staff import Staff
from webpanel.wallboard.levels import Levels, Thresholds


class Board:
    """Makes the picture; any thread may ask.

    Times are milliseconds since 1970, so that the browser counts waits on by itself; ``now`` is the
    server's clock at that moment, by which it corrects its own.
    """

    def __init__(
        self,
        floor: Floor,
        plan: Callable[[], CentrePlan],
        *,
        clock: Callable[[], datetime] = utc_now,
        staff: Callable[[], Staff | None] = lambda: None,
        thresholds: Thresholds | None = None,
    ) -> None:
        self._floor = floor
        self._plan = plan
        self._clock = clock
        self._staff = staff
        self._thresholds = thresholds or Thresholds()
        self._levels = Levels()
        self._lock = threading.Lock()

    def picture(self) -> dict[str, Any]:
        """The whole board now."""
        now = utc_now()
        self._floor.advance(now)
        snapshot = self._floor.snapshot()
        plan = self._plan()
        with self._lock:
            levels = self._levels.show(self._thresholds.judge(now, snapshot), now)
        doing = Counter(operator.activity for operator in snapshot.operators)
        # FreeSWITCH knows neither who sits nor why somebody takes no calls.
        staff = self._staff() or Staff(0, doing[Activity.WRAP_UP], doing[Activity.ON_BREAK])
        return {
            "seq": snapshot.seq,
            "now": _ms(now),
            "link": {
                "connected": snapshot.link.connected,
                "heard": _ms(snapshot.link.heard_at),
                "reason": snapshot.link.reason,
                "gaps": len(snapshot.link.gaps),
            },
            "centre": {"name": plan.name, "name_en": plan.name_en or plan.name, "zone": plan.zone},
            "standing": self._standing(plan, staff),
            "levels": levels,
            "thresholds": {
                "wait_caution": self._thresholds.wait_caution,
                "rate_caution": self._thresholds.rate_caution,
            },
            "waiting": snapshot.waiting,
            "waiting_since": _ms(snapshot.waiting_since),
            "available": snapshot.available,
            "talking": doing[Activity.TALKING],
            "holding": doing[Activity.HOLDING],
            "wrap_up": staff.wrap_up,
            "away": staff.away,
            "total": _figures(snapshot.total),
            "balanced": snapshot.balanced,
            "flows": [_flow(plan, flow, snapshot) for flow in plan.flows],
        }

    def _standing(self, plan: CentrePlan, staff: Staff) -> dict[str, Any]:
        now = self._clock()
        standing = plan.schedule.status(now)
        season = next((one for one in plan.seasons if one.key == standing.season), None)
        local = now.astimezone(plan.schedule.clock)
        hours = [
            f"{_clock_time(span.begins)} – {_clock_time(span.ends)}"
            for span in plan.schedule.day(local.date())
            if span.standing.open
        ]
        change = plan.schedule.next_change(now, of=lambda one: one.open)
        return {
            "open": standing.open,
            "announcement": standing.announcement,
            "season": season.name if season else standing.season,
            "season_en": (season.name_en or season.name) if season else standing.season,
            "hours": ", ".join(hours),
            "changes": _ms(change.at) if change else None,
            "seats": season.seats if season else None,
            "seats_taken": staff.seated or None,
            "clock": _ms(now),
        }


def _flow(plan: CentrePlan, flow: FlowPlan, snapshot: Snapshot) -> dict[str, Any]:
    keys = {queue.key for queue in plan.queues if queue.flow == flow.key}
    views = [view for view in snapshot.queues if view.name in keys]
    return {
        "key": flow.key,
        "name": flow.name,
        "name_en": flow.name_en or flow.name,
        "waiting": sum(view.waiting for view in views),
        "waiting_since": _ms(_oldest(views)),
        "available": _available(keys, snapshot),
        "total": _figures(_sum(view.tally for view in views)),
    }


def _oldest(views: Iterable[QueueView]) -> datetime | None:
    return min((view.waiting_since for view in views if view.waiting_since is not None), default=None)


def _available(keys: set[str], snapshot: Snapshot) -> int | None:
    """Operators who could be offered a call of these queues; None while nobody knows who serves them."""
    serving = [one for one in snapshot.operators if keys.intersection(one.queues)]
    known = any(one.queues for one in snapshot.operators)
    return sum(one.available for one in serving) if known else None


def _sum(tallies: Iterable[Tally]) -> Tally:
    rows = [astuple(tally) for tally in tallies]
    return Tally(*map(sum, zip(*rows, strict=True))) if rows else Tally()


def _figures(tally: Tally) -> dict[str, Any]:
    return {
        "offered": tally.offered,
        "answered": tally.answered,
        "abandoned": tally.abandoned,
        "short": tally.short_abandoned,
        "overflowed": tally.overflowed,
        "rate": tally.answer_rate,
        "in_time": tally.service_level,
    }


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)


def _clock_time(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
