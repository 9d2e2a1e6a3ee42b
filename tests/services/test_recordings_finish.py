"""Recordings on their way to where they are kept: nothing is lost, wherever it dies."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import soundfile

from fsbridge.adapters.recordings.archive import FolderArchive
from fsbridge.adapters.recordings.press import _pressed
from fsbridge.adapters.recordings.pressing import press
from fsbridge.adapters.recordings.spool import RawFolder
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.alarms import StoredAlarms
from fsbridge.adapters.store.models import Call, CallRecord, Operator, Queue, Recording, Visit
from fsbridge.adapters.store.recording_shelf import RecordingShelf
from fsbridge.services.recordings_finish import Finisher, Order, Pressed, StorageFailed
from tests.adapters.recordings.tapes import NOON, a_call, ended_leg, path_of, sound, tape

NOW = NOON + timedelta(minutes=10)
LATER = NOW + timedelta(days=1)


class Killed(BaseException):
    """The process died here."""


class Dying:
    """Somebody's part, until the process dies: before, or right after, its nth step."""

    def __init__(self, part: Any, left: Iterator[int], at: int) -> None:
        self._part, self._left, self._at = part, left, at

    def __getattr__(self, name: str) -> Any:
        step = getattr(self._part, name)

        def taken(*arguments: Any, **named: Any) -> Any:
            if next(self._left) == self._at:
                raise Killed
            answer = step(*arguments, **named)
            if next(self._left) == self._at:
                raise Killed
            return answer

        return taken


class Here:
    """Compression in this process."""

    def __init__(self, folder: Path, before: Callable[[str], object] = lambda path: None) -> None:
        self._folder, self._before = folder, before

    def press(self, orders: Sequence[Order]) -> Iterable[Pressed]:
        for order in orders:
            self._before(order.path)
            lengths = [one.total_seconds() for one in order.lengths]
            answer = press(str(self._folder), "flac", {"path": order.path, "lengths": lengths})
            yield _pressed(json.loads(json.dumps(answer)))


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "centre.sqlite3"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    store.close()
    return path


class World:
    """A store, a folder, and what finishes."""

    def __init__(self, home: Path, migrated: Path) -> None:
        home.mkdir(exist_ok=True)
        self.store = Store(f"sqlite:///{shutil.copy(migrated, home / 'centre.sqlite3')}")
        self.folder = home / "recordings"
        self.folder.mkdir()
        self.shelf, self.spool = RecordingShelf(self.store), RawFolder(self.folder)
        self.archive, self.alarms = FolderArchive(self.folder), StoredAlarms(self.store)
        self.press: Any = Here(self.folder)
        self.living: Callable[[], Any] = lambda: None

    def finisher(self, wrap: Callable[[Any], Any] = lambda part: part) -> Finisher:
        parts = (self.shelf, self.spool, self.press, self.archive, self.alarms)
        return Finisher(*map(wrap, parts), living=lambda: self.living())

    def rows(self) -> list[Recording]:
        with self.store.connection():
            query = Recording.select(Recording, Call, Operator).join(Call).switch(Recording)
            return list(query.join(Operator, "LEFT OUTER JOIN").order_by(Recording.started_at))

    def rung(self) -> list[tuple[str, str]]:
        return [(one.alarm.kind, one.alarm.subject) for one in self.alarms.standing()]

    def files(self) -> list[str]:
        return sorted(path for path, _ in self.spool.files())


@pytest.fixture
def world(tmp_path: Path, migrated: Path) -> Iterator[World]:
    one = World(tmp_path / "home", migrated)
    yield one
    one.store.close()


def test_a_recording_is_verified_compressed_hashed_and_written_down(world: World) -> None:
    a_call(world.store, "a", 3)
    path = tape(world.folder, "a", 2.9)
    done = world.finisher().sweep(NOW)
    assert (done.kept, done.waiting, world.files()) == (1, [], [path_of("a", kind="flac")])
    (row,) = world.rows()
    found = world.archive.look(row.path)
    assert (row.size, row.sha256, row.fault) == (found.size, found.sha256, "")
    assert (row.call.uuid, row.operator.key, row.length) == ("a", "sato", 2_900_000)
    assert (row.started_at, row.ended_at) == (NOON, NOON + timedelta(seconds=2.9))
    assert world.rung() == []
    assert path != row.path


def test_a_call_that_goes_on_is_left_alone(world: World) -> None:
    path = tape(world.folder, "a", 3)
    done = world.finisher().sweep(NOW)
    assert (done.kept, done.waiting, world.files(), world.rows()) == (0, [path], [path], [])


def test_two_conversations_in_one_call_are_two_recordings(world: World) -> None:
    call = a_call(world.store, "a", 60, left_at=NOON + timedelta(seconds=3))
    second = NOON + timedelta(seconds=50)
    with world.store.writing():
        other = Operator.create(key="tanaka", name="田中", registered_at=NOON)
        Visit.create(
            uuid="v2", call=call, queue=Queue.get(), ordinal=2, entered_at=NOON + timedelta(seconds=8),
            first_entered_at=NOON, answered_at=second, left_at=NOON + timedelta(seconds=60), operator=other,
            outcome="answered",
        )  # fmt: skip
    tape(world.folder, "a", 5)  # until somewhere between the first operator's end and the second queue
    tape(world.folder, "a", 10, second)
    world.finisher().sweep(NOW)
    assert [(row.operator.key, row.fault) for row in world.rows()] == [("sato", ""), ("tanaka", "")]
    assert world.rung() == []


