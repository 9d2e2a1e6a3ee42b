"""docs/schedule.md: its data are read, its programs print what it says they print, its tables are whole."""

from __future__ import annotations

import contextlib
import io
import re
import tomllib
from pathlib import Path

import pytest

from fsbridge.adapters.holidays import CALENDARS
from fsbridge.domain.schedule import Kind, data_of, schedule_of
from fsbridge.domain.schedule.plain import _OVERRIDE, _SCHEDULE, _SEASON

TEXT = Path(__file__).parents[2].joinpath("docs", "schedule.md").read_text("utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize(("program", "printed"), PROGRAMS)
def test_a_program_prints_what_the_page_says(program: str, printed: str) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "docs/schedule.md", "exec"), {"__name__": "page"})
    assert out.getvalue() == printed


def test_every_program_of_the_page_is_followed_by_its_output() -> None:
    assert len(PROGRAMS) == TEXT.count("```python")


def test_the_data_of_the_page_are_a_schedule() -> None:
    data = tomllib.loads("".join(re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)))
    schedule = schedule_of(data, CALENDARS)
    assert [rule.name for rule in schedule.rules] == [
        "storm",
        "new-year",
        "moving-house",
        "public-holidays",
        "summer",
        "winter",
    ]
    assert schedule_of(data_of(schedule), CALENDARS) == schedule


def test_every_key_and_every_finding_is_on_the_page() -> None:
    for key in {*_SCHEDULE, *_SEASON, *_OVERRIDE} - {"seasons", "special_days", "overrides"}:
        assert f"`{key}`" in TEXT
    for kind in Kind:
        assert f"| {kind.value} |" in TEXT
