"""The supervisor's page, what it asks for, and the secret its telephone logs in with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request

from fsbridge.services.credentials import NoTelephone
from fsbridge.services.floor import utc_now
from webpanel.access import ADMINISTRATOR, SUPERVISOR, allow, visitor, who
from webpanel.centre import Centre, Kept
from webpanel.desk.saying import text
from webpanel.security import limiter
from webpanel.supervise.limits import read_limits
from webpanel.supervise.orders import Orders

WHOLE = 10_000
"""Characters that are read here: what is too long is refused by its service, never taken for nothing."""
_ROLES = (SUPERVISOR, ADMINISTRATOR)


def pages(
    centre: Centre,
    kept: Kept,
    orders: Orders,
    done: Callable[[], object],
    telephones: Callable[[str, str], object],
) -> Blueprint:
    """``/supervise`` and what is ordered there; `done` hears of each order, `telephones` of each secret."""
    blueprint = Blueprint("supervise", __name__, template_folder="templates")

    @blueprint.get("/supervise")
    @allow(*_ROLES)
    def page() -> str:
        return render_template("supervise/page.html", boot=_boot(), sections=("supervise", "desk"))

    @blueprint.post("/supervise/verto")
    @allow(*_ROLES)
    @limiter.limit("120 per minute")
    def verto() -> Response:
        """The secret of this session's telephone."""
        found, supervision = visitor(), kept.supervision
        assert found is not None
        if supervision is None or supervision.phones is None:
            raise NoTelephone("there is no switch here to telephone with")
        credential = supervision.phones.mint(found.account.login, found.token, utc_now())
        telephones(found.account.login, found.token)
        return jsonify(url=kept.settings.verto_address, login=credential.login, password=credential.password)

    @blueprint.get("/supervise/operators/<operator>/queues")
    @allow(*_ROLES)
    def queues(operator: str) -> Response:
        return jsonify(orders.queues(operator))

    @blueprint.post("/supervise/operators/<operator>/<deed>")
    @allow(*_ROLES)
    def operator_deed(operator: str, deed: str) -> Response:
        """Something about an operator."""
        said = request.get_json(silent=True)
        why = text(said, "why", WHOLE)
        deeds: dict[str, Callable[[], dict[str, Any]]] = {
            "status": lambda: orders.status(operator, text(said, "status"), text(said, "reason"), why),
            "back": lambda: orders.back(operator),
            "out": lambda: orders.out(operator, why),
            "hand": lambda: orders.lower(operator),
            "listen": lambda: orders.listen(operator, text(said, "mode")),
            "assign": lambda: orders.assign(
                operator, text(said, "queue"), _whole(said, "level"), text(said, "until"), why
            ),
            "release": lambda: orders.release(operator, text(said, "queue")),
        }
        return _answer(deeds, deed)

    @blueprint.post("/supervise/<deed>")
    @allow(*_ROLES)
    def deed(deed: str) -> Response:
        """Something about everybody."""
        said = request.get_json(silent=True)
        deeds: dict[str, Callable[[], dict[str, Any]]] = {
            "message": lambda: orders.message(text(said, "text", WHOLE), text(said, "to")),
            "stop": orders.stop,
            "announce": lambda: orders.announce(
                text(said, "flow"), text(said, "text", WHOLE), text(said, "until"), text(said, "why", WHOLE)
            ),
            "silence": lambda: orders.fall_silent(text(said, "flow")),
            "acknowledge": lambda: orders.acknowledge(_whole(said, "alarm"), text(said, "why", WHOLE)),
        }
        return _answer(deeds, deed)

    def _answer(deeds: dict[str, Callable[[], dict[str, Any]]], deed: str) -> Response:
        found = deeds.get(deed)
        if found is None:
            abort(404)
        answer = found()
        done()
        return jsonify(answer)

    def _boot() -> dict[str, Any]:
        plan = centre.plan()
        return {
            "login": who(),
            "operator": _own_operator(),
            "zone": plan.zone,
            "limits": read_limits(kept.store),
            "telephone": kept.supervision is not None and kept.supervision.phones is not None,
            "closing": _closing(),
            "flows": [
                {"key": one.key, "name": one.name, "name_en": one.name_en or one.name} for one in plan.flows
            ],
            "reasons": [
                {"name": one.name, "name_en": one.name_en or one.name, "status": one.status.value}
                for one in kept.operators.book.reasons()
            ],
            "announcements": [
                {"key": one.key, "title": one.title or one.key, "text": one.text}
                for one in plan.announcements
            ],
        }

    def _own_operator() -> str:
        found = visitor()
        return found.account.operator if found is not None else ""

    def _closing() -> str:
        """When the centre closes today, as a clock shows it; "" while it is closed."""
        plan, now = centre.plan(), centre.clock()
        change = plan.schedule.next_change(now, of=lambda one: one.open)
        if change is None or not plan.schedule.status(now).open:
            return ""
        at: datetime = change.at.astimezone(plan.schedule.clock)
        return f"{at:%H:%M}"

    return blueprint


def _whole(said: object, name: str) -> int:
    found = said.get(name) if isinstance(said, dict) else None
    return found if type(found) is int and abs(found) < 10**9 else -1
