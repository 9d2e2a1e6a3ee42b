"""The desk's page, and the secret its telephone logs in with."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from fsbridge.services.credentials import NoTelephone
from fsbridge.services.floor import utc_now
from fsbridge.services.operators import NotOnDuty
from fsbridge.services.seats import digest
from webpanel.access import OPERATOR, allow, visitor
from webpanel.centre import Centre, Kept
from webpanel.desk.picture import name_of
from webpanel.desk.pop import Pops
from webpanel.security import limiter


def pages(centre: Centre, kept: Kept) -> Blueprint:
    """``/desk`` and ``/desk/verto``."""
    blueprint = Blueprint("desk", __name__, template_folder="templates")
    pops = Pops(centre, kept)

    @blueprint.get("/desk")
    @allow(OPERATOR)
    def page() -> str:
        return render_template("desk/page.html", boot=_boot(), sections=("desk",))

    @blueprint.post("/desk/verto")
    @allow(OPERATOR)
    @limiter.limit("120 per minute")
    def verto() -> Response:
        """The secret of this session's telephone, as long as it holds the operator's seat."""
        found = visitor()
        assert found is not None
        operator, now = found.account.operator, utc_now()
        seats = kept.operators.seats.standing(now).held
        if not any(one.operator == operator and one.session == digest(found.token) for one in seats):
            raise NotOnDuty(f"operator {operator} has no seat in this browser; take one first")
        if kept.credentials is None:
            raise NoTelephone("there is no switch here to telephone with")
        credential = kept.credentials.mint(operator, found.token, now)
        return jsonify(url=kept.settings.verto_address, login=credential.login, password=credential.password)

    def _boot() -> dict[str, Any]:
        found = visitor()
        assert found is not None
        account, plan = found.account, centre.plan()
        return {
            "operator": account.operator,
            "name": name_of(plan, account.operator) if account.operator else account.name,
            "zone": plan.zone,
            "cases": pops.cases(),
            "reasons": [
                {"name": one.name, "name_en": one.name_en or one.name, "status": one.status.value}
                for one in kept.operators.book.reasons()
            ],
            "flows": [
                {"key": one.key, "name": one.name, "name_en": one.name_en or one.name} for one in plan.flows
            ],
            "telephone": kept.credentials is not None,
            "voice": kept.voice,
            "outgoing": kept.desk is not None and bool(kept.settings.switch.carrier),
        }

    return blueprint
