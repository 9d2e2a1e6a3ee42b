"""docs/figures.md: its commands print what it shows, its program runs, every figure is on it."""

from __future__ import annotations

import contextlib
import io
import re
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.history import fill
from fsbridge.adapters.store import Store
from fsbridge.domain.figures import FIGURES, GROUPS, VERSION, Step
from fsbridge.domain.figures.definitions import TEXTS
from tests.docs.consoles import commands_of, filled, matches, run

PATH = Path(__file__).parents[2] / "docs" / "figures.md"
TEXT = PATH.read_text("utf-8")


def made(folder: Path) -> Path:
    """A home folder with the two days of calls the page speaks of."""
    store = Store(f"sqlite:///{folder}/centre/centre.sqlite3")
    store.migrate()
    fill(store, 300, first=datetime(2025, 3, 3, tzinfo=UTC), days=2)
    store.close()
    return folder


def test_every_command_prints_what_the_page_says(tmp_path: Path) -> None:
    made(tmp_path)
    for one in commands_of(TEXT):
        printed = run(one.command, tmp_path)
        assert matches(one.output, printed), f"$ {one.command}\n{printed}"


def test_the_program_prints_what_the_page_says() -> None:
    ((program, said),) = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", TEXT, re.DOTALL)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "docs/figures.md", "exec"), {"__name__": "page"})
    assert out.getvalue() == said


def test_every_figure_interval_and_group_is_on_the_page() -> None:
    assert f"definition (version {VERSION})" in TEXT
    for name in {*TEXTS, *FIGURES} - {"entry"}:
        assert re.search(name.replace(" ", "[ -]"), TEXT, re.IGNORECASE), name
    for step in Step:
        assert f"`{step.value}`" in TEXT
    for group in GROUPS:
        assert f"`{group}`" in TEXT


if __name__ == "__main__":  # fill the page in anew: python -m tests.docs.test_figures
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        text = filled(TEXT, made(Path(folder)))
        text = re.sub(r"20\d\d-\d\d-\d\d \d\d:\d\d(?=  sato)", "…", text)
        first, definitions, rest = text.partition("\n・offered")
        rest = re.sub(r"\nDefinitions, version 1\n・.*?(?=\n```|\n\$)", "\n…", rest, flags=re.DOTALL)
        PATH.write_text(first + definitions + rest, "utf-8")
