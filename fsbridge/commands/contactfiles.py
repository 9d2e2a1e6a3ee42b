"""``fsbridge contacts import`` and ``export``: contacts as CSV files that spreadsheets open."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fsbridge.adapters import contactfile
from fsbridge.commands.common import as_json, by_whom, language, print_json, with_settings, words
from fsbridge.commands.contacts import in_region, stored_contacts
from fsbridge.commands.planning import now, show
from fsbridge.config import Settings
from fsbridge.services.contact_export import export
from fsbridge.services.contact_import import ContactImport, Duplicates, ImportReport
from fsbridge.terminal import contacts as tables

_all = click.option(
    "--all", "show_all", is_flag=True, help=words("すべての問題を表示します。", "Show every problem.")
)


@click.command("import", help=words(
    "CSVファイルから連絡先を取り込みます。一行でも読めなければ何も登録しません。",
    "Take contacts in from a CSV file; if a row cannot be read, nothing is written."))  # fmt: skip
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--dry-run", is_flag=True, help=words("調べるだけで登録しません。", "Check only, write nothing.")
)
@click.option("--good-rows", is_flag=True,
              help=words("読めない行を除いて取り込みます。", "Leave the bad rows out."))  # fmt: skip
@click.option("--duplicates", type=click.Choice([one.value for one in Duplicates]), default="skip",
              show_default=True, help=words(
                  "登録済みの連絡先（同じ名前と番号）：見送る・更新・もう一つ登録。",
                  "Those that are there already (same name and number)."))  # fmt: skip
@click.option("--restore-zeros", is_flag=True, help=words(
    "表計算ソフトで落ちた先頭の0を補います。", "Give numbers back the 0 a spreadsheet took."))  # fmt: skip
@click.option("--skip", "skip", multiple=True, metavar="HEADING",
              help=words("読み飛ばす列の見出し（くり返し可）。",
                         "A column to leave out."))  # fmt: skip
@click.option("--encoding", type=click.Choice(["auto", *contactfile.ENCODINGS]), default="auto",
              show_default=True, help=words("文字コード。", "The file's encoding."))  # fmt: skip
@_all
@in_region
@by_whom
@as_json
@with_settings()
@click.pass_context
def import_command(
    context: click.Context, settings: Settings, path: Path, dry_run: bool, good_rows: bool, duplicates: str,
    restore_zeros: bool, skip: tuple[str, ...], encoding: str, show_all: bool, region: str, by: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Take contacts in; exit code 1 if a bad row was met and nothing written."""
    with stored_contacts(settings, region) as opened:
        sheet = contactfile.read_sheet(path, encoding)
        taking = ContactImport(
            opened.book, opened.numbers, duplicates=Duplicates(duplicates), good_rows=good_rows,
            trial=dry_run, restore_zeros=restore_zeros,
        )  # fmt: skip
        with _bar(words("確認中", "checking"), quiet=as_json) as progress:
            report = taking.run(
                sheet.heading, sheet.rows, by=by, now=now(), source=path.name, skip=skip, progress=progress
            )
    if as_json:
        _as_json(report, sheet.encoding, path)
    else:
        _tell(report, sheet.encoding, path, dry_run=dry_run, most=sys.maxsize if show_all else 20)
    context.exit(1 if report.problems and not report.written else 0)


def _as_json(report: ImportReport, encoding: str, path: Path) -> None:
    names = ("rows", "added", "updated", "unchanged", "skipped", "mended", "bad_rows", "written")
    counts = {name: getattr(report, name) for name in names}
    found = {name: [one.data() for one in getattr(report, name)] for name in ("problems", "notices")}
    print_json({"file": path, "encoding": encoding, **counts, **found})


def _tell(report: ImportReport, encoding: str, path: Path, *, dry_run: bool, most: int) -> None:
    rows = words(f"{report.rows:,}行", f"{report.rows:,} rows")
    click.echo(f"{path.name}  {encoding.upper()}  {rows}")
    for found, title in (
        (report.problems, words("直してください", "To be mended")),
        (report.notices, words("確かめてください", "To be looked at")),
    ):
        if found:
            click.echo(f"\n{title}")
            show(tables.findings(found, language(), words, most=most))
    click.echo("")
    show(tables.summary(report, dry_run, words))
    if report.problems and not report.written and not dry_run:
        click.echo(words("  直してもう一度取り込むか、正しい行だけなら --good-rows を付けてください。",
                         "  Mend them and import again, or leave them out with --good-rows."))  # fmt: skip


@click.command("export", help=words(
    "連絡先をすべてCSVファイルに書き出します（「-」は標準出力）。",
    "Write every contact to a CSV file (- is standard output)."))  # fmt: skip
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("--encoding", type=click.Choice(list(contactfile.ENCODINGS)), default="utf-8",
              show_default=True, help=words("文字コード（utf-8はBOM付き）。", "The encoding."))  # fmt: skip
@click.option("--headings", type=click.Choice(["ja", "en"]), help=words("見出しの言語。", "Their language."))
@_all
@by_whom
@as_json
@with_settings()
@click.pass_context
def export_command(
    context: click.Context, settings: Settings, path: Path, encoding: str, headings: str | None,
    show_all: bool, by: str, as_json: bool,
) -> None:  # fmt: skip
    """Write every contact; exit code 1, and no file, if the encoding lacks a character."""
    with stored_contacts(settings) as opened:
        rows, lost = export(
            opened.contacts.everything(), headings or language(),
            lambda text, field: contactfile.lacking(text, encoding, field),
        )  # fmt: skip
        if not lost:
            content = contactfile.encoded(rows, encoding)
            opened.contacts.note_export(len(rows) - 1, str(path), by=by, now=now())
            if str(path) == "-":
                click.get_binary_stream("stdout").write(content)
                return
            contactfile.write_file(path, content)
    if as_json:
        print_json({"file": path, "contacts": len(rows) - 1, "written": not lost,
                    "problems": [one.data() for one in lost]})  # fmt: skip
    elif lost:
        show(tables.findings(lost, language(), words, most=sys.maxsize if show_all else 20))
        click.echo(words("✘ 何も書き出していません。", "✘ Nothing was written."))
    else:
        click.echo(words(f"✔ {len(rows) - 1:,}件を {path} に書き出しました",
                         f"✔ {len(rows) - 1:,} contacts written to {path}"))  # fmt: skip
    context.exit(1 if lost else 0)


@contextmanager
def _bar(title: str, *, quiet: bool) -> Iterator[Callable[[int, int], object]]:
    """A progress bar on the terminal's error output, while there is one and somebody reads it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task(title, total=None)

        def step(done: int, total: int) -> None:
            saving = words("登録中", "saving") if done == total else title
            bar.update(task, completed=done, total=total, description=saving)

        yield step
