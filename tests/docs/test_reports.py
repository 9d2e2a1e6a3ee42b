"""docs/reports.md: its commands print what it shows, its program runs, its settings are there."""

from __future__ import annotations

import contextlib
import io
import re
import tomllib
from pathlib import Path

from fsbridge.config import keys, load
from fsbridge.domain.reporting.periods import Kind, period_of
from fsbridge.services.posting import FIRST_WAIT, LONGEST_WAIT, OF_USE
from fsbridge.services.reporting import SHOWN
from tests.docs.consoles import commands_of, filled, matches, run
from tests.docs.test_figures import made

PATH = Path(__file__).parents[2] / "docs" / "reports.md"
TEXT = PATH.read_text("utf-8")
PROGRAM = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def printed(program: str, home: Path) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "docs/reports.md", "exec"), {"__name__": "page", "home": home})
    return out.getvalue()


def test_every_command_prints_what_the_page_says(tmp_path: Path) -> None:
    made(tmp_path)
    for one in commands_of(TEXT):
        shown = run(one.command, tmp_path)
        assert matches(one.output, shown), f"$ {one.command}\n{shown}"
    assert {path.suffix for path in tmp_path.glob("report.*")} == {".pdf", ".xlsx", ".html"}


def test_the_program_prints_what_the_page_says(tmp_path: Path) -> None:
    made(tmp_path)
    ((program, said),) = PROGRAM.findall(TEXT)
    assert printed(program, tmp_path / "centre") == said


def test_every_kind_and_its_period_are_on_the_page() -> None:
    for kind in Kind:
        (period,) = re.findall(rf"`fsbridge report {kind.value}` \| `([^`]+)`", TEXT)
        assert period_of(kind, period).key == period


def test_the_settings_of_mail_are_settings(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "fsbridge.toml").write_text(block, "utf-8")
    assert load(home=tmp_path, environment={}).mail.half_year == ("chief@example.jp", "bureau@example.jp")
    kinds = {"daily", "weekly"}  # like the other two
    known = {key.partition(".")[2] for key, _, _ in keys() if key.startswith("mail.")}
    assert known - kinds == set(tomllib.loads(block)["mail"])
    assert "`report.year_begins` (4)" in TEXT


def test_the_numbers_on_the_page_are_those_of_the_program() -> None:
    assert f"the latest {SHOWN} are listed" in TEXT
    assert (FIRST_WAIT.seconds, LONGEST_WAIT.seconds, OF_USE.days) == (600, 6 * 3600, 3)
    assert "after 10 minutes" in TEXT
    assert "(6 hours at most), for three\ndays" in TEXT


if __name__ == "__main__":  # fill the page in anew: python -m tests.docs.test_reports
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        text = filled(TEXT, made(Path(folder)))
        said = printed(PROGRAM.findall(text)[0][0], Path(folder) / "centre")
        text = re.sub(r"(```text\n).*?(```)", lambda found: found[1] + said + found[2], text, flags=re.DOTALL)
        PATH.write_text(text, "utf-8")
