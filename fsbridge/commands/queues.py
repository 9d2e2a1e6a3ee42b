"""``fsbridge queues``: where callers wait."""

from __future__ import annotations

import click

from fsbridge.commands.common import Refusing, as_json, by_whom, print_json, with_settings, words
from fsbridge.commands.planning import (
    assignments,
    change,
    edited_and_removed,
    now,
    short,
    show,
    stored_plan,
    table,
)
from fsbridge.config import Settings
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.plandata import plain


@click.group(
    "queues", cls=Refusing, help=words("キュー：待ち呼の並ぶところ。", "Queues: where callers wait.")
)
def queues() -> None:
    """Queues listed, added, changed, removed."""


@queues.command("list", help=words("キューを一覧します。", "List the queues."))
@as_json
@with_settings()
def list_command(settings: Settings, as_json: bool) -> None:
    """List the queues with their limits and overflow."""
    with stored_plan(settings) as plans:
        plan: CentrePlan = plans.load()
    if as_json:
        print_json([{**plain(one), "operators": _served(plan, one.key)} for one in plan.queues])
        return
    headings = words(
        "キュー 業務 分配 最長待ち 最大呼数 あふれ先 担当",
        "queue flow strategy longest most overflow operators",
    )
    shown = table(*headings.split())
    for one in plan.queues:
        flow = plan.flow_of(one.key)
        wait = f"{flow.max_wait} s" if flow.max_wait else "–"
        row = (
            short(one.key),
            flow.key,
            one.strategy,
            wait,
            flow.max_length or "–",
            short(flow.overflow_to) or "–",
        )
        shown.add_row(*map(str, row), " / ".join(map(str, _served(plan, one.key).values())))
    show(shown)


@queues.command("add", help=words("業務のキューを追加します。", "Add another queue to a flow."))
@click.argument("key")
@click.option("--flow", required=True, help=words("業務。", "The flow it counts for."))
@assignments
@by_whom
@as_json
@with_settings()
def add_command(
    settings: Settings, key: str, flow: str, values: tuple[tuple[str, str], ...], by: str, as_json: bool
) -> None:
    """Add another queue to a flow, for callers to overflow to."""
    given = {**dict(values), "flow": flow}
    change(settings, lambda plans: plans.add("queue", key, given, by=by, at=now()), as_json=as_json)


edited_and_removed(
    queues,
    "queue",
    edit=words("キューを変更します：strategy=ring-all", "Change one: strategy=ring-all"),
    remove=words("キューを外します（記録は残ります）。", "Remove one (its history stays)."),
)


def _served(plan: CentrePlan, queue: str) -> dict[str, int]:
    """How many operators serve a queue, season by season."""
    return {one.key: len(plan.tiers_of(one.key, queue)) for one in plan.seasons}
