"""docs/history.md: its program prints what it says, its tables are whole."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from fsbridge.config import keys
from fsbridge.domain.history import OUTCOMES
from fsbridge.domain.history.offers import causes

ROOT = Path(__file__).parents[2]
TEXT = ROOT.joinpath("docs", "history.md").read_text("utf-8")
SCHEMA = ROOT.joinpath("fsbridge/adapters/store/migrations/0001_first.sql").read_text("utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize(("program", "printed"), PROGRAMS)
def test_a_program_prints_what_the_page_says(program: str, printed: str) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "docs/history.md", "exec"), {"__name__": "page"})
    assert out.getvalue() == printed


def test_every_program_of_the_page_is_followed_by_its_output() -> None:
    assert len(PROGRAMS) == TEXT.count("```python") == 1


def test_every_setting_is_on_the_page_with_its_default() -> None:
    rows = {cells[1].strip(): cells[2].strip().strip("`") for cells in _rows() if len(cells) == 5}
    for key, default, _ in keys():
        if key.startswith("cdr."):
            assert rows[f"`{key}`"] == (
                f"{default:g}" if isinstance(default, float) else str(default) or "(made)"
            )


def test_every_word_of_an_offer_and_of_a_leg_is_on_the_page() -> None:
    listed = {cells[1].strip().strip("`"): cells[2] for cells in _rows()}
    for word in _allowed("offer", "outcome") | _allowed("leg", "kind"):
        assert word in listed
    for cause, meaning in causes():
        assert f"`{cause}`" in listed[meaning]


def test_the_words_of_a_call_are_those_of_the_store() -> None:
    assert set(OUTCOMES) == _allowed("call", "outcome") - {""}


def _rows() -> list[list[str]]:
    return [line.split("|") for line in TEXT.splitlines() if line.startswith("|")]


def _allowed(table: str, column: str) -> set[str]:
    """The words the store takes in a column."""
    (text,) = re.findall(rf"CREATE TABLE {table} \((.*?)\n\)", SCHEMA, re.DOTALL)
    (words,) = re.findall(rf"{column} TEXT [^(]*\({column} IN\s+\((.*?)\)\)", text, re.DOTALL)
    return set(re.findall(r"'(.*?)'", words))
