"""``fsbridge schedule``: the opening hours listed, changed, explained, checked, seen as a year."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import click
from rich.console import Console

from fsbridge.adapters.holidays import CALENDARS
from fsbridge.commands.common import Refusing, as_json, by_whom, language, print_json, with_settings, words
from fsbridge.commands.planning import moment, now, show, stored_plan, tell
from fsbridge.config import Settings
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.schedule import Schedule, check, data_of, explain
from fsbridge.errors import FsbridgeError
from fsbridge.services.schedules import KINDS, Edited, OddSchedule, Schedules
from fsbridge.terminal.calendar import days_of, year_calendar
from fsbridge.terminal.hours import explained, finding_line, rules_table

_F = TypeVar("_F", bound=Callable[..., Any])
_CALENDARS = [one.name for one in CALENDARS]


@click.group("schedule", cls=Refusing, help=words("受付時間。", "Opening hours."))
def schedule() -> None:
    """Opening hours listed, changed, explained, checked, previewed."""


def _rule(function: _F) -> _F:
    """Adds an option for each thing a rule may say; passes `rule` on, with what was given."""

    @functools.wraps(function)
    def wrapped(**given: Any) -> Any:
        rule = {
            key: given.pop(key)
            for key in ("days", "day", "hours", "since", "until", "announcement", "reason")
        }
        return function(rule={key: value for key, value in rule.items() if value is not None}, **given)

    for option, japanese, english in (
        ("--reason", "理由。", "Why."),
        ("--announcement", "受付時間外に流すガイダンス。", "What callers hear while it is closed."),
        ("--until", "臨時の変更の終わり（HH:MM）。", "When an override expires that day, HH:MM."),
        ("--since", "臨時の変更の始まり（HH:MM）。", "When an override begins, HH:MM."),
        (
            "--hours",
            "受付時間：08:45-18:00、closed、曜日別なら mon-fri=09:00-17:00;sat=09:00-12:00。",
            "08:45-18:00, closed, or by weekday: mon-fri=09:00-17:00;sat=09:00-12:00.",
        ),
        ("--day", "臨時の変更の日（YYYY-MM-DD）。", "An override's day, YYYY-MM-DD."),
        (
            "--days",
            "日：03..04、12-29..01-03、2027-02-11、holidays。",
            "03..04, 12-29..01-03, 2027-02-11, holidays.",
        ),
    ):
        wrapped = click.option(option, help=words(japanese, english))(wrapped)
    return cast(_F, wrapped)


@contextmanager
def _editing(settings: Settings) -> Iterator[Schedules]:
    """The rules to be changed; what is odd is told in the reader's language."""
    with stored_plan(settings) as plan:
        try:
            yield Schedules(plan, CALENDARS)
        except OddSchedule as error:
            lines = "".join(f"\n- {finding_line(one, language())}" for one in error.findings)
            told = words(
                "保存していません。意図どおりなら --anyway を付けてください：",
                "not saved; say --anyway if this is meant:",
            )
            raise FsbridgeError(told + lines) from error


def _saving(function: _F) -> _F:
    """Adds what every change takes: the calendar of holidays, --anyway, --by, --json, settings."""
    anyway = words("check で見つかることがあっても保存します。", "Save it though `check` finds something.")
    holidays = words("祝日の暦（holidays に使います）。", "The calendar that `holidays` means.")
    function = with_settings()(as_json(by_whom(function)))
    function = click.option("--anyway", is_flag=True, help=anyway)(function)
    return click.option("--holidays", type=click.Choice(_CALENDARS), help=holidays)(function)


@schedule.command(
    "list", help=words("規則を、調べる順に一覧します。", "List the rules in the order they are asked.")
)
@as_json
@with_settings()
def list_command(settings: Settings, as_json: bool) -> None:
    """List the rules, the first to be asked first."""
    hours = _hours(settings)
    if as_json:
        print_json(data_of(hours))
        return
    show(rules_table(hours, language()))
    holidays = (
        words(f"、祝日 {hours.calendar.name}", f", holidays {hours.calendar.name}") if hours.calendar else ""
    )
    click.echo(words(f"時刻 {hours.zone}{holidays}", f"clock {hours.zone}{holidays}"))


@schedule.command("add", help=words("規則を追加します。", "Add a rule."))
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("name")
@_rule
@click.option("--before", default="", help=words("この規則より先に調べます。", "Asked before this rule."))
@_saving
def add_command(
    settings: Settings, kind: str, name: str, rule: dict[str, Any], before: str, holidays: str | None,
    anyway: bool, by: str, as_json: bool,
) -> None:  # fmt: skip
    """Add a season, special days, or an override of one day."""
    row = {"name": name, **_read(rule), **({"author": by} if kind == "override" else {})}
    if kind != "override":
        row.pop("reason", None)
    with _editing(settings) as schedules:
        done = schedules.add(
            kind, row, by=by, at=now(), before=before, holidays=holidays or "", anyway=anyway
        )
    _tell(done, as_json)


