"""``/admin/users``: who may log in, as what, under which operator ID and extension."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fsbridge.adapters.store.logins import StoredLogins
from fsbridge.adapters.store.passwords import Passwords
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.domain.planparts import ROLES
from fsbridge.errors import FsbridgeError
from fsbridge.services.floor import utc_now
from fsbridge.services.logins import Logins
from fsbridge.services.plans import Plans
from fsbridge.services.users import Account, Users, new_password
from webpanel.access import allow, who
from webpanel.admin.cures import Refusal, refusal
from webpanel.admin.office import ALONE, Office
from webpanel.labels import t


def accounts_of(office: Office) -> tuple[Users, Logins]:
    """The services behind the pages about people."""
    passwords = Passwords(apart=office.kept.apart)
    users = Users(StoredUsers(office.store), hashed=passwords.hash, allowance=office.plans.allowance)
    return users, Logins(StoredLogins(office.store), matches=passwords.matches)


def account(users: Users, login: str) -> Account:
    """An account by its log-in; the page is not found if there is none."""
    return next((one for one in users.all() if one.login == login), None) or abort(404)


def add(blueprint: Blueprint, office: Office) -> None:
    """The pages."""
    users, logins = accounts_of(office)

    @blueprint.get("/users", endpoint="users")
    @allow(*ALONE)
    def listing() -> str:
        return _list()

    @blueprint.post("/users", endpoint="user_add")
    @allow(*ALONE)
    def new() -> ResponseReturnValue:
        """A new account with a password that is shown once."""
        sent = {name: request.form.get(name, "").strip() for name in ("login", "name", "kana")}
        roles = request.form.getlist("roles")
        password = new_password()
        try:
            made = users.add(
                sent["login"],
                sent["name"],
                roles,
                kana=sent["kana"],
                password=password,
                by=who(),
                at=utc_now(),
            )
        except FsbridgeError as error:
            return _list({**sent, "roles": roles}, refusal(error)), 400
        return render_template("admin/user_password.html", account=made, password=password, new=True)

    @blueprint.get("/users/<login>", endpoint="user")
    @allow(*ALONE)
    def show(login: str) -> str:
        return _page(account(users, login))

    @blueprint.post("/users/<login>", endpoint="user_change")
    @allow(*ALONE)
    def change(login: str) -> ResponseReturnValue:
        """Name, reading, roles and extension, all of them or none."""
        before = account(users, login)
        roles = request.form.getlist("roles")
        sent = {name: request.form.get(name, "").strip() for name in ("name", "kana", "extension")}
        by, at = who(), utc_now()
        try:
            with office.store.writing():
                users.rename(login, sent["name"], sent["kana"], by=by, at=at)
                after = (
                    users.set_roles(login, roles, by=by, at=at) if set(roles) != set(before.roles) else before
                )
                if after.operator:
                    Plans(office.plans).edit("operator", after.operator, sent, by=by, at=at)
        except FsbridgeError as error:
            return _page(before, refusal(error), {**sent, "roles": roles}), 400
        if before.operator and not after.operator:
            _log_out(before.operator)
        flash(t("admin.saved"), "done")
        return redirect(url_for("admin.user", login=login))

    @blueprint.post("/users/<login>/active", endpoint="user_active")
    @allow(*ALONE)
    def active(login: str) -> ResponseReturnValue:
        """Let nobody in with it any more, or let it be used again."""
        known, by, at = account(users, login), who(), utc_now()
        reason = request.form.get("reason", "").strip()[:200]
        try:
            if request.form.get("active") == "1":
                users.enable(login, by=by, at=at, reason=reason)
            else:
                users.disable(login, by=by, at=at, reason=reason)
                logins.leave_everywhere(login, at, by=by)
                _log_out(known.operator)
        except FsbridgeError as error:
            flash(refusal(error).text, "error")
        else:
            flash(t("admin.saved"), "done")
        return redirect(url_for("admin.user", login=login))

    def _log_out(operator: str) -> None:
        """An operator whose ID goes leaves the seat; a conversation is let end."""
        if operator and office.kept.operators.book.duty(operator) is not None:
            office.kept.operators.kick(operator, utc_now(), by=who(), reason=t("admin_users.id_gone"))

    def _list(sent: dict[str, Any] | None = None, bad: Refusal | None = None) -> str:
        plan, now = office.plan(), utc_now()
        season = plan.schedule.status(office.now()).season
        extensions = {one.key: one.extension for one in plan.operators}
        rows = [
            (one, extensions.get(one.operator, ""), logins.lock(one.login).shut(now)) for one in users.all()
        ]
        return render_template(
            "admin/users.html",
            rows=sorted(rows, key=lambda row: (not row[0].active, row[0].kana or row[0].name)),
            roles=ROLES,
            registered=len(plan.operators),
            allowed=plan.season(season).registered if season else None,
            v=sent or {"roles": []},
            refused=bad,
        )

    def _page(known: Account, bad: Refusal | None = None, sent: dict[str, Any] | None = None) -> str:
        plan, now = office.plan(), utc_now()
        mine = next((one for one in plan.operators if one.key == known.operator), None)
        as_is = {
            "name": known.name,
            "kana": known.kana,
            "roles": known.roles,
            "extension": mine.extension if mine is not None else "",
        }
        return render_template(
            "admin/user.html",
            account=known,
            v=sent or as_is,
            roles=ROLES,
            refused=bad,
            locked=logins.lock(known.login).shut(now),
            until=logins.lock(known.login).until,
            failures=logins.lock(known.login).failures,
            code=logins.asks_code(known.login),
            sessions=logins.sessions(known.login, now),
            me=known.login == who(),
        )
