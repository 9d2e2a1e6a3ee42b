"""What the API gives of the centre as it is now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fsbridge.domain import tally
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.schedule import explain
from fsbridge.domain.views import QueueView, Snapshot
from fsbridge.services.floor import utc_now
from webpanel.api import shapes
from webpanel.api.request import Request
from webpanel.centre import Centre, Kept


class NowAnswers:
    """Answers from the plan, the floor and the operators' duties."""

    def __init__(self, centre: Centre, kept: Kept) -> None:
        self._centre = centre
        self._kept = kept

    def centre(self, request: Request) -> shapes.Centre:
        """What the centre is called, and whether it is open."""
        plan, now = self._centre.plan(), self._centre.clock()
        standing = plan.schedule.status(now)
        season = next((one for one in plan.seasons if one.key == standing.season), None)
        change = plan.schedule.next_change(now, of=lambda one: one.open)
        return shapes.Centre(
            key=plan.key,
            name=plan.name,
            name_en=plan.name_en,
            zone=plan.zone,
            region=plan.region,
            numbers=list(plan.numbers),
            at=now.astimezone(plan.schedule.clock),
            standing=shapes.Standing(
                open=standing.open,
                season=standing.season,
                season_name=season.name if season else "",
                rule=standing.rule,
                announcement=standing.announcement,
                seats=season.seats if season else None,
                next_change=shapes.Change(at=change.at, open=change.after.open) if change else None,
            ),
        )

    def explain(self, request: Request) -> shapes.Explained:
        """What holds at a moment, and why."""
        found = explain(self._centre.plan().schedule, request.query.at or self._centre.clock())
        return shapes.Explained(
            at=found.at,
            open=found.standing.open,
            season=found.standing.season,
            rule=found.standing.rule,
            announcement=found.standing.announcement,
            why=found.why,
            considered=[
                shapes.Considered(kind=one.kind, name=one.name, verdict=one.verdict.value, why=one.why)
                for one in found.considered
            ],
        )

    def floor(self, request: Request) -> shapes.Floor:
        """The live figures."""
        found = self._snapshot()
        return shapes.Floor(
            at=utc_now(),
            seq=found.seq,
            link=shapes.Link(
                connected=found.link.connected, heard_at=found.link.heard_at, reason=found.link.reason
            ),
            waiting=found.waiting,
            waiting_since=found.waiting_since,
            available=found.available,
            talking=found.talking,
            balanced=found.balanced,
            today=_tally(found.total),
            queues=_queues(self._centre.plan(), found.queues),
        )

    def queues(self, request: Request) -> shapes.Queues:
        """The queues and how they stand."""
        return shapes.Queues(queues=_queues(self._centre.plan(), self._snapshot().queues))

    def operators(self, request: Request) -> shapes.Operators:
        """The operators and what they do."""
        duties = {duty.operator: duty for duty in self._kept.operators.book.look()}
        nothing: dict[str, Any] = {
            "status": "logged out", "since": None, "reason": "", "call": "", "queue": ""
        }  # fmt: skip

        def doing(key: str) -> dict[str, Any]:
            duty = duties.get(key)
            if duty is None:
                return nothing
            return {
                "status": duty.status.value, "since": duty.since, "reason": duty.reason,
                "call": duty.call, "queue": duty.queue,
            }  # fmt: skip

        return shapes.Operators(
            operators=[
                shapes.Operator(
                    key=one.key, name=one.name, kana=one.kana, extension=one.extension, **doing(one.key)
                )
                for one in sorted(self._centre.plan().operators, key=lambda one: one.key)
            ]
        )

    def _snapshot(self) -> Snapshot:
        self._centre.floor.advance(utc_now())
        return self._centre.floor.snapshot()


def _queues(plan: CentrePlan, views: Iterable[QueueView]) -> list[shapes.Queue]:
    known = {view.name: view for view in views}
    found = []
    for queue in plan.queues:
        view = known.get(queue.key) or QueueView(name=queue.key)
        found.append(
            shapes.Queue(
                key=queue.key,
                flow=queue.flow,
                name=queue.name or plan.flow(queue.flow).name,
                strategy=queue.strategy,
                waiting=view.waiting,
                waiting_since=view.waiting_since,
                talking=view.talking,
                available=view.available,
                today=_tally(view.tally),
            )
        )
    return found


def _tally(one: tally.Tally) -> shapes.Tally:
    return shapes.Tally(**{name: getattr(one, name) for name in shapes.Tally.__struct_fields__})
