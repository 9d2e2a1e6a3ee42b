"""The data model's page names every table and column, and what it shows works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.migrate import WORDS
from fsbridge.adapters.store.models import MODELS

PAGE = (Path(__file__).parents[2] / "docs" / "data-model.md").read_text(encoding="utf-8")
ROWS = {
    cells[1].strip().strip("`"): re.findall(r"`(\w+)`", cells[3])
    for line in PAGE.splitlines()
    if len(cells := line.split("|")) == 5 and cells[3].strip().startswith("`id`")
}


def test_every_table_and_column_is_on_the_page() -> None:
    assert {model._meta.table_name: list(model._meta.columns) for model in MODELS} == ROWS


def test_the_python_on_the_page_runs() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(block, "data-model.md", "exec"), {"__name__": "page"})


def test_the_sql_on_the_page_runs(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/centre.sqlite3")
    store.migrate()
    (statement,) = re.findall(r"(SELECT .*;) +-- SQLite", PAGE)
    with store.connection() as database:
        assert database.execute_sql(statement).fetchall() == []
    store.close()


@pytest.mark.parametrize("word", sorted(set(WORDS["sqlite"]) - {"true", "false"}))
def test_every_placeholder_is_on_the_page(word: str) -> None:
    assert f"`{{{word}}}`" in PAGE


def test_every_index_on_the_page_is_made() -> None:
    made = (Path(__file__).parents[2] / "fsbridge/adapters/store/migrations/0001_first.sql").read_text()
    for name in re.findall(r"`(\w+_(?:by_\w+|kept))`", PAGE):
        assert f"INDEX {name} " in made
