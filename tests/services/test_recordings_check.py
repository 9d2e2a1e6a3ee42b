"""Talks that must have a recording and have none ring; what is written down is compared with the files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fsbridge.adapters.recordings.archive import FolderArchive
from fsbridge.adapters.recordings.spool import RawFolder
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.alarms import StoredAlarms
from fsbridge.adapters.store.models import Recording
from fsbridge.adapters.store.recording_shelf import RecordingShelf
from fsbridge.services.recordings_check import Check, Expecting
from fsbridge.services.recordings_finish import Finisher
from tests.adapters.recordings.tapes import NOON, a_call, path_of, tape
from tests.services.test_recordings_finish import Here

NOW = NOON + timedelta(minutes=5)


class World:
    """A store, a folder, and what looks after both."""

    def __init__(self, home: Path) -> None:
        self.store = Store(f"sqlite:///{home / 'centre.sqlite3'}")
        self.store.migrate()
        self.folder = home / "recordings"
        self.folder.mkdir()
        self.shelf, self.spool = RecordingShelf(self.store), RawFolder(self.folder)
        self.archive, self.alarms = FolderArchive(self.folder), StoredAlarms(self.store)
        self.check = Check(self.shelf, self.spool, self.archive, self.alarms, elsewhere=False)
        self.expecting = Expecting(self.shelf, self.alarms, lambda talk: talk.queue != "silent@city")

    def record(self, *legs: str) -> None:
        for leg in legs:
            a_call(self.store, leg, 3)
            tape(self.folder, leg, 3)
        press = Here(self.folder)
        Finisher(self.shelf, self.spool, press, self.archive, self.alarms).sweep(NOW)

    def rung(self) -> list[tuple[str, str]]:
        return [(one.alarm.kind, one.alarm.subject) for one in self.alarms.standing()]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    one = World(tmp_path)
    yield one
    one.store.close()


def test_a_talk_without_a_recording_rings_once_within_the_minute(world: World) -> None:
    a_call(world.store, "a", 30)
    ended = NOON + timedelta(seconds=30)
    assert world.expecting.look(ended + timedelta(seconds=10)) == (0, [])
    assert world.expecting.look(ended + timedelta(seconds=40))[0] == 1
    world.expecting.look(ended + timedelta(seconds=50))
    assert world.rung() == [("none", "a/1")]


def test_what_is_recorded_or_waits_or_need_not_be_does_not_ring(world: World) -> None:
    world.record("a")
    a_call(world.store, "b", 30)
    a_call(world.store, "c", 0.5)
    path = tape(world.folder, "b", 30)
    assert world.expecting.look(NOW, waiting=[path]) == (2, [])
    silent = Expecting(world.shelf, world.alarms, lambda talk: False)
    assert silent.look(NOW) == (0, [])
    assert world.rung() == []


def test_an_acknowledged_alarm_is_not_raised_again(world: World) -> None:
    a_call(world.store, "a", 30)
    world.expecting.look(NOW)
    (standing,) = world.alarms.standing()
    world.alarms.acknowledge(standing.id, NOW, by="chief", note="設定を直した")
    world.expecting.look(NOW)
    assert world.rung() == []


def test_all_is_well(world: World) -> None:
    world.record("a", "b")
    report = world.check.run(NOW, deep=True)
    assert (report.recordings, report.files, report.well) == (2, 2, True)


def test_what_is_gone_or_changed_rings_and_the_rest_is_left_alone(world: World) -> None:
    world.record("a", "b", "c", "d")
    gone, shorter, other = (path_of(leg, kind="flac") for leg in "abc")
    (world.folder / gone).unlink()
    (world.folder / shorter).write_bytes(b"fLaC")
    body = bytearray((world.folder / other).read_bytes())
    body[-1] ^= 1
    (world.folder / other).write_bytes(body)
    assert len(world.check.run(NOW).troubles) == 2
    found = world.check.run(NOW, deep=True).troubles
    assert [(one.kind, one.subject) for one in found] == [
        ("missing", gone),
        ("changed", shorter),
        ("changed", other),
    ]
    assert sorted(world.rung()) == [("changed", shorter), ("changed", other), ("missing", gone)]
    assert (world.folder / path_of("d", kind="flac")).exists()


def test_a_folder_that_is_not_mounted_rings_once_and_not_for_each(world: World) -> None:
    call = a_call(world.store, "a", 3)
    with world.store.writing():
        for number in range(150):
            at = NOON + timedelta(seconds=number)
            path = path_of("a", at, "flac")
            Recording.create(path=path, call=call, started_at=at, size=9, sha256="e3", verified_at=NOW)
    report = world.check.run(NOW)
    assert (report.counts, len(report.troubles)) == ({"missing": 150}, 100)
    assert world.rung() == [("storage", f"{NOW:%Y-%m-%d}")]


def test_strangers_among_the_files_are_named_and_only_half_written_ones_removed(world: World) -> None:
    world.record("a")
    day = world.folder / "2027-04-01"
    (day / "letter.txt").write_text("?")
    (day / ".x.flac.part").write_text("half")
    (day / ".y.flac.part").write_text("being written")
    old = (NOW - timedelta(hours=2)).timestamp()
    os.utime(day / ".x.flac.part", (old, old))
    os.utime(day / ".y.flac.part", (NOW.timestamp(), NOW.timestamp()))
    found = world.check.run(NOW).troubles
    assert sorted((one.kind, one.subject) for one in found) == [
        ("orphan", "2027-04-01/letter.txt"),
        ("part", "2027-04-01/.x.flac.part"),
    ]
    report = world.check.run(NOW, repair=True)
    assert ([one.kind for one in report.troubles], report.repaired) == (["orphan"], 1)
    assert sorted(one.name for one in day.iterdir()) == [
        ".y.flac.part",
        Path(path_of("a", kind="flac")).name,
        "letter.txt",
    ]
    assert world.rung() == []


def test_a_purged_recording_is_not_missed(world: World) -> None:
    world.record("a")
    with world.store.writing():
        Recording.update(purged_at=NOW, purge_outcome="removed").execute()
    (world.folder / path_of("a", kind="flac")).unlink()
    assert world.check.run(NOW).well
