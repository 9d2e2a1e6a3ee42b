"""A recording is drawn once, and the drawing goes after a while."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fsbridge.adapters.recordings.archive import PEAKS, FolderArchive
from fsbridge.adapters.recordings.peakfiles import PeakFiles
from fsbridge.adapters.recordings.pressing import press
from fsbridge.services.retention import RecordingMissing
from tests.adapters.recordings.tapes import path_of, tape

KEPT = path_of("a", kind="flac")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert press(str(tmp_path), "flac", {"path": tape(tmp_path, "a", 3)})["kept"] == KEPT
    return tmp_path


def test_a_drawing_is_made_once_and_of_nothing_that_is_gone(folder: Path) -> None:
    archive = FolderArchive(folder)
    seconds, peaks = archive.peaks(KEPT, 50)
    assert (seconds, len(peaks)) == (3.0, 2)
    assert all(len(row) == 50 and max(row) > 90 for row in peaks)
    size = archive.size(KEPT)
    (folder / KEPT).write_bytes(bytes(size))  # it is not decoded again
    assert archive.peaks(KEPT, 50) == (seconds, peaks)
    (folder / KEPT).unlink()
    with pytest.raises(RecordingMissing):
        archive.peaks(KEPT, 50)


def test_a_drawing_that_is_broken_is_made_anew(folder: Path) -> None:
    archive = FolderArchive(folder)
    first = archive.peaks(KEPT, 50)
    (file,) = (folder / PEAKS).iterdir()
    file.write_text("{")
    assert archive.peaks(KEPT, 50) == first


def test_an_old_drawing_goes(folder: Path) -> None:
    FolderArchive(folder).peaks(KEPT, 50)
    (file,) = (folder / PEAKS).iterdir()
    assert PeakFiles(folder / PEAKS).forget() == 0
    os.utime(file, (0, 0))
    assert PeakFiles(folder / PEAKS).forget() == 1
    assert list((folder / PEAKS).iterdir()) == []
