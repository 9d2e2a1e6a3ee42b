"""docs/handover.md: its commands print what it shows, its tables are those of the models."""

from __future__ import annotations

import contextlib
import io
import re
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from fsbridge.adapters.handover.columns import columns_of, tables
from fsbridge.services.handover import FORMAT
from tests.docs.consoles import commands_of, matches, run

PAGE = Path(__file__).parents[2].joinpath("docs", "handover.md").read_text("utf-8")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def test_the_commands_of_the_page_print_what_it_shows(tmp_path: Path):
    for one in commands_of(PAGE):
        printed = run(one.command, tmp_path)
        assert matches(one.output, printed), f"$ {one.command}\n{printed}"
        if " init " in one.command:  # another FreeSWITCH of this machine is none of the page's
            with (tmp_path / "centre" / "fsbridge.toml").open("a") as file:
                file.write(f"[switch]\nport = {free_port()}\n[outbound]\nport = {free_port()}\n")


def test_every_command_is_on_the_page():
    group = main.get_command(None, "handover")  # type: ignore[arg-type]
    for name in group.commands:  # type: ignore[union-attr]
        assert f"$ fsbridge handover {name}" in PAGE


def test_every_table_of_the_models_has_its_documented_file():
    """A table that is added has to be added to the page too."""
    rows = dict(re.findall(r"^\| `tables/([a-z_]+)\.jsonl` \| (.+) \|$", PAGE, re.MULTILINE))
    assert list(rows) == list(tables())
    for table, text in rows.items():
        secret = [one.name for one in columns_of(table) if one.secret]
        never = [one.name for one in columns_of(table) if one.never]
        assert re.findall(r"`(\w+)`", text) == secret + never, table
        assert ("without secrets" in text) == bool(secret)
        assert ("never" in text) == bool(never)


def test_every_kind_of_column_is_explained():
    kinds = {re.sub(r" of \w+", " of TABLE", one.kind) for table in tables() for one in columns_of(table)}
    explained = set(re.findall(r"`([\w ]+)`", "".join(re.findall(r"^\| (`[^|]+) \|", PAGE, re.MULTILINE))))
    assert kinds <= explained


def test_the_format_is_the_one_that_is_written():
    assert f"`{FORMAT}`" in PAGE


def test_the_program_of_the_page_prints_what_it_says():
    ((program, printed),) = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "docs", "exec"), {"__name__": "page"})
    assert out.getvalue() == printed


@pytest.mark.parametrize(
    "word", ["database", "{home}", ".NAME.partial", "--override-holds", "--with-secrets"]
)
def test_the_page_speaks_of(word: str):
    assert word in PAGE


def test_whoever_types_another_name_erases_nothing(tmp_path: Path):
    environment = {
        "FSBRIDGE_HOME": str(tmp_path / "centre"), "FSBRIDGE_LANG": "ja",
        "FSBRIDGE_SWITCH_PORT": str(free_port()), "FSBRIDGE_OUTBOUND_PORT": str(free_port()),
    }  # fmt: skip

    def fsbridge(*words: str, typed: str = "") -> tuple[int, str]:
        done = CliRunner(env=environment).invoke(main, words, input=typed)
        return done.exit_code, done.output

    fsbridge("init", "--example", "kanazawa")
    for typed in ("n\n", "y\n金沢市\n", "y\n", ""):
        code, _ = fsbridge("handover", "erase", "--why", "契約終了", typed=typed)
        assert code == 1
        assert (tmp_path / "centre" / "readings.toml").exists()
    code, output = fsbridge(
        "handover", "erase", "--why", "契約終了", typed="y\n金沢市企業局 電話受付センター\n"
    )
    assert code == 0
    assert "SHA-256: " in output
    assert not (tmp_path / "centre" / "readings.toml").exists()
    assert list((tmp_path / "centre" / "certificates").glob("erase-*.jsonl"))
