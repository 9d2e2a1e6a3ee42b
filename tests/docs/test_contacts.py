"""docs/contacts.md: its commands print what it shows, its program runs, its tables are whole."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

from fsbridge.adapters.planfile import example
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.plan import StoredPlan
from fsbridge.commands.contactfiles import import_command
from fsbridge.commands.contacts import COMMANDS
from fsbridge.domain.contacts.sheet import TITLES
from tests.adapters.store.making import NOON
from tests.docs.consoles import filled

PATH = Path(__file__).parents[2] / "docs" / "contacts.md"
TEXT = PATH.read_text("utf-8")
_TIME = re.compile(r"20\d\d(-\d\d-\d\d \d\d:\d\d)(:\d\d)?")


def printed(folder: Path) -> str:
    """The page as it would be if its commands printed what they print now, at noon."""
    store = Store(f"sqlite:///{folder}/centre/centre.sqlite3")
    store.migrate()
    StoredPlan(store).save(example("kanazawa").plan, by="test", at=NOON)
    store.close()
    (sheet,) = re.findall(r"```csv\n(.*?)```", TEXT, re.DOTALL)
    (folder / "contacts.csv").write_text(sheet, "utf-8")
    return _TIME.sub(lambda found: "2027-04-01 12:00" + (":00" if found[2] else ""), filled(TEXT, folder))


def test_every_command_prints_what_the_page_says(tmp_path: Path) -> None:
    assert printed(tmp_path) == TEXT


def test_the_program_prints_what_the_page_says() -> None:
    ((program, said),) = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", TEXT, re.DOTALL)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "docs/contacts.md", "exec"), {"__name__": "page"})
    assert out.getvalue() == said


def test_every_command_option_and_field_is_on_the_page() -> None:
    for command in COMMANDS:
        assert f"`{command}`" in TEXT or f"contacts {command} " in TEXT
    shared = {"by", "region", "home", "config", "as_json", "skip", "path"}
    for option in import_command.params:
        assert option.name in shared or f"`{option.opts[0]}" in TEXT
    for field, titles in TITLES.items():
        assert f"| {field} | {titles[0]}" in TEXT
