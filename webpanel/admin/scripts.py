"""``/admin/scripts``: talk scripts written beside what operators will see, published version by version."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fsbridge.adapters.store.talkscripts import StoredScripts
from fsbridge.domain.plan import FlowPlan
from fsbridge.errors import FsbridgeError
from fsbridge.services.floor import utc_now
from fsbridge.services.talkscripts import ScriptChanged, ScriptVersion, TalkScripts
from webpanel.access import allow, who
from webpanel.admin.cures import Refusal, refusal
from webpanel.admin.office import BOTH, Office
from webpanel.labels import t


def add(blueprint: Blueprint, office: Office) -> None:
    """The pages."""
    scripts = TalkScripts(StoredScripts(office.store))

    @blueprint.get("/scripts", endpoint="scripts")
    @allow(*BOTH)
    def listing() -> str:
        rows = []
        for flow in office.plan().flows:
            versions = scripts.history(flow.key)
            draft = versions[-1] if versions and versions[-1].published_at is None else None
            rows.append((flow, scripts.shown(flow.key), draft, len(versions)))
        return render_template("admin/scripts.html", rows=rows)

    @blueprint.get("/scripts/<flow>", endpoint="script")
    @allow(*BOTH)
    def show(flow: str) -> str:
        return _form(_flow(flow))

    @blueprint.post("/scripts/<flow>", endpoint="script_write")
    @allow(*BOTH)
    def write(flow: str) -> ResponseReturnValue:
        found = _flow(flow)
        title, body = request.form.get("title", ""), request.form.get("body", "")
        seen = request.form.get("seen", "0")
        number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
        try:
            made = scripts.write(flow, title, body, seen=number, by=who(), at=utc_now())
        except ScriptChanged as error:
            text = t("admin_scripts.meanwhile", who=error.author, number=error.number)
            return _form(found, Refusal(text), {"title": title, "body": body}), 409
        except FsbridgeError as error:
            return _form(found, refusal(error), {"title": title, "body": body}), 400
        if "publish" in request.form:
            scripts.publish(flow, made.number, by=who(), at=utc_now())
            flash(t("admin_scripts.published", name=found.name, number=made.number), "done")
        else:
            flash(t("admin_scripts.drafted", name=found.name, number=made.number), "done")
        return redirect(url_for("admin.script", flow=flow))

    @blueprint.post("/scripts/<flow>/publish/<int:number>", endpoint="script_publish")
    @allow(*BOTH)
    def publish(flow: str, number: int) -> ResponseReturnValue:
        found = _flow(flow)
        try:
            made = scripts.publish(flow, number, by=who(), at=utc_now())
        except FsbridgeError as error:
            flash(refusal(error).text, "error")
        else:
            flash(t("admin_scripts.published", name=found.name, number=made.number), "done")
        return redirect(url_for("admin.script", flow=flow))

    def _flow(key: str) -> FlowPlan:
        return next((one for one in office.plan().flows if one.key == key), None) or abort(404)

    def _form(flow: FlowPlan, bad: Refusal | None = None, sent: dict[str, Any] | None = None) -> str:
        versions = scripts.history(flow.key)
        wanted = request.args.get("version", "")
        newest: ScriptVersion | None = versions[-1] if versions else None
        looked_at = next((one for one in versions if str(one.number) == wanted), newest)
        start = (
            {"title": looked_at.title, "body": looked_at.body}
            if looked_at
            else {"title": flow.name, "body": ""}
        )
        return render_template(
            "admin/script.html",
            flow=flow,
            versions=list(reversed(versions)),
            looked_at=looked_at,
            seen=newest.number if newest is not None else 0,
            shown=scripts.shown(flow.key),
            v=sent or start,
            refused=bad,
        )
