"""``/calls``: a search whose address says it all, its list in pages, and the list as a file."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from fsbridge.adapters.callfile import FORMS
from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.store.call_story import StoredCalls
from fsbridge.adapters.store.figure_days import FigureShelf
from fsbridge.adapters.store.models import AuditEntry
from fsbridge.domain.figures import Labels, day_start
from fsbridge.domain.reporting.words import weekday
from fsbridge.domain.sight import Sight
from fsbridge.errors import FsbridgeError
from fsbridge.services.calllist import CallList, Counted
from fsbridge.services.figures import Reporting
from fsbridge.services.floor import utc_now
from webpanel.access import STAFF, SUPERVISOR, allow, who
from webpanel.calls.asking import DIRECTIONS, OUTCOMES, Asked, asked_of, hyphened, moment, written
from webpanel.calls.detail import add_detail
from webpanel.calls.export import MOST, Export, TooMany
from webpanel.calls.shown import Words, duration, show, shown_in
from webpanel.calls.sight import eyes
from webpanel.centre import Centre, Kept
from webpanel.labels import Labels as PanelLabels
from webpanel.labels import t
from webpanel.language import language
from webpanel.refusals import sentence, status_of

ADVANCED = ("contact", "queue", "case", "text", "direction", "recorded")
"""Parts of the form that are folded away until one of them is used."""


def words_of(labels: Labels) -> Words:
    """The reader's words, taken along to where there is no request."""
    panel: PanelLabels = current_app.extensions["labels"]
    lang = language()
    own = panel.of(lang, "calls")
    return Words(labels, lang, lambda key: own.get(f"calls.{key}", key))


def pages(centre: Centre, kept: Kept) -> Blueprint:
    """The pages of the history, over a centre and what it keeps."""
    blueprint = Blueprint("calls", __name__, template_folder="templates")
    plan = centre.plan()
    zone = ZoneInfo(str(plan.schedule.clock))
    past = StoredCalls(kept.store)
    calls = CallList(past, Reporting(past, FigureShelf(kept.store), zone.key))
    numbers = PhoneNumbers(plan.region)
    shown = shown_in(plan.region)
    export = Export(calls, kept.apart, zone)

    def asked(query: dict[str, str], sight: Sight) -> Asked:
        return asked_of(query, zone, centre.clock(), numbers, sight)

    def labels() -> Labels:
        with past.reading():
            return past.labels()

    @blueprint.get("/calls")
    @allow(*STAFF)
    def page() -> ResponseReturnValue:
        sight = eyes(kept.store)
        refused = ""
        status = 200
        found = None
        try:
            search = asked(request.args.to_dict(), sight)
        except FsbridgeError as error:
            refused, status = sentence(error), status_of(error)
            search = asked({}, sight)
        else:
            if any(not value for name, value in request.args.items() if name != "row"):
                return redirect(search.address(page=search.page))  # what the form left empty says nothing
            try:
                found = kept.apart(lambda: calls.page(search.wanted, search.figure, search.page))
            except FsbridgeError as error:
                refused, status = sentence(error), status_of(error)
        known = found.labels if found is not None else labels()
        words = words_of(known)
        lines = [show(line, words, sight, shown) for line in found.lines] if found is not None else []
        counts = sorted(found.counts.items(), key=lambda one: -one[1]) if found is not None else []
        text = render_template(
            "calls/search.html",
            asked=search,
            found=found,
            lines=lines,
            counts=[
                (words.outcome(word) if way == "inbound" else words.say(f"d_{way}"), number)
                for (way, word), number in counts
            ],
            refused=refused,
            pattern=_pattern(search.figure),
            words=words,
            labels=known,
            sight=sight,
            outcomes=[(hyphened(word), words.outcome(word)) for word in OUTCOMES],
            directions=[(word, words.say(f"d_{word}")) for word in DIRECTIONS],
            opened=any(search.form.get(name) for name in ADVANCED),
            times={
                name: _field(search.form.get(name, ""), zone, end=name == "until")
                for name in ("from", "until")
            },
            ranges=_ranges(zone, centre),
            duration=duration,
            most=MOST,
            forms=tuple(FORMS),
        )
        return text, status

    @blueprint.post("/calls/export")
    @allow(SUPERVISOR)
    def out() -> ResponseReturnValue:
        sight = eyes(kept.store)
        search = asked(request.form.to_dict(), sight)
        form = request.form.get("form", "csv")
        found = kept.apart(lambda: calls.page(search.wanted, search.figure))
        try:
            answer: Response = export.file(search, form, found, words_of(found.labels), sight, shown)
        except TooMany as error:
            flash(sentence(error), "error")
            return redirect(search.address())
        with kept.store.writing():
            AuditEntry.create(
                at=utc_now(), actor=who(), action="exported", subject="calls", which=search.address()[:500],
                after={"form": form, "lines": found.all},
            )  # fmt: skip
        return answer

    add_detail(blueprint, centre, kept, past, words_of, shown)
    return blueprint


def _field(text: str, zone: ZoneInfo, *, end: bool) -> str:
    """A time as the form's field has it."""
    if not text:
        return ""
    return moment(text, zone, end=end).astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")


def _pattern(figure: Counted | None) -> str:
    """The weekday and the hour that a figure is about, as people say them; "" for any."""
    if figure is None:
        return ""
    lang, said = language(), []
    if figure.weekday is not None:
        said.append(t("calls.figure_weekday", day=weekday(figure.weekday - 1, lang)))
    if figure.hour is not None:
        said.append(t("calls.figure_hour", hour=figure.hour))
    return " ".join(said)


def _ranges(zone: ZoneInfo, centre: Centre) -> list[tuple[str, str, str]]:
    """Spans of days that are often wanted: a word, and the address's from and until."""
    today = centre.clock().astimezone(zone).date()
    one = timedelta(days=1)
    spans = {
        "today": (today, today + one),
        "yesterday": (today - one, today),
        "week": (today - 6 * one, today + one),
        "month": (today.replace(day=1), today + one),
    }
    return [
        (t(f"calls.{name}"), written(day_start(first, zone), zone), written(day_start(last, zone), zone))
        for name, (first, last) in spans.items()
    ]
