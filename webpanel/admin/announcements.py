"""``/admin/announcements``: what callers hear: texts, recordings, versions, all to be listened to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fsbridge.adapters.store.announcements import StoredShelf
from fsbridge.domain.plan import AnnouncementPlan, CentrePlan
from fsbridge.domain.soundnames import checked
from fsbridge.errors import FsbridgeError
from fsbridge.services.announcements import Announcements, Version
from fsbridge.services.floor import utc_now
from webpanel.access import allow, who
from webpanel.admin.booth import BEST, measured
from webpanel.admin.cures import Refusal, refusal
from webpanel.admin.office import ALONE, BOTH, Office
from webpanel.labels import t

ANNOUNCED = ("greeting", "waiting", "cut_off")
"""What a flow says."""


def add(blueprint: Blueprint, office: Office) -> None:
    """The pages."""
    shelf = StoredShelf(office.store)

    def announcements() -> Announcements:
        return Announcements(shelf, office.booth.studio())

    @blueprint.get("/announcements", endpoint="announcements")
    @allow(*BOTH)
    def listing() -> str:
        plan = office.plan()
        used = uses(plan)
        studio = office.booth.studio()

        def look() -> list[tuple[Version, object]]:
            current = [shelf.history(name)[-1] for name in shelf.names()]
            return [(one, measured(studio.published.file(one.name, BEST))) for one in current]

        rows = [
            (one, called(plan, one.name), used.get(one.name, []), sound)
            for one, sound in office.kept.apart(look)
        ]
        return render_template("admin/announcements.html", rows=rows)

    @blueprint.post("/announcements/render", endpoint="announcements_render")
    @allow(*ALONE)
    def render_all() -> ResponseReturnValue:
        """Speak and publish what was not yet; one that fails is named, and the others are done."""
        failed, done = [], 0
        for name in shelf.names():
            try:
                announcements().render(name, author=who(), now=utc_now())
                done += 1
            except FsbridgeError as error:
                failed.append(f"{name}: {refusal(error).text}")
        if failed:
            flash("\n".join(failed), "error")
        flash(t("admin_announcements.rendered", number=done), "done")
        return redirect(url_for("admin.announcements"))

    @blueprint.post("/announcements", endpoint="announcement_add")
    @allow(*ALONE)
    def new() -> ResponseReturnValue:
        name = request.form.get("name", "").strip()
        if name in shelf.names():
            flash(t("admin_announcements.taken", name=name), "error")
            return redirect(url_for("admin.announcements"))
        bad = _speak(name)
        if bad is not None:
            flash(bad.text, "error")
            return redirect(url_for("admin.announcements"))
        return redirect(url_for("admin.announcement", name=name))

    @blueprint.get("/announcements/<name>", endpoint="announcement")
    @allow(*BOTH)
    def show(name: str) -> str:
        return _page(_known(name))

    @blueprint.post("/announcements/<name>/speak", endpoint="announcement_speak")
    @allow(*ALONE)
    def speak(name: str) -> ResponseReturnValue:
        return _then(name, _meanwhile(name) or _speak(name))

    @blueprint.post("/announcements/<name>/record", endpoint="announcement_record")
    @allow(*ALONE)
    def record(name: str) -> ResponseReturnValue:
        file = request.files.get("file")
        content = file.read() if file is not None else b""
        text = request.form.get("text", "").strip()[:1000]
        bad = _meanwhile(name)
        if bad is None and not content:
            bad = Refusal(t("admin_announcements.no_file"), "file")
        return _then(
            name,
            bad
            or _done(lambda: announcements().record(name, content, author=who(), now=utc_now(), text=text)),
        )

    @blueprint.post("/announcements/<name>/back/<int:number>", endpoint="announcement_back")
    @allow(*ALONE)
    def back(name: str, number: int) -> ResponseReturnValue:
        return _then(name, _done(lambda: announcements().back_to(name, number, author=who(), now=utc_now())))

    def _speak(name: str) -> Refusal | None:
        text = request.form.get("text", "").replace("\r\n", "\n").strip()
        voice = request.form.get("voice", "").strip()[:40]
        return _done(lambda: announcements().speak(name, text, author=who(), now=utc_now(), voice=voice))

    def _done(work: Callable[[], Version]) -> Refusal | None:
        try:
            made = work()
        except FsbridgeError as error:
            return refusal(error)
        flash(t("admin_announcements.published", name=made.name, number=made.number), "done")
        return None

    def _meanwhile(name: str) -> Refusal | None:
        """Why not, if somebody has made another version since the page was drawn."""
        latest = _known(name)[-1]
        if request.form.get("seen", "") == str(latest.number):
            return None
        return Refusal(t("admin_announcements.meanwhile", who=latest.author, number=latest.number))

    def _then(name: str, bad: Refusal | None) -> ResponseReturnValue:
        if bad is None:
            return redirect(url_for("admin.announcement", name=name))
        return _page(_known(name), bad, dict(request.form)), 400

    def _known(name: str) -> list[Version]:
        try:
            checked(name)
        except FsbridgeError:
            abort(404)
        return list(shelf.history(name)) or abort(404)

    def _page(versions: list[Version], bad: Refusal | None = None, sent: dict[str, str] | None = None) -> str:
        current = versions[-1]
        plan = office.plan()
        studio = office.booth.studio()
        spoken = {one.number: Path(studio.listen(one.sound)) for one in versions if one.sound}
        sounds = office.kept.apart(lambda: {number: measured(file) for number, file in spoken.items()})
        return render_template(
            "admin/announcement.html",
            current=current,
            versions=list(reversed(versions)),
            sounds=sounds,
            published=office.kept.apart(lambda: measured(studio.published.file(current.name, BEST))),
            title_of=called(plan, current.name),
            used=uses(plan).get(current.name, []),
            engine=office.kept.settings.speech.engine,
            refused=bad,
            v=sent or {"text": current.text, "voice": current.voice},
        )


def titled(announcement: AnnouncementPlan) -> str:
    """An announcement among others to choose from: its title or key, and how it begins.

    >>> titled(AnnouncementPlan("cut-off", "恐れ入りますが、しばらくたってからおかけ直しください。"))
    'cut-off：恐れ入りますが、しばらくたってからお…'
    """
    text = announcement.text
    return f"{announcement.title or announcement.key}：{text[:18]}{'…' if len(text) > 18 else ''}"


def called(plan: CentrePlan, name: str) -> str:
    """What people call an announcement: its title, else where it is heard, else its key."""
    title = next((one.title for one in plan.announcements if one.key == name), "")
    flows = [(flow, field) for flow in plan.flows for field in ANNOUNCED if getattr(flow, field) == name]
    if title or name not in uses(plan):
        return title or name
    if flows:
        field = t(f"admin_flows.f_{flows[0][1]}")
        return field if len(flows) > 1 else f"{flows[0][0].name} {field}"
    rules = [rule for rule in plan.schedule.rules if rule.announcement == name]
    return t("admin_schedule.closed") if len(rules) > 1 else uses(plan)[name][0]


def uses(plan: CentrePlan) -> dict[str, list[str]]:
    """Where each announcement is heard, in the reader's words."""
    found: dict[str, list[str]] = {}
    for name in ("greeting", "invalid", "timeout", "failure", "end"):
        if key := getattr(plan.menu, name):
            found.setdefault(key, []).append(t(f"admin_announcements.menu_{name}"))
    for flow in plan.flows:
        for name in ANNOUNCED:
            if key := getattr(flow, name):
                found.setdefault(key, []).append(f"{flow.name} {t(f'admin_flows.f_{name}')}")
    names = {one.key: one.name or one.key for one in plan.seasons}
    for rule in plan.schedule.rules:
        said = t("admin_announcements.closed_by", rule=names.get(rule.name, rule.name))
        found.setdefault(rule.announcement, []).append(said)
    return found
