"""Records left as files: taken in once, put aside with a reason if bad, never lost, never read for ever."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fsbridge.adapters.cdr import LARGEST, Spool, Swept, parse
from fsbridge.errors import FsbridgeError
from fsbridge.services.history import Past, RecordRefused
from fsbridge.testing.past import PastInMemory
from tests.adapters.cdr.records import record


class Folder:
    """A spool, what is in it, and what was taken from it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.archive = PastInMemory()
        self.past = Past(self.archive)
        self.spool = Spool(path, self.past)

    def leave(self, name: str, body: bytes, *, age: float = 3600) -> Path:
        """A file as FreeSWITCH leaves it, so many seconds old."""
        path = self.path / name
        path.write_bytes(body)
        at = datetime.now(UTC).timestamp() - age
        os.utime(path, (at, at))
        return path

    def files(self) -> set[str]:
        """Every file below the folder, without the days' names."""
        found = (path.relative_to(self.path).parts for path in self.path.rglob("*") if not path.is_dir())
        return {"/".join(part for part in parts if not part.startswith("20")) for parts in found}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_what_was_left_is_taken_in_and_moved_away(folder: Folder) -> None:
    folder.leave("7f1c.cdr.json", record("7f1c"))
    folder.leave("a_7f1d.cdr.json", record("7f1d"))
    assert folder.spool.sweep() == Swept(taken=2)
    assert folder.spool.sweep() == Swept()
    assert set(folder.archive.histories) == {"7f1c", "7f1d"}
    assert folder.files() == {"done/7f1c.cdr.json", "done/a_7f1d.cdr.json"}


def test_what_was_posted_before_is_known_and_moved_away(folder: Folder) -> None:
    folder.past.take(parse(record("7f1c")))
    folder.leave("7f1c.cdr.json", record("7f1c"))
    assert folder.spool.sweep() == Swept(known=1)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "no JSON"),
        (record("7f1c")[:200], "no JSON"),
        (b'{"variables": {"uuid": "../x"}}', "whose uuid is"),
        (b"x" * (LARGEST + 1), "the largest taken"),
    ],
)
def test_a_bad_file_is_put_aside_with_its_reason_and_the_others_go_on(
    folder: Folder, body: bytes, reason: str
) -> None:
    folder.leave("1bad.cdr.json", body)
    folder.leave("2good.cdr.json", record("7f1c"))
    assert folder.spool.sweep() == Swept(taken=1, bad=1)
    assert folder.files() == {
        "bad/1bad.cdr.json",
        "bad/1bad.cdr.json.reason",
        "done/2good.cdr.json",
    }
    assert (folder.path / "bad" / "1bad.cdr.json").read_bytes() == body
    assert reason in (folder.path / "bad" / "1bad.cdr.json.reason").read_text()


def test_a_file_in_the_middle_of_being_written_is_left_until_it_is_whole(folder: Folder) -> None:
    whole = record("7f1c")
    folder.leave("7f1c.cdr.json", whole[:200], age=0)
    assert folder.spool.sweep() == Swept(left=1)
    folder.leave("7f1c.cdr.json", whole, age=0)
    assert folder.spool.sweep() == Swept(taken=1)


def test_a_record_the_store_never_takes_is_put_aside(folder: Folder) -> None:
    folder.leave("7f1c.cdr.json", record("7f1c"))
    folder.archive.failing = RecordRefused("the database refuses it")
    assert folder.spool.sweep() == Swept(bad=1)
    assert "refuses it" in (folder.path / "bad" / "7f1c.cdr.json.reason").read_text()


def test_while_the_store_is_away_everything_waits(folder: Folder) -> None:
    for number in range(3):
        folder.leave(f"7f1{number}.cdr.json", record(f"7f1{number}"))
    folder.archive.failing = FsbridgeError("the database is away")
    assert folder.spool.sweep() == Swept(left=3)
    folder.archive.failing = None
    assert folder.spool.sweep() == Swept(taken=3)


def test_links_pipes_and_strangers_are_not_followed_or_read(
    folder: Folder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret"
    outside.write_bytes(record("5ec2e7"))
    (folder.path / "1link.cdr.json").symlink_to(outside)
    os.mkfifo(folder.path / "2pipe.cdr.json")
    (folder.path / "3folder.cdr.json").mkdir()
    folder.leave("notes.txt", record("7f1c"))
    folder.leave("..cdr.json", record("7f1c"))
    assert folder.spool.sweep() == Swept(bad=3)
    assert folder.archive.histories == {}
    assert outside.read_bytes() == record("5ec2e7")
    assert {"notes.txt", "..cdr.json"} <= folder.files()
    assert folder.spool.sweep() == Swept()


def test_a_file_another_swept_meanwhile_is_no_failure(folder: Folder) -> None:
    folder.leave("7f1c.cdr.json", record("7f1c"))
    take = folder.past.take

    class Meanwhile:
        def take(self, leg: object) -> bool:
            (folder.path / "7f1c.cdr.json").unlink()
            return take(leg)  # type: ignore[arg-type]

    assert Spool(folder.path, Meanwhile()).sweep() == Swept(left=1)
    assert folder.spool.sweep() == Swept()


def test_only_days_long_done_are_forgotten(folder: Folder) -> None:
    for day in ("2027-01-01", "2027-03-01", "keep-me"):
        (folder.path / "done" / day).mkdir(parents=True)
    (folder.path / "bad").mkdir()
    assert folder.spool.forget(datetime(2027, 3, 1, 12, tzinfo=UTC)) == 1
    assert sorted(path.name for path in (folder.path / "done").iterdir()) == ["2027-03-01", "keep-me"]


def test_there_need_not_be_a_folder(tmp_path: Path) -> None:
    assert Folder(tmp_path / "nowhere").spool.sweep() == Swept()
