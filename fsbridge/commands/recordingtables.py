"""What the commands about recordings show: tables, sentences, a progress bar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fsbridge.commands.common import print_json, words
from fsbridge.commands.planning import show, table
from fsbridge.domain.recordingalarms import KINDS
from fsbridge.domain.retention import Retention
from fsbridge.services.retention import Certificate, Plan

if TYPE_CHECKING:
    from fsbridge.adapters.store.holds import Kept


@contextmanager
def bar(quiet: bool) -> Iterator[Any]:
    """A progress bar on stderr; what to call with each number that is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    hidden = quiet or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as progress:
        task = progress.add_task(words("録音", "recordings"), total=None)
        yield lambda count: progress.advance(task, count)


def tell_plan(plan: Plan, *, as_json: bool) -> None:
    """What a purge would do."""
    if as_json:
        print_json(plan)
        return
    facts = plan.facts
    click.echo(
        words(
            f"録音 {facts.kept:,} 件のうち {facts.due:,} 件の保存期間が過ぎています"
            f"（保全中 {facts.held:,} 件）。",
            f"{facts.due:,} of {facts.kept:,} recordings may go ({facts.held:,} are held).",
        )
    )
    if plan.months:
        shown = table(*words("録音月 件数 MB", "recorded number MB").split())
        for month, (count, size) in plan.months.items():
            shown.add_row(month, f"{count:,}", f"{size / 1e6:,.1f}")
        show(shown)
    if plan.records:
        click.echo(
            words(
                f"FreeSWITCHの通話記録 {plan.records:,} 件も消去します",
                f"{plan.records:,} of FreeSWITCH's call records go with them",
            )
        )
    if plan.missing:
        click.echo(words(f"ファイルのないもの {plan.missing:,} 件", f"{plan.missing:,} have no file"))
    for path, why in plan.refused.items():
        click.echo(f"✘ {path}: {why}")
    if plan.refusal:
        click.echo(words(f"このままでは消去しません: {plan.refusal}", f"It would be refused: {plan.refusal}"))
    click.echo(words("何も変更していません。", "Nothing was changed."))


def tell_done(done: Certificate, file: str, *, as_json: bool) -> None:
    """What a purge did."""
    if as_json:
        print_json(
            {
                **{name: getattr(done, name) for name in Certificate.__slots__},
                "file": file if done.file else "",
            }
        )
    elif not done.file and done.records:
        click.echo(
            words(
                f"✔ 通話記録 {done.records:,} 件を消去しました。", f"✔ {done.records:,} call records removed"
            )
        )
    elif not done.file:
        click.echo(words("消去する録音はありませんでした。", "There was nothing to purge."))
    else:
        click.echo(
            words(
                f"✔ 消去 {done.removed:,} 件（{done.size / 1e6:,.1f} MB）、ファイルなし {done.missing:,} 件、"
                f"失敗 {done.failed:,} 件",
                f"✔ {done.removed:,} removed ({done.size / 1e6:,.1f} MB), {done.missing:,} missing, "
                f"{done.failed:,} failed",
            )
        )
        click.echo(
            words(f"  証明書 {file}\n  sha256 {done.sha256}", f"  certificate {file}\n  sha256 {done.sha256}")
        )


def show_recordings(found: Sequence[Kept], zone: tzinfo) -> None:
    """Recordings as a table, their times on the centre's clock."""
    shown = table(
        *words("番号 日時 通話 相手 オペレーター 状態", "number at length caller operator state").split()
    )
    for one in found:
        at = one.started_at.astimezone(zone)
        length = "–" if one.seconds is None else f"{int(one.seconds) // 60}:{int(one.seconds) % 60:02}"
        state = f"✘ {words(*KINDS[one.fault])}" if one.fault else ""
        if one.held_at:
            state = words(f"保全: {one.held_for}", f"held: {one.held_for}")
        if one.purged_at:
            state = words(
                f"消去 {one.purged_at.astimezone(zone):%Y-%m-%d}",
                f"purged {one.purged_at.astimezone(zone):%Y-%m-%d}",
            )
        shown.add_row(str(one.id), f"{at:%Y-%m-%d %H:%M}", length, one.number or "–", one.name or "–", state)
    show(shown)


def period_of(rule: Retention) -> str:
    """A period in words.

    >>> from datetime import UTC
    >>> period_of(Retention(UTC, years=3)) in ("3年", "3 years")
    True
    """
    parts = (rule.years, "年", "years"), (rule.months, "か月", "months"), (rule.days, "日", "days")
    return " ".join(words(f"{count}{ja}", f"{count} {en}") for count, ja, en in parts if count)
