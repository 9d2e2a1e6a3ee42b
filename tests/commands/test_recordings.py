"""Recordings and jobs at the command line, in both languages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import main
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.jobs import StoredJobs
from fsbridge.adapters.store.models import Call, Recording
from fsbridge.config import Settings, load
from tests.adapters.recordings.tapes import a_call, tape

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def fsbridge(home: Path) -> Run:
    def run(*words: str, lang: str = "ja") -> Result:
        environment = {"FSBRIDGE_HOME": str(home), "FSBRIDGE_LANG": lang, "COLUMNS": "120"}
        result = CliRunner(env=environment).invoke(main, words)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    assert run("init", "--example", "kanazawa").exit_code == 0
    return run


@pytest.fixture
def settings(fsbridge: Run, home: Path) -> Settings:
    return load(home=home, environment={})


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    one = Store(settings.database_url)
    yield one
    one.close()


def record(store: Store, settings: Settings, *days: int) -> None:
    """Recordings so many days old."""
    folder = settings.switch_folder / "recordings"
    folder.mkdir(parents=True, exist_ok=True)
    with store.writing():
        for number, age in enumerate(days, 1):
            at = datetime.now(UTC) - timedelta(days=age)
            (folder / f"{number}.wav").write_bytes(b"RIFF")
            call = Call.create(
                uuid=f"call{number}", direction="inbound", number="+81762345678", started_at=at
            )
            Recording.create(
                path=f"{number}.wav", call=call, started_at=at, ended_at=at + timedelta(minutes=3)
            )


def as_json(result: Result) -> Any:
    return json.loads(result.stdout)


def test_the_period_comes_from_the_data_set(fsbridge: Run) -> None:
    assert "3年" in fsbridge("recordings", "keep").stdout
    assert as_json(fsbridge("recordings", "keep", "--days", "90", "--share", "3", "--json")) == {
        "years": 0, "months": 0, "days": 90, "share": 3, "few": 100, "gap": 7,
    }  # fmt: skip
    assert "kept for 90 days" in fsbridge("recordings", "keep", lang="en").stdout
    assert "give years, months or days" in fsbridge("recordings", "keep", "--days", "0").output


def test_a_purge_is_planned_then_done_then_proved(fsbridge: Run, settings: Settings, store: Store) -> None:
    record(store, settings, 1, 1120, 1200)
    plan = as_json(fsbridge("recordings", "purge", "--dry-run", "--json"))
    assert (plan["facts"]["due"], plan["refusal"]) == (2, "")
    done = as_json(fsbridge("recordings", "purge", "--json", "--by", "sato"))
    assert (done["removed"], done["failed"]) == (2, 0)
    assert Path(done["file"]).exists()
    (certificate,) = as_json(fsbridge("recordings", "certificates", "--json"))
    assert (certificate["whole"], certificate["author"]) == (True, "sato")
    with Path(done["file"]).open("a") as file:
        file.write("\n")
    changed = fsbridge("recordings", "certificates")
    assert changed.exit_code == 1
    assert "✘ purge-000001.jsonl" in changed.stdout
    assert [one["path"] for one in as_json(fsbridge("recordings", "list", "--json"))] == ["1.wav"]
    assert "消去" in fsbridge("recordings", "list", "--purged").stdout


def test_a_refused_purge_ends_with_one_line_and_the_cure(
    fsbridge: Run, settings: Settings, store: Store
) -> None:
    record(store, settings, 1200)
    plan = fsbridge("recordings", "purge", "--dry-run", lang="en")
    refused = fsbridge("recordings", "purge")
    assert (plan.exit_code, refused.exit_code) == (1, 1)
    assert "It would be refused: the clock shows" in plan.stdout
    assert "--clock-is-right" in refused.output
    assert (settings.switch_folder / "recordings" / "1.wav").exists()
    assert fsbridge("recordings", "purge", "--clock-is-right").exit_code == 0


def test_a_held_recording_is_shown_and_stays(fsbridge: Run, settings: Settings, store: Store) -> None:
    record(store, settings, 1, 1200)
    assert "保全しました" in fsbridge("recordings", "hold", "call2", "--why", "訴訟", "--by", "sato").stdout
    assert "保全: 訴訟" in fsbridge("recordings", "list", "--held", "--number", "076-234").stdout
    assert "There was nothing to purge." in fsbridge("recordings", "purge", lang="en").stdout
    assert fsbridge("recordings", "hold", "2", "--release", "--why", "和解").exit_code == 0
    assert as_json(fsbridge("recordings", "purge", "--json"))["removed"] == 1
    gone = fsbridge("recordings", "hold", "2", "--why", "訴訟")
    assert gone.exit_code == 1
    assert "was purged at" in gone.output


def test_a_purge_by_hand_waits_for_the_nightly_one(fsbridge: Run, store: Store) -> None:
    now = datetime.now(UTC)
    StoredJobs(store).take("purge", None, "other", now, now + timedelta(minutes=2))
    refused = fsbridge("recordings", "purge")
    assert refused.exit_code == 1
    assert "other is at purge since" in refused.output


def test_jobs_are_listed_and_run(fsbridge: Run, store: Store) -> None:
    assert fsbridge("jobs", "run", "overrides").exit_code == 0
    rows = {row["key"]: row for row in as_json(fsbridge("jobs", "list", "--json"))}
    assert list(rows) == ["season", "seats", "overrides", "figures", "recordings", "check", "room", "purge"]
    assert rows["overrides"]["outcome"] == "done"
    assert rows["purge"]["outcome"] == ""
    assert datetime.fromisoformat(rows["purge"]["next"]) > datetime.now(UTC)
    shown = fsbridge("jobs", "list", lang="en").stdout
    assert "daily 03:10" in shown
    assert "not yet" in shown
    assert "there is no job 'x'; there are: season" in fsbridge("jobs", "run", "x").output


def test_a_failed_job_is_seen(fsbridge: Run) -> None:
    assert fsbridge("jobs", "run", "season").exit_code == 1  # no FreeSWITCH was rendered
    shown = fsbridge("jobs", "list")
    assert shown.exit_code == 1
    assert "✘ season: FreeSWITCH cannot be reached" in shown.stdout


def test_an_expired_emergency_is_taken_off_by_its_job(fsbridge: Run, store: Store) -> None:
    from fsbridge.adapters.store.emergencies import StoredEmergencies
    from fsbridge.domain.emergency import Emergency

    now = datetime.now(UTC)
    over = Emergency("leak", "断水", "x", "sato", now - timedelta(hours=2), now - timedelta(hours=1))
    StoredEmergencies(store).put(over)
    assert "emergency announcement of leak expired" in fsbridge("jobs", "run", "overrides").stdout
    assert StoredEmergencies(store).all() == []


def talked(store: Store, settings: Settings, *legs: str) -> None:
    """Calls that ended a minute ago, each with the raw file FreeSWITCH left."""
    began = datetime.now(UTC) - timedelta(seconds=70)
    for leg in legs:
        a_call(store, leg, 3, began)
        tape(settings.switch_folder / "recordings", leg, 3, began)


def test_recordings_are_finished_checked_and_handed_over(
    fsbridge: Run, settings: Settings, store: Store, tmp_path: Path
) -> None:
    talked(store, settings, "a", "b")
    assert "保存 2 件（うち修復 0 件）" in fsbridge("recordings", "finish").stdout
    assert as_json(fsbridge("recordings", "finish", "--json"))["kept"] == 0
    report = as_json(fsbridge("recordings", "check", "--deep", "--json"))
    assert (report["recordings"], report["talks"], report["troubles"]) == (2, 2, [])
    case = tmp_path / "case.zip"
    shown = fsbridge("recordings", "disclose", "a", "--to", str(case), "--why", "開示請求")
    assert hashlib.sha256(case.read_bytes()).hexdigest() in shown.stdout
    again = fsbridge("recordings", "disclose", "a", "--to", str(case), "--why", "開示請求")
    assert (again.exit_code, "is there already" in again.output) == (1, True)


def test_a_missing_recording_stands_as_an_alarm_until_it_is_acknowledged(
    fsbridge: Run, settings: Settings, store: Store
) -> None:
    talked(store, settings, "a")
    (settings.switch_folder / "conf").mkdir(parents=True)  # a FreeSWITCH was rendered here
    next((settings.switch_folder / "recordings").rglob("*.wav")).unlink()
    fsbridge("recordings", "finish")
    rung = fsbridge("recordings", "alarms")
    assert (rung.exit_code, "録音がありません" in rung.stdout) == (1, True)
    (alarm,) = as_json(fsbridge("recordings", "alarms", "--json"))
    number = str(alarm["id"])
    refused = fsbridge("recordings", "alarms", "--acknowledge", number)
    assert (refused.exit_code, "--why" in refused.output) == (1, True)
    done = fsbridge("recordings", "alarms", "--acknowledge", number, "--why", "機器を交換", "--by", "chief")
    assert (done.exit_code, "警報はありません" in done.stdout) == (0, True)
    assert "chief: 機器を交換" in fsbridge("recordings", "alarms", "--all").stdout


def test_a_check_that_finds_something_ends_with_one(fsbridge: Run, settings: Settings, store: Store) -> None:
    talked(store, settings, "a")
    fsbridge("recordings", "finish")
    next((settings.switch_folder / "recordings").rglob("*.flac")).unlink()
    found = fsbridge("recordings", "check", lang="en")
    assert (found.exit_code, "✘ The recording's file is gone" in found.stdout) == (1, True)


def test_the_room_is_told(fsbridge: Run) -> None:
    found = as_json(fsbridge("recordings", "space", "--json"))
    assert found["room"]["total"] > found["room"]["free"] >= 0
    assert found["days"] is None


def test_a_pause_needs_a_freeswitch(fsbridge: Run) -> None:
    refused = fsbridge("recordings", "pause", "7f1c")
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: ")


def test_call_records_go_with_the_purge_and_the_dry_run_counts_them(
    fsbridge: Run, settings: Settings, store: Store
) -> None:
    record(store, settings, 1, 1200)
    began = datetime.now(UTC) - timedelta(days=1200)
    a_call(store, "old", 3, began)
    assert as_json(fsbridge("recordings", "purge", "--dry-run", "--json"))["records"] == 1
    assert "通話記録 1 件も消去します" in fsbridge("recordings", "purge", "--dry-run").stdout
    done = as_json(fsbridge("recordings", "purge", "--json"))
    assert (done["removed"], done["records"]) == (1, 1)
