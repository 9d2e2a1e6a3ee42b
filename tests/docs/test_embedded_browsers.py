"""docs/embedded-browsers.md: its block runs, and it names every method both ways."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fsbridge.embedded import verto as registry
from fsbridge.embedded import vertocall, vertosession
from fsbridge.embedded.vertomethods import _ACTIONS, RUN

TEXT = (Path(__file__).parents[2] / "docs" / "embedded-browsers.md").read_text("utf-8")


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL))
def test_its_blocks_run(block: str) -> None:
    exec(compile(block, "docs/embedded-browsers.md", "exec"), {"__name__": "page"})


@pytest.mark.parametrize("method", RUN)
def test_every_method_a_browser_may_ask_for_is_on_it(method: str) -> None:
    assert f"`{method}`" in TEXT


@pytest.mark.parametrize("action", _ACTIONS)
def test_every_action_is_on_it(action: str) -> None:
    assert f"`{action}`" in TEXT.lower()


def test_every_request_to_a_browser_is_on_it() -> None:
    sources = [
        Path(str(module.__file__)).read_text("utf-8") for module in (registry, vertocall, vertosession)
    ]
    asked = {name for source in sources for name in re.findall(r'"(verto\.\w+)"', source)} - {"verto.rtc"}
    assert asked
    assert {name for name in asked if f"`{name}`" not in TEXT} == set()
