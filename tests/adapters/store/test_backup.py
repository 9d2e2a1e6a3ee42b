"""A backup is of one moment, is refused when it was damaged, and fits either kind of database."""

from __future__ import annotations

import gzip
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from fsbridge.adapters.planfile import example
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.backup import BackupError, back_up, read, restore
from fsbridge.adapters.store.check import check
from fsbridge.adapters.store.fill import fill
from fsbridge.adapters.store.models import CaseType, Setting
from fsbridge.adapters.store.plan import StoredPlan
from tests.adapters.store.making import put

NOW = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)
WHO = {"by": "sato", "at": NOW}


@pytest.fixture
def filled(store: Store) -> Store:
    fill(store, example("kanazawa"), **WHO)
    return store


def fresh(tmp_path: Path) -> Store:
    found = Store(f"sqlite:///{tmp_path}/other.sqlite3")
    found.migrate()
    return found


def test_a_backup_restores_into_another_database(filled: Store, tmp_path: Path):
    path = tmp_path / "one.fsbackup"
    plan = StoredPlan(filled).load()
    done = back_up(filled, path, NOW)
    assert read(path) == done
    assert path.stat().st_mode & 0o077 == 0
    other = fresh(tmp_path)
    try:
        restored = restore(other, path)
        assert restored.rows == done.rows
        assert StoredPlan(other).load() == plan
        assert [one.name for one in check(other) if not one.ok] == ["administrator"]
    finally:
        other.close()


def test_a_centre_grows_up_from_sqlite(url: str, tmp_path: Path):
    young = fresh(tmp_path)
    fill(young, example("porto"), **WHO)
    plan = StoredPlan(young).load()
    back_up(young, tmp_path / "one.fsbackup", NOW)
    young.close()
    grown = Store(url)
    try:
        restore(grown, tmp_path / "one.fsbackup")
        assert StoredPlan(grown).load() == plan
        with grown.writing():
            assert put("next").id > 0
    finally:
        grown.close()


def test_a_backup_comes_back_into_the_database_it_was_taken_from(filled: Store, tmp_path: Path):
    path = tmp_path / "one.fsbackup"
    back_up(filled, path, NOW)
    with filled.writing():
        put("later")
        CaseType.update(name="?").execute()
    restore(filled, path, replace=True)
    with filled.connection():
        assert Setting.get_or_none(Setting.key == "later") is None
        assert CaseType.get(CaseType.key == "leak.road").name == "道路漏水"


def test_numbers_are_not_given_again_after_a_restore(filled: Store, tmp_path: Path):
    with filled.writing():
        gone = put("gone").id
        Setting.delete().where(Setting.key == "gone").execute()
    back_up(filled, tmp_path / "one.fsbackup", NOW)
    restore(filled, tmp_path / "one.fsbackup", replace=True)
    with filled.writing():
        assert put("next").id > gone


def test_what_is_written_meanwhile_is_not_in_it(filled: Store, url: str, tmp_path: Path):
    wrote: list[str] = []

    def meanwhile(table: str, rows: int) -> None:
        if not wrote:
            wrote.append(table)
            write_beside(url, "INSERT INTO setting (key, value, changed_at) VALUES ('meanwhile', '1', 1)")

    back_up(filled, tmp_path / "one.fsbackup", NOW, meanwhile)
    with filled.connection():
        assert Setting.get(Setting.key == "meanwhile").value == 1
    restore(filled, tmp_path / "one.fsbackup", replace=True)
    with filled.connection():
        assert Setting.get_or_none(Setting.key == "meanwhile") is None


def write_beside(url: str, statement: str) -> None:
    """As another process would."""
    if url.startswith("sqlite"):
        beside: Any = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)
    else:
        beside = psycopg.connect(url)
    beside.execute(statement)
    beside.commit()
    beside.close()


def test_a_filled_database_is_not_overwritten_unasked(filled: Store, tmp_path: Path):
    path = tmp_path / "one.fsbackup"
    back_up(filled, path, NOW)
    with pytest.raises(BackupError, match="holds data already"):
        restore(filled, path)
    with pytest.raises(BackupError, match="overwrites nothing"):
        back_up(filled, path, NOW)


@pytest.mark.parametrize("harm", ["cut", "changed", "no backup", "line lost", "empty"])
def test_a_damaged_backup_is_refused_and_nothing_is_lost(filled: Store, tmp_path: Path, harm: str):
    path = tmp_path / "one.fsbackup"
    back_up(filled, path, NOW)
    whole = path.read_bytes()
    lines = gzip.decompress(whole).splitlines(keepends=True)
    path.write_bytes(
        {
            "cut": whole[: len(whole) // 2],
            "changed": gzip.compress(b"".join(lines).replace("道路漏水".encode(), "道路温水".encode())),
            "no backup": b"CREATE TABLE",
            "line lost": gzip.compress(b"".join(lines[:3] + lines[4:])),
            "empty": b"",
        }[harm]
    )
    before = StoredPlan(filled).version()
    with pytest.raises(BackupError):
        restore(filled, path, replace=True)
    assert StoredPlan(filled).version() == before


def test_a_backup_of_other_tables_is_refused(filled: Store, tmp_path: Path):
    path = tmp_path / "one.fsbackup"
    back_up(filled, path, NOW)
    with filled.writing() as database:
        database.execute_sql("UPDATE schema_migration SET checksum = 'x'")
    with pytest.raises(BackupError, match="another version"):
        restore(filled, path, replace=True)


def test_nothing_half_written_is_left_behind(store: Store, tmp_path: Path):
    folder = tmp_path / "backups"

    def full(table: str, rows: int) -> None:
        raise OSError(28, "No space left on device")

    fill(store, example("porto"), **WHO)
    with pytest.raises(BackupError, match="No space left"):
        back_up(store, folder / "one.fsbackup", datetime.now(UTC), full)
    assert list(folder.iterdir()) == []
