"""The whole test run is cooperative, as the programs are; at its end it says which real parts it met."""

from gevent import monkey

monkey.patch_all()

import os
import shutil
import subprocess
from collections import Counter

import hypothesis
import pytest

from fsbridge.adapters.switchconf import find_freeswitch
from fsbridge.errors import ConfigError
from tests.adapters.store.postgres import program

os.environ["FSBRIDGE_PANEL_PORT"] = "0"  # several centres run at once here, and few tests open a panel

hypothesis.settings.register_profile("patient", deadline=None)  # machines stall; nothing here is timed
hypothesis.settings.load_profile("patient")

pytest_plugins = ["fsbridge.testing.pytest_plugin"]

_SKIPPED = pytest.StashKey[Counter[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--share 1/2`` runs the first of two halves, by module; ``--switch`` is for `tests/stack`."""
    parser.addoption("--share", default="1/1", help="which part of the modules to run, for example 1/2")
    parser.addoption(
        "--switch",
        choices=["embedded", "freeswitch"],
        help="the switch of the tests in tests/stack; else both",
    )


def _freeswitch() -> str:
    try:
        return str(find_freeswitch())
    except ConfigError:
        return ""


PARTS = {
    "freeswitch": ("FreeSWITCH", _freeswitch),
    "sipp": ("SIPp", lambda: shutil.which("sipp") or ""),
    "postgres": ("PostgreSQL", lambda: program("postgres")),
}
"""Each real part by the marker of the tests that need it: its name, and where it is."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test whose real part is missing is skipped, and counted."""
    _keep_share(config, items)
    skipped = config.stash.setdefault(_SKIPPED, Counter())
    missing = {marker: name for marker, (name, find) in PARTS.items() if not find()}
    lacking = [name for marker, name in missing.items() if marker != "freeswitch"]
    if os.environ.get("CI") and lacking:
        raise pytest.UsageError(f"CI must have {', '.join(lacking)}: .ci/run installs it")
    for item in items:
        for marker, name in missing.items():
            if item.get_closest_marker(marker) is not None:
                item.add_marker(pytest.mark.skip(reason=f"no {name} on this machine"))
                skipped[marker] += 1


def _keep_share(config: pytest.Config, items: list[pytest.Item]) -> None:
    place, _, parts = config.getoption("--share").partition("/")
    modules = sorted({item.path for item in items})
    mine = set(modules[int(place) - 1 :: int(parts)])
    config.hook.pytest_deselected(items=[item for item in items if item.path not in mine])
    items[:] = [item for item in items if item.path in mine]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The table of real parts."""
    skipped = config.stash.get(_SKIPPED, Counter())
    terminalreporter.section("real parts met")
    for marker, (name, find) in PARTS.items():
        where = find()
        what = _version(marker, where) if where else f"not found: {skipped[marker]} tests skipped"
        terminalreporter.write_line(f"{name:<12} {what}")


def _version(marker: str, path: str) -> str:
    option = {"freeswitch": "-version", "sipp": "-v", "postgres": "--version"}[marker]
    done = subprocess.run([path, option], capture_output=True, text=True, timeout=30, check=False)
    lines = (done.stdout + done.stderr).strip().splitlines()
    said = next((line.strip() for line in lines if any(char.isdigit() for char in line)), "")
    return f"{path}  {said[:70]}"
