"""``fsbridge season``: the season in force, and what each allows."""

from __future__ import annotations

import click

from fsbridge.commands.common import Refusing, as_json, by_whom, print_json, with_settings, words
from fsbridge.commands.planning import (
    assignments,
    change,
    edited_and_removed,
    moment,
    now,
    show,
    stored_plan,
    table,
)
from fsbridge.config import Settings
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.plandata import plain


@click.group(
    "season",
    cls=Refusing,
    invoke_without_command=True,
    help=words(
        "シーズン：いまのシーズンと、それぞれの席数。時期は schedule で決めます。",
        "Seasons: the one in force, and the seats of each. When they are, the schedule says.",
    ),
)
@click.pass_context
def season(context: click.Context) -> None:
    """The season in force, and what each allows."""
    if context.invoked_subcommand is None:
        context.invoke(list_command)


@season.command("list", help=words("シーズンと席数を一覧します。", "List the seasons and their seats."))
@click.option("--at", default="now", help=words("この時刻のシーズン。", "The season in force then."))
@as_json
@with_settings()
def list_command(settings: Settings, at: str, as_json: bool) -> None:
    """List the seasons; the one in force is marked."""
    with stored_plan(settings) as plans:
        plan: CentrePlan = plans.load()
    asked = moment(at, plan.schedule)
    current = plan.schedule.status(asked).season
    change = plan.schedule.next_change(asked, of=lambda standing: standing.season)
    if as_json:
        rows = [{**plain(one), "in_force": one.key == current} for one in plan.seasons]
        print_json({"season": current, "until": change and change.at, "seasons": rows})
        return
    headings = words(
        "シーズン 名称 日 席数 うち管理者用 登録ID", "season name days seats reserve IDs"
    ).split()
    shown = table("", *headings)
    days = {one.name: one.days.text for one in plan.schedule.seasons}
    for one in plan.seasons:
        mark = "▶" if one.key == current else ""
        name = words(one.name, one.name_en or one.name)
        row = (mark, one.key, name, days.get(one.key, "–"), one.seats, one.reserve, one.registered)
        shown.add_row(*map(str, row))
    show(shown)
    if change is not None:
        local = change.at.astimezone(plan.schedule.clock)
        click.echo(
            words(
                f"{local:%Y-%m-%d %H:%M} から {change.after.season or 'シーズンなし'}",
                f"{change.after.season or 'no season'} from {local:%Y-%m-%d %H:%M}",
            )
        )


@season.command("add", help=words("シーズンを追加します（席数など）。", "Add a season (seats and so on)."))
@click.argument("key")
@assignments
@by_whom
@as_json
@with_settings()
def add_command(
    settings: Settings, key: str, values: tuple[tuple[str, str], ...], by: str, as_json: bool
) -> None:
    """Add a season: seats=20 registered=30 and the like."""
    change(settings, lambda plans: plans.add("season", key, dict(values), by=by, at=now()), as_json=as_json)


edited_and_removed(
    season,
    "season",
    edit=words("席数などを変更します：seats=20", "Change a season: seats=20"),
    remove=words("シーズンと、その受け持ちを外します。", "Remove a season and its tiers."),
)
