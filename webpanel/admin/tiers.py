"""``/admin/tiers``: who serves which queue in which season, moved by hand or keyboard, saved as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.plandata import plain
from fsbridge.errors import InvalidArgument
from fsbridge.services.floor import utc_now
from fsbridge.services.plans import Plans
from webpanel.access import allow, who
from webpanel.admin.office import BOTH, Office, Seen, mark, refused
from webpanel.language import language

MOST = 20
"""Levels a queue may have here."""


def add(blueprint: Blueprint, office: Office) -> None:
    """The page and its one change."""

    @blueprint.get("/tiers", endpoint="tiers")
    @allow(*BOTH)
    def page() -> str:
        plan = office.plan()
        wanted = request.args.get("season", "")
        now = plan.schedule.status(office.now()).season
        season = next((one for one in plan.seasons if one.key == wanted), None)
        season = season or next((one for one in plan.seasons if one.key == now), plan.seasons[0])
        return render_template(
            "admin/tiers.html",
            seasons=plan.seasons,
            season=season,
            in_force=now,
            boot=_picture(plan, season.key),
        )

    @blueprint.post("/tiers/<season>", endpoint="tiers_save")
    @allow(*BOTH)
    def save(season: str) -> ResponseReturnValue:
        """The order of a season, as data; answers with the page's new data, or says why not."""
        if all(one.key != season for one in office.plan().seasons):
            abort(404)
        order, seen = _read(request.get_json(silent=True))
        plans = Plans(Seen(office.plans, lambda plan: _plain(plan, season), seen))
        bad = refused(lambda: plans.arrange(season, order, by=who(), at=utc_now()))
        if bad is not None:
            return jsonify(error=bad.text), 409
        return jsonify(_picture(office.plan(), season))

    def _picture(plan: CentrePlan, season: str) -> dict[str, Any]:
        tiers = plan.tiers_of(season)
        english = language() == "en"
        return {
            "season": season,
            "address": url_for("admin.tiers_save", season=season),
            "seen": mark(_plain(plan, season)),
            "operators": [{"key": one.key, "name": one.name, "kana": one.kana} for one in plan.operators],
            "queues": [
                {
                    "key": one.key,
                    "name": _name(plan, one.key, english=english),
                    "levels": [
                        [tier.operator for tier in tiers if tier.queue == one.key and tier.level == level]
                        for level in sorted({tier.level for tier in tiers if tier.queue == one.key})
                    ],
                }
                for one in plan.queues
            ],
        }


def _plain(plan: CentrePlan, season: str) -> list[dict[str, Any]]:
    return [plain(one) for one in plan.tiers_of(season)]


def _read(sent: Any) -> tuple[dict[str, list[list[str]]], str]:
    """The order that was sent; InvalidArgument for anything of another shape."""
    queues = sent.get("queues") if isinstance(sent, Mapping) else None
    if not isinstance(queues, Mapping):
        raise InvalidArgument("queues", "is missing; send who serves each queue, level by level")
    for levels in queues.values():
        right = isinstance(levels, list) and len(levels) <= MOST
        if not right or not all(
            isinstance(one, list) and all(isinstance(op, str) for op in one) for one in levels
        ):
            raise InvalidArgument("queues", "holds what is no list of levels")
    order = {str(key): [list(level) for level in levels if level] for key, levels in queues.items()}
    return order, str(sent.get("seen", ""))


def _name(plan: CentrePlan, queue: str, *, english: bool) -> str:
    flow = plan.flow_of(queue)
    named = plan.queue(queue).name
    if flow.queue == queue:
        return (flow.name_en or flow.name) if english else flow.name
    return named or queue.partition("@")[0]
