"""A centre handed over: everything it knows written in open formats, and taken in by an empty one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any, Protocol

from fsbridge.errors import FsbridgeError
from fsbridge.services.retention import RecordingMissing, RecordingRefused

logger = logging.getLogger(__name__)

FORMAT = "fsbridge handover 1"
"""What a manifest begins with; another number is another format."""

Tell = Callable[[str, int], object]
"""Told what is at work and how many more of it are done."""


class HandoverError(FsbridgeError):
    """It cannot be handed over, or taken in; the text says what to do. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it was written: bytes, hash, and how many lines.

    >>> Written(0, "e3b0").lines
    0
    """

    size: int
    sha256: str
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was written; `last` is the highest number it ever gave, which is not given again.

    >>> Table("seat", "tables/seat.jsonl", {"id": "number"}, 0, 7, Written(0, "e3b0")).rows
    0
    """

    name: str
    file: str
    columns: Mapping[str, str]
    rows: int
    last: int
    written: Written


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something about a file or a row that is not as it should be.

    `grave` False: it was so before, and the handover said so when it was made.

    >>> Trouble("recordings/2027-04-01/9a.flac", "it is not there").grave
    True
    """

    place: str
    what: str
    grave: bool = True


@dataclass(slots=True)
class Manifest:
    """What a handover holds, who made it and when.

    >>> Manifest({"key": "kanazawa"}, "sato", datetime(2030, 3, 31)).rows
    0
    """

    centre: Mapping[str, str]
    made_by: str
    made_at: datetime
    secrets: bool = False
    tables: list[Table] = field(default_factory=list)
    files: Written = Written(0, "")
    """The list of the files; its lines are how many there are."""
    bytes: int = 0
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(table.rows for table in self.tables)


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of a handover as its list has it.

    >>> Listed("certificates/purge-000001.jsonl", 512, "e3b0").path.partition("/")[0]
    'certificates'
    """

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Expected:
    """A file that a row speaks of, with its size and hash when it was verified (0 and empty: unknown)."""

    path: str
    size: int = 0
    sha256: str = ""


class Moment(Protocol):
    """The tables as they were at one moment."""

    def lines(self, table: str, *, secrets: bool) -> Iterator[bytes]: ...
    def last(self, table: str) -> int: ...
    def centre(self) -> Mapping[str, str]: ...
    def texts(self) -> Mapping[str, str]: ...


class Filling(Protocol):
    """The tables while they are filled; kept whole, or undone whole if the block raises."""

    def fill(self, table: str, rows: Iterable[Mapping[str, Any]], *, tell: Tell) -> int: ...
    def go_on_from(self, table: str, last: int) -> None: ...


class Tables(Protocol):
    """The database: read at one moment, or filled while it is empty."""

    def names(self) -> Sequence[str]: ...
    def columns(self, table: str, *, secrets: bool) -> Mapping[str, str]: ...
    def moment(self) -> AbstractContextManager[Moment]: ...
    def filling(self) -> AbstractContextManager[Filling]: ...
    def filled(self) -> Sequence[str]: ...
    def purged(self, path: str) -> bool: ...
    def note(self, action: str, *, by: str, at: datetime, after: Mapping[str, Any]) -> None: ...


class NewCase(Protocol):
    """A handover while it is written: whole, or not there."""

    def write(self, name: str, lines: Iterable[bytes]) -> Written: ...
    def keep(self, name: str, source: IO[bytes]) -> Listed: ...
    def has(self, name: str, expected: Expected) -> Listed | None: ...
    def recordings(self) -> Iterator[Expected]: ...
    def room(self, size: int) -> None: ...
    def list(self, one: Listed) -> None: ...
    def listed(self) -> Written: ...
    def seal(self, manifest: Manifest) -> str: ...


class Case(Protocol):
    """A handover that is there."""

    manifest: Manifest

    def files(self) -> Iterator[Listed]: ...
    def rows(self, table: str) -> Iterator[Mapping[str, Any]]: ...
    def open(self, path: str) -> IO[bytes]: ...
    def sha256(self) -> str: ...


class Stock(Protocol):
    """Files of one kind, by their paths in it. RecordingMissing and RecordingRefused say what cannot be."""

    def paths(self) -> Iterable[str]: ...
    def open(self, path: str) -> IO[bytes]: ...
    def foreign(self, known: Callable[[str], bool]) -> Sequence[str]: ...
    def put(self, one: Listed, source: IO[bytes]) -> None: ...


