"""``/admin/users/LOGIN/…``: a new password shown once, an account unlocked, sessions and codes ended."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fsbridge.errors import FsbridgeError
from fsbridge.services.floor import utc_now
from fsbridge.services.users import new_password
from webpanel.access import allow, visitor, who
from webpanel.admin.cures import refusal
from webpanel.admin.office import ALONE, Office
from webpanel.admin.users import account, accounts_of
from webpanel.labels import t


def add(blueprint: Blueprint, office: Office) -> None:
    """What is done to an account's keys."""
    users, logins = accounts_of(office)

    @blueprint.post("/users/<login>/password", endpoint="user_password")
    @allow(*ALONE)
    def password(login: str) -> ResponseReturnValue:
        """Another password, in the answer to this request alone; whoever was logged in is logged out."""
        known = account(users, login)
        made = new_password()
        users.set_password(login, made, by=who(), at=utc_now())
        found = visitor()
        mine = found.token if found is not None and found.account.login == login else ""
        logins.leave_everywhere(login, utc_now(), by=who(), but=mine)
        if known.active:
            logins.unlock(login, utc_now(), by=who())
        return render_template("admin/user_password.html", account=known, password=made, new=False)

    @blueprint.post("/users/<login>/unlock", endpoint="user_unlock")
    @allow(*ALONE)
    def unlock(login: str) -> ResponseReturnValue:
        return _do(login, lambda: logins.unlock(login, utc_now(), by=who()), "unlocked")

    @blueprint.post("/users/<login>/sessions", endpoint="user_sessions")
    @allow(*ALONE)
    def sessions(login: str) -> ResponseReturnValue:
        return _do(login, lambda: logins.leave_everywhere(login, utc_now(), by=who()), "sessions_ended")

    @blueprint.post("/users/<login>/code", endpoint="user_code")
    @allow(*ALONE)
    def code(login: str) -> ResponseReturnValue:
        return _do(login, lambda: logins.forget_code(login, utc_now(), by=who()), "code_forgotten")

    def _do(login: str, work: Callable[[], object], done: str) -> ResponseReturnValue:
        account(users, login)
        try:
            work()
        except FsbridgeError as error:
            flash(refusal(error).text, "error")
        else:
            flash(t(f"admin_users.{done}"), "done")
        return redirect(url_for("admin.user", login=login))
