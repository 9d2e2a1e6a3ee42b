"""The blocks of docs/embedded.md run, and what it lists is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fsbridge.embedded import Switch, VirtualClock

PAGE = (Path(__file__).parents[2] / "docs" / "embedded.md").read_text("utf-8")


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
def test_its_blocks_run(block):
    exec(compile(block, "docs/embedded.md", "exec"), {"__name__": "page"})


def test_its_applications_exist():
    listed = re.search(r"^Applications: (.*?) and those", PAGE, re.DOTALL | re.MULTILINE)
    assert listed is not None
    switch = Switch(VirtualClock())
    assert [name for name in re.findall(r"`(\w+)`", listed[1]) if switch.application(name) is None] == []


def test_its_commands_exist():
    listed = re.search(r"^API commands: (.*?) and a few", PAGE, re.DOTALL | re.MULTILINE)
    assert listed is not None
    family = re.search(r"`uuid_…` \((.*?)\)", listed[1], re.DOTALL)
    assert family is not None
    names = [f"uuid_{name}" for name in re.findall(r"`(\w+)`", family[1])]
    names += re.findall(r"`(\w+)[^`]*`", listed[1].replace(family[0], ""))
    switch = Switch(VirtualClock())
    unknown = [name for name in names if name != "msleep" and "not found" in switch.tell(name)]
    assert unknown == []
