"""``/admin/cases``: kinds of case in two levels, their readings, their order, and whether they are in use."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fsbridge.adapters.store.casetypes import StoredCases
from fsbridge.errors import FsbridgeError
from fsbridge.services.casetypes import CaseKind, CaseKinds
from fsbridge.services.floor import utc_now
from webpanel.access import allow, who
from webpanel.admin.cures import Refusal, refusal
from webpanel.admin.office import ALONE, Office
from webpanel.labels import t


def add(blueprint: Blueprint, office: Office) -> None:
    """The page."""
    kinds = CaseKinds(StoredCases(office.store))

    @blueprint.get("/cases", endpoint="cases")
    @allow(*ALONE)
    def listing() -> str:
        return _page(request.args.get("edit", ""))

    @blueprint.post("/cases", endpoint="case_put")
    @allow(*ALONE)
    def put() -> ResponseReturnValue:
        form = request.form
        texts = {
            name: form.get(name, "").strip() for name in ("key", "name", "name_en", "kana", "parent", "flow")
        }
        new = form.get("new") == "1"
        made = CaseKind("", "", active="active" in form or new)
        kind = replace(made, **texts)  # type: ignore[arg-type]
        try:
            kinds.put(kind, new=new, by=who(), at=utc_now())
        except FsbridgeError as error:
            return _page("" if new else kind.key, refusal(error), kind), 400
        flash(t("admin.saved"), "done")
        return redirect(url_for("admin.cases"))

    @blueprint.post("/cases/<key>/move", endpoint="case_move")
    @allow(*ALONE)
    def move(key: str) -> ResponseReturnValue:
        try:
            kinds.move(key, -1 if "up" in request.form else 1, by=who(), at=utc_now())
        except FsbridgeError as error:
            flash(refusal(error).text, "error")
        return redirect(url_for("admin.cases", _anchor=f"case-{key}"))

    def _page(edit: str, bad: Refusal | None = None, sent: CaseKind | None = None) -> str:
        rows = kinds.all()
        plan = office.plan()
        mine = next((one for one in rows if one.key == edit), None)
        return render_template(
            "admin/cases.html",
            rows=rows,
            tops=[one for one in rows if not one.parent and not one.system],
            flows=plan.flows,
            flow_names={one.key: one.name for one in plan.flows},
            v=sent or mine or CaseKind("", ""),
            edit=edit if mine is not None else "",
            refused=bad,
        )
