"""``fsbridge flows``: the call flows (業務), their menu, guidance, limits and targets."""

from __future__ import annotations

import dataclasses

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

_WRAP_UPS = {
    "optional": "任意", "own pace": "本人の操作まで", "timed": "時間制（早く終了可）",
    "timed without exit": "時間制（固定）",
}  # fmt: skip


@click.group("flows", cls=Refusing, help=words("業務（通話フロー）。", "Call flows (業務)."))
def flows() -> None:
    """Flows listed, shown, added, changed, removed."""


@flows.command("list", help=words("業務を一覧します。", "List the flows."))
@as_json
@with_settings()
def list_command(settings: Settings, as_json: bool) -> None:
    """List the flows in the order of the menu."""
    with stored_plan(settings) as plans:
        plan: CentrePlan = plans.load()
    if as_json:
        print_json([dataclasses.asdict(one) for one in plan.flows])
        return
    headings = words(
        "番号 業務 名称 キュー 目標 あふれ 後処理", "key flow name queue target overflow wrap-up"
    )
    shown = table(*headings.split())
    for one in plan.flows:
        overflow = f"{short(one.overflow_to)} ({one.overflow_after} s)" if one.overflow_to else "–"
        wrap_up = words(_WRAP_UPS[one.wrap_up], one.wrap_up)
        seconds = f" {one.wrap_up_seconds} s" if one.wrap_up_seconds else ""
        target = f"{one.target} % / {one.answer_within} s"
        name = words(one.name, one.name_en or one.name)
        shown.add_row(one.menu_key, one.key, name, short(one.queue), target, overflow, wrap_up + seconds)
    show(shown)


@flows.command("show", help=words("業務をくわしく表示します。", "Show one with everything it has."))
@click.argument("key")
@as_json
@with_settings()
def show_command(settings: Settings, key: str, as_json: bool) -> None:
    """Show every field of a flow, by the names that `edit` takes."""
    with stored_plan(settings) as plans:
        flow = plans.load().flow(key)
    if as_json:
        print_json(dataclasses.asdict(flow))
        return
    shown = table(words("項目", "field"), words("値", "value"))
    for name, value in dataclasses.asdict(flow).items():
        shown.add_row(name, {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value))
    show(shown)


@flows.command("add", help=words("業務とそのキューを追加します。", "Add a flow and its queue."))
@click.argument("key")
@click.option("--queue", required=True, help=words("キュー：NAME@CENTRE。", "The queue: NAME@CENTRE."))
@assignments
@by_whom
@as_json
@with_settings()
def add_command(
    settings: Settings, key: str, queue: str, values: tuple[tuple[str, str], ...], by: str, as_json: bool
) -> None:
    """Add a flow with a queue of its own: name=… menu_key=5 menu_words=…"""
    change(settings, lambda plans: plans.add_flow(key, queue, dict(values), by=by, at=now()), as_json=as_json)


edited_and_removed(
    flows,
    "flow",
    edit=words("業務を変更します：max_wait=300 target=90", "Change one: max_wait=300"),
    remove=words("業務とそのキューを外します。", "Remove one with its queues."),
)
