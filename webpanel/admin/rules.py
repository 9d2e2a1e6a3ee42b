"""``/admin/schedule/rules``: seasons and special days edited, tried over two years before they are saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fsbridge.adapters.holidays import CALENDARS
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.schedule import NO_SEASON, Schedule, Season, SpecialDays, data_of, schedule_of
from fsbridge.domain.schedule.week import WEEKDAYS
from fsbridge.errors import FsbridgeError
from fsbridge.services.floor import utc_now
from fsbridge.services.schedules import Edited, Schedules
from webpanel.access import allow, who
from webpanel.admin.announcements import titled
from webpanel.admin.calendar import year_of
from webpanel.admin.cures import Refusal, refusal
from webpanel.admin.hourwords import days_text, finding, hours_text, kind
from webpanel.admin.office import ALONE, Office, Seen, Trial, mark
from webpanel.labels import t

YEARS = 2


@dataclass(frozen=True)
class Form:
    """A rule as somebody left it in the form."""

    kind: str = "special"
    name: str = ""
    days: str = ""
    whole: str = ""
    week: tuple[str, ...] = ("",) * 7
    by_weekday: bool = False
    announcement: str = ""
    before: str = ""
    holidays: str = ""
    reason: str = ""

    @classmethod
    def of(cls, rule: Season | SpecialDays) -> Form:
        """A rule as it is."""
        hours = rule.hours.data()
        week = tuple("" if one.text == "closed" else one.text for one in rule.hours.days)
        return cls(
            kind="season" if isinstance(rule, Season) else "special",
            name=rule.name,
            days=rule.days.text,
            whole=hours if isinstance(hours, str) and hours != "closed" else "",
            week=week,
            by_weekday=not isinstance(hours, str),
            announcement=rule.announcement,
        )

    @classmethod
    def sent(cls) -> Form:
        """What was sent."""
        texts = {
            key: request.form.get(key, "").strip()
            for key in ("kind", "name", "days", "whole", "announcement", "before", "holidays", "reason")
        }
        week = tuple(request.form.get(day, "").strip() for day in WEEKDAYS)
        return cls(week=week, by_weekday=request.form.get("by") == "weekday", **texts)

    def values(self) -> dict[str, Any]:
        """The rule's data, by the keys of the schedule's."""
        hours: str | dict[str, str] = self.whole or "closed"
        if self.by_weekday:
            hours = {day: text for day, text in zip(WEEKDAYS, self.week, strict=True) if text} or "closed"
        found: dict[str, Any] = {"days": self.days, "hours": hours}
        return found | ({"announcement": self.announcement} if self.announcement else {})


@dataclass(frozen=True)
class Preview:
    """What an edit would do: what is odd then, and how many days of each year would be otherwise."""

    odd: tuple[str, ...]
    days: tuple[tuple[int, int, str], ...]


def add(blueprint: Blueprint, office: Office) -> None:
    """The pages."""

    @blueprint.get("/schedule/rules", endpoint="rules")
    @allow(*ALONE)
    def listing() -> str:
        plan = office.plan()
        return render_template(
            "admin/rules.html",
            rules=[
                (rule, kind(rule), days_text(rule), hours_text(rule.hours)) for rule in plan.schedule.rules
            ],
            schedule=plan.schedule,
            names={one.key: one.name for one in plan.seasons if one.name},
            versions=_versions(),
            standing=(Season, SpecialDays),
        )

    @blueprint.get("/schedule/rules/new", endpoint="rule_new")
    @allow(*ALONE)
    def new() -> str:
        chosen = request.args.get("kind")
        return _form(Form(kind=chosen if chosen in ("season", "special") else "special"), new=True)

    @blueprint.get("/schedule/rules/<path:name>", endpoint="rule")
    @allow(*ALONE)
    def show(name: str) -> str:
        return _form(Form.of(_rule(office.plan(), name)))

    @blueprint.post("/schedule/rules/new", endpoint="rule_create")
    @allow(*ALONE)
    def create() -> ResponseReturnValue:
        form = Form.sent()
        if form.kind not in ("season", "special"):
            abort(400)
        row = {"name": form.name, **form.values()}

        def put(schedules: Schedules) -> Edited:
            return schedules.add(
                form.kind,
                row,
                by=who(),
                at=utc_now(),
                before=form.before,
                holidays=form.holidays,
                anyway=True,
            )

        return _try_or_do(form, put, new=True)

    @blueprint.post("/schedule/rules/<path:name>", endpoint="rule_change")
    @allow(*ALONE)
    def change(name: str) -> ResponseReturnValue:
        _rule(office.plan(), name)
        form = Form.sent()

        def put(schedules: Schedules) -> Edited:
            return schedules.edit(
                name,
                form.values(),
                by=who(),
                at=utc_now(),
                reason=form.reason,
                holidays=form.holidays,
                anyway=True,
            )

        return _try_or_do(form, put)

    @blueprint.post("/schedule/rules/<path:name>/remove", endpoint="rule_remove")
    @allow(*ALONE)
    def remove(name: str) -> ResponseReturnValue:
        form = Form.of(_rule(office.plan(), name))

        def put(schedules: Schedules) -> Edited:
            return schedules.remove(
                name, by=who(), at=utc_now(), reason=request.form.get("reason", ""), anyway=True
            )

        return _try_or_do(form, put, removing=True)

    def _try_or_do(
        form: Form, put: Callable[[Schedules], Edited], *, new: bool = False, removing: bool = False
    ) -> ResponseReturnValue:
        """Nothing is saved before its preview was seen: what is shown is what `seen` says it is."""
        plan = office.plan()
        sure = request.form.get("sure") == "1"
        try:
            if sure:
                room = Seen(office.plans, lambda now: data_of(now.schedule), request.form.get("seen", ""))
                done = put(Schedules(room, CALENDARS))
                for one in done.odd:
                    flash(finding(one), "caution")
                flash(t("admin_schedule.saved"), "done")
                return redirect(url_for("admin.rules"))
            done = put(Schedules(Trial(plan), CALENDARS))
        except FsbridgeError as error:
            return _form(form, refusal(error), new=new, removing=removing), 400
        preview = Preview(tuple(map(finding, done.odd)), _differing(done.before, done.after, utc_now().year))
        return _form(form, preview=preview, new=new, removing=removing)

    def _form(
        form: Form,
        refused: Refusal | None = None,
        *,
        preview: Preview | None = None,
        new: bool = False,
        removing: bool = False,
    ) -> str:
        plan = office.plan()
        return render_template(
            "admin/rule.html",
            form=form,
            called=next((one.name for one in plan.seasons if one.key == form.name), "") or form.name,
            refused=refused,
            preview=preview,
            new=new,
            removing=removing,
            seen=mark(data_of(plan.schedule)),
            seasons=plan.seasons,
            announcements=[(one.key, titled(one)) for one in plan.announcements],
            beside=[one.name for one in _beside(plan.schedule, form.kind)],
            weekdays=WEEKDAYS,
            calendars=[one.name for one in CALENDARS],
            calendar=plan.schedule.calendar.name if plan.schedule.calendar is not None else "",
        )

    def _versions() -> list[tuple[Any, list[tuple[str, str, str]]]]:
        rows = office.plans.versions()
        return [
            (row, _changes(rows[at + 1].data, row.data) if at + 1 < len(rows) else [])
            for at, row in enumerate(rows[:50])
        ]

    def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        old, new = _lines(before), _lines(after)
        return [
            (name, old.get(name, ""), new.get(name, ""))
            for name in dict.fromkeys([*old, *new])
            if old.get(name) != new.get(name)
        ]


def _rule(plan: CentrePlan, name: str) -> Season | SpecialDays:
    found = next((rule for rule in plan.schedule.standing_rules if rule.name == name), None)
    if found is None:
        abort(404)
    return found


def _beside(schedule: Schedule, kind_: str) -> tuple[Season | SpecialDays, ...]:
    return tuple(schedule.seasons if kind_ == "season" else schedule.special_days)


def _differing(before: Schedule, after: Schedule, year: int) -> tuple[tuple[int, int, str], ...]:
    """For this year and the next: how many days' hours differ, and some of them."""
    found = []
    for one in range(year, year + YEARS):
        pairs = zip(
            (cell for month in year_of(before, one) for cell in month),
            (cell for month in year_of(after, one) for cell in month),
            strict=True,
        )
        days = [
            f"{new.date:%m-%d} {old.hours or '×'} → {new.hours or '×'}"
            for old, new in pairs
            if old.hours != new.hours
        ]
        some = ", ".join(days[:3]) + (" …" if len(days) > 3 else "")
        found.append((one, len(days), some))
    return tuple(found)


def _lines(data: Mapping[str, Any]) -> dict[str, str]:
    """A schedule's data as a line for each rule, in the words people type."""
    schedule = schedule_of({**data, "overrides": []}, CALENDARS)
    lines = {
        rule.name: f"{days_text(rule)}  {hours_text(rule.hours)}  {rule.announcement}"
        for rule in schedule.rules
        if rule.name != NO_SEASON
    }
    lines["zone"] = schedule.zone
    lines["holidays"] = schedule.calendar.name if schedule.calendar is not None else ""
    lines["…"] = " → ".join(rule.name for rule in schedule.rules)
    return lines