class Handover:
    """Writes a centre's data and files, and takes them in. `stocks` are its files by their folder's name.

    What the tables call a recording is looked for in the stock `recordings`, which may lie in a bucket.
    """

    def __init__(self, tables: Tables, stocks: Mapping[str, Stock]) -> None:
        self._tables = tables
        self._stocks = stocks

    def export(self, case: NewCase, *, by: str, at: datetime, secrets: bool, tell: Tell) -> Manifest:
        """Write everything of one moment, while others go on; a file that is not there is told as a trouble.

        The handover is in the audit log, of the moment after.
        """
        manifest = Manifest({}, by, at, secrets)
        with self._tables.moment() as moment:
            manifest.centre = moment.centre()
            for name in self._tables.names():
                manifest.tables.append(self._table(case, moment, name, secrets=secrets, tell=tell))
            texts = moment.texts()
        for name, text in texts.items():
            done = case.write(name, [text.encode()])
            case.list(Listed(name, done.size, done.sha256))
        self._recordings(case, manifest, tell)
        for folder, stock in self._stocks.items():
            if folder != "recordings":
                for path in stock.paths():
                    self._keep(case, manifest, stock, folder, Expected(path))
                    tell(folder, 1)
        manifest.files = case.listed()
        sha256 = case.seal(manifest)
        counts = {"rows": manifest.rows, "files": manifest.files.lines, "manifest": sha256}
        self._tables.note("exported", by=by, at=at, after={**counts, "secrets": secrets})
        return manifest

    def take_in(self, case: Case, *, by: str, at: datetime, tell: Tell) -> Manifest:
        """Make an empty system hold what a verified handover holds; HandoverError if it is not empty.

        Files first, so that a row never speaks of one that is not there; the tables all or nothing. When it
        is interrupted, begin again: files that are there already are known by their hashes.
        """
        manifest = case.manifest
        self._refuse_filled()
        listed = {one.path for one in case.files()}
        for folder, stock in self._stocks.items():
            foreign = stock.foreign(lambda path, folder=folder: f"{folder}/{path}" in listed)  # type: ignore[misc]
            if foreign:
                raise HandoverError(
                    f"{folder} holds files that are not in the handover ({', '.join(foreign[:3])}, …): "
                    "only an empty system takes one in; name another FSBRIDGE_HOME"
                )
        for one in case.files():
            for folder, stock in self._stocks.items():
                if one.path.startswith(f"{folder}/"):
                    with case.open(one.path) as source:
                        path = one.path.removeprefix(f"{folder}/")
                        stock.put(Listed(path, one.size, one.sha256), source)
                    tell(folder, 1)
        with self._tables.filling() as filling:
            for table in manifest.tables:
                count = filling.fill(table.name, case.rows(table.name), tell=tell)
                if count != table.rows:
                    raise HandoverError(f"{table.name}: not every row arrived; nothing was changed")
            for table in manifest.tables:
                filling.go_on_from(table.name, table.last)
        after = {"rows": manifest.rows, "files": manifest.files.lines, "manifest": case.sha256()}
        self._tables.note("imported", by=by, at=at, after=after)
        return manifest

    def _refuse_filled(self) -> None:
        filled = self._tables.filled()
        if filled:
            raise HandoverError(
                f"the database holds data already ({', '.join(filled[:3])}, …): only an empty system takes "
                "a handover in; name another FSBRIDGE_HOME or another database"
            )

    def _table(self, case: NewCase, moment: Moment, name: str, *, secrets: bool, tell: Tell) -> Table:
        def counted() -> Iterator[bytes]:
            for line in moment.lines(name, secrets=secrets):
                yield line
                tell(name, 1)

        file = f"tables/{name}.jsonl"
        written = case.write(file, counted())
        columns = self._tables.columns(name, secrets=secrets)
        return Table(name, file, columns, written.lines, moment.last(name), written)

    def _recordings(self, case: NewCase, manifest: Manifest, tell: Tell) -> None:
        """The recordings that rows speak of, then what else lies beside them: what is not finished yet."""
        stock = self._stocks["recordings"]
        case.room(sum(one.size for one in case.recordings()))
        known = set()
        for one in case.recordings():
            known.add(one.path)
            self._keep(case, manifest, stock, "recordings", one, row=True)
            tell("recordings", 1)
        for path in stock.paths():
            if path not in known:
                self._keep(case, manifest, stock, "recordings", Expected(path))
                tell("recordings", 1)

    def _keep(
        self,
        case: NewCase,
        manifest: Manifest,
        stock: Stock,
        folder: str,
        one: Expected,
        *,
        row: bool = False,
    ) -> None:
        name = f"{folder}/{one.path}"
        kept = case.has(name, one)
        if kept is None:
            try:
                with stock.open(one.path) as source:
                    kept = case.keep(name, source)
            except RecordingMissing:
                went = not row or self._tables.purged(one.path)
                what = "it went while this was written" if went else "it was not there"
                manifest.troubles.append(Trouble(name, what, grave=not went))
                return
            except RecordingRefused as error:
                manifest.troubles.append(Trouble(name, str(error)))
                return
        if one.sha256 and kept.sha256 != one.sha256:
            manifest.troubles.append(Trouble(name, f"it is not what was recorded (sha256 {one.sha256})"))
        case.list(kept)
        manifest.bytes += kept.size
