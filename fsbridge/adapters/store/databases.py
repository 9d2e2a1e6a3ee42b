"""The two kinds of database behind one address: an SQLite file, or a PostgreSQL server.

Both hand out connections from a pool and never open one by themselves, so that a greenlet that forgot
to give its connection back is an error at once and not a leak.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

from peewee import DatabaseError, OperationalError, ProgrammingError
from playhouse.pool import PooledSqliteDatabase  # type: ignore[import-untyped]
from playhouse.postgres_ext import PooledPsycopg3Database  # type: ignore[import-untyped]

from fsbridge.errors import ConfigError

SQLITE_OLDEST = (3, 37, 0)
"""STRICT tables came with it: they refuse a text where a number belongs, as PostgreSQL does."""
BUSY_TIMEOUT = 10.0
"""Seconds a statement waits while another process writes to the same SQLite file."""
_BUSY_IN_C = 10
"""Of these, milliseconds spent inside SQLite: it blocks every greenlet while it waits, so we wait instead."""
_LONGEST_NAP = 0.05
_GAVE_WAY = ("is locked", "disk", "readonly", "unable to open", "malformed", "not a database")


class SqliteFile(PooledSqliteDatabase):  # type: ignore[misc]  # playhouse is untyped
    """An SQLite file that readers never wait for, and whose writers wait their turn cooperatively.

    Every transaction takes the write lock as it begins (``BEGIN IMMEDIATE``): one that began by reading
    could find, at its first write, that another had written in between, and fail.

    >>> SqliteFile("/nowhere/centre.sqlite3").kind
    'sqlite'
    """

    kind = "sqlite"

    def __init__(self, path: str, *, connections: int = 32, busy_timeout: float = BUSY_TIMEOUT) -> None:
        self._patience = busy_timeout
        super().__init__(
            path,
            max_connections=connections,
            timeout=busy_timeout,
            autoconnect=False,
            # WAL: readers see the last commit while one writes. NORMAL: a power cut may take the last
            # commits with it, never the file.
            pragmas={
                "busy_timeout": _BUSY_IN_C,
                "journal_mode": "wal",
                "synchronous": "normal",
                "foreign_keys": 1,
                "cache_size": -16_000,
            },
            lock_type="IMMEDIATE",
            check_same_thread=False,
        )

    def init(self, database: str, **options: Any) -> None:
        """The pool takes ``timeout`` (seconds to wait for a connection) before SQLite sees it."""
        super().init(database, **options)
        self._timeout = _BUSY_IN_C / 1000

    def begin(self, lock_type: str | None = None) -> None:
        """Begin a transaction, waiting for its turn."""
        self._in_turn(lambda: super(SqliteFile, self).begin(lock_type or "IMMEDIATE"))

    @contextmanager
    def snapshot(self) -> Iterator[Any]:
        """A transaction that reads one moment, from its first read on, and cannot write."""
        with self.transaction("DEFERRED") as begun:
            self.execute_sql("PRAGMA query_only = 1")
            try:
                yield begun
            finally:
                self.execute_sql("PRAGMA query_only = 0")

    def lock(self, *tables: str) -> None:
        """Nobody else writes to these until the transaction ends: here, nobody else writes at all."""
        if not self.in_transaction():
            raise ProgrammingError("lock() outside a transaction holds nothing")

    def gave_way(self, error: DatabaseError) -> bool:
        """Whether the file failed, and not the statement: it stayed locked, is full, read-only, broken."""
        return any(word in str(error) for word in _GAVE_WAY)

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        """Run a statement; outside a transaction, waiting for its turn."""
        if self.in_transaction():
            return super().execute_sql(sql, params)
        return self._in_turn(lambda: super(SqliteFile, self).execute_sql(sql, params))

    def _connect(self) -> Any:
        return self._in_turn(super()._connect)

    def _in_turn(self, step: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + self._patience
        nap = 0.001
        while True:
            try:
                return step()
            except (OperationalError, sqlite3.OperationalError) as error:
                if not _busy(error) or time.monotonic() > deadline:
                    raise
            time.sleep(nap * random.uniform(0.5, 1.0))
            nap = min(2 * nap, _LONGEST_NAP)


class PostgresServer(PooledPsycopg3Database):  # type: ignore[misc]  # playhouse is untyped
    """A PostgreSQL database over psycopg 3; a connection that died while it lay idle is replaced unnoticed.

    >>> PostgresServer("postgresql://fsbridge@db.example/centre").kind
    'postgresql'
    """

    kind = "postgresql"

    def __init__(self, url: str, *, connections: int = 32, timeout: float = 10.0) -> None:
        super().__init__(
            url,
            max_connections=connections,
            timeout=timeout,
            autoconnect=False,
            connect_timeout=int(timeout),
            application_name="fsbridge",
        )

    @contextmanager
    def snapshot(self) -> Iterator[Any]:
        """A transaction that reads one moment, from its first read on, and cannot write."""
        with self.transaction() as begun:
            self.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield begun

    def lock(self, *tables: str) -> None:
        """Nobody else writes to these until the transaction ends; readers go on."""
        if not self.in_transaction():
            raise ProgrammingError("lock() outside a transaction holds nothing")
        self.execute_sql(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")

    def gave_way(self, error: DatabaseError) -> bool:
        """Whether the server failed, and not the statement: psycopg calls exactly that operational."""
        return isinstance(error, OperationalError)


Backend: TypeAlias = SqliteFile | PostgresServer


def backend(url: str, *, connections: int = 32) -> Backend:
    """The database at an address: ``sqlite:///absolute/path``, a bare path, or ``postgresql://…``.

    Nothing is connected yet. ConfigError says what an address must look like.

    >>> backend("sqlite:////var/lib/fsbridge/centre.sqlite3").database
    '/var/lib/fsbridge/centre.sqlite3'
    >>> backend("mysql://db/centre")
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: the database address starts with mysql://; give sqlite:///PATH or ...
    """
    scheme, found, rest = url.partition("://")
    if found and scheme in ("postgresql", "postgres"):
        try:
            urlsplit(url).port  # noqa: B018  # raises for a port that is none
        except ValueError as error:
            raise ConfigError(f"the database address has an impossible port: {error}") from None
        return PostgresServer(f"postgresql://{rest}", connections=connections)
    if found and scheme != "sqlite":
        raise ConfigError(
            f"the database address starts with {scheme}://; give sqlite:///PATH or postgresql://USER@HOST/NAME"
        )
    path = unquote(rest.removeprefix("/")) if found else url
    if not path or path == ":memory:":
        raise ConfigError("the database address names no file; give sqlite:///PATH (in memory is not enough)")
    if sqlite3.sqlite_version_info < SQLITE_OLDEST:
        wanted = ".".join(map(str, SQLITE_OLDEST))
        raise ConfigError(
            f"this Python has SQLite {sqlite3.sqlite_version}; fsbridge needs {wanted} or later"
        )
    return SqliteFile(str(Path(path).expanduser()), connections=connections)


def without_password(url: str) -> str:
    """An address that may be shown and logged.

    >>> without_password("postgresql://fsbridge:secret@db.example/centre?sslpassword=x")
    'postgresql://fsbridge@db.example/centre'
    """
    scheme, found, rest = url.partition("://")
    if not found or scheme == "sqlite":
        return url
    place, slash, name = rest.partition("?")[0].partition("/")
    who, at, host = place.rpartition("@")
    return f"{scheme}://{who.partition(':')[0]}{at}{host}{slash}{name}"


def _busy(error: BaseException) -> bool:
    said = str(error)
    return "database is locked" in said or "database table is locked" in said
