"""docs/operators.md: its commands print what it shows, its program runs, its tables are whole."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from fsbridge.commands.operators import operators
from fsbridge.domain.duty import Miss, Mode, Status, miss_of
from tests.commands.shift import Shift

PAGE = Path(__file__).parents[2] / "docs" / "operators.md"
TEXT = PAGE.read_text("utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture
def shift(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shift]:
    shift = Shift(tmp_path, monkeypatch)
    shift.begin()
    yield shift
    shift.store.close()


def test_the_commands_print_what_the_page_shows(shift: Shift) -> None:
    for block in BLOCKS:
        printed = "".join(_run(shift, line) for line in block.splitlines() if line.startswith("$ "))
        assert printed == block


def _run(shift: Shift, line: str) -> str:
    result = shift.run(*shlex.split(line)[2:])
    assert result.exit_code == 0, result.output
    shown = "\n".join(one.rstrip() for one in result.output.splitlines())
    return f"{line}\n{shown}\n"


def test_the_program_prints_what_the_page_says() -> None:
    ((program, printed),) = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", TEXT, re.DOTALL)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "docs/operators.md", "exec"), {"__name__": "page"})
    assert out.getvalue() == printed


def test_every_status_mode_and_command_is_on_the_page() -> None:
    for status in Status:
        assert f"| {status.ja} | {status.mark} | `{status.value}` |" in TEXT
    for mode in Mode:
        assert f"| `{mode.value}` |" in TEXT
    for name in operators.commands:
        assert f"| `operators {name}" in TEXT


def test_the_causes_mean_what_the_page_says() -> None:
    rows = {
        "rang out": Miss.RANG_OUT,
        "rejected, busy": Miss.REJECTED,
        "telephone gone": Miss.PHONE_GONE,
        "the caller hung up": Miss.CALLER_GONE,
        "somebody else took it": Miss.WITHDRAWN,
        "FreeSWITCH had no room": Miss.WITHDRAWN,
    }
    for what, miss in rows.items():
        (line,) = [line for line in TEXT.splitlines() if line.startswith(f"| {what} |")]
        causes = re.findall(r"`([A-Z_]+)`", line)
        assert causes
        assert {miss_of(cause) for cause in causes} == {miss}
        assert ("| yes |" in line) == miss.counts
