"""Recordings given to people: the reason is written down first, and what is handed over is whole."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fsbridge.adapters.recordings.archive import FolderArchive
from fsbridge.adapters.recordings.disclosure import ZipCase
from fsbridge.adapters.recordings.spool import RawFolder
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.alarms import StoredAlarms
from fsbridge.adapters.store.models import AuditEntry, Recording
from fsbridge.adapters.store.recording_library import RecordingLibrary
from fsbridge.adapters.store.recording_pauses import StoredPauses
from fsbridge.adapters.store.recording_shelf import RecordingShelf
from fsbridge.errors import FsbridgeError
from fsbridge.services.recordings import NoRecording, ReasonNeeded, Recordings
from fsbridge.services.recordings_finish import Finisher
from tests.adapters.recordings.tapes import NOON, a_call, path_of, tape
from tests.services.test_recordings_finish import Here

NOW = NOON + timedelta(minutes=5)
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    one = Store(f"sqlite:///{tmp_path}/centre.sqlite3")
    one.migrate()
    yield one
    one.close()


@pytest.fixture
def folder(tmp_path: Path, store: Store) -> Path:
    path = tmp_path / "recordings"
    for leg in ("a", "b"):
        a_call(store, leg, 3)
        tape(path, leg, 3)
    StoredPauses(store).begin("a", path_of("a"), NOON + timedelta(seconds=1), by="sato", why="")
    spool, archive = RawFolder(path), FolderArchive(path)
    Finisher(RecordingShelf(store), spool, Here(path), archive, StoredAlarms(store)).sweep(NOW)
    return path


@pytest.fixture
def recordings(store: Store, folder: Path) -> Recordings:
    return Recordings(RecordingLibrary(store), FolderArchive(folder))


def log(store: Store) -> list[tuple[str, str, str, str]]:
    with store.connection():
        rows = AuditEntry.select().where(AuditEntry.subject == "recording").order_by(AuditEntry.id)
        return [(row.action, row.which, row.actor, row.reason) for row in rows if row.action != "paused"]


def test_a_call_tells_its_recordings(recordings: Recordings) -> None:
    (one,) = recordings.of("a")
    assert (one.operator, one.operator_name, one.flow, one.length) == (
        "sato", "佐藤", "leak", timedelta(seconds=3),
    )  # fmt: skip
    (pause,) = one.pauses
    assert pause.ended_at == NOON + timedelta(seconds=3)  # nobody resumed it: it ends with the recording
    assert recordings.of("x") == []


def test_the_reason_is_written_down_before_a_byte_flows(
    recordings: Recordings, store: Store, folder: Path
) -> None:
    with recordings.open(1, NOW, by="chief", why="苦情") as file:
        assert log(store) == [("opened", "1", "chief", "苦情")]
        assert file.read() == (folder / path_of("a", kind="flac")).read_bytes()
    with pytest.raises(ReasonNeeded):
        recordings.open(1, NOW, by="chief", why=" ")
    assert len(log(store)) == 1


def test_what_is_gone_or_unknown_is_said(recordings: Recordings, store: Store, folder: Path) -> None:
    with pytest.raises(NoRecording, match="there is no recording '9'"):
        recordings.open(9, NOW, by="chief", why="苦情")
    (folder / path_of("a", kind="flac")).unlink()
    with pytest.raises(NoRecording, match="cannot be opened"):
        recordings.open(1, NOW, by="chief", why="苦情")
    with store.writing():
        Recording.update(purged_at=NOW).where(Recording.id == 2).execute()
    with pytest.raises(NoRecording, match="was purged"):
        recordings.open(2, NOW, by="chief", why="苦情")


def test_a_disclosure_holds_the_files_what_is_known_of_them_and_every_hash(
    recordings: Recordings, store: Store, tmp_path: Path
) -> None:
    case = tmp_path / "case.zip"
    done = recordings.disclose(["a", "2"], ZipCase(case, TOKYO), NOW, by="chief", why="開示請求")
    assert done.sha256 == hashlib.sha256(case.read_bytes()).hexdigest()
    with zipfile.ZipFile(case) as archive:
        names = archive.namelist()
        table = json.loads(archive.read("metadata.json"))
        sums = dict(reversed(line.split("  ")) for line in archive.read("SHA256SUMS").decode().splitlines())
        assert sums == {
            name: hashlib.sha256(archive.read(name)).hexdigest() for name in names if name != "SHA256SUMS"
        }
    first, second = table["recordings"]
    assert first["file"] == "recordings/20270401-120000-1.flac"
    assert (first["call"], first["operator_name"], first["seconds"]) == ("a", "佐藤", 3.0)
    assert first["began"] == "2027-04-01T12:00:00+09:00"
    assert first["paused"][0]["by"] == "sato"
    assert sums[first["file"]] == first["sha256"]
    assert second["paused"] == []
    assert (table["by"], table["why"]) == ("chief", "開示請求")
    assert [action for action, *_ in log(store)] == ["disclosed", "disclosed", "handed over", "handed over"]


def test_a_file_that_changed_is_not_handed_over_and_nothing_is_left(
    recordings: Recordings, folder: Path, tmp_path: Path
) -> None:
    before = {one.name for one in tmp_path.iterdir()}
    (folder / path_of("b", kind="flac")).write_bytes(b"fLaC")
    for which in (["a", "b"], ["a", "x"]):
        with pytest.raises(FsbridgeError):
            recordings.disclose(which, ZipCase(tmp_path / "case.zip", TOKYO), NOW, by="chief", why="開示")
    assert {one.name for one in tmp_path.iterdir()} == before


def test_no_file_is_written_over(recordings: Recordings, tmp_path: Path) -> None:
    (tmp_path / "case.zip").write_text("another")
    with pytest.raises(FsbridgeError, match="is there already"):
        recordings.disclose(["a"], ZipCase(tmp_path / "case.zip", TOKYO), NOW, by="chief", why="開示")
    assert (tmp_path / "case.zip").read_text() == "another"
