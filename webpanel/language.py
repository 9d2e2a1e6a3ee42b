"""Which language and which colours the reader has chosen; dates and figures follow."""

from __future__ import annotations

from datetime import tzinfo

from flask import Flask, has_request_context, request
from flask_babel import Babel  # type: ignore[import-untyped]

LANGUAGES = ("ja", "en")
THEMES = ("auto", "light", "dark", "contrast")


def language() -> str:
    """``ja``, or ``en`` for who asked for it: by ``?lang=en`` now, or by a cookie before."""
    if not has_request_context():
        return "ja"
    asked = request.args.get("lang") or request.cookies.get("lang")
    return "en" if asked == "en" else "ja"


def theme() -> str:
    """The colours that were chosen: `auto` follows the browser."""
    chosen = request.cookies.get("theme", "auto") if has_request_context() else "auto"
    return chosen if chosen in THEMES else "auto"


def bilingual(app: Flask, zone: tzinfo) -> None:
    """Dates, times and figures in the reader's language and the centre's time zone."""
    Babel(app, locale_selector=language, timezone_selector=lambda: str(zone))
    app.jinja_env.globals.update(theme=theme)
