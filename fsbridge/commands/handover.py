"""``fsbridge handover``: a centre written in open formats, verified, taken in, compared; and its end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from fsbridge.commands.common import Refusing, as_json, by_whom, opened, print_json, with_settings, words
from fsbridge.commands.planning import now, show, table
from fsbridge.config import Settings
from fsbridge.errors import FsbridgeError
from fsbridge.handing import compare, erasure_of, export, take_in, verify
from fsbridge.services.erasure import Erased, ErasePlan, Erasure
from fsbridge.services.handover import Manifest, Trouble

_FOLDER = click.Path(path_type=Path, file_okay=False)
_SHOWN = 20


@click.group(
    "handover", cls=Refusing, help=words("業務引継ぎと契約終了。", "Handover, and the end of the contract.")
)
def handover() -> None:
    """Exported, verified, imported, compared; erased."""


@handover.command(
    "export",
    help=words(
        "設定・履歴・録音のすべてを公開された形式で書き出します（稼働中でも）。",
        "Write every setting, history and recording in open formats, while it runs.",
    ),
)
@click.option(
    "--to", "folder", required=True, type=_FOLDER, help=words("書き出すフォルダー。", "The folder to make.")
)
@click.option(
    "--with-secrets",
    "secrets",
    is_flag=True,
    help=words(
        "パスワードのハッシュなども含めます（同じ運用者が引っ越すとき）。",
        "Password hashes and the like too (for a move that keeps the operator).",
    ),
)
@by_whom
@as_json
@with_settings()
def export_command(settings: Settings, folder: Path, secrets: bool, by: str, as_json: bool) -> None:
    """Whole or not there; exit code 1 if something could not be handed over."""
    with opened(settings) as store, _bar(words("書き出し", "writing"), as_json) as tell:
        done = export(settings, store, folder, by=by, at=now(), secrets=secrets, tell=tell)
    _tell(done, done.troubles, folder, as_json=as_json)


@handover.command(
    "verify", help=words("引継ぎデータを検証します。", "See whether a handover is whole and adds up.")
)
@click.argument("folder", type=_FOLDER)
@as_json
def verify_command(folder: Path, as_json: bool) -> None:
    """Hashes, counts, references, sounds; exit code 1 with a list of what is wrong."""
    with _bar(words("検証", "verifying"), as_json) as tell:
        manifest, troubles = verify(folder, tell)
    _tell(manifest, troubles, folder, as_json=as_json)


@handover.command(
    "import", help=words("空のシステムに取り込みます。", "Take a handover into an empty system.")
)
@click.argument("folder", type=_FOLDER)
@by_whom
@as_json
@with_settings("database")
def import_command(settings: Settings, folder: Path, by: str, as_json: bool) -> None:
    """Verified first; the database takes all of it or nothing."""
    from fsbridge.adapters.store import Store

    store = Store(settings.database_url)
    try:
        store.migrate()
        with _bar(words("取り込み", "taking in"), as_json) as tell:
            done = take_in(settings, store, folder, by=by, at=now(), tell=tell)
    finally:
        store.close()
    _tell(done, [], folder, as_json=as_json)
    if not (done.secrets or as_json):
        click.echo(
            words(
                "パスワードは含まれていません：fsbridge users password ログイン名",
                "It holds no passwords: fsbridge users password LOGIN",
            )
        )


@handover.command(
    "compare", help=words("二つの引継ぎデータを比べます。", "See whether two handovers hold the same.")
)
@click.argument("one", type=_FOLDER)
@click.argument("other", type=_FOLDER)
@as_json
def compare_command(one: Path, other: Path, as_json: bool) -> None:
    """Exit code 1 if they differ."""
    found = compare(one, other)
    if as_json:
        print_json({"equal": not found, "differences": found})
    else:
        for sentence in found[:_SHOWN]:
            click.echo(f"✘ {sentence}")
        if len(found) > _SHOWN:
            click.echo(words(f"ほか {len(found) - _SHOWN} 件", f"and {len(found) - _SHOWN} more"))
        if not found:
            click.echo(words("✔ 同じ内容です。", "✔ They hold the same."))
    sys.exit(1 if found else 0)


@handover.command(
    "erase",
    help=words(
        "契約終了：すべてを消去し、証明書を残します。元に戻せません。",
        "The end of the contract: remove everything, with a certificate. There is no way back.",
    ),
)
@click.option("--why", required=True, help=words("消去の理由。", "The reason, for the certificate."))
@click.option(
    "--override-holds",
    "holds",
    default="",
    metavar=words("理由", "REASON"),
    help=words("保全中の録音も消去する理由。", "Why recordings go that are held."),
)
@click.option("--dry-run", is_flag=True, help=words("何が消えるかだけを示します。", "Say what would go."))
@by_whom
@as_json
@with_settings()
def erase_command(settings: Settings, why: str, holds: str, dry_run: bool, by: str, as_json: bool) -> None:
    """Asked twice, the second time for the centre's name; refused while there may be calls."""
    with opened(settings) as store:
        elsewhere = _elsewhere(postgresql=store.kind == "postgresql")
        erasure = erasure_of(settings, store, elsewhere)
        plan = erasure.plan()
        if dry_run:
            print_json(plan) if as_json else _show(plan)
            sys.exit(1 if plan.running or plan.held else 0)
        done = _erase(erasure, plan, by=by, why=why, holds=holds, as_json=as_json)
    if as_json:
        print_json(done)
    else:
        _show_end(done, settings.home)
    sys.exit(1 if done.failed else 0)


