"""Who may do what: nobody anything, until a route or a socket says whom it is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user  # type: ignore[import-untyped]

from fsbridge.services.floor import utc_now
from fsbridge.services.logins import Logins
from fsbridge.services.tokens import Tokens
from fsbridge.services.users import Account
from webpanel.programs import PROGRAMS, admit, program

_F = TypeVar("_F", bound=Callable[..., Any])

OPERATOR, SUPERVISOR, ADMINISTRATOR = "operator", "supervisor", "administrator"
STAFF = (OPERATOR, SUPERVISOR, ADMINISTRATOR)
"""Everybody who can log in."""
KIOSK = "kiosk"
"""A screen on a wall, let in by a token."""
ANYBODY = "anybody"
"""Also who has not logged in."""


@dataclass(frozen=True)
class Visitor(UserMixin):  # type: ignore[misc]
    """Who is logged in, and the session's secret."""

    account: Account
    token: str

    def get_id(self) -> str:
        """What the signed cookie carries."""
        return self.token


def allow(*roles: str) -> Callable[[_F], _F]:
    """Says whom a view is for: roles, `KIOSK`, programs or `ANYBODY`. The view is returned unchanged."""

    def mark(view: _F) -> _F:
        view.roles = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def wants_json() -> bool:
    """Whether the request is a program's or a script's, not a page's."""
    kinds = ["text/html", "application/json"]
    return request.is_json or request.accept_mimetypes.best_match(kinds, "text/html") == "application/json"


def visitor() -> Visitor | None:
    """Who is logged in, if anybody."""
    user = current_user._get_current_object() if current_user else None
    return user if isinstance(user, Visitor) else None


def who() -> str:
    """The log-in name of whoever does this, or ``api:NAME`` of a program's token, for the audit log."""
    token = program()
    if token is not None:
        return f"api:{token.name}"
    found = visitor()
    return found.account.login if found is not None else "nobody"


def roles() -> frozenset[str]:
    """What the visitor is."""
    found = visitor()
    held = set(found.account.roles) if found is not None else set()
    if KIOSK in session and _kiosk(session[KIOSK]):
        held.add(KIOSK)
    return frozenset(held)


def enter(account: Account, token: str) -> None:
    """Begin a session in this browser; nothing of an earlier one is taken along."""
    session.clear()
    login_user(Visitor(account, token))


def leave() -> None:
    """End it."""
    logout_user()
    session.clear()


def guarded(app: Flask, logins: Logins, tokens: Tokens) -> None:
    """Lets a request in if its view is for the visitor; who is not logged in is sent to do so."""
    manager = LoginManager(app)
    manager.session_protection = "basic"  # an office may come from changing addresses
    app.extensions["tokens"] = tokens
    app.extensions["logins"] = logins

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> Visitor | None:
        account = logins.who(token, utc_now())
        return Visitor(account, token) if account is not None else None

    @app.before_request
    def check() -> ResponseReturnValue | None:
        if request.endpoint in (None, "static"):
            return None
        view = current_app.view_functions[str(request.endpoint)]
        wanted: frozenset[str] = getattr(view, "roles", frozenset())
        if wanted & PROGRAMS:
            admit(wanted)
            return None
        if ANYBODY in wanted or wanted & roles():
            return None
        if visitor() is None and request.method == "GET" and not wants_json():
            return redirect(url_for("login.page", next=request.full_path.rstrip("?")))
        return abort(403 if visitor() is not None else 401)


def _kiosk(secret: str) -> bool:
    tokens: Tokens = current_app.extensions["tokens"]
    return tokens.known("kiosk", secret, utc_now()) is not None


def open_to_all(app: Flask) -> None:
    """Without a store nobody can log in; what there is, is for everybody."""
    LoginManager(app).user_loader(lambda token: None)
