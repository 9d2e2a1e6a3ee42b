"""Connections and transactions: whole or not at all, one moment for a reader, nobody held up."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import gevent
import peewee
import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import Setting
from fsbridge.errors import FsbridgeError
from tests.adapters.store.making import keys, put


def test_what_raises_is_undone_whole(store: Store) -> None:
    def fail() -> None:
        with store.writing():
            put("a")
            with store.writing():
                put("b")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert keys(store) == []


def test_a_part_is_undone_alone(store: Store) -> None:
    def fail() -> None:
        with store.writing():
            put("b")
            raise ZeroDivisionError

    with store.writing():
        put("a")
        with pytest.raises(ZeroDivisionError):
            fail()
        put("c")
    assert keys(store) == ["a", "c"]


def test_a_reader_sees_one_moment(store: Store) -> None:
    with store.writing():
        put("a")

    def write() -> None:
        with store.writing():
            put("b")

    with store.reading():
        assert Setting.select().count() == 1
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        assert Setting.select().count() == 1
    assert keys(store) == ["a", "b"]


def test_a_reader_cannot_write(store: Store) -> None:
    with store.reading():
        with pytest.raises(FsbridgeError, match="end the reading first"), store.writing():
            pass
        with pytest.raises(peewee.DatabaseError):
            put("a")
    assert keys(store) == []


def test_contexts_nest_on_one_connection(store: Store) -> None:
    with store.connection() as outer, store.writing() as inner:
        assert outer.connection() is inner.connection()
        put("a")
        with store.reading():
            assert Setting.select().count() == 1
    assert keys(store) == ["a"]


def test_a_forgotten_context_is_an_error_and_no_leak(store: Store) -> None:
    with pytest.raises(peewee.InterfaceError, match="not opened"):
        Setting.select().count()


def test_many_greenlets_write_at_once_and_none_is_refused(store: Store) -> None:
    with store.writing():
        put("count", 0)

    def add() -> None:
        for _ in range(5):
            with store.writing() as database:
                database.lock("setting")
                row = Setting.get(key="count")
                gevent.sleep(0)  # the worst place to be interrupted
                row.value += 1
                row.save()

    adding = [gevent.spawn(add) for _ in range(20)]
    gevent.joinall(adding, raise_error=True, timeout=120)
    with store.reading():
        assert Setting.get(key="count").value == 100


HOLD = """
import sys
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.databases import SqliteFile
from fsbridge.adapters.store.models import Setting
store = Store(sys.argv[1])
with store.writing() as database:
    database.lock("setting")
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_waiting_for_another_process_holds_no_greenlet_up(store: Store, url: str) -> None:
    """Somebody imports for long; here a write waits its turn, and calls go on all the while."""
    with store.writing():
        put("a", 0)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    done = []

    def write() -> None:
        with store.connection():
            Setting.update(value=2).execute()
        done.append(True)

    writer = gevent.spawn(write)
    turns = 0
    while turns < 100:  # were the hub blocked, the writer would give up before we had our turns
        gevent.sleep(0.002)
        turns += 1
    assert done == []
    holder.stdin.write("\n")
    holder.stdin.close()
    writer.get(timeout=60)
    assert holder.wait(60) == 0
    holder.stdout.close()
    with store.reading():
        assert Setting.get(key="a").value == 2


def test_connections_are_given_back(store: Store) -> None:
    small = Store(store.database.database, connections=2)

    def look() -> int:
        with small.reading():
            gevent.sleep(0)
            return Setting.select().count()

    looking = [gevent.spawn(look) for _ in range(20)]
    gevent.joinall(looking, raise_error=True, timeout=60)
    small.close()


def test_the_file_is_in_wal_mode_and_holds_its_references(store: Store) -> None:
    if store.kind != "sqlite":
        return
    with store.connection() as database:
        assert database.pragma("journal_mode") == "wal"
        assert database.pragma("foreign_keys") == 1
        assert database.pragma("busy_timeout") > 0


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "centre.sqlite3"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    with store.writing():
        put("a")
        modes = {one.name: one.stat().st_mode & 0o777 for one in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700
    store.close()


def test_a_long_read_in_a_thread_holds_no_greenlet_up(store: Store) -> None:
    """What a report does: one statement that works for long, while the loop goes on."""
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)"
    turns = []

    def report() -> int:
        with store.reading() as database:
            return int(database.execute_sql(f"{numbers} SELECT count(*) FROM n").fetchone()[0])

    def turn() -> None:
        while not turns or turns[-1] < 10_000:
            turns.append(len(turns))
            gevent.sleep(0)

    turning = gevent.spawn(turn)
    assert gevent.get_hub().threadpool.apply(report) == 300_000
    turning.kill()
    assert len(turns) > 3
