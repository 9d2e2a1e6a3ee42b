"""A handover's order of things, on shelves in memory: one moment, troubles told, nothing taken in half."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import IO, Any

import pytest

from fsbridge.services.handover import (
    Expected,
    Handover,
    HandoverError,
    Listed,
    Manifest,
    Trouble,
    Written,
)
from fsbridge.services.retention import RecordingMissing, RecordingRefused

NOW = datetime(2030, 3, 31, tzinfo=UTC)
ROWS = [{"id": 1, "path": "a.flac"}, {"id": 2, "path": "b.flac"}]


def hashed(data: bytes) -> str:
    return sha256(data).hexdigest()


class Book:
    """A database with one table."""

    def __init__(self, rows: Sequence[Mapping[str, Any]] = ()) -> None:
        self.rows = list(rows)
        self.notes: list[str] = []
        self.gone: set[str] = set()
        self.next = 7
        self.open = False

    def names(self) -> Sequence[str]:
        return ["recording"]

    def columns(self, table: str, *, secrets: bool) -> Mapping[str, str]:
        return {"id": "number", "path": "text"}

    @contextmanager
    def moment(self) -> Iterator[Book]:
        self.open = True
        yield self
        self.open = False

    @contextmanager
    def filling(self) -> Iterator[Book]:
        before = list(self.rows)
        try:
            yield self
        except BaseException:
            self.rows = before
            raise

    def lines(self, table: str, *, secrets: bool) -> Iterator[bytes]:
        for row in self.rows:
            yield json.dumps(row).encode() + b"\n"

    def last(self, table: str) -> int:
        return self.next

    def centre(self) -> Mapping[str, str]:
        return {"name": "町"}

    def texts(self) -> Mapping[str, str]:
        return {"plan.toml": "key = 1\n"}

    def fill(self, table: str, rows: Iterable[Mapping[str, Any]], *, tell: Callable[..., object]) -> int:
        self.rows += rows
        return len(self.rows)

    def go_on_from(self, table: str, last: int) -> None:
        self.next = last

    def filled(self) -> Sequence[str]:
        return ["recording"] if self.rows else []

    def purged(self, path: str) -> bool:
        return path in self.gone

    def note(self, action: str, *, by: str, at: datetime, after: Mapping[str, Any]) -> None:
        self.notes.append(f"{by} {action} {after['rows']} rows")


class Shelf:
    """Files in memory; what is None is refused."""

    def __init__(self, **files: bytes | None) -> None:
        self.files = {name.replace("_", "."): data for name, data in files.items()}

    def paths(self) -> Iterable[str]:
        return list(self.files)

    def open(self, path: str) -> IO[bytes]:
        if path not in self.files:
            raise RecordingMissing(path)
        data = self.files[path]
        if data is None:
            raise RecordingRefused("it is a link")
        return io.BytesIO(data)

    def foreign(self, known: Callable[[str], bool]) -> Sequence[str]:
        return [path for path in self.files if not known(path)]

    def put(self, one: Listed, source: IO[bytes]) -> None:
        self.files[one.path] = source.read()


class Box:
    """A handover in memory, written and read."""

    def __init__(self) -> None:
        self.files_by_name: dict[str, bytes] = {}
        self.listing: list[Listed] = []
        self.copied: set[str] = set()
        self.manifest = Manifest({}, "", NOW)
        self.expected = {"a.flac": hashed(b"aa"), "b.flac": hashed(b"bb")}

    def write(self, name: str, lines: Iterable[bytes]) -> Written:
        data = b"".join(lines)
        self.files_by_name[name] = data
        return Written(len(data), hashed(data), data.count(b"\n"))

    def keep(self, name: str, source: IO[bytes]) -> Listed:
        data = self.files_by_name[name] = source.read()
        self.copied.add(name)
        return Listed(name, len(data), hashed(data))

    def has(self, name: str, expected: Expected) -> Listed | None:
        data = self.files_by_name.get(name)
        if data is None or hashed(data) != expected.sha256:
            return None
        return Listed(name, len(data), expected.sha256)

    def recordings(self) -> Iterator[Expected]:
        for path, digest in self.expected.items():
            yield Expected(path, 2, digest)

    def room(self, size: int) -> None:
        assert size == 4

    def list(self, one: Listed) -> None:
        self.listing.append(one)

    def listed(self) -> Written:
        return Written(0, "", len(self.listing))

    def seal(self, manifest: Manifest) -> str:
        self.manifest = manifest
        return "ab"

    def files(self) -> Iterator[Listed]:
        return iter(self.listing)

    def rows(self, table: str) -> Iterator[Mapping[str, Any]]:
        return map(json.loads, self.files_by_name[f"tables/{table}.jsonl"].splitlines())

    def open(self, path: str) -> IO[bytes]:
        return io.BytesIO(self.files_by_name[path])

    def sha256(self) -> str:
        return "ab"


def export(book: Book, box: Box, **stocks: Shelf) -> Manifest:
    handover = Handover(book, stocks)
    return handover.export(box, by="sato", at=NOW, secrets=False, tell=lambda name, count: None)


def take_in(book: Book, box: Box, **stocks: Shelf) -> Manifest:
    return Handover(book, stocks).take_in(box, by="mori", at=NOW, tell=lambda name, count: None)


def test_what_was_written_is_taken_in():
    box, book = Box(), Book(ROWS)
    done = export(
        book, box, recordings=Shelf(a_flac=b"aa", b_flac=b"bb", raw_wav=b"r"), cdr=Shelf(c_json=b"{}")
    )
    assert [one.path for one in box.listing] == [
        "plan.toml", "recordings/a.flac", "recordings/b.flac", "recordings/raw.wav", "cdr/c.json",
    ]  # fmt: skip
    assert (done.rows, done.bytes, done.centre, done.troubles) == (2, 7, {"name": "町"}, [])
    empty, recordings, cdr = Book(), Shelf(), Shelf()
    take_in(empty, box, recordings=recordings, cdr=cdr)
    assert (empty.rows, empty.next) == (ROWS, 7)
    assert recordings.files == {"a.flac": b"aa", "b.flac": b"bb", "raw.wav": b"r"}
    assert cdr.files == {"c.json": b"{}"}
    assert (book.notes, empty.notes) == (["sato exported 2 rows"], ["mori imported 2 rows"])


def test_files_are_copied_when_the_moment_is_over():
    book, box = Book(ROWS), Box()

    class Watched(Shelf):
        def open(self, path: str) -> IO[bytes]:
            assert not book.open
            return super().open(path)

    export(book, box, recordings=Watched(a_flac=b"aa", b_flac=b"bb"))
    assert len(box.listing) == 3


def test_what_cannot_be_handed_over_is_told_and_stops_nothing():
    book, box = Book(ROWS), Box()
    done = export(book, box, recordings=Shelf(b_flac=b"b?", link=None))
    assert done.troubles == [
        Trouble("recordings/a.flac", "it was not there"),
        Trouble("recordings/b.flac", f"it is not what was recorded (sha256 {hashed(b'bb')})"),
        Trouble("recordings/link", "it is a link"),
    ]


def test_what_was_purged_meanwhile_is_no_trouble():
    book, box = Book(ROWS), Box()
    book.gone.add("a.flac")
    done = export(book, box, recordings=Shelf(b_flac=b"bb"))
    assert done.troubles == [Trouble("recordings/a.flac", "it went while this was written", grave=False)]


def test_what_an_interrupted_one_copied_is_not_copied_again():
    book, box = Book(ROWS), Box()
    box.files_by_name = {"recordings/a.flac": b"aa", "recordings/b.flac": b"b"}
    export(book, box, recordings=Shelf(a_flac=b"aa", b_flac=b"bb"))
    assert box.copied == {"recordings/b.flac"}


def test_a_filled_system_is_left_alone():
    box = Box()
    export(Book(ROWS), box, recordings=Shelf(a_flac=b"aa", b_flac=b"bb"))
    shelf = Shelf()
    with pytest.raises(HandoverError, match=r"holds data already \(recording, …\)"):
        take_in(Book([{"id": 9}]), box, recordings=shelf)
    with pytest.raises(HandoverError, match=r"not in the handover \(mine.wav, …\)"):
        take_in(Book(), box, recordings=Shelf(mine_wav=b"m"))
    assert not shelf.files


def test_a_row_that_does_not_arrive_undoes_all():
    box, empty = Box(), Book()
    export(Book(ROWS), box, recordings=Shelf(a_flac=b"aa", b_flac=b"bb"))
    box.files_by_name["tables/recording.jsonl"] = b'{"id": 1}\n'
    with pytest.raises(HandoverError, match="not every row arrived"):
        take_in(empty, box, recordings=Shelf())
    assert (empty.rows, empty.notes) == ([], [])
