"""The folder of recordings: nothing outside it is ever looked at or removed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fsbridge.adapters.recordings import CertificateFolder, RecordingFolder
from fsbridge.errors import ConfigError
from fsbridge.services.retention import RecordingMissing, RecordingRefused

DAY = "2024-04-01"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "recordings"
    (path / DAY).mkdir(parents=True)
    (path / DAY / "a.wav").write_bytes(b"RIFF a")
    (tmp_path / "secret.wav").write_bytes(b"RIFF secret")
    return path


@pytest.fixture
def recordings(folder: Path) -> Iterator[RecordingFolder]:
    one = RecordingFolder(folder)
    yield one
    one.close()


def refuses(recordings: RecordingFolder, path: str) -> str:
    """Why a path is refused, whatever is wanted of it."""
    reasons = set()
    for ask in (recordings.size, recordings.look):
        with pytest.raises(RecordingRefused) as error:
            ask(path)
        reasons.add(str(error.value))
    (reason,) = reasons
    return reason


def test_a_recording_is_looked_at_and_removed_with_the_folder_of_its_day(
    recordings: RecordingFolder, folder: Path
) -> None:
    found = recordings.look(f"{DAY}/a.wav")
    assert (found.size, found.sha256) == (6, hashlib.sha256(b"RIFF a").hexdigest())
    recordings.remove(f"{DAY}/a.wav", found)
    recordings.settle()
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_still_used_stays(recordings: RecordingFolder, folder: Path) -> None:
    (folder / DAY / "b.wav").write_bytes(b"")
    (folder / "leak").mkdir()
    (folder / "leak" / "c.wav").write_bytes(b"RIFF c")
    for path in (f"{DAY}/a.wav", "leak/c.wav"):
        recordings.remove(path, recordings.look(path))
    recordings.settle()
    assert sorted(path.name for path in folder.iterdir()) == [DAY, "leak"]


@pytest.mark.parametrize(
    "path",
    [
        "../secret.wav", f"{DAY}/../../secret.wav", f"{DAY}/../{DAY}/a.wav", f"./{DAY}/a.wav", f"{DAY}//a",
        "/etc/passwd", "", "/", ".", "..", f"{DAY}/", f"{DAY}/a.wav\0", f"{DAY}\n/a.wav",
    ],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_or_there_in_a_roundabout_way_is_refused(
    recordings: RecordingFolder, path: str
) -> None:
    assert "leaves the folder" in refuses(recordings, path)


def test_no_link_is_followed(recordings: RecordingFolder, folder: Path, tmp_path: Path) -> None:
    (folder / "link.wav").symlink_to(tmp_path / "secret.wav")
    (folder / "away").symlink_to(tmp_path)
    (folder / "loop").symlink_to("loop")
    (folder / "today").symlink_to(DAY)
    for path in ("away/secret.wav", "loop/a.wav", "today/a.wav", f"{DAY}/a.wav/b.wav"):
        assert "stands where a folder should" in refuses(recordings, path)
    for path in ("link.wav", "loop", "today"):
        assert refuses(recordings, path) == "it is a link"


def test_what_is_no_plain_file_is_refused(recordings: RecordingFolder, folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert refuses(recordings, "pipe") == refuses(recordings, DAY) == "it is no plain file"


def test_a_file_with_a_second_name_would_stay_and_is_refused(
    recordings: RecordingFolder, folder: Path, tmp_path: Path
) -> None:
    os.link(folder / DAY / "a.wav", tmp_path / "copy.wav")
    assert "second name" in refuses(recordings, f"{DAY}/a.wav")


@pytest.mark.parametrize("path", ["none.wav", "2024-04-02/a.wav", f"{DAY}/{'x' * 200}"])
def test_what_is_not_there_is_missing(recordings: RecordingFolder, path: str) -> None:
    with pytest.raises(RecordingMissing):
        recordings.look(path)


def test_a_name_no_file_can_have_is_refused(recordings: RecordingFolder) -> None:
    assert "too long" in refuses(recordings, "x" * 5000)


def test_what_changed_after_it_was_looked_at_stays(recordings: RecordingFolder, folder: Path) -> None:
    path = folder / DAY / "a.wav"
    found = recordings.look(f"{DAY}/a.wav")
    with path.open("ab") as file:
        file.write(b" and more")
    with pytest.raises(RecordingRefused, match="written to, or replaced"):
        recordings.remove(f"{DAY}/a.wav", found)
    found = recordings.look(f"{DAY}/a.wav")
    path.unlink()
    path.symlink_to("/etc/passwd")
    with pytest.raises(RecordingRefused, match="link"):
        recordings.remove(f"{DAY}/a.wav", found)
    assert path.is_symlink()


def test_a_folder_that_is_not_there_is_named_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match="none cannot be opened: No such file or directory; create or mount"
    ):
        RecordingFolder(tmp_path / "none")


def test_looking_at_many_folders_leaves_no_file_open(recordings: RecordingFolder, folder: Path) -> None:
    for day in range(150):
        (folder / "2025" / f"{day:03}").mkdir(parents=True)
        (folder / "2025" / f"{day:03}" / "a.wav").write_bytes(b"")
    before = len(os.listdir("/proc/self/fd"))
    for day in range(150):
        recordings.size(f"2025/{day:03}/a.wav")
        recordings.size(f"{DAY}/a.wav")
    assert len(os.listdir("/proc/self/fd")) <= before + 120


def test_a_certificate_is_for_its_owner_alone_and_told_by_its_hash(tmp_path: Path) -> None:
    certificates = CertificateFolder(tmp_path / "certificates")
    name, sha256 = certificates.write(7, [{"purge": 7}, {"path": "漏水.wav"}])
    path = certificates.path(name)
    assert [json.loads(line) for line in path.read_text("utf-8").splitlines()] == [
        {"purge": 7},
        {"path": "漏水.wav"},
    ]
    assert path.stat().st_mode & 0o077 == 0
    assert certificates.hashed(name) == sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert certificates.hashed("purge-000008.jsonl") == ""
    assert [one.name for one in path.parent.iterdir()] == [name]
