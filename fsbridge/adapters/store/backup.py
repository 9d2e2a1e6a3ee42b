"""A backup of the whole database: one compressed file, the same for both kinds of database.

A logical dump and neither SQLite's own copy nor pg_dump's: it is taken while everything runs, needs no
program beside ours, and a centre that grew up moves from SQLite to PostgreSQL (or back) by restoring it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from peewee import BooleanField

from fsbridge.adapters.store.databases import Backend
from fsbridge.adapters.store.migrate import applied
from fsbridge.adapters.store.models import MODELS, Row
from fsbridge.adapters.store.store import Store
from fsbridge.errors import FsbridgeError

FORMAT = "fsbridge backup 1"
_PAGE = 2000
_PARAMETERS = 30_000
"""Values one statement carries at most; SQLite takes 32,766."""

Progress = Callable[[str, int], object]
"""Told the table and how many of its rows have been worked through just now."""


class BackupError(FsbridgeError):
    """The file is no backup, was damaged, or does not fit; nothing was changed."""


@dataclass(frozen=True)
class Backup:
    """What is in a backup: when it was taken, from what, how many rows of each table, its checksum.

    >>> Backup(datetime(2027, 4, 1), "sqlite", {"season": 2, "tier": 128}, {}, "").rows
    130
    """

    taken_at: datetime
    kind: str
    counts: dict[str, int]
    steps: dict[int, str]
    checksum: str

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(self.counts.values())


def back_up(store: Store, path: Path, at: datetime, progress: Progress = lambda table, rows: None) -> Backup:
    """Write everything into `path`, as of one moment, while others read and write; BackupError if it exists.

    The file is whole or not there: it is written beside and renamed, readable for its owner alone.
    """
    if path.exists():
        raise BackupError(f"{path} exists; name another file, a backup overwrites nothing")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        with (
            store.reading() as database,
            _private(beside) as raw,
            gzip.open(raw, "wt", encoding="utf-8") as file,
        ):
            written = _write(database, store.kind, at, file.write, progress)
        _to_disk(beside)
        found = read(beside)
        if found.checksum != written.checksum:
            raise BackupError(f"{path}: what was written does not read back; look at the disk")
        os.replace(beside, path)
    except OSError as error:
        raise BackupError(f"{path}: {error.strerror or error}; name another folder, or make room") from None
    finally:
        with suppress(OSError):
            beside.unlink()
    return written


def read(path: Path) -> Backup:
    """What is in a backup, every line of it read and checked; BackupError if it was cut short or changed."""
    header: dict[str, Any] = {}
    counts: dict[str, int] = {}
    digest, trailer = hashlib.sha256(), ""
    for line, data in _lines(path):
        if trailer:
            raise BackupError(f"{path}: goes on after its end; take another backup")
        if "checksum" in data:
            trailer = data["checksum"]
            continue
        digest.update(line)
        if "format" in data:
            header = data
        elif "table" in data:
            counts[data["table"]] = counts.get(data["table"], 0) + len(data["rows"])
    if header.get("format") != FORMAT:
        raise BackupError(f"{path}: is no {FORMAT}; name a file that `fsbridge db backup` wrote")
    if not trailer or trailer != digest.hexdigest() or header["counts"] != counts:
        raise BackupError(f"{path}: was cut short or changed; take another backup")
    steps = {int(number): checksum for number, checksum in header["steps"].items()}
    taken = datetime.fromisoformat(header["taken_at"])
    return Backup(taken, header["kind"], counts, steps, trailer)


def restore(
    store: Store, path: Path, *, replace: bool = False, progress: Progress = lambda table, rows: None
) -> Backup:
    """Make the database hold what the backup holds, all of it or nothing.

    BackupError if the file is not whole, is of another version, or the database holds anything and
    `replace` was not said. Afterwards every table is counted again before it is kept.
    """
    found = read(path)
    with store.connection() as database:
        here = {number: checksum for number, (_, checksum) in applied(database).items()}
    if here != found.steps:
        raise BackupError(
            f"{path}: is of another version of the tables (steps {_numbers(found.steps)}, here "
            f"{_numbers(here)}); restore it with the version that wrote it, then migrate"
        )
    models = {model._meta.table_name: model for model in MODELS}
    unknown = sorted(set(found.counts) - set(models))
    if unknown:
        raise BackupError(f"{path}: holds tables unknown here: {', '.join(unknown)}")
    with store.writing() as database:
        database.lock(*models)
        filled = [name for name in models if _count(database, name)]
        if filled and not replace:
            raise BackupError(
                f"{store.url} holds data already ({', '.join(filled[:3])}, …): say --replace to lose "
                "them for the backup's, after a backup of them"
            )
        defer(database)
        for name in reversed(models):
            database.execute_sql(f"DELETE FROM {name}")
        for _, data in _lines(path):
            if "table" in data:
                _insert(database, models[data["table"]], data["columns"], data["rows"])
                progress(data["table"], len(data["rows"]))
            elif "next" in data:
                continue_numbers(database, data["next"])
        for name in models:
            if _count(database, name) != found.counts.get(name, 0):
                raise BackupError(f"{name}: not every row arrived; nothing was changed")
    return found


def _write(
    database: Backend, kind: str, at: datetime, write: Callable[[str], object], progress: Progress
) -> Backup:
    digest = hashlib.sha256()

    def line(data: dict[str, Any]) -> None:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"
        digest.update(text.encode())
        write(text)

    names = [model._meta.table_name for model in MODELS]
    counts = {name: count for name in names if (count := _count(database, name))}
    steps = {number: checksum for number, (_, checksum) in applied(database).items()}
    line({"format": FORMAT, "taken_at": at.isoformat(), "kind": kind, "steps": steps, "counts": counts})
    for model in MODELS:
        for columns, rows in _pages(database, model):
            name = model._meta.table_name
            line({"table": name, "columns": columns, "rows": rows})
            progress(name, len(rows))
    line({"next": {name: next_number(database, name) for name in names}})
    write(json.dumps({"checksum": digest.hexdigest()}) + "\n")
    return Backup(at, kind, counts, steps, digest.hexdigest())


def _pages(database: Backend, model: type[Row]) -> Iterator[tuple[list[str], list[list[Any]]]]:
    """A table by its numbers, a page at a time, so that no table has to fit into memory."""
    name = model._meta.table_name
    columns = [field.column_name for field in model._meta.sorted_fields]
    flags = [at for at, field in enumerate(model._meta.sorted_fields) if isinstance(field, BooleanField)]
    place, last = columns.index("id"), 0
    mark = _mark(database)
    while True:
        found = database.execute_sql(
            f"SELECT {', '.join(columns)} FROM {name} WHERE id > {mark} ORDER BY id LIMIT {_PAGE}", (last,)
        ).fetchall()
        if not found:
            return
        rows = [list(row) for row in found]
        for row in rows:
            for at in flags:
                row[at] = bool(row[at])
        last = rows[-1][place]
        yield columns, rows


def _insert(database: Backend, model: type[Row], columns: list[str], rows: list[list[Any]]) -> None:
    known = [field.column_name for field in model._meta.sorted_fields]
    name = model._meta.table_name
    if set(columns) != set(known):
        raise BackupError(f"{name}: has other columns here than in the backup")
    if "parent_id" in columns:  # a parent stands before its children
        place = columns.index("parent_id")
        rows = sorted(rows, key=lambda row: row[place] is not None)
    one = f"({', '.join([_mark(database)] * len(columns))})"
    step = _PARAMETERS // len(columns)
    for first in range(0, len(rows), step):
        page = rows[first : first + step]
        values = [value for row in page for value in row]
        database.execute_sql(
            f"INSERT INTO {name} ({', '.join(columns)}) VALUES {', '.join([one] * len(page))}", values
        )


def next_number(database: Backend, name: str) -> int:
    """The highest number ever given in a table: it is never given twice, not even after a restore."""
    if database.kind == "sqlite":
        row = database.execute_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0
    (sequence,) = database.execute_sql("SELECT pg_get_serial_sequence(%s, 'id')", (name,)).fetchone()
    number, called = database.execute_sql(f"SELECT last_value, is_called FROM {sequence}").fetchone()
    return int(number) if called else 0


def continue_numbers(database: Backend, numbers: dict[str, int]) -> None:
    known = {model._meta.table_name for model in MODELS}
    for name, number in numbers.items():
        if name not in known or not number:
            continue
        if database.kind == "sqlite":
            database.execute_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
            database.execute_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, number))
        else:
            database.execute_sql("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", (name, number))


def defer(database: Backend) -> None:
    """SQLite checks what refers to what only at the end; PostgreSQL is given rows in their order."""
    if database.kind == "sqlite":
        database.execute_sql("PRAGMA defer_foreign_keys = 1")


def _lines(path: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    try:
        with gzip.open(path, "rb") as file:
            for line in file:
                data = json.loads(line)
                if not isinstance(data, dict):
                    raise ValueError("a line is no table")
                yield line, data
    except (OSError, EOFError, ValueError) as error:
        raise BackupError(f"{path}: cannot be read as a backup ({error}); name another file") from None


def _count(database: Backend, name: str) -> int:
    return int(database.execute_sql(f"SELECT count(*) FROM {name}").fetchone()[0])


def _mark(database: Backend) -> str:
    return "?" if database.kind == "sqlite" else "%s"


def _numbers(steps: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(steps))) or "none"


def _private(path: Path) -> Any:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
