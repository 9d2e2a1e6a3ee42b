"""Programs at the door: a token in each request, or, for what watches the system, this machine itself."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

from flask import current_app, g, has_request_context, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from fsbridge.services.floor import utc_now
from fsbridge.services.tokens import Kind, Token, Tokens

API: Kind = "api"
"""Another program, let in by a token that each of its requests carries; a cookie opens nothing."""
METRICS: Kind = "metrics"
"""What watches the system: by a token, or from this machine without one."""
PROGRAMS = frozenset({API, METRICS})
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


def admit(wanted: Collection[str]) -> None:
    """Let a program in that shows a token of a kind that is wanted; Unauthorized for anybody else."""
    if METRICS in wanted and on_this_machine():
        return
    g.token = next(filter(None, (_known(kind) for kind in (API, METRICS) if kind in wanted)), None)
    if g.token is None:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "fsbridge"}))


def program() -> Token | None:
    """The token by which this request was let in, if by one."""
    return g.get("token") if has_request_context() else None


def on_this_machine() -> bool:
    """Whether the request comes from this machine, and not for somebody else.

    A server in front of the panel is on this machine too: what it hands on says so, and counts as strange
    unless ``panel.proxies`` says how many such servers there are; then their word holds.
    """
    proxies: int = current_app.config.get("PROXIES", 0)
    if not proxies and any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _known(kind: Kind) -> Token | None:
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        return None
    tokens: Tokens = current_app.extensions["tokens"]
    return tokens.known(kind, given.token, utc_now())
