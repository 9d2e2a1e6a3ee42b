"""A new call script with its test, written from templates that come with fsbridge."""

from __future__ import annotations

import importlib.util
import keyword
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from fsbridge.errors import FsbridgeError, InvalidArgument

TEMPLATES = Path(__file__).parents[1] / "data" / "script"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
_NUMBER = re.compile(r"\+?[0-9*#]{1,20}")


@dataclass(frozen=True)
class NewScript:
    """What was written: the script, its test, and what the script is imported as."""

    script: Path
    test: Path
    module: str


def write_script(folder: Path, name: str, number: str = "100") -> NewScript:
    """Write ``NAME.py`` and ``test_NAME.py`` into a folder, both or none; the script answers `number`.

    `InvalidArgument` if the name or number is none; `FsbridgeError` if either file is there already, or
    the folder cannot be written to.
    """
    _check(name, number)
    module = ".".join([*_package(folder), name])
    new = NewScript(folder / f"{name}.py", folder / f"test_{name}.py", module)
    for path in (new.script, new.test):
        if path.exists() or path.is_symlink():
            raise FsbridgeError(f"{path} is there already: choose another name, or move it away first")
    if "." not in module and importlib.util.find_spec(name) is not None:
        raise InvalidArgument("name", f"{name!r} is the name of an installed module: choose another")
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, template in ((new.script, "script.py.j2"), (new.test, "test.py.j2")):
            with path.open("x", encoding="utf-8") as file:
                written.append(path)
                file.write(_filled(template, name=name, number=number, module=module))
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise FsbridgeError(f"cannot write into {folder}: {error.strerror or error}") from None
    return new


def _check(name: str, number: str) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidArgument(
            "name", f"must be small letters, digits and _, a letter first, for example leak_line: {name!r}"
        )
    if keyword.iskeyword(name) or name in sys.stdlib_module_names:
        raise InvalidArgument("name", f"{name!r} is a word of Python's own: choose another")
    if name.startswith("test_"):
        raise InvalidArgument("name", f"the test is written too: leave out test_ in {name!r}")
    if not _NUMBER.fullmatch(number):
        raise InvalidArgument("number", f"is no number that can be dialled: {number!r}")


def _package(folder: Path) -> list[str]:
    """The package a folder is, the outermost first; none if it is a folder like any other."""
    found: list[str] = []
    here = folder.absolute()
    while (here / "__init__.py").exists():
        found.insert(0, here.name)
        here = here.parent
    return found


def _filled(template: str, **values: str) -> str:
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    return environment.from_string((TEMPLATES / template).read_text("utf-8")).render(values)
