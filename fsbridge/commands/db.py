"""``fsbridge db``: the database brought up to date, looked through, backed up and restored."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress

from fsbridge.commands.common import Refusing, as_json, opened, print_json, with_settings, words
from fsbridge.commands.planning import now
from fsbridge.config import Settings
from fsbridge.domain.finding import Finding

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store


_JAPANESE = {
    "tables": "表", "file": "ファイル", "references": "参照", "centre": "センター", "plan": "計画",
    "administrator": "システム管理者", "database": "データベース", "whole": "完全です", "true": "正常",
    "nobody can": "だれもログインできません", "there is none yet": "まだありません",
    "a call ends after it began": "通話は開始後に終了している",
    "a visit is answered and left after it was entered": "待ち呼は入った後に応答・退出している",
    "who answered a visit is known": "応答した待ち呼には応答時刻がある",
    "a leg ends after it began": "通話区間は開始後に終了している",
    "an operator is in one state at a time": "オペレーターの状態は一度に一つ",
    "a seat belongs to a registered operator": "席には登録中のオペレーターがいる",
    "a contact's number is kept in its normal form": "連絡先の番号は正規形である",
    "a case type is of the first or the second level": "案件の種別は二段まで",
    "a purged recording was not held": "保全中の録音は消されていない",
    "the schedule's versions have no gap": "受付時間の版に欠番がない",
}  # fmt: skip
"""What `check` says, in Japanese."""


@click.group("db", cls=Refusing, help=words("データベース。", "The database."))
def db() -> None:
    """Migrated, checked, backed up, restored."""


@db.command("migrate", help=words("この版の表にします。", "Bring the tables up to this version."))
@as_json
@with_settings("database")
def migrate_command(settings: Settings, as_json: bool) -> None:
    """Bring the tables up to this version; twice does nothing."""
    with _any_version(settings) as store:
        done = store.migrate()
        url = store.url
    if as_json:
        print_json({"database": url, "done": [f"{step.number:04}_{step.name}" for step in done]})
        return
    for step in done:
        click.echo(f"✔ {step.number:04}_{step.name}")
    click.echo(words(f"{url} は最新です。", f"{url} is up to date."))


@db.command("check", help=words("データベースを点検します。", "Look the database through."))
@as_json
@with_settings("database")
def check_command(settings: Settings, as_json: bool) -> None:
    """Its file, its references, what must be true of a call centre; exit code 1 if anything is wrong."""
    from fsbridge.adapters.store.check import check

    with _any_version(settings) as store:
        found = list(check(store))
    report(found, as_json=as_json)


@db.command(
    "backup",
    help=words("全部を一つのファイルに控えます（稼働中でも）。", "Back everything up, while it runs."),
)
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@as_json
@with_settings("database")
def backup_command(settings: Settings, file: Path | None, as_json: bool) -> None:
    """Write everything of one moment into FILE (default: backups/ in the home folder)."""
    from fsbridge.adapters.store.backup import back_up

    at = now()
    path = file or settings.home / "backups" / f"{at:%Y%m%d-%H%M%S}.fsbackup"
    with opened(settings) as store, _progress(words("控えています", "backing up"), as_json) as tell:
        done = back_up(store, path, at, tell)
    if as_json:
        print_json(
            {
                "file": path,
                "bytes": path.stat().st_size,
                "rows": done.rows,
                "counts": done.counts,
                "taken_at": at,
            }
        )
        return
    size = f"{path.stat().st_size / 1024:,.0f} KiB"
    click.echo(words(f"✔ {path}（{done.rows:,} 行、{size}）", f"✔ {path} ({done.rows:,} rows, {size})"))


@db.command("restore", help=words("控えから戻します。", "Make the database what a backup holds."))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--replace", is_flag=True, help=words("いまのデータを捨てて戻します。", "Lose what is there now.")
)
@as_json
@with_settings("database")
def restore_command(settings: Settings, file: Path, replace: bool, as_json: bool) -> None:
    """All of it or nothing: the file is verified before, the database afterwards."""
    from fsbridge.adapters.store.backup import restore
    from fsbridge.adapters.store.check import check

    with _any_version(settings) as store:
        store.migrate()
        with _progress(words("戻しています", "restoring"), as_json) as tell:
            done = restore(store, file, replace=replace, progress=tell)
        wrong = [one for one in check(store) if one.grave and not one.ok]
    if as_json:
        print_json({"rows": done.rows, "taken_at": done.taken_at, "wrong": wrong})
    else:
        told = f"{done.taken_at:%Y-%m-%d %H:%M:%S} UTC"
        click.echo(
            words(
                f"✔ {told} の控えから {done.rows:,} 行を戻しました。", f"✔ {done.rows:,} rows as of {told}."
            )
        )
        for one in wrong:
            click.echo(line_of(one))
    sys.exit(1 if wrong else 0)


def report(found: list[Finding], *, as_json: bool) -> None:
    """Print findings, each with its cure; exit code 1 if anything grave is wrong."""
    if as_json:
        print_json([dataclasses.asdict(one) for one in found])
    else:
        for one in found:
            click.echo(line_of(one))
    sys.exit(1 if any(one.grave and not one.ok for one in found) else 0)


def line_of(finding: Finding) -> str:
    """A finding as a line, with its cure beneath if it needs one.

    >>> print(line_of(Finding("disk space", False, "1 GB free", "make room")))
    ✘ disk space: 1 GB free
      → make room
    """
    mark = "✔" if finding.ok else "✘" if finding.grave else "!"
    name = words(_JAPANESE.get(finding.name, finding.name), finding.name)
    line = f"{mark} {name}: {words(_JAPANESE.get(finding.found, finding.found), finding.found)}"
    return f"{line}\n  → {finding.cure}" if finding.cure and not finding.ok else line


@contextmanager
def _any_version(settings: Settings) -> Iterator[Store]:
    """The store that is set, whatever version its tables are."""
    from fsbridge.adapters.store import Store

    store = Store(settings.database_url)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _progress(what: str, as_json: bool) -> Iterator[Callable[[str, int], object]]:
    """A bar on stderr with the table at work."""
    console = Console(stderr=True)
    quiet = as_json or not console.is_terminal
    with Progress(console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task(what, total=None)

        def tell(table: str, rows: int) -> None:
            bar.update(task, description=f"{what}: {table}", advance=rows)

        yield tell