@pytest.mark.parametrize(("talked", "recorded", "fault"), [(60, 30, "short"), (2, 8, "long")])
def test_a_length_that_does_not_fit_rings(world: World, talked: float, recorded: float, fault: str) -> None:
    a_call(world.store, "a", talked)
    path = tape(world.folder, "a", recorded)
    world.finisher().sweep(NOW)
    assert world.rung() == [(fault, path)]
    assert [(row.fault, row.verified_at) for row in world.rows()] == [(fault, NOW)]


def test_a_mended_recording_is_kept_and_rings(world: World) -> None:
    a_call(world.store, "a", 3)
    path = tape(world.folder, "a", 0, body=bytes(44) + sound(3))
    assert world.finisher().sweep(NOW).repaired == 1
    assert world.rung() == [("repaired", path)]
    assert soundfile.info(world.folder / world.rows()[0].path).frames == 24_000


def test_what_cannot_be_read_stays_and_is_tried_again_only_when_asked(world: World) -> None:
    a_call(world.store, "a", 3)
    path = tape(world.folder, "a", 0, body=b"nothing")
    assert world.finisher().sweep(NOW).aside == 1
    assert (world.rung(), world.files()) == ([("unreadable", path)], [path])
    assert world.finisher().sweep(NOW).aside == 0
    tape(world.folder, "a", 3)  # somebody brought it back
    assert world.finisher().sweep(NOW, everything=True).kept == 1
    assert [(row.path, row.fault) for row in world.rows()] == [(path_of("a", kind="flac"), "")]


def test_a_killed_freeswitch_leaves_a_recording_that_is_kept(world: World) -> None:
    a_call(world.store, "a", 3)
    with world.store.writing():
        CallRecord.delete().execute()  # no record was ever written
    path = tape(world.folder, "a", 0, body=bytes(44) + sound(3))
    os.utime(world.folder / path, ((NOON + timedelta(seconds=3)).timestamp(),) * 2)
    for legs, kept in ((None, 0), (["a"], 0), ([], 1)):
        world.living = lambda legs=legs: legs
        assert world.finisher().sweep(NOW).kept == kept
    assert [row.fault for row in world.rows()] == [""]


def test_a_file_of_no_known_call_stays_and_rings(world: World) -> None:
    ended_leg(world.store, "x", NOON, NOON + timedelta(seconds=3))
    path = tape(world.folder, "x", 3)
    soon = world.finisher().sweep(NOW - timedelta(minutes=5))  # its call's record may be on its way
    assert (soon.aside, soon.waiting, world.rung()) == (0, [path], [])
    assert world.finisher().sweep(NOW + timedelta(minutes=1)).aside == 1
    assert (world.rung(), world.files(), world.rows()) == ([("stranger", path)], [path], [])


def test_a_file_that_is_written_to_meanwhile_is_finished_again(world: World) -> None:
    a_call(world.store, "a", 4)
    path = tape(world.folder, "a", 3)

    def go_on(path: str) -> None:
        tape(world.folder, "a", 4)

    world.press = Here(world.folder, go_on)
    listed = world.spool.raw(None)
    world.spool.raw = lambda since: listed  # type: ignore[method-assign]
    world.finisher().sweep(NOW)
    del world.spool.raw
    assert path in world.files()
    world.press = Here(world.folder)
    world.finisher().sweep(NOW)
    assert (world.files(), world.rows()[0].length) == ([path_of("a", kind="flac")], 4_000_000)


def test_a_full_disk_rings_and_everything_waits(world: World) -> None:
    class Full:
        def press(self, orders: Sequence[Order]) -> Iterable[Pressed]:
            return [Pressed(orders[0].path, problem="full", note="No space left on device")]

    for leg in ("a", "b"):
        a_call(world.store, leg, 3)
        tape(world.folder, leg, 3)
    world.press = Full()
    done = world.finisher().sweep(NOW)
    assert (done.kept, len(done.waiting), world.rung()) == (0, 2, [("full", f"{NOW:%Y-%m-%d}")])
    world.press = Here(world.folder)
    assert world.finisher().sweep(NOW).kept == 2


def test_a_storage_that_refuses_rings_and_the_raw_file_stays(world: World) -> None:
    class Away(FolderArchive):
        def put(self, path: str, size: int, sha256: str) -> None:
            raise StorageFailed("the bucket cannot be reached")

    a_call(world.store, "a", 3)
    path = tape(world.folder, "a", 3)
    world.archive = Away(world.folder)
    world.finisher().sweep(NOW)
    assert [kind for kind, _ in world.rung()] == ["storage"]
    assert path in world.files()
    world.archive = FolderArchive(world.folder)
    assert world.finisher().sweep(NOW).kept == 1
    assert world.files() == [path_of("a", kind="flac")]


def test_wherever_it_dies_the_next_sweep_ends_it(tmp_path: Path, migrated: Path) -> None:
    deaths = 0
    for at in itertools.count():
        world = World(tmp_path / str(at), migrated)
        for leg in ("a", "b"):
            a_call(world.store, leg, 2)
            tape(world.folder, leg, 2)
        steps = itertools.count()
        try:
            world.finisher(lambda part, steps=steps, at=at: Dying(part, steps, at)).sweep(NOW)
            survived = True
        except Killed:
            survived = False
            deaths += 1
        assert len({Path(path).stem for path in world.files()}) == 2, f"died at step {at}: {world.files()}"
        world.finisher().sweep(NOW)
        rows = world.rows()
        assert [(row.fault, row.path) for row in rows] == [
            ("", path_of(leg, kind="flac")) for leg in ("a", "b")
        ], f"died at step {at}"
        assert [world.archive.look(row.path).sha256 for row in rows] == [row.sha256 for row in rows]
        assert world.files() == [row.path for row in rows]
        assert world.rung() == []
        world.store.close()
        if survived:
            break
    assert deaths > 15
