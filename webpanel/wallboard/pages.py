"""The wallboard's page: a frame that the browser fills from the live namespace."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from fsbridge.services.floor import utc_now
from fsbridge.services.tokens import Tokens
from webpanel.access import ANYBODY, KIOSK, allow
from webpanel.centre import Centre
from webpanel.language import language
from webpanel.security import limiter


def pages(centre: Centre, *roles: str) -> Blueprint:
    """``/wallboard`` for `roles`; ``/kiosk/TOKEN`` lets a screen without a keyboard in."""
    blueprint = Blueprint("wallboard", __name__, template_folder="templates")

    @blueprint.get("/wallboard")
    @allow(*roles)
    def page() -> str:
        plan = centre.plan()
        return render_template(
            "wallboard/page.html", title=(plan.name_en or plan.name) if language() == "en" else plan.name
        )

    @blueprint.get("/kiosk/<secret>")
    @allow(ANYBODY)
    @limiter.limit("20 per minute")
    def kiosk(secret: str) -> ResponseReturnValue:
        """A screen's link: from now on the wallboard, and nothing else, is open to this browser."""
        tokens: Tokens | None = current_app.extensions.get("tokens")
        if tokens is None or tokens.known("kiosk", secret, utc_now()) is None:
            return redirect(url_for("index"))
        session.clear()
        session[KIOSK] = secret
        session.permanent = True
        return redirect(url_for("wallboard.page"))

    return blueprint
