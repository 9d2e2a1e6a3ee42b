"""``fsbridge tiers``: who serves which queue in which season, and in what order."""

from __future__ import annotations

import click

from fsbridge.commands.common import Refusing, as_json, by_whom, print_json, with_settings, words
from fsbridge.commands.planning import change, now, short, show, stored_plan, table
from fsbridge.config import Settings
from fsbridge.domain.plan import CentrePlan


@click.group(
    "tiers", cls=Refusing, help=words("受け持ち：だれがどのキューに出るか。", "Who serves which queue.")
)
def tiers() -> None:
    """Tiers listed, set, removed, copied from season to season."""


@tiers.command("list", help=words("受け持ちを一覧します。", "List who serves which queue."))
@click.argument("season", required=False)
@as_json
@with_settings()
def list_command(settings: Settings, season: str | None, as_json: bool) -> None:
    """List the tiers of a season, by default of the one in force."""
    with stored_plan(settings) as plans:
        plan: CentrePlan = plans.load()
    wanted = season or plan.schedule.status(now()).season or plan.seasons[0].key
    plan.season(wanted)
    if as_json:
        print_json(plan.tiers_of(wanted))
        return
    queue_word, level_word, who = words("キュー 順位 オペレーター", "queue level operators").split()
    shown = table(queue_word, level_word, who, title=plan.season(wanted).name or wanted)
    for queue in plan.queues:
        found = plan.tiers_of(wanted, queue.key)
        for level in sorted({one.level for one in found}) or [0]:
            people = [plan.operator(one.operator) for one in found if one.level == level]
            names = words("、", ", ").join(
                f"{one.key}\N{NO-BREAK SPACE}{one.name}".replace(" ", "\N{NO-BREAK SPACE}") for one in people
            )
            shown.add_row(short(queue.key), str(level or "–"), names or words("だれもいません", "nobody"))
    show(shown)


@tiers.command(
    "add", help=words("受け持ちを追加・変更します。", "Let an operator serve a queue, or change how.")
)
@click.argument("season")
@click.argument("queue")
@click.argument("operators", nargs=-1, required=True)
@click.option("--level", type=click.IntRange(1), help=words("順位（1が最初）。", "1 is asked first."))
@click.option("--position", type=click.IntRange(1), help=words("順位の中の順番。", "The order in a level."))
@click.option("--skill", type=click.IntRange(0), help=words("スキル。", "The skill."))
@by_whom
@as_json
@with_settings()
def add_command(
    settings: Settings,
    season: str,
    queue: str,
    operators: tuple[str, ...],
    level: int | None,
    position: int | None,
    skill: int | None,
    by: str,
    as_json: bool,
) -> None:
    """Let operators serve a queue in a season, or change how they do."""
    given = {"level": level, "position": position, "skill": skill}
    values = {name: str(value) for name, value in given.items() if value is not None}
    change(
        settings,
        lambda plans: plans.serve(season, queue, operators, values, by=by, at=now()),
        as_json=as_json,
    )


@tiers.command("remove", help=words("受け持ちから外します。", "Let operators no longer serve a queue."))
@click.argument("season")
@click.argument("queue")
@click.argument("operators", nargs=-1, required=True)
@by_whom
@as_json
@with_settings()
def remove_command(
    settings: Settings, season: str, queue: str, operators: tuple[str, ...], by: str, as_json: bool
) -> None:
    """Let operators no longer serve a queue in a season."""
    change(settings, lambda plans: plans.release(season, queue, operators, by=by, at=now()), as_json=as_json)


@tiers.command("copy", help=words("シーズンの受け持ちを別のシーズンに写します。", "Copy a season's tiers."))
@click.argument("source")
@click.argument("target")
@by_whom
@as_json
@with_settings()
def copy_command(settings: Settings, source: str, target: str, by: str, as_json: bool) -> None:
    """Let everybody serve in season TARGET as in season SOURCE."""
    change(settings, lambda plans: plans.copy_tiers(source, target, by=by, at=now()), as_json=as_json)
