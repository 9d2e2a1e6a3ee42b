"""``/admin/tokens``: links for screens on the wall and keys for other programs; shown once, ended at will."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fsbridge.adapters.store.logins import StoredTokens
from fsbridge.errors import FsbridgeError
from fsbridge.services.floor import utc_now
from fsbridge.services.tokens import Tokens
from webpanel.access import allow, who
from webpanel.admin.cures import refusal
from webpanel.admin.office import ALONE, Office
from webpanel.labels import t


def add(blueprint: Blueprint, office: Office) -> None:
    """The page. A secret is in the answer to the request that made it, and nowhere else."""
    tokens = Tokens(StoredTokens(office.store))

    @blueprint.get("/tokens", endpoint="tokens")
    @allow(*ALONE)
    def listing() -> str:
        return _page()

    @blueprint.post("/tokens", endpoint="token_make")
    @allow(*ALONE)
    def make() -> ResponseReturnValue:
        kind = request.form.get("kind", "")
        name = request.form.get("name", "")
        try:
            made, secret = tokens.make("api" if kind == "api" else "kiosk", name, by=who(), at=utc_now())
        except FsbridgeError as error:
            return _page(refused=refusal(error).text), 400
        if made.kind == "api":
            return _page(secret=secret, name=made.name)
        return _page(link=url_for("wallboard.kiosk", secret=secret, _external=True), name=made.name)

    @blueprint.post("/tokens/<int:number>/revoke", endpoint="token_revoke")
    @allow(*ALONE)
    def revoke(number: int) -> ResponseReturnValue:
        try:
            tokens.revoke(number, by=who(), at=utc_now())
        except FsbridgeError as error:
            flash(refusal(error).text, "error")
        else:
            flash(t("admin_tokens.revoked"), "done")
        return redirect(url_for("admin.tokens"))

    def _page(*, link: str = "", secret: str = "", name: str = "", refused: str = "") -> str:
        rows = tokens.all()
        return render_template(
            "admin/tokens.html",
            active=[one for one in rows if one.revoked_at is None],
            revoked=[one for one in rows if one.revoked_at is not None],
            link=link,
            secret=secret,
            name=name,
            refused=refused,
        )
