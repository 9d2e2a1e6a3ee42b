"""``/reports``: the figures of a window, cut as the address says; as a table, in charts, as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    Response,
    abort,
    copy_current_request_context,
    current_app,
    flash,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue

from fsbridge.adapters.callfile import FORMS
from fsbridge.adapters.store.figure_days import FigureShelf
from fsbridge.adapters.store.figures import StoredHistory
from fsbridge.domain.figures import GROUPS, Answer, Row, Step
from fsbridge.domain.reporting.heat import heat_of
from fsbridge.domain.reporting.words import weekday
from fsbridge.errors import FsbridgeError
from fsbridge.services.figures import Reporting
from fsbridge.services.plan_live import Apart
from webpanel import audit
from webpanel.access import ADMINISTRATOR, STAFF, SUPERVISOR, allow, roles, visitor
from webpanel.calls import calls_of
from webpanel.centre import Centre, Kept
from webpanel.labels import Labels as PanelLabels
from webpanel.labels import t
from webpanel.language import language
from webpanel.refusals import sentence, status_of
from webpanel.reports.asking import (
    MOST_ROWS,
    WHOLE,
    Asked,
    TooFine,
    asked_of,
    field,
    ranges,
)
from webpanel.reports.export import file_of
from webpanel.reports.plots import Place, Plots
from webpanel.reports.printed import add_printed
from webpanel.reports.shown import Showing, interval_name, span_name

EVERYBODY_S = (SUPERVISOR, ADMINISTRATOR)
"""Who sees everybody's figures, and takes them along."""


def pages(centre: Centre, kept: Kept) -> Blueprint:
    """The pages of the figures, over a centre and what it keeps."""
    blueprint = Blueprint("reports", __name__, template_folder="templates")
    zone = ZoneInfo(str(centre.plan().schedule.clock))
    works = Reporting(StoredHistory(kept.store), FigureShelf(kept.store), zone.key)

    def own() -> str:
        """The operator whose figures alone the visitor may see; empty for who sees everybody's."""
        if roles() & set(EVERYBODY_S):
            return ""
        found = visitor()
        return (found.account.operator if found is not None else "") or abort(403)

    def answered(asked: Asked) -> tuple[Answer, Answer, Answer]:
        """The table, the charts' course and the heat map, of one moment."""
        now = centre.clock()
        table, course, hours = kept.apart(
            lambda: works.answers((asked.question, asked.course, asked.hours), now)
        )
        if len(table.rows) > MOST_ROWS:
            raise TooFine(MOST_ROWS)
        return table, course, hours

    @blueprint.get("/reports")
    @allow(*STAFF)
    def page() -> ResponseReturnValue:
        only = own()
        refused, status, found = "", 200, None
        try:
            asked = asked_of(request.args, zone, centre.clock(), only)
        except FsbridgeError as error:
            refused, status = sentence(error), status_of(error)
            asked = asked_of({}, zone, centre.clock(), only)
        else:
            if any(not value for value in request.args.values()):
                return redirect(asked.address())  # what the form left empty says nothing
            try:
                found = answered(asked)
            except FsbridgeError as error:
                refused, status = sentence(error), status_of(error)
        shown = found and _shown(asked, *found, kept.apart)
        parts = {
            "asked": asked,
            "refused": refused,
            "own": only,
            "labels": found[0].labels if found else kept.apart(works.labels),
            "groups": [group for group in GROUPS if not (only and group == "operator")],
            "steps": [WHOLE, *(step.value for step in Step)],
            "ends": {
                name: field(asked.form[name], asked, zone, end=name == "until") for name in ("from", "until")
            },
            "ranges": ranges(centre.clock(), zone, kept.settings.report.year_begins),
            "found": shown,
        }

        @copy_current_request_context
        def drawn() -> str:
            """The page; by quarter-hours a month's is long, and drawn where it holds up no call."""
            return render_template("reports/figures.html", **parts)

        return kept.apart(drawn), status

    @blueprint.post("/reports/export")
    @allow(*EVERYBODY_S)
    def out() -> ResponseReturnValue:
        form = request.form.get("form", "")
        asked = asked_of(request.form, zone, centre.clock(), own())
        try:
            table, _, hours = answered(asked)
        except TooFine as error:
            flash(sentence(error), "error")
            return redirect(asked.address())
        plan = centre.plan()
        name = (plan.name_en or plan.name) if language() == "en" else plan.name
        data = file_of(form, asked, table, heat_of(hours.rows, zone), language(), name, t)
        audit.record(kept.store, "exported", "figures", asked.address()[:500], form)
        start, last = asked.window.start, asked.window.end - timedelta(microseconds=1)
        stem = f"figures-{start.astimezone(zone):%Y%m%d}-{last.astimezone(zone):%Y%m%d}"
        ending = "xlsx" if form == "xlsx" else "csv"
        return Response(
            data,
            content_type=FORMS[form],
            headers={"Content-Disposition": f'attachment; filename="{stem}.{ending}"'},
        )

    add_printed(blueprint, centre, kept, zone, EVERYBODY_S)
    return blueprint


