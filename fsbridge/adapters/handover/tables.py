"""The tables of the store as lines of JSON, and back: read at one moment, written all or nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import peewee

from fsbridge.adapters.handover.columns import Column, columns_of, stand_in, tables
from fsbridge.adapters.handover.toml import toml
from fsbridge.adapters.store.backup import continue_numbers, defer, next_number
from fsbridge.adapters.store.bulk import insert
from fsbridge.adapters.store.databases import Backend
from fsbridge.adapters.store.models import AuditEntry, Recording, Setting
from fsbridge.adapters.store.plan import CENTRE, StoredPlan
from fsbridge.adapters.store.store import Store
from fsbridge.domain.plandata import data_of
from fsbridge.errors import FsbridgeError
from fsbridge.services.handover import HandoverError, Tell

logger = logging.getLogger(__name__)

_PAGE = 2000
_TOLD = 500
"""Rows after which progress is told."""


class StoredTables:
    """The database as `fsbridge.services.handover` knows it.

    >>> StoredTables.__name__, "call" in tables()
    ('StoredTables', True)
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def names(self) -> Sequence[str]:
        """Every table, each after those it refers to."""
        return list(tables())

    def columns(self, table: str, *, secrets: bool) -> Mapping[str, str]:
        """What is written of a table, and what each column holds."""
        return {one.name: one.kind for one in columns_of(table) if not one.left_out(secrets)}

    @contextmanager
    def moment(self) -> Iterator[Read]:
        """The tables as they are now, however long the reading takes."""
        with self._store.reading() as database:
            yield Read(database, self._store)

    @contextmanager
    def filling(self) -> Iterator[Filled]:
        """Fill the tables; undone whole if the block raises. HandoverError for rows that no table takes."""
        try:
            with self._store.writing() as database:
                database.lock(*tables())
                if filled := _filled(database):
                    raise HandoverError(f"{filled[0]} was filled meanwhile; nothing was changed")
                defer(database)
                yield Filled(database)
        except (peewee.IntegrityError, peewee.DataError) as error:
            raise HandoverError(f"{error}; nothing was changed, see `fsbridge handover verify`") from None

    def filled(self) -> Sequence[str]:
        """The tables that hold anything."""
        with self._store.connection() as database:
            return _filled(database)

    def purged(self, path: str) -> bool:
        """Whether a recording has been purged, as of now."""
        with self._store.connection():
            rows = Recording.select().where(Recording.path == path, Recording.purged_at.is_null(False))
            return bool(rows.exists())

    def note(self, action: str, *, by: str, at: datetime, after: Mapping[str, Any]) -> None:
        """Write into the audit log what was done with everything."""
        with self._store.writing():
            AuditEntry.create(at=at, actor=by, action=action, subject="handover", after=dict(after))


class Read:
    """The tables as they were at one moment."""

    def __init__(self, database: Backend, store: Store) -> None:
        self._database = database
        self._store = store

    def lines(self, table: str, *, secrets: bool) -> Iterator[bytes]:
        """Each row as a line of JSON, by its number; a page at a time is in memory."""
        columns = [one for one in columns_of(table) if not one.left_out(secrets)]
        encode = _encoder(columns)
        names, last = ", ".join(one.name for one in columns), 0
        mark = "?" if self._database.kind == "sqlite" else "%s"
        sql = f"SELECT {names} FROM {table} WHERE id > {mark} ORDER BY id LIMIT {_PAGE}"
        while page := self._database.execute_sql(sql, (last,)).fetchall():
            for row in page:
                yield encode(row)
            last = page[-1][0]

    def last(self, table: str) -> int:
        """The highest number a table ever gave."""
        return next_number(self._database, table)

    def centre(self) -> Mapping[str, str]:
        """What the centre is called; empty without a plan."""
        return centre_of(self._store)

    def texts(self) -> Mapping[str, str]:
        """The plan as a data set; none of one that does not fit, which the tables hold all the same."""
        plans = StoredPlan(self._store)
        if not plans.exists():
            return {}
        try:
            return {"plan.toml": toml(data_of(plans.load()))}
        except FsbridgeError as error:
            logger.warning("plan.toml is left out: %s", error)
            return {}


class Filled:
    """The tables while they are filled."""

    def __init__(self, database: Backend) -> None:
        self._database = database

    def fill(self, table: str, rows: Iterable[Mapping[str, Any]], *, tell: Tell) -> int:
        """Put rows into a table, with their numbers; how many."""
        columns = columns_of(table)
        count = 0

        def values() -> Iterator[list[Any]]:
            nonlocal count
            for row in rows:
                count += 1
                yield [
                    one.decode(row[one.name]) if one.name in row else stand_in(table, one, row["id"])
                    for one in columns
                ]
                if count % _TOLD == 0:
                    tell(table, _TOLD)

        with peewee.__exception_wrapper__:  # type: ignore[attr-defined]  # the drivers' errors as peewee's
            insert(self._database, table, " ".join(one.name for one in columns), values())
        tell(table, count % _TOLD)
        return count

    def go_on_from(self, table: str, last: int) -> None:
        """A table's next number is higher than this."""
        continue_numbers(self._database, {table: last})


def centre_of(store: Store) -> dict[str, str]:
    """The centre's key and name, of whatever plan; empty without one."""
    with store.connection():
        row = Setting.get_or_none(Setting.key == CENTRE)
    facts = row.value if row is not None and isinstance(row.value, dict) else {}
    return {name: str(facts[name]) for name in ("key", "name") if facts.get(name)}


def _encoder(columns: Sequence[Column]) -> Callable[[Sequence[Any]], bytes]:
    names = [one.name for one in columns]
    changed = [(at, encode) for at, one in enumerate(columns) if (encode := one.encode) is not None]

    def line(row: Sequence[Any]) -> bytes:
        values = list(row)
        for at, encode in changed:
            if values[at] is not None:
                values[at] = encode(values[at])
        data = dict(zip(names, values, strict=True))
        try:
            return (json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
        except UnicodeEncodeError:  # half a character, escaped in JSON that somebody else wrote
            return (json.dumps(data, separators=(",", ":")) + "\n").encode()

    return line


def _filled(database: Backend) -> list[str]:
    return [name for name in tables() if database.execute_sql(f"SELECT 1 FROM {name} LIMIT 1").fetchone()]
