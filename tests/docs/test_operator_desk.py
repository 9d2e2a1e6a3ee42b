"""docs/operator-desk.md: its program prints what it shows, its keys and times are the desk's."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

from fsbridge.adapters.planfile import example
from fsbridge.domain.seats import PATIENCE
from webpanel.desk.presence import GRACE

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "operator-desk.md").read_text("utf-8")
SOURCE = ROOT / "webpanel" / "frontend" / "src" / "desk"


def test_the_program_prints_what_the_page_says() -> None:
    ((program, printed),) = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", TEXT, re.DOTALL)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "docs/operator-desk.md", "exec"), {"__name__": "page"})
    assert out.getvalue() == printed


def test_the_keys_are_those_of_the_desk() -> None:
    (table,) = re.findall(r"DEFAULTS: Keys = \{(.*?)\};", (SOURCE / "keys.ts").read_text("utf-8"), re.DOTALL)
    there = {key: action for action, key in re.findall(r'(\w+): "([^"]+)"', table)}
    shown = dict(re.findall(r"^\| `([^`]+)` \| (\w+) \|$", TEXT, re.MULTILINE))
    assert shown == there


def test_the_times_are_those_in_force() -> None:
    assert f"after {GRACE:g} s" in TEXT
    assert f"after {PATIENCE.total_seconds():g} s the seat is free" in TEXT
    quiet = re.findall(r"QUIET = (\d+);", (SOURCE / "drafts.ts").read_text("utf-8"))
    assert f"{int(quiet[0]) / 1000:g} s after the last" in TEXT


def test_the_example_s_scripts_lead_only_to_sections_they_have() -> None:
    for script in example("kanazawa").talk_scripts:
        sections = re.findall(r"^## (.+)$", script.body, re.MULTILINE)
        for target in re.findall(r"^→ .+?：(.+)$", script.body, re.MULTILINE):
            assert target in sections, f"{script.flow}: {target}"
