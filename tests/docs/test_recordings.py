"""docs/recordings.md and docs/jobs.md: their programs print what they say, their tables are whole."""

from __future__ import annotations

import contextlib
import io
import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import Call, Recording
from fsbridge.commands.jobs import _when
from fsbridge.commands.recordings import recordings
from fsbridge.config import keys, load
from fsbridge.domain.recordingalarms import KINDS
from fsbridge.domain.retention import Retention, retention_of
from fsbridge.routine import jobs_of

DOCS = Path(__file__).parents[2] / "docs"
RECORDINGS = DOCS.joinpath("recordings.md").read_text("utf-8")
JOBS = DOCS.joinpath("jobs.md").read_text("utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", RECORDINGS + JOBS, re.DOTALL)


@pytest.mark.parametrize(("program", "printed"), PROGRAMS)
def test_a_program_prints_what_the_page_says(program: str, printed: str) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "docs", "exec"), {"__name__": "page"})
    assert out.getvalue() == printed


def test_every_program_is_followed_by_its_output() -> None:
    assert len(PROGRAMS) == (RECORDINGS + JOBS).count("```python")


def test_the_data_of_the_page_are_a_rule() -> None:
    data = tomllib.loads("".join(re.findall(r"```toml\n(.*?)```", RECORDINGS, re.DOTALL)))
    assert retention_of(data["recordings"], UTC) == Retention(UTC, years=3)


def test_the_defaults_of_the_page_are_the_ones_in_force() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", RECORDINGS, re.MULTILINE))
    assert rows == {name: str(getattr(Retention(UTC, years=1), name)) for name in ("share", "few", "gap")}
    for name in ("years", "months", "days"):
        assert f"`{name}`" in RECORDINGS


def test_every_job_and_its_rhythm_is_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FSBRIDGE_LANG", "en")
    settings = load(home=tmp_path, environment={})
    store = Store(settings.database_url)
    store.migrate()
    table = {key: _when(job.when) for key, job in jobs_of(settings, store).table.items()}
    store.close()
    assert dict(re.findall(r"^\| `(\w+)` \| ([\w :]+) \| ", JOBS, re.MULTILINE)) == table


def test_every_alarm_is_on_the_page() -> None:
    table = RECORDINGS[RECORDINGS.index("| alarm |") :]
    first = [row.split("|")[1] for row in table.split("\n\n")[0].splitlines()[2:]]
    assert {name for cell in first for name in re.findall(r"`(\w+)`", cell)} == set(KINDS)


def test_every_setting_is_on_the_page() -> None:
    shown = dict(re.findall(r"^\| `recordings\.(\w+)` \| (.*?) \|", RECORDINGS, re.MULTILINE))
    assert shown == {
        key.removeprefix("recordings."): f"`{default}`" if default == "flac" else str(default) or "(none)"
        for key, default, _ in keys()
        if key.startswith("recordings.")
    }


def test_every_command_is_on_the_page() -> None:
    for name in recordings.commands:
        assert f"fsbridge recordings {name}" in RECORDINGS or name == "resume", name


def test_what_an_empty_centre_answers(tmp_path: Path) -> None:
    def fsbridge(*words: str) -> str:
        environment = {"FSBRIDGE_HOME": str(tmp_path), "FSBRIDGE_LANG": "ja"}
        return CliRunner(env=environment).invoke(main, words).stdout

    fsbridge("init", "--example", "kanazawa")
    for name in ("alarms", "check"):
        (shown,) = re.findall(rf"\$ fsbridge recordings {name}\n(.*?)```", RECORDINGS, re.DOTALL)
        assert fsbridge("recordings", name) == shown
    assert "残り日数" in fsbridge("recordings", "space")


def test_a_purge_says_what_the_page_says(tmp_path: Path) -> None:
    environment = {"FSBRIDGE_HOME": str(tmp_path), "FSBRIDGE_LANG": "ja"}

    def fsbridge(*words: str) -> str:
        done = CliRunner(env=environment).invoke(main, words)
        assert done.exit_code == 0, done.output
        return done.stdout

    fsbridge("init", "--example", "kanazawa")
    settings = load(home=tmp_path, environment={})
    store = Store(settings.database_url)
    now = datetime.now(UTC)
    with store.writing():
        for number, days in enumerate((1, 1130, 1160)):
            at = now - timedelta(days=days)
            path = settings.switch_folder / "recordings" / f"{number}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"RIFF" + bytes(479_996))
            call = Call.create(uuid=str(number), direction="inbound", started_at=at)
            Recording.create(path=path.name, call=call, started_at=at, ended_at=at)
    store.close()
    shown, done = re.findall(r"\$ fsbridge recordings purge.*?\n(.*?)(?=\$|```)", RECORDINGS, re.DOTALL)[:2]
    month = re.compile(r"\d{4}-\d\d ")
    assert month.sub("", fsbridge("recordings", "purge", "--dry-run")) == month.sub("", shown)
    assert fsbridge("recordings", "purge", "--why", "年度末").startswith(done)
