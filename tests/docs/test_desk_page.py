"""docs/desk.md: its program prints what it shows, its orders, refusals and settings are those there are."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

from fsbridge.config import keys
from fsbridge.errors import FsbridgeError
from fsbridge.services import desk as orders

TEXT = (Path(__file__).parents[2] / "docs" / "desk.md").read_text("utf-8")


def test_the_program_prints_what_the_page_says() -> None:
    ((program, printed),) = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", TEXT, re.DOTALL)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "docs/desk.md", "exec"), {"__name__": "page"})
    assert out.getvalue() == printed


def test_every_order_and_refusal_is_on_the_page() -> None:
    public = [name for name in vars(orders.Desk) if not name.startswith("_")]
    refusals = [
        name
        for name in orders.__all__
        if isinstance(found := getattr(orders, name), type) and issubclass(found, FsbridgeError)
    ]
    for name in (*public, *refusals):
        assert re.search(rf"^\|.*`{name}`", TEXT, re.MULTILINE), name


def test_the_desks_settings_have_the_defaults_the_page_says() -> None:
    defaults = {key: default for key, default, _ in keys() if key.startswith("desk.")}
    assert defaults
    for key, default in defaults.items():
        (line,) = [one for one in TEXT.splitlines() if one.startswith(f"| `{key}` |")]
        assert tuple(re.findall(r"`([^`]+)`", line.split("|")[2])) == default
