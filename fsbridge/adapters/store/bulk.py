"""Many rows at once, the quickest way: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from fsbridge.adapters.store.databases import Backend

_MANY = 1000
"""Rows from which on PostgreSQL is told to look at the table anew: without that, it plans as for the few
rows it had, and a look-up that takes an index's time takes the whole table's until it notices by itself."""


def insert(database: Backend, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of plain values, columns named in one text; within a transaction.

    Values go as the database keeps them: times as microseconds, data as JSON text.
    """
    names = columns.split()
    listed = ", ".join(names)
    cursor = database.cursor()
    if database.kind == "sqlite":
        marks = ", ".join("?" * len(names))
        cursor.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", rows)
        return
    count = 0
    with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
        for count, row in enumerate(rows, start=1):  # noqa: B007  # counted for what follows
            copy.write_row(row)
    if count >= _MANY:
        cursor.execute(f"ANALYZE {table}")


def reserve(database: Backend, table: str, count: int) -> list[int]:
    """So many numbers for new rows of a table, given to nobody else; within a writing transaction."""
    if database.kind == "sqlite":
        # Nobody else writes meanwhile, and the sequence follows the numbers that are inserted.
        row = database.execute_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", [table]).fetchone()
        last = row[0] if row else 0
        return list(range(last + 1, last + count + 1))
    sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
    return [row[0] for row in database.execute_sql(sql, [table, count]).fetchall()]