def _erase(erasure: Erasure, plan: ErasePlan, *, by: str, why: str, holds: str, as_json: bool) -> Erased:
    if not as_json:
        _show(plan)
    if plan.running:
        raise FsbridgeError("; ".join(plan.running))
    click.confirm(words("すべて消去しますか。元に戻せません", "Remove all of it? There is no way back"),
                  abort=True, err=True)  # fmt: skip
    name = words("確認のため、センターの名称を入力してください", "Type the centre's name to confirm")
    typed = click.prompt(name, default="", show_default=False, err=True)
    with _bar(words("消去", "removing"), as_json) as tell:
        return erasure.run(typed, by=by, why=why, holds=holds, tell=tell)


def _tell(manifest: Manifest, troubles: list[Trouble], folder: Path, *, as_json: bool) -> None:
    """What a handover holds, and what is wrong with it; exit code 1 if anything grave is."""
    grave = [one for one in troubles if one.grave]
    if as_json:
        counts = {"rows": manifest.rows, "files": manifest.files.lines, "bytes": manifest.bytes}
        data = {"folder": folder, **counts, "made_at": manifest.made_at, "troubles": troubles}
        print_json({**data, "secrets": manifest.secrets, "centre": manifest.centre})
    else:
        for one in troubles[:_SHOWN]:
            click.echo(f"{'✘' if one.grave else '!'} {one.place}: {one.what}")
        if len(troubles) > _SHOWN:
            click.echo(words(f"ほか {len(troubles) - _SHOWN} 件", f"and {len(troubles) - _SHOWN} more"))
        size, rows, files = manifest.bytes / 1e6, manifest.rows, manifest.files.lines
        click.echo(
            words(
                f"{'✘' if grave else '✔'} {folder}: {len(manifest.tables)} 表 {rows:,} 行、"
                f"{files:,} ファイル（{size:,.1f} MB）",
                f"{'✘' if grave else '✔'} {folder}: {rows:,} rows in {len(manifest.tables)} tables, "
                f"{files:,} files ({size:,.1f} MB)",
            )
        )
    if grave:
        sys.exit(1)


def _show(plan: ErasePlan) -> None:
    shown = table(*words("対象 件数", "what number").split())
    for name, count in plan.folders.items():
        shown.add_row(name, f"{count:,}")
    shown.add_row(words("データベースの行", "rows of the database"), f"{sum(plan.rows.values()):,}")
    click.echo(plan.centre)
    show(shown)
    for one in plan.held:
        click.echo(f"! {words('保全中の録音', 'a held recording')}: {one}")
    for one in plan.running:
        click.echo(f"✘ {one}")
    click.echo(words("このプログラムでは消せないもの：", "What this program cannot reach:"))
    for one in plan.out_of_reach:
        click.echo(f"  {one}")


def _show_end(done: Erased, home: Path) -> None:
    mark = "✘" if done.failed else "✔"
    click.echo(
        words(
            f"{mark} {done.rows:,} 行と {done.removed:,} ファイル（{done.size / 1e6:,.1f} MB）を消去、"
            f"失敗 {done.failed:,} 件",
            f"{mark} {done.rows:,} rows and {done.removed:,} files ({done.size / 1e6:,.1f} MB) removed, "
            f"{done.failed:,} failed",
        )
    )
    click.echo(words("証明書", "certificate") + f": {home / 'certificates' / done.certificate}")
    click.echo(f"SHA-256: {done.sha256}")


def _elsewhere(*, postgresql: bool) -> list[str]:
    found = [
        words("ほかの場所に写した控え・引継ぎデータ・開示データ・報告書",
              "Backups, handovers, disclosures and reports that were copied elsewhere"),
        words("電子メールで送った報告書", "Reports that were e-mailed"),
        words("OSのログ、ディスクのスナップショット", "The system's logs, snapshots of the disks"),
    ]  # fmt: skip
    if postgresql:
        found.append(
            words("PostgreSQL自身のバックアップ・WAL・複製", "PostgreSQL's own backups, WAL and replicas")
        )
    return found


@contextmanager
def _bar(what: str, as_json: bool) -> Iterator[Callable[[str, int], object]]:
    """A line on stderr for each table or folder at work, with how many are done."""
    console = Console(stderr=True)
    hidden = as_json or not console.is_terminal
    done = TextColumn("{task.completed:,}")
    columns = (TextColumn("{task.description}"), BarColumn(), done, TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=hidden) as progress:
        tasks: dict[str, TaskID] = {}

        def tell(name: str, count: int) -> None:
            if name not in tasks:
                for task in tasks.values():
                    progress.update(task, visible=False)
                tasks[name] = progress.add_task(f"{what}: {name}", total=None)
            progress.advance(tasks[name], count)

        yield tell
