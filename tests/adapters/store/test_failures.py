"""A database that fails is named, with what to do; nothing is half done."""

from __future__ import annotations

from pathlib import Path

import peewee
import pytest

from fsbridge.adapters.store import Store, StoreUnavailable
from fsbridge.adapters.store.databases import SqliteFile
from fsbridge.errors import ConfigError
from tests.adapters.store.making import keys, put
from tests.adapters.store.postgres import Postgres


@pytest.mark.postgres
def test_a_restarted_server_is_found_again(postgres: Postgres, migrated_database: str) -> None:
    name = postgres.database(migrated_database)
    store = Store(postgres.url(name))
    with store.writing():
        put("a")
    postgres.stop()
    with pytest.raises(StoreUnavailable, match="cannot be opened"), store.reading():
        pass
    postgres.start()
    assert keys(store) == ["a"]
    store.close()
    postgres.drop(name)


@pytest.mark.postgres
def test_a_server_that_goes_in_mid_transaction_is_named(postgres: Postgres, migrated_database: str) -> None:
    name = postgres.database(migrated_database)
    store = Store(postgres.url(name))

    def write() -> None:
        with store.writing():
            put("a")
            postgres.stop()
            put("b")

    with pytest.raises(StoreUnavailable, match="failed"):
        write()
    postgres.start()
    assert keys(store) == []
    store.close()
    postgres.drop(name)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "centre.sqlite3"
    path.write_text("this is a letter" * 100)
    store = Store(f"sqlite:///{path}")
    with pytest.raises(StoreUnavailable, match="file is not a database"):
        store.migrate()


def test_a_writer_who_never_ends_is_given_up_on(url: str) -> None:
    if not url.startswith("sqlite"):
        return
    holder = Store(url)
    impatient = SqliteFile(holder.database.database, busy_timeout=0.05)
    with holder.writing(), impatient.connection_context():
        with pytest.raises(peewee.OperationalError, match="locked") as error, impatient.atomic():
            pass
        assert impatient.gave_way(error.value)
    impatient.close_all()
    holder.close()


def test_a_statement_that_is_wrong_is_no_failure_of_the_store(store: Store) -> None:
    with pytest.raises(peewee.DatabaseError), store.writing() as database:
        database.execute_sql("SELECT * FROM nothing")


def test_a_place_that_is_none_is_named() -> None:
    store = Store("sqlite:////proc/nowhere/centre.sqlite3")
    with (
        pytest.raises(StoreUnavailable, match=r"/proc/nowhere/centre[.]sqlite3 cannot be opened"),
        store.reading(),
    ):
        pass


@pytest.mark.parametrize(
    "address", ["mysql://db/centre", "sqlite://", ":memory:", "", "postgresql://db:port/centre"]
)
def test_an_impossible_address_is_refused_with_the_cure(address: str) -> None:
    with pytest.raises(ConfigError, match="the database address"):
        Store(address)


def test_a_password_is_never_shown() -> None:
    store = Store("postgresql://fsbridge:sekrit@127.0.0.1:1/centre")
    with pytest.raises(StoreUnavailable) as refused, store.reading():
        pass
    assert "sekrit" not in str(refused.value)
    assert "fsbridge@127.0.0.1:1/centre" in str(refused.value)
