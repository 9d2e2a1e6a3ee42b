"""The wallboard's page: a frame that the browser fills from the live namespace."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, request

from fsbridge.domain.plan import CentrePlan


def pages(plan: Callable[[], CentrePlan]) -> Blueprint:
    """``/wallboard``, in Japanese, or in English with ``?lang=en``."""
    blueprint = Blueprint("wallboard", __name__, template_folder="templates")

    @blueprint.get("/wallboard")
    def page() -> str:
        english = request.args.get("lang") == "en"
        return render_template(
            "wallboard/page.html",
            lang="en" if english else "ja",
            title=(plan().name_en or plan().name) if english else plan().name,
        )

    return blueprint
