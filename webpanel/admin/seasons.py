"""``/admin/seasons``: the seats and operator IDs of each season. When it is, the schedule says."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fsbridge.domain.plan import CentrePlan, SeasonPlan
from fsbridge.services.floor import utc_now
from fsbridge.services.plans import Plans
from webpanel.access import allow, who
from webpanel.admin.cures import Refusal
from webpanel.admin.office import ALONE, Office, Seen, mark, refused
from webpanel.labels import t

FIELDS = ("name", "name_en", "seats", "reserve", "registered")


def add(blueprint: Blueprint, office: Office) -> None:
    """The page: every season a form of its own, and one for another season."""

    @blueprint.get("/seasons", endpoint="seasons")
    @allow(*ALONE)
    def listing() -> str:
        return _page()

    @blueprint.post("/seasons", endpoint="season_add")
    @allow(*ALONE)
    def new() -> ResponseReturnValue:
        key, values = request.form.get("key", "").strip(), _sent()
        bad = refused(lambda: Plans(office.plans).add("season", key, values, by=who(), at=utc_now()))
        if bad is not None:
            return _page("", bad, {"key": key, **values}), 400
        flash(t("admin_seasons.added", which=key), "done")
        return redirect(url_for("admin.seasons"))

    @blueprint.post("/seasons/<key>", endpoint="season")
    @allow(*ALONE)
    def change(key: str) -> ResponseReturnValue:
        values = _sent()
        plans = Plans(Seen(office.plans, lambda plan: _one(plan, key), request.form.get("seen", "")))
        _one(office.plan(), key) or abort(404)
        bad = refused(lambda: plans.edit("season", key, values, by=who(), at=utc_now()))
        if bad is not None:
            return _page(key, bad, values), 400
        flash(t("admin.saved"), "done")
        return redirect(url_for("admin.seasons"))

    @blueprint.post("/seasons/<key>/remove", endpoint="season_remove")
    @allow(*ALONE)
    def remove(key: str) -> ResponseReturnValue:
        _one(office.plan(), key) or abort(404)
        bad = refused(lambda: Plans(office.plans).remove("season", key, by=who(), at=utc_now()))
        flash(t("admin.removed") if bad is None else bad.text, "done" if bad is None else "error")
        return redirect(url_for("admin.seasons"))

    def _page(key: str = "", bad: Refusal | None = None, sent: dict[str, Any] | None = None) -> str:
        plan = office.plan()
        schedule = plan.schedule
        in_force = schedule.status(office.now()).season
        change = schedule.next_change(office.now(), of=lambda standing: standing.season)
        days = {one.name: one.days.text for one in schedule.seasons}
        rows = [
            (
                one,
                {**vars(one), **(sent or {})} if one.key == key else vars(one),
                days.get(one.key, ""),
                mark(one),
            )
            for one in plan.seasons
        ]
        return render_template(
            "admin/seasons.html",
            rows=rows,
            in_force=in_force,
            change=change,
            names={one.key: one.name or one.key for one in plan.seasons},
            registered=len(plan.operators),
            key=key,
            refused=bad,
            sent=sent if not key else None,
        )


def _sent() -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in FIELDS}


def _one(plan: CentrePlan, key: str) -> SeasonPlan | None:
    return next((one for one in plan.seasons if one.key == key), None)
