"""``/admin``: what wants attention, each with the place where it is mended."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for

from fsbridge.adapters.speech.folder import SoundFolder
from fsbridge.adapters.store.alarms import StoredAlarms
from fsbridge.adapters.store.announcements import StoredShelf
from fsbridge.adapters.store.models import Job
from fsbridge.adapters.store.talkscripts import StoredScripts
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.schedule import check
from fsbridge.following import published_folder
from fsbridge.services.talkscripts import TalkScripts
from webpanel.access import ADMINISTRATOR, allow, roles
from webpanel.admin.hourwords import finding
from webpanel.admin.office import BOTH, Office
from webpanel.labels import t
from webpanel.language import language

LISTED = 5


@dataclass(frozen=True)
class Point:
    """Something that wants attention: how much, what, and where to go."""

    level: str
    text: str
    address: str = ""
    detail: str = ""


def add(blueprint: Blueprint, office: Office) -> None:
    """The page."""

    @blueprint.get("", endpoint="page")
    @allow(*BOTH)
    def page() -> str:
        plan = office.plan()
        all_ = ADMINISTRATOR in roles()
        points = [*_schedule(plan), *_tiers(plan), *_sounds(plan), *_scripts(plan)]
        if all_:
            points += [*_people(plan), *_machine()]
        standing = plan.schedule.status(office.now())
        order = {"alarm": 0, "caution": 1, "note": 2}
        change = plan.schedule.next_change(office.now(), of=lambda one: one.open)
        return render_template(
            "admin/start.html",
            points=sorted(points, key=lambda one: order[one.level]),
            standing=standing,
            change=change,
            season=next((one for one in plan.seasons if one.key == standing.season), None),
            plan=plan,
            all_=all_,
        )

    def _schedule(plan: CentrePlan) -> list[Point]:
        year = office.now().astimezone(plan.schedule.clock).year
        found = office.kept.apart(lambda: [*check(plan.schedule, year), *check(plan.schedule, year + 1)])
        address = url_for("admin.schedule")
        return [
            Point("alarm" if one.kind.value == "gap" else "caution", finding(one), address)
            for one in found[:LISTED]
        ]

    def _tiers(plan: CentrePlan) -> list[Point]:
        names = {one.key: one.name or one.key for one in plan.seasons}
        return [
            Point(
                "alarm",
                t(
                    "admin.nobody_serves",
                    season=names.get(season.name, season.name),
                    queue=plan.flow_of(queue.key).name,
                ),
                url_for("admin.tiers", season=season.name),
                queue.key,
            )
            for season in plan.schedule.seasons
            for queue in plan.queues
            if not plan.tiers_of(season.name, queue.key)
        ]

    def _sounds(plan: CentrePlan) -> list[Point]:
        published = SoundFolder(published_folder(office.kept.settings))
        names = StoredShelf(office.store).names()
        missing = office.kept.apart(lambda: [name for name in names if not published.has(name)])
        if not missing:
            return []
        text = t("admin.announcements_missing", number=len(missing), all=len(names))
        return [Point("caution", text, url_for("admin.announcements"), ", ".join(missing))]

    def _scripts(plan: CentrePlan) -> list[Point]:
        scripts = TalkScripts(StoredScripts(office.store))
        found = []
        for flow in plan.flows:
            if scripts.shown(flow.key) is None:
                text = t("admin.script_missing", flow=flow.name)
                found.append(Point("caution", text, url_for("admin.script", flow=flow.key)))
            elif (history := scripts.history(flow.key)) and history[-1].published_at is None:
                text = t("admin.script_draft", flow=flow.name)
                found.append(Point("note", text, url_for("admin.script", flow=flow.key)))
        return found

    def _people(plan: CentrePlan) -> list[Point]:
        accounts = [one for one in StoredUsers(office.store).look() if one.active]
        without = [one for one in accounts if not one.has_password]
        rulers = [one for one in accounts if "administrator" in one.roles and one.has_password]
        address = url_for("admin.users")
        points = []
        if without:
            text = t("admin.without_password", number=len(without))
            some = "、".join(one.name for one in without[:LISTED]) + ("…" if len(without) > LISTED else "")
            points.append(Point("caution", text, address, some))
        if len(rulers) == 1:
            points.append(Point("note", t("admin.one_administrator", name=rulers[0].name), address))
        points += [
            Point(
                "caution",
                t(
                    "admin.too_many_ids",
                    season=one.name or one.key,
                    number=len(plan.operators),
                    allowed=one.registered,
                ),
                url_for("admin.seasons"),
            )
            for one in plan.seasons
            if len(plan.operators) > one.registered
        ]
        return points

    def _machine() -> list[Point]:
        alarms = StoredAlarms(office.store)
        number = int(language() == "en")
        points = [
            Point(
                "alarm",
                one.alarm.sentence(number),
                "",
                " ".join(filter(None, (one.alarm.subject, one.alarm.detail))),
            )
            for one in alarms.standing(limit=LISTED)
        ]
        if (left := alarms.count() - len(points)) > 0:
            points.append(Point("alarm", t("admin.more_alarms", number=left)))
        with office.store.connection():
            failed = list(Job.select().where(Job.outcome == "failed"))
        points += [
            Point("caution", t("admin.job_failed", job=one.key), "", one.message[:200]) for one in failed
        ]
        return points
