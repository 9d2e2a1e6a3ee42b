"""What every answer carries so that a browser does nothing but what the panel means it to."""

from __future__ import annotations

from flask import Flask
from flask_talisman import Talisman  # type: ignore[import-untyped]

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
"""Nothing from elsewhere, no inline script, no inline style."""


def guard(app: Flask) -> None:
    """Adds the headers to every answer. TLS is the business of the server in front."""
    Talisman(
        app,
        content_security_policy=POLICY,
        force_https=False,
        session_cookie_secure=True,
        session_cookie_samesite="Strict",
        frame_options="DENY",
        referrer_policy="no-referrer",
        permissions_policy={"geolocation": "()", "camera": "()"},
    )
