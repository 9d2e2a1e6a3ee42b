"""``/admin/audit``: who did what to which, when, with what it was before and after; and as a file."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from fsbridge.adapters.callfile import FORMS, csv_pieces
from fsbridge.adapters.store.auditing import AuditLine, AuditQuestion, StoredAudit
from fsbridge.domain.contacts import FIELDS
from fsbridge.errors import InvalidArgument
from webpanel import audit as trail
from webpanel.access import allow
from webpanel.admin.office import ALONE, Office, page_of
from webpanel.labels import Labels, t
from webpanel.language import language

PAGE = 50
MOST = 50_000
COLUMNS = ("at", "actor", "subject", "action", "which", "reason", "before", "after")
LONGEST = 200
"""Characters of a value that the page shows."""


def add(blueprint: Blueprint, office: Office) -> None:
    """The page, and the file."""
    log = StoredAudit(office.store)
    zone = ZoneInfo(office.centre.plan().zone)

    def asked(form: Mapping[str, str]) -> AuditQuestion:
        texts = {name: form.get(name, "")[:200] for name in ("actor", "subject", "action", "which")}
        until = _day(form.get("until", ""), zone)
        return AuditQuestion(
            **texts,
            since=_day(form.get("since", ""), zone),
            until=until + dt.timedelta(days=1) if until is not None else None,
        )

    @blueprint.get("/audit", endpoint="audit")
    @allow(*ALONE)
    def page() -> str:
        question, number = asked(request.args), page_of(request.args.get("page"))
        total, lines = office.kept.apart(lambda: log.find(question, limit=PAGE, offset=(number - 1) * PAGE))
        form = {key: value for key, value in request.args.items() if value and key != "page"}
        return render_template(
            "admin/audit.html",
            total=total,
            lines=[
                (one, word("subject", one.subject), word("action", one.action), worded(one)) for one in lines
            ],
            form=form,
            known=office.kept.apart(log.known),
            word=word,
            page=number,
            last=max(1, -(-total // PAGE)),
            address=lambda to: f"{url_for('admin.audit')}?{urlencode({**form, 'page': to})}",
        )

    @blueprint.post("/audit/export", endpoint="audit_export")
    @allow(*ALONE)
    def out() -> ResponseReturnValue:
        form = request.form.get("form", "csv")
        if form not in ("csv", "csv-sjis"):
            raise InvalidArgument("form", f"is {form[:20]!r}; choose one of the list")
        question = asked(request.form)
        trail.record(office.store, "exported", "audit log", form, _said(question))
        heading = [t(f"admin_audit.c_{name}") for name in COLUMNS]
        pieces = log.pieces(question, MOST)

        def rows() -> Iterator[tuple[object, ...]]:
            yield tuple(heading)
            while (piece := office.kept.apart(lambda: next(pieces, None))) is not None:
                for one in piece:
                    yield (one.at.astimezone(zone), one.actor, one.subject, one.action, one.which, one.reason,
                           _json(one.before), _json(one.after))  # fmt: skip

        return Response(
            stream_with_context(csv_pieces(rows(), form)),
            content_type=FORMS[form],
            headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
        )


def word(group: str, key: str) -> str:
    """What people call a kind of thing or of deed; the key itself where there is no word."""
    labels: Labels = current_app.extensions["labels"]
    name = f"admin_audit.{group}_{key.replace(' ', '_').replace('-', '_')}"
    return labels(name, language()) if name in labels else key


def field_word(key: str) -> str:
    """What people call a field of whatever was changed; the field itself where there is no word."""
    if key in FIELDS or key == "numbers":
        return FIELDS.get(key, FIELDS["number"])[language() == "en"]
    labels: Labels = current_app.extensions["labels"]
    places = (f"admin_flows.f_{key}", f"admin_seasons.{key}", f"admin_schedule.{key}", f"admin_audit.f_{key}")
    return next((labels(place, language()) for place in places if place in labels), key)


def worded(line: AuditLine) -> list[tuple[str, str, str]]:
    """What differs between before and after, each field by its word."""
    return [(field_word(name) if name else "", was, now) for name, was, now in changes(line)]


def changes(line: AuditLine) -> list[tuple[str, str, str]]:
    """What differs between before and after, as texts.

    >>> line = AuditLine(1, dt.datetime(2027, 4, 1), "a", "changed", "flow", "leak", "", {"a": 1}, {"a": 2})
    >>> changes(line)
    [('a', '1', '2')]
    """
    before, after = line.before, line.after
    if not isinstance(before, dict) and not isinstance(after, dict):
        return [("", _json(before), _json(after))] if before is not None or after is not None else []
    old, new = before if isinstance(before, dict) else {}, after if isinstance(after, dict) else {}
    return [
        (str(key), _short(old.get(key)), _short(new.get(key)))
        for key in dict.fromkeys([*old, *new])
        if old.get(key) != new.get(key)
    ]


def _short(value: Any) -> str:
    text = _json(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _json(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _day(text: str, zone: ZoneInfo) -> dt.datetime | None:
    """The beginning of a day; None for what is none."""
    try:
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), zone) if text else None
    except ValueError:
        return None


def _said(question: AuditQuestion) -> str:
    parts = {
        name: getattr(question, name) for name in ("actor", "subject", "action", "which", "since", "until")
    }
    return ", ".join(f"{name}={value}" for name, value in parts.items() if value)
