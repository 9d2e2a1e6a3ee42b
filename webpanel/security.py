"""What keeps a browser from doing what the panel never asked of it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_talisman import Talisman  # type: ignore[import-untyped]
from flask_wtf.csrf import CSRFProtect  # type: ignore[import-untyped]
from werkzeug.middleware.proxy_fix import ProxyFix

from fsbridge.domain.access import LONGEST

_F = TypeVar("_F", bound=Callable[..., Any])

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "worker-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "media-src": "'self' blob:",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
"""Nothing from elsewhere, no inline script, no inline style. The browser's telephone adds its own address."""
KEY = "panel.key"
"""Signs the cookies; in the home folder, for its owner alone."""
LARGEST = 64 * 1024 * 1024
"""Bytes a request may carry: a file of contacts or a studio's announcement."""

limiter = Limiter(key_func=lambda: request.remote_addr or "", storage_uri="memory://")
csrf = CSRFProtect()


def guard(app: Flask, *, verto: str = "", home: Path | None = None, proxies: int = 0) -> None:
    """Adds headers, cookies' rules, CSRF tokens and limits. TLS is the business of the server in front.

    `verto` is the WebSocket address the browser's telephone reaches, `proxies` how many servers stand in
    front and say where a request came from.
    """
    app.config.update(
        PROXIES=proxies,
        SECRET_KEY=_key(home) if home is not None else secrets.token_bytes(32),
        SESSION_COOKIE_NAME="fsbridge",
        SESSION_COOKIE_HTTPONLY=True,
        PERMANENT_SESSION_LIFETIME=LONGEST,
        MAX_CONTENT_LENGTH=LARGEST,
        WTF_CSRF_TIME_LIMIT=int(LONGEST / timedelta(seconds=1)),
        WTF_CSRF_SSL_STRICT=False,
        RATELIMIT_HEADERS_ENABLED=True,
    )
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    Talisman(
        app,
        content_security_policy={**POLICY, "connect-src": " ".join(["'self'", *([verto] if verto else [])])},
        force_https=False,
        strict_transport_security=False,
        session_cookie_secure=True,
        session_cookie_samesite="Strict",
        frame_options="DENY",
        referrer_policy="same-origin",
        permissions_policy={"geolocation": "()", "camera": "()", "microphone": "(self)"},
    )
    csrf.init_app(app)
    limiter.init_app(app)

    @app.after_request
    def private(response: Response) -> Response:
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def framed(policy: str) -> Callable[[_F], _F]:
    """Serves a view with a content policy of its own, for a frame of ours. The view is returned unchanged."""

    def mark(view: _F) -> _F:
        view.talisman_view_options = {  # type: ignore[attr-defined]
            "content_security_policy": policy,
            "frame_options": "SAMEORIGIN",
        }
        return view

    return mark


def _key(home: Path) -> bytes:
    path = home / KEY
    try:
        return path.read_bytes()
    except FileNotFoundError:
        home.mkdir(parents=True, exist_ok=True)
        key = secrets.token_bytes(32)
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(key)
        except FileExistsError:  # another process was quicker
            return path.read_bytes()
        return key
