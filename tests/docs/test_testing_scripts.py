"""docs/testing-scripts.md: its blocks run one after the other, and it leaves out nothing."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from fsbridge.testing import Citizen, Operator, Phone, VirtualSwitch, pytest_plugin
from tests.docs.consoles import commands_of, matches, run

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "testing-scripts.md").read_text("utf-8")


def test_its_blocks_run_one_after_the_other() -> None:
    page: dict[str, object] = {"__name__": "page"}
    for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL):
        exec(compile(block, "docs/testing-scripts.md", "exec"), page)


def test_its_commands_print_what_it_shows(tmp_path: Path) -> None:
    for one in commands_of(TEXT):
        printed = run(one.command, tmp_path)
        assert matches(one.output, printed), printed


@pytest.mark.parametrize("kind", [VirtualSwitch, Citizen, Phone, Operator])
def test_everything_that_can_be_done_is_on_it(kind: type) -> None:
    source = inspect.getsource(kind.__init__)
    names = {name for name in dir(kind) if not name.startswith("_")}
    names |= set(re.findall(r"self\.([a-z]\w*)(?:: [^=]+)? =", source))
    missing = {name for name in names if not re.search(rf"`{name}\b", TEXT)}
    assert missing == set()


def test_every_fixture_is_on_it() -> None:
    fixtures = re.findall(r"@pytest\.fixture\ndef (\w+)", inspect.getsource(pytest_plugin))
    assert fixtures
    assert all(f"`{name}`" in TEXT for name in fixtures)


@pytest.mark.parametrize("script", [path.name for path in (ROOT / "dialplan_scripts").glob("[!_]*.py")])
def test_every_script_has_its_example_test(script: str) -> None:
    (test,) = re.findall(rf"^\| `{re.escape(script)}` \| `(\w+\.py)` \|", TEXT, re.MULTILINE)
    assert (ROOT / "tests" / "dialplan_scripts" / test).exists()
