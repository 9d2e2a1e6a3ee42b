"""docs/supervision.md: its program prints what it shows, and what it says of the modes is so."""

from __future__ import annotations

import contextlib
import io
import json
import re
from pathlib import Path
from uuid import uuid4

from fsbridge.domain.messages import LONGEST
from fsbridge.domain.monitoring import STOPPED, Mode, monitoring_leg
from fsbridge.services.driftlog import KEPT
from webpanel.supervise.limits import LIMITS, limits_of

ROOT = Path(__file__).parents[2]
PANEL = ROOT / "webpanel"
TEXT = (ROOT / "docs" / "supervision.md").read_text("utf-8")


def test_the_program_prints_what_the_page_says() -> None:
    ((program, printed),) = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", TEXT, re.DOTALL)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "docs/supervision.md", "exec"), {"__name__": "page"})
    assert out.getvalue() == printed


def test_every_mode_is_on_the_page() -> None:
    for mode in Mode:
        assert f"| {mode.ja} | `{mode.value}` |" in TEXT
    assert f"`{STOPPED}`" in TEXT


def test_the_numbers_on_the_page_are_those_of_the_code() -> None:
    assert f"at most {LONGEST} characters" in TEXT
    assert f"latest {KEPT} entries" in TEXT
    (mark,) = re.findall(r"begins with `([0-9a-f-]+)`", TEXT)
    assert monitoring_leg(uuid4()).startswith(mark)


def test_the_limits_keys_and_orders_on_the_page_are_those_of_the_panel() -> None:
    (limits,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert limits_of(json.loads(limits)) == dict(LIMITS)
    assert {tuple(pair) for pair in json.loads(limits).values()} == set(LIMITS.values())
    keys = (PANEL / "frontend" / "src" / "supervise" / "keys.ts").read_text("utf-8")
    for letter in re.findall(r'key: "Key([A-Z])"', keys):
        assert f"Alt+{letter}" in TEXT, letter
    orders = (PANEL / "supervise" / "pages.py").read_text("utf-8")
    for deed in re.findall(r'^            "([a-z]+)": (?:lambda: )?orders', orders, re.MULTILINE):
        assert f"`{deed}`" in TEXT, deed
