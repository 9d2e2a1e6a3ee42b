"""``fsbridge new``: begin something of your own."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from fsbridge.adapters.newscript import write_script
from fsbridge.commands.common import Refusing, as_json, print_json, words


@click.group(
    cls=Refusing, help=words("新しい通話スクリプトを作ります。", "Begin something new: a call script.")
)
def new() -> None:
    """Begin something of your own."""


@new.command(
    "script",
    help=words(
        "通話スクリプト NAME.py とそのテスト test_NAME.py を書き出します。既にあるファイルには触れません。",
        "Write a call script NAME.py and its test test_NAME.py. Files that are there are never touched.",
    ),
)
@click.argument("name")
@click.option(
    "--in",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=".",
    show_default=True,
    help=words("書き出すフォルダー。", "The folder to write into."),
)
@click.option(
    "--number",
    default="100",
    show_default=True,
    help=words("スクリプトが応答する番号。", "The number it answers."),
)
@as_json
def script(name: str, folder: Path, number: str, as_json: bool) -> None:
    """Write a script with its test, and say what to do next."""
    written = write_script(folder, name, number)
    if as_json:
        print_json({"script": str(written.script), "test": str(written.test), "module": written.module})
        return
    where = "" if "." in written.module else f"PYTHONPATH={shlex.quote(str(folder))} "
    run = f"{where}fsbridge run --script {written.module}"
    test = f"python -m pytest {shlex.quote(str(written.test))}"
    click.echo(
        words(
            f"書き出しました： {written.script}\n                 {written.test}\n"
            f"テストする：     {test}\n動かす：         {run}",
            f"Written: {written.script}\n         {written.test}\nTest it: {test}\nRun it:  {run}",
        )
    )
