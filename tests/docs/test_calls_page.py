"""docs/calls.md: its programs print what it says they print, and every part of an address is on it."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.rights import KEY as SETTING
from fsbridge.domain.sight import RIGHTS
from tests.docs.consoles import commands_of, matches, run
from webpanel.calls.asking import DIRECTIONS, FIELDS, OUTCOMES, hyphened
from webpanel.calls.export import MOST

TEXT = Path(__file__).parents[2].joinpath("docs", "calls.md").read_text("utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize(("program", "printed"), PROGRAMS)
def test_a_program_prints_what_the_page_says(program: str, printed: str) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "docs/calls.md", "exec"), {"__name__": "page"})
    assert out.getvalue() == printed


def test_every_part_and_word_of_an_address_is_on_the_page() -> None:
    assert len(PROGRAMS) == TEXT.count("```python")
    for word in (*FIELDS, *map(hyphened, OUTCOMES), *DIRECTIONS, SETTING):
        assert f"`{word}`" in TEXT, word
    for role in RIGHTS:
        assert f"| {role} |" in TEXT
    assert f"{MOST:,} lines" in TEXT


def test_the_commands_of_the_page_print_what_it_shows(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/centre/centre.sqlite3")
    store.migrate()
    store.close()
    for one in commands_of(TEXT):
        printed = run(one.command, tmp_path)
        assert matches(one.output, printed), f"$ {one.command}\n{printed}"
