"""docs/flows.md: the script it quotes is the one that runs, its programs print what it says."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import re
from pathlib import Path

import pytest

from fsbridge.domain.plan import FlowPlan
from fsbridge.scripting.centre import Centre

ROOT = Path(__file__).parents[2]
TEXT = ROOT.joinpath("docs", "flows.md").read_text("utf-8")
PROGRAMS = re.findall(r"```python\n((?:(?!```).)*?)```\n\n```text\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize(("program", "printed"), PROGRAMS)
def test_a_program_prints_what_the_page_says(program: str, printed: str) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "docs/flows.md", "exec"), {"__name__": "page"})
    assert out.getvalue() == printed


def test_the_script_on_the_page_is_the_one_that_runs() -> None:
    (quoted,) = (block for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "@app" in block)
    assert quoted in ROOT.joinpath("dialplan_scripts", "centre.py").read_text("utf-8")


def test_every_key_of_a_flow_and_every_step_of_a_script_is_on_the_page() -> None:
    for field in dataclasses.fields(FlowPlan):
        assert f"`{field.name}`" in TEXT, field.name
    for name in vars(Centre):
        if not name.startswith("_"):
            assert re.search(rf"\| `{name}[`(]", TEXT), name


def test_every_outcome_a_script_leaves_is_on_the_page() -> None:
    source = ROOT.joinpath("fsbridge", "scripting", "centre.py").read_text("utf-8")
    outcomes = set(re.findall(r'fsbridge_outcome="([^"]+)"', source))
    assert len(outcomes) == 5
    for outcome in outcomes:
        assert f"`{outcome}`" in TEXT
