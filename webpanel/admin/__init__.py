"""The administration: what the command line can do and a person would rather see."""

from flask import Blueprint

from webpanel.admin import (
    announcements,
    audit,
    calendar,
    cases,
    contacts,
    contactsheets,
    flows,
    rules,
    scripts,
    seasons,
    sounds,
    start,
    tiers,
    tokens,
    userkeys,
    users,
)
from webpanel.admin.office import BOTH, Office, side
from webpanel.centre import Centre, Kept
from webpanel.parts import Part

PAGES = (
    start, contacts, contactsheets, calendar, rules, tiers, scripts, announcements, sounds, flows, seasons,
    cases, users, userkeys, tokens, audit,
)  # fmt: skip


def part(centre: Centre, kept: Kept) -> Part:
    """``/admin``: for administrators, and a part of it for supervisors; each view says for whom it is."""
    blueprint = Blueprint("admin", __name__, template_folder="templates", url_prefix="/admin")
    office = Office(centre, kept)
    for page in PAGES:
        page.add(blueprint, office)
    blueprint.app_context_processor(lambda: {"admin_side": side})
    return Part(
        pages=blueprint,
        roles=frozenset(BOTH),
        entry="admin.page",
        label="common.admin",
        run=office.booth.run,
    )


__all__ = ["part"]
