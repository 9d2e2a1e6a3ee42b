"""``/admin/schedule``: a year by days, a day by minutes, why anything holds, overrides of one day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fsbridge.adapters.holidays import CALENDARS
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.schedule import NO_SEASON, Schedule, check, explain
from fsbridge.domain.schedule.days import FIRST_YEAR, LAST_YEAR
from fsbridge.domain.schedule.week import time_of
from fsbridge.errors import FsbridgeError
from fsbridge.services.floor import utc_now
from fsbridge.services.schedules import OddSchedule, Schedules
from fsbridge.terminal.calendar import (
    CLOSED,
    CLOSED_WEEKDAY,
    NOBODY,
    OTHER_HOURS,
    OVERRIDDEN,
    SEASONS,
    days_of,
)
from webpanel.access import allow, who
from webpanel.admin.announcements import titled
from webpanel.admin.cures import Refusal, refusal
from webpanel.admin.hourwords import considered, finding, hours_text
from webpanel.admin.office import ALONE, BOTH, Office
from webpanel.labels import t
from webpanel.language import language

LOOKS = {
    CLOSED[0]: "closed",
    CLOSED_WEEKDAY[0]: "weekday",
    OTHER_HOURS[0]: "other",
    OVERRIDDEN[0]: "over",
    NOBODY[0]: "nobody",
    **{mark: f"season{at}" for at, (mark, _) in enumerate(SEASONS)},
}
"""The class a day's cell has, by the calendar's mark; the mark itself is shown too."""
SIGNS = {"closed": "×", "weekday": "－", "other": "＋", "over": "！", "nobody": "？"}


@dataclass(frozen=True)
class Cell:
    """A day of the calendar: how it looks, what decides, and its hours."""

    date: dt.date
    look: str
    sign: str
    rule: str
    hours: str


def year_of(schedule: Schedule, year: int) -> list[list[Cell]]:
    """The twelve months of a year, each with its days."""
    months: list[list[Cell]] = [[] for _ in range(12)]
    for one in days_of(schedule, year):
        look = LOOKS[one.mark]
        spans = schedule.day(one.date)
        hours = ", ".join(
            f"{time_of(span.begins)}-{time_of(span.ends)}" for span in spans if span.standing.open
        )
        months[one.date.month - 1].append(Cell(one.date, look, SIGNS.get(look, ""), one.rule, hours))
    return months


def add(blueprint: Blueprint, office: Office) -> None:
    """The pages."""
    schedules = Schedules(office.plans, CALENDARS)

    def today(schedule: Schedule) -> dt.date:
        return office.now().astimezone(schedule.clock).date()

    @blueprint.get("/schedule", endpoint="schedule")
    @allow(*BOTH)
    def year_page() -> str:
        plan = office.plan()
        schedule = plan.schedule
        now = today(schedule)
        text = request.args.get("year", "")
        year = int(text) if text.isascii() and text.isdigit() else now.year
        year = min(max(year, FIRST_YEAR), LAST_YEAR)
        months = office.kept.apart(lambda: year_of(schedule, year))
        rules = {rule.name: rule for rule in schedule.rules}
        legend: dict[tuple[str, str], int] = {}
        for one in (cell for month in months for cell in month):
            legend[one.look, one.rule] = legend.get((one.look, one.rule), 0) + 1
        offset = 0 if language() == "en" else 1
        return render_template(
            "admin/schedule.html",
            year=year,
            first=FIRST_YEAR,
            last=LAST_YEAR,
            today=now,
            months=[(month[0].date, (month[0].date.weekday() + offset) % 7, month) for month in months],
            legend=[
                (look, SIGNS.get(look, ""), name, rules.get(name), days)
                for (look, name), days in sorted(legend.items(), key=lambda item: -item[1])
            ],
            findings=[finding(one) for one in office.kept.apart(lambda: check(schedule, year))],
            overrides=[one for one in schedule.overrides if one.day >= now],
            hours_text=hours_text,
            names={one.key: one.name for one in plan.seasons},
            no_season=NO_SEASON,
        )

    @blueprint.get("/schedule/<date>", endpoint="schedule_day")
    @allow(*BOTH)
    def day_page(date: str) -> str:
        return _day(_date(date))

    @blueprint.get("/schedule/explain", endpoint="schedule_explain")
    @allow(*BOTH)
    def why() -> ResponseReturnValue:
        """What holds at a minute, as data for the day's slider."""
        plan = office.plan()
        day, minute = _date(request.args.get("day", "")), _minute(request.args.get("minute", ""))
        return jsonify(_why(plan, _moment(plan.schedule, day, minute)))

    @blueprint.post("/schedule/<date>/override", endpoint="override_add")
    @allow(*ALONE)
    def override(date: str) -> ResponseReturnValue:
        day = _date(date)
        sent = {
            key: request.form.get(key, "").strip() for key in ("name", "hours", "since", "until", "reason")
        }
        sent["announcement"] = request.form.get("announcement", "")
        closed = request.form.get("kind") != "open"
        rule = {key: text for key, text in sent.items() if text}
        rule |= {"day": day.isoformat(), "author": who(), "hours": "closed" if closed else sent["hours"]}
        rule.setdefault("name", _free_name(schedules.load(), day))
        try:
            if not sent["reason"]:
                raise FsbridgeError(t("admin_schedule.say_why"))
            done = schedules.add("override", rule, by=who(), at=utc_now(), anyway=True)
        except FsbridgeError as error:
            return _day(day, refusal(error), {**sent, "kind": "closed" if closed else "open"}), 400
        flash(t("admin_schedule.override_added", day=day.isoformat()), "done")
        for one in done.odd:
            flash(finding(one), "caution")
        return redirect(url_for("admin.schedule_day", date=day.isoformat()))

    @blueprint.post("/schedule/override/<path:name>/end", endpoint="override_end")
    @allow(*ALONE)
    def end(name: str) -> ResponseReturnValue:
        """An override is over, before its time or while it has not begun."""
        schedule = schedules.load()
        ended = next((one for one in schedule.overrides if one.name == name), None)
        if ended is None:
            flash(t("admin_schedule.override_gone"), "error")
            return redirect(url_for("admin.schedule"))
        try:
            schedules.remove(name, by=who(), at=utc_now(), reason=request.form.get("reason", ""), anyway=True)
        except OddSchedule as error:
            flash(refusal(error).text, "error")
        else:
            flash(t("admin_schedule.override_ended", day=ended.day.isoformat()), "done")
        return redirect(url_for("admin.schedule_day", date=ended.day.isoformat()))

    def _day(day: dt.date, refused: Refusal | None = None, sent: dict[str, str] | None = None) -> str:
        plan = office.plan()
        schedule = plan.schedule
        local = office.now().astimezone(schedule.clock)
        usual = local.hour * 60 + local.minute if local.date() == day else 12 * 60
        minute = _minute(request.args.get("minute", str(usual)))
        at = _moment(schedule, day, minute)
        return render_template(
            "admin/day.html",
            day=day,
            before=day - dt.timedelta(days=1),
            after=day + dt.timedelta(days=1),
            minute=minute,
            time=time_of(minute),
            spans=[
                (span.begins, span.ends, time_of(span.begins), time_of(span.ends), span.standing)
                for span in schedule.day(day)
            ],
            why=_why(plan, at),
            overrides=[one for one in schedule.overrides if one.day == day],
            announcements=[(one.key, titled(one)) for one in plan.announcements],
            over=lambda one: one.expires(schedule.clock) <= office.now(),
            hours_text=hours_text,
            refused=refused,
            sent=sent or {"kind": "closed", "announcement": "out-of-hours"},
            names={one.key: one.name for one in plan.seasons},
            holiday=(schedule.calendar or CALENDARS[0]).of(day.year).get(day, "") if CALENDARS else "",
        )

    def _why(plan: CentrePlan, at: dt.datetime) -> dict[str, object]:
        schedule = plan.schedule
        names = {
            one.key: (one.name_en if language() == "en" else one.name) or one.key for one in plan.seasons
        }
        found = explain(schedule, at)
        change = schedule.next_change(at, of=lambda standing: standing.open)
        return {
            "time": f"{found.at:%H:%M}",
            "open": found.standing.open,
            "word": t("admin_schedule.open") if found.standing.open else t("admin_schedule.closed"),
            "season": names.get(found.standing.season, found.standing.season),
            "rule": names.get(found.standing.rule, found.standing.rule),
            "announcement": found.standing.announcement,
            "next": f"{change.at.astimezone(schedule.clock):%Y-%m-%d %H:%M}" if change is not None else "",
            "next_word": _next_word(change is not None and change.after.open),
            "considered": considered(found, schedule, names),
        }


def _next_word(opens: bool) -> str:
    return t("admin_schedule.opens_at") if opens else t("admin_schedule.closes_at")


def _date(text: str) -> dt.date:
    try:
        date = dt.date.fromisoformat(text)
    except ValueError:
        abort(404)
    if not FIRST_YEAR <= date.year <= LAST_YEAR or text != date.isoformat():
        abort(404)
    return date


def _minute(text: str) -> int:
    return min(int(text), 1439) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _moment(schedule: Schedule, day: dt.date, minute: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(minute // 60, minute % 60), schedule.clock)


def _free_name(schedule: Schedule, day: dt.date) -> str:
    """A name for an override that no rule has yet.

    >>> from fsbridge.testing.plans import small_plan
    >>> _free_name(small_plan().schedule, dt.date(2027, 2, 11))
    '2027-02-11'
    """
    taken = {rule.name for rule in schedule.rules}
    names = [day.isoformat(), *(f"{day.isoformat()}-{number}" for number in range(2, 1000))]
    return next(name for name in names if name not in taken)
