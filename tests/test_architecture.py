"""The layers, held: imports run one way, each third-party library has one home, files stay small."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# What each part may import of ours. A part is a package below fsbridge/, or a module at its top.
MAY_IMPORT = {
    "errors": set(),
    "sections": set(),
    "config": {"errors", "sections"},
    "esl": {"errors"},
    "domain": {"errors"},
    "data": set(),
    "services": {"errors", "domain"},
    "scripting": {"errors", "domain", "esl"},
    "adapters": {"errors", "config", "domain", "services", "esl"},
    "terminal": {"errors", "domain", "services"},
    "app": {"errors", "config", "domain", "services", "esl", "scripting", "adapters"},
    "keeping": {"errors", "config", "domain", "services", "adapters"},
    "following": {"errors", "config", "domain", "services", "scripting", "adapters", "app"},
    "attending": {"errors", "config", "domain", "services", "esl", "adapters", "app"},
    "supervising": {"config", "domain", "services", "adapters", "app", "attending", "desks"},
    "desks": {"errors", "config", "domain", "services", "esl", "adapters"},
    "announcing": {"errors", "config", "services", "adapters", "following"},
    "printing": {"config", "domain", "services", "adapters"},
    "recording": {"errors", "config", "domain", "services", "esl", "adapters", "app"},
    "handing": {"config", "services", "adapters", "following", "recording"},
    "posting": {"errors", "config", "domain", "services", "adapters", "app"},
    "routine": {"posting", "recording", "config", "domain", "services", "adapters", "attending", "following"},
    "embedded": {"errors", "config", "domain", "esl"},
    "testing": {"errors", "config", "domain", "services", "esl", "scripting", "adapters", "embedded"},
    "simulation": {
        "errors",
        "config",
        "domain",
        "services",
        "esl",
        "scripting",
        "adapters",
        "app",
        "embedded",
        "testing",
    },
    "running": {
        "errors",
        "config",
        "domain",
        "esl",
        "scripting",
        "services",
        "adapters",
        "app",
        "attending",
        "supervising",
        "following",
        "keeping",
        "routine",
    },
    "stages": {"errors", "domain", "esl", "adapters", "embedded"},
    "demopeople": {"errors", "domain", "services", "adapters", "running", "stages"},
    "demovisitors": {"domain", "adapters", "services"},
    "demonstration": {
        "demovisitors",
        "errors",
        "stages",
        "config",
        "domain",
        "adapters",
        "embedded",
        "services",
        "app",
        "following",
        "running",
        "demopeople",
    },
    "commands": {
        "desks",
        "demovisitors",
        "simulation",
        "running",
        "demonstration",
        "stages",
        "errors",
        "config",
        "domain",
        "services",
        "esl",
        "scripting",
        "adapters",
        "terminal",
        "app",
        "keeping",
        "following",
        "attending",
        "announcing",
        "printing",
        "posting",
        "routine",
        "recording",
        "handing",
    },
    "__init__": {"errors", "scripting"},
}
# Where each third-party library lives; `testing` may use what it stands in for.
HOMES = {
    "gevent": {"esl", "scripting", "adapters", "embedded", "testing", "simulation", "commands"},
    "greenlet": {"scripting"},
    "jinja2": {"adapters"},
    "wsproto": {"embedded", "adapters"},
    "gtts": {"adapters"},
    "miniaudio": {"adapters"},
    "numpy": {"adapters"},
    "pyopenjtalk": {"adapters"},
    "soundfile": {"adapters"},
    "boto3": {"adapters"},
    "botocore": {"adapters"},
    "jpholiday": {"adapters"},
    "markupsafe": {"adapters"},  # jinja2's own word for what is escaped already
    "peewee": {"adapters"},
    "playhouse": {"adapters"},  # peewee's other half
    "argon2": {"adapters"},
    "phonenumbers": {"adapters"},
    "apscheduler": {"adapters"},
    "typst": {"adapters"},
    "xlsxwriter": {"adapters"},
    "platformdirs": {"config"},
    "webpanel": {"commands"},  # ours, above everything
    "rich": {"terminal", "commands"},
    "click": {"commands"},
    "pytest": {"testing"},
}
PURE = {"errors", "domain"}

MODULES = sorted((ROOT / "fsbridge").rglob("*.py"))


def part_of(path: Path) -> str:
    first = path.relative_to(ROOT / "fsbridge").parts[0]
    return first.removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Every module name imported anywhere in a file, but those only for the type checker."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = []
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names.add(node.module or "")
            if node.module == "fsbridge":
                names |= {f"fsbridge.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path):
    part = part_of(path)
    assert part in MAY_IMPORT, f"say in MAY_IMPORT what {part} may import"
    for name in imports(path):
        top, _, rest = name.partition(".")
        if top == "fsbridge" and rest:
            other = rest.partition(".")[0]
            if other in MAY_IMPORT and other != part:
                assert other in MAY_IMPORT[part], f"{part} must not import {other}"
        elif top not in sys.stdlib_module_names and top != "fsbridge":
            assert part not in PURE, f"{part} is pure: no {top}"
            assert part in HOMES.get(top, set()), f"{top} does not live in {part}"


@pytest.mark.parametrize("path", sorted((ROOT / "dialplan_scripts").glob("*.py")), ids=lambda path: path.name)
def test_call_scripts_need_fsbridge_alone(path):
    ours = {name for name in imports(path) if name.partition(".")[0] not in sys.stdlib_module_names}
    assert all(name == "fsbridge" or name.count(".") == 1 for name in ours), ours


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_holds_one_idea(path):
    assert len(path.read_text().splitlines()) <= 350


def test_the_command_line_patches_before_anything_else():
    first = ROOT.joinpath("cli.py").read_text().splitlines()[0]
    assert "monkey.patch_all()" in first
