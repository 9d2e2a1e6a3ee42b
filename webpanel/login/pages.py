"""``/login``, ``/logout`` and ``/account``: password, one-time password, language and colours."""

from __future__ import annotations

from urllib.parse import urlsplit

import segno
from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from fsbridge.services.floor import utc_now
from fsbridge.services.logins import CodeNeeded, LoginLocked, LoginRefused, Logins
from fsbridge.services.users import UserRefused, Users
from webpanel import onetime
from webpanel.access import ANYBODY, STAFF, allow, enter, leave, visitor
from webpanel.labels import t
from webpanel.language import LANGUAGES, THEMES
from webpanel.refusals import sentence, status_of
from webpanel.security import limiter

YEAR = 365 * 24 * 3600
PENDING = "totp"
"""Where a new one-time password's key waits until it is proved."""


def pages(logins: Logins, users: Users) -> Blueprint:
    """The pages, by who lets people in and who keeps their accounts."""
    blueprint = Blueprint("login", __name__, template_folder="templates")

    @blueprint.get("/login")
    @allow(ANYBODY)
    def page() -> ResponseReturnValue:
        if visitor() is not None:
            return redirect(url_for("index"))
        return render_template("login/page.html", next=_own(request.args.get("next")))

    @blueprint.post("/login")
    @allow(ANYBODY)
    @limiter.limit("20 per minute; 100 per hour")
    def log_in() -> ResponseReturnValue:
        form = request.form
        login, wanted = form.get("login", "")[:64].strip(), _own(form.get("next"))
        refused: LoginRefused | LoginLocked | None = None
        asks = False
        try:
            token = logins.enter(
                login,
                form.get("password", "")[:1024],
                utc_now(),
                code=form.get("code", "")[:16],
                place=request.remote_addr or "",
            )
        except CodeNeeded:
            asks = True
        except (LoginRefused, LoginLocked) as error:
            refused = error
            asks = "code" in form
        else:
            account = logins.who(token, utc_now())
            if account is not None:
                enter(account, token)
                return redirect(wanted or url_for("index"))
        text = sentence(refused) if refused is not None else ""
        page = render_template(
            "login/page.html",
            next=wanted,
            login=login,
            asks_code=asks,
            refused=text,
        )
        return page, status_of(refused) if refused is not None else 200

    @blueprint.post("/logout")
    @allow(*STAFF)
    def log_out() -> ResponseReturnValue:
        found = visitor()
        if found is not None:
            logins.leave(found.token, utc_now())
        leave()
        return redirect(url_for("login.page"))

    @blueprint.post("/look")
    @allow(ANYBODY)
    def look() -> ResponseReturnValue:
        """Another language, or other colours, in this browser."""
        answer = make_response(redirect(_own(request.form.get("next")) or url_for("index")))
        for name, known in (("lang", LANGUAGES), ("theme", THEMES)):
            chosen = request.form.get(name)
            if chosen is not None and chosen in known:
                answer.set_cookie(name, chosen, max_age=YEAR, secure=True, httponly=True, samesite="Strict")
        return answer

    @blueprint.get("/account")
    @allow(*STAFF)
    def account() -> str:
        found = visitor()
        assert found is not None
        login = found.account.login
        key = ""
        if not logins.asks_code(login):
            key = session.setdefault(PENDING, onetime.new_key())
        picture = segno.make(onetime.address(key, login)).svg_data_uri(scale=5, border=2) if key else ""
        return render_template(
            "login/account.html",
            account=found.account,
            sessions=logins.sessions(login, utc_now()),
            key=key,
            picture=picture,
        )

    @blueprint.post("/account/password")
    @allow(*STAFF)
    @limiter.limit("10 per minute")
    def password() -> ResponseReturnValue:
        found = visitor()
        assert found is not None
        login = found.account.login
        if not logins.is_right(login, request.form.get("old", "")[:1024]):
            flash(t("login.old_wrong"), "error")
        elif request.form.get("new") != request.form.get("again"):
            flash(t("login.not_twice"), "error")
        else:
            try:
                users.set_password(login, request.form.get("new", "")[:1024], by=login, at=utc_now())
            except UserRefused as error:
                flash(sentence(error), "error")
            else:
                logins.leave_everywhere(login, utc_now(), by=login, but=found.token)
                flash(t("login.changed"), "done")
        return redirect(url_for("login.account"))

    @blueprint.post("/account/code")
    @allow(*STAFF)
    @limiter.limit("10 per minute")
    def code() -> ResponseReturnValue:
        """Ask for a one-time password from now on, or no more."""
        found = visitor()
        assert found is not None
        login = found.account.login
        if not logins.is_right(login, request.form.get("old", "")[:1024]):
            flash(t("login.old_wrong"), "error")
            return redirect(url_for("login.account"))
        key = "" if "off" in request.form else session.pop(PENDING, "")
        try:
            logins.set_totp(login, key, request.form.get("code", "")[:16], utc_now())
        except LoginRefused as error:
            session[PENDING] = key
            flash(sentence(error), "error")
        else:
            flash(t("login.code_on") if key else t("login.code_off"), "done")
        return redirect(url_for("login.account"))

    return blueprint


def _own(address: str | None) -> str:
    """An address to go on to, if it is one of ours: a path, and nothing that leads elsewhere."""
    if not address or "\\" in address or any(ord(char) < 33 for char in address):
        return ""
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc and address.startswith("/") else ""