def _shown(asked: Asked, table: Answer, course: Answer, hours: Answer, apart: Apart) -> dict[str, object]:
    """What the template draws of an answer."""
    lang = language()
    showing = Showing(asked, table, lang, t("reports.nobody"))
    basis = table.basis
    flows = _flows(table)
    rows = apart(showing.rows)
    label = table.labels.get("flow", {})
    return {
        "answer": table,
        "showing": showing,
        "rows": rows,
        "total": showing.total(),
        "sum": showing.sum(),
        "span": span_name(asked.window, showing.zone),
        "plots": _plots(asked, course, flows, lang),
        "course_step": course.question.step,
        "heat": heat_of(hours.rows, showing.zone),
        "then": lambda day, hour="": calls_of(
            "offered", asked.window, showing.zone, weekday=str(day), hour=str(hour), **asked.filters
        ),
        "weekdays": [weekday(number, lang) for number in range(7)],
        "texts": list(basis.texts(lang, flows).values()),
        "flows": [
            (label[key].of(lang) if key in label else key, basis.of(key), basis.goals.get(key))
            for key in flows
        ],
        "groups": _groups(showing),
    }


def _groups(showing: Showing) -> list[tuple[str, int]]:
    """The headings over the columns, with how many each has."""
    found: dict[str, int] = {}
    for one in showing.columns:
        found[one.group] = found.get(one.group, 0) + 1
    return list(found.items())


def _flows(answer: Answer) -> list[str]:
    """The flows that the question is about."""
    asked = answer.question
    queue = answer.labels.get("queue", {}).get(asked.queue)
    chosen = asked.flow or (queue.parent if queue else "")
    return [chosen] if chosen else list(answer.basis.flows)


def _plots(asked: Asked, course: Answer, flows: Sequence[str], lang: str) -> list[object]:
    rows = _trimmed(course)
    if not any(row.figures.tally.offered for row in rows):
        return []
    zone, step = ZoneInfo(course.zone), course.question.step or Step.DAY
    one_day = asked.window.length.days <= 1
    places = []
    for row in rows:
        interval = row.interval or asked.window
        name = interval_name(interval, step, zone, lang, dated=not one_day)
        start = interval.start.astimezone(zone)
        mark = f"{start:%Y-%m}" if step is Step.MONTH else f"{start.month}/{start.day}"
        if step.minutes:
            mark = f"{start:%H:%M}" if one_day or start.hour or start.minute else mark
        star = f" {t('reports.provisional')}" if row.provisional else ""
        href = calls_of("offered", interval, zone, **asked.filters)
        places.append(Place(name + star, mark, row.figures, href))
    labels: PanelLabels = current_app.extensions["labels"]
    drawing = Plots(places, lambda key: labels(f"reports.{key}", lang))
    goals = sorted({course.basis.goals[flow] for flow in flows if flow in course.basis.goals})
    drawn = [
        drawing.calls(),
        drawing.rates([(goal / 100, t("reports.goal", goal=goal)) for goal in goals]),
        drawing.waits(),
    ]
    if course.question.has_states and any(row.figures.occupancy is not None for row in rows):
        drawn.append(drawing.occupancy())
    return list(drawn)


def _trimmed(course: Answer) -> list[Row]:
    """The intervals from the first to the last in which a call was offered or an operator was there."""
    rows = list(course.rows)
    busy = [at for at, row in enumerate(rows) if any(row.figures.counts.values())]
    return rows[busy[0] : busy[-1] + 1] if busy else []