@schedule.command("edit", help=words("規則を変更します。", "Change a rule."))
@click.argument("name")
@_rule
@_saving
def edit_command(
    settings: Settings,
    name: str,
    rule: dict[str, Any],
    holidays: str | None,
    anyway: bool,
    by: str,
    as_json: bool,
) -> None:
    """Change what is given of a rule."""
    with _editing(settings) as schedules:
        values = _read(rule)
        reason = str(values.get("reason", ""))
        if all(one.name != name for one in schedules.load().overrides):
            values.pop("reason", None)
        done = schedules.edit(
            name, values, by=by, at=now(), reason=reason, holidays=holidays or "", anyway=anyway
        )
    _tell(done, as_json)


@schedule.command("remove", help=words("規則を削除します。", "Remove a rule."))
@click.argument("name")
@click.option("--reason", default="", help=words("理由。", "Why."))
@click.option(
    "--anyway",
    is_flag=True,
    help=words("確認事項があっても削除します。", "Even if `check` then finds something."),
)
@by_whom
@as_json
@with_settings()
def remove_command(settings: Settings, name: str, reason: str, anyway: bool, by: str, as_json: bool) -> None:
    """Remove a rule; an override is ended."""
    with _editing(settings) as schedules:
        done = schedules.remove(name, by=by, at=now(), reason=reason, anyway=anyway)
    _tell(done, as_json)


@schedule.command(
    "explain", help=words("その時刻に受け付けるか、なぜか。", "Whether it is open at a time, and why.")
)
@click.argument("at", default="now")
@as_json
@with_settings()
def explain_command(settings: Settings, at: str, as_json: bool) -> None:
    """What holds AT a time (2027-01-02T10:00, the centre's clock if no zone is said), and why."""
    plan = _plan(settings)
    found = explain(plan.schedule, moment(at, plan.schedule))
    if as_json:
        print_json(found.data())
        return
    line, rules = explained(found, plan.schedule, language())
    show(line)
    if key := found.standing.announcement:
        show(words(f"ガイダンス {key}：", f"announcement {key}:"))
        show(plan.announcement(key).text)
    show(rules)


@schedule.command(
    "check", help=words("一年を点検します（空き、重なり、使われない規則）。", "Look a year through.")
)
@click.argument("year", type=int, default=lambda: dt.date.today().year)
@as_json
@with_settings()
def check_command(settings: Settings, year: int, as_json: bool) -> None:
    """Gaps, overlaps, rules that never win, hours the clock skips; exit code 1 if there are any."""
    found = check(_hours(settings), year)
    if as_json:
        print_json({"year": year, "ok": not found, "findings": [one.data() for one in found]})
    elif not found:
        click.echo(words(f"✔ {year}年の受付時間に問題はありません。", f"✔ {year}: nothing is wrong."))
    else:
        for one in found:
            click.echo(f"✘ {finding_line(one, language())}")
    sys.exit(1 if found else 0)


@schedule.command("preview", help=words("一年の暦を表示します。", "Show a year as a calendar."))
@click.argument("year", type=int, default=lambda: dt.date.today().year)
@as_json
@with_settings()
def preview_command(settings: Settings, year: int, as_json: bool) -> None:
    """A year's calendar coloured by season and opening state."""
    hours = _hours(settings)
    if not 1 <= year <= 9998:
        raise FsbridgeError(f"year {year}: give one from 1 to 9998")
    if as_json:
        print_json([dataclasses.asdict(one) for one in days_of(hours, year)])
        return
    columns = max(1, min(4, Console().width // 24))
    show(year_calendar(hours, year, lang=language(), columns=columns))


def _read(rule: dict[str, Any]) -> dict[str, Any]:
    """The options as a rule's data: hours by weekday become a table."""
    hours = rule.get("hours", "")
    if "=" not in hours:
        return rule
    pairs = (part.partition("=") for part in hours.split(";"))
    return {**rule, "hours": {days.strip(): text.strip() for days, _, text in pairs}}


def _plan(settings: Settings) -> CentrePlan:
    with stored_plan(settings) as plan:
        found: CentrePlan = plan.load()
    return found


def _hours(settings: Settings) -> Schedule:
    return _plan(settings).schedule


def _tell(done: Edited, as_json: bool) -> None:
    if as_json:
        odd = [one.data() for one in done.odd]
        print_json(
            {"changes": [str(one) for one in done.changes], "schedule": data_of(done.after), "odd": odd}
        )
        return
    tell(done.changes, as_json=False)
    for one in done.odd:
        click.echo(f"! {finding_line(one, language())}")
