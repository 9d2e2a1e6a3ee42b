"""Documents are tested: examples run, public names are explained, README blocks do what they say."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import fsbridge

ROOT = Path(__file__).parents[1]
MODULES = [info.name for info in pkgutil.walk_packages(fsbridge.__path__, "fsbridge.")]
FACES = ("fsbridge", "fsbridge.esl", "fsbridge.testing")


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name):
    failed, _ = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert failed == 0


@pytest.mark.parametrize(
    ("face", "name"), [(face, name) for face in FACES for name in importlib.import_module(face).__all__]
)
def test_public_names_have_an_example(face, name):
    thing = getattr(importlib.import_module(face), name)
    text = inspect.getdoc(thing) or ""
    if isinstance(thing, type) and issubclass(thing, BaseException):
        assert text.strip()
        return
    assert ">>>" in text, f"{face}.{name} has no example"


@pytest.mark.parametrize(
    "block", re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
)
def test_readme_code_runs(block):
    exec(compile(block, "README.md", "exec"), {"__name__": "readme"})


def test_every_command_is_in_the_readme():
    from cli import COMMANDS

    text = (ROOT / "README.md").read_text()
    for name in COMMANDS:
        assert f"fsbridge {name}" in text
