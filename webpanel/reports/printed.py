"""``/reports/print``: the operating reports, looked at in a frame, taken as HTML, PDF or Excel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fsbridge.adapters.reportfiles import FORMS
from fsbridge.adapters.store.sent import StoredSent
from fsbridge.domain.reporting.periods import REGULAR, Kind, ReportPeriod, period_at, period_of
from fsbridge.errors import FsbridgeError
from fsbridge.printing import PAGE_POLICY, PrintedReport, printed_report, report_period
from webpanel import audit
from webpanel.access import allow
from webpanel.centre import Centre, Kept
from webpanel.labels import t
from webpanel.language import language
from webpanel.refusals import sentence, status_of
from webpanel.security import framed

LISTED = {Kind.HALF_YEAR: 4, Kind.MONTH: 7, Kind.WEEK: 6, Kind.DAY: 8}
"""How many periods of each kind are listed, the one that goes on first."""
SENT = 30
"""Lines of the log of mailed reports."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A period that a report can be made for; `goes_on` while its figures are provisional."""

    period: ReportPeriod
    goes_on: bool


def add_printed(
    blueprint: Blueprint, centre: Centre, kept: Kept, zone: ZoneInfo, whom: tuple[str, ...]
) -> None:
    """Adds the page of printed reports, and what it shows and gives out."""
    settings = kept.settings

    def chosen(kind: str, text: str) -> ReportPeriod:
        """The period of an address; a kind that is none is not found."""
        if kind not in {one.value for one in Kind}:
            abort(404)
        return report_period(settings, kind, text, centre.clock())

    def made(period: ReportPeriod) -> PrintedReport:
        """The report; the counting keeps nobody waiting."""
        now, lang = centre.clock(), language()
        return kept.apart(
            lambda: printed_report(settings, kept.store, period.kind, period.key, now=now, language=lang)
        )

    @blueprint.get("/reports/print")
    @allow(*whom)
    def print_page() -> ResponseReturnValue:
        kind, text = request.args.get("kind", ""), request.args.get("period", "").strip()[:40]
        refused, status, period = "", 200, None
        if kind == Kind.SPAN.value and not text:
            first, last = (request.args.get(name, "").strip()[:20] for name in ("first", "last"))
            if first or last:
                return redirect(url_for("reports.print_page", kind=kind, period=f"{first}..{last}"))
        elif kind:
            try:
                period = chosen(kind, text)
            except FsbridgeError as error:
                refused, status = sentence(error), status_of(error)
        now = centre.clock()
        today = now.astimezone(zone).date()
        if period is not None and period.window(zone).start >= now:
            refused, status, period = t("reports.not_begun"), 400, None
        page = render_template(
            "reports/print.html",
            period=period,
            refused=refused,
            goes_on=period is not None and period.window(zone).end > now,
            kinds=[(one, list(_listed(one, today, settings.report.year_begins))) for one in REGULAR],
            forms=tuple(FORMS),
            span_kind=Kind.SPAN,
            today=today,
            sent=[_told(row) for row in kept.apart(lambda: StoredSent(kept.store).latest(SENT))],
        )
        return page, status

    @blueprint.get("/reports/print/<kind>/<period>/page")
    @allow(*whom)
    @framed(PAGE_POLICY)
    def print_preview(kind: str, period: str) -> ResponseReturnValue:
        """The report itself, for the frame or a sheet of its own."""
        report = made(chosen(kind, period))
        return Response(kept.apart(lambda: report.page), mimetype="text/html")

    @blueprint.post("/reports/print/<kind>/<period>/<form>")
    @allow(*whom)
    def print_file(kind: str, period: str, form: str) -> ResponseReturnValue:
        """The report as a file; who took it is in the audit log."""
        if form not in FORMS:
            abort(404)
        wanted = chosen(kind, period)
        report = made(wanted)
        data = kept.apart(lambda: report.file(form))
        audit.record(kept.store, "exported", "report", f"{wanted.kind.value} {wanted.key}", form)
        name = report.name(form)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(data, content_type=FORMS[form], headers=headers)


def _listed(kind: Kind, today: date, year_begins: int) -> Iterator[Listed]:
    day = today
    for number in range(LISTED[kind]):
        period = period_at(kind, day, year_begins=year_begins)
        yield Listed(period, goes_on=number == 0)
        day = period.first - timedelta(days=1)


def _told(row: Any) -> dict[str, object]:
    """A line of the log of mailed reports."""
    after = row.after or {}
    at: datetime = row.at
    return {
        "at": at,
        "report": _report_name(row.which),
        "to": after.get("to", ""),
        "went": row.action == "sent",
        "why": row.reason,
        "by": row.actor,
    }


def _report_name(which: str) -> str:
    """What people call a report that the log names by kind and period."""
    kind, _, key = which.partition(" ")
    try:
        return period_of(Kind(kind), key).name(language())
    except ValueError:
        return which
