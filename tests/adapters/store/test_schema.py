"""The migrations make the tables the models speak of; none is run twice, in part, or after it was changed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import peewee
import pytest

from fsbridge.adapters.store import Migration, SchemaError, Store
from fsbridge.adapters.store.databases import Backend
from fsbridge.adapters.store.migrate import applied, migrate, migrations
from fsbridge.adapters.store.models import MODELS, Call, Operator, OperatorSpan, Season, Seat, Visit
from tests.adapters.store.making import NOON, make_operator, make_queue

TYPES = {
    "sqlite": {
        "BIGAUTO": "INTEGER",
        "BIGINT": "INTEGER",
        "INT": "INTEGER",
        "BOOL": "INTEGER",
        "TEXT": "TEXT",
    },
    "postgresql": {
        "BIGAUTO": "bigint",
        "BIGINT": "bigint",
        "INT": "bigint",
        "BOOL": "boolean",
        "TEXT": "text",
    },
}


def _type(field: peewee.Field) -> str:
    return "BIGINT" if isinstance(field, peewee.ForeignKeyField) else field.field_type


def test_the_tables_are_what_the_models_say(store: Store) -> None:
    with store.connection() as database:
        for model in MODELS:
            _compare(database, model)


def _compare(database: Backend, model: type[peewee.Model]) -> None:
    meta = model._meta
    table = meta.table_name
    columns = {column.name: column for column in database.get_columns(table)}
    assert set(columns) == set(meta.columns), table
    for name, field in meta.columns.items():
        where = f"{table}.{name}"
        assert columns[name].data_type == TYPES[database.kind][_type(field)], where
        assert columns[name].primary_key == bool(field.primary_key), where
        if not field.primary_key:
            assert columns[name].null == bool(field.null), where
    keys = [field for field in meta.fields.values() if isinstance(field, peewee.ForeignKeyField)]
    foreign = {key.column: (key.dest_table, key.dest_column) for key in database.get_foreign_keys(table)}
    assert foreign == {key.column_name: (key.rel_model._meta.table_name, "id") for key in keys}, table
    whole = [
        index for index in database.get_indexes(table) if index.unique and index.name != "operator_span_open"
    ]
    unique = {index.columns[0] for index in whole if len(index.columns) == 1} - {"id"}
    assert unique == {field.column_name for field in meta.fields.values() if field.unique}, table


def test_every_table_has_a_model(store: Store) -> None:
    with store.connection() as database:
        there = set(database.get_tables()) - {"schema_migration", "sqlite_sequence"}
    assert there == {model._meta.table_name for model in MODELS}


def test_the_order_of_the_models_is_that_of_their_references() -> None:
    seen: set[type] = set()
    for model in MODELS:
        seen.add(model)
        for field in model._meta.refs:
            assert field.rel_model in seen, f"{model} refers to {field.rel_model}"


def test_a_second_run_does_nothing(store: Store) -> None:
    assert store.migrate() == []
    assert store.pending() == []
    store.ready()


def test_a_new_database_says_what_it_lacks(empty_url: str) -> None:
    store = Store(empty_url)
    with pytest.raises(SchemaError, match="lacks 0001_first: run `fsbridge db migrate`"):
        store.ready()
    store.close()


def test_a_step_that_fails_leaves_nothing(store: Store) -> None:
    broken = Migration(
        len(migrations()) + 1, "broken", "CREATE TABLE half (id {id}); CREATE TABLE half (id {id});"
    )
    with store.connection() as database:
        with pytest.raises(peewee.DatabaseError):
            migrate(database, [*migrations(), broken])
        assert not database.table_exists("half")
        assert broken.number not in applied(database)
    assert store.migrate() == []


def test_steps_are_run_in_order_and_their_rows_keep_their_parents(store: Store) -> None:
    make_operator("op01")
    number = len(migrations())
    steps = [
        Migration(number + 1, "more", "ALTER TABLE operator ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue';"),
        Migration(number + 2, "most", "UPDATE operator SET colour = 'red' WHERE key LIKE 'op%';"),
    ]
    with store.connection() as database:
        assert migrate(database, [*migrations(), *steps]) == steps
        assert database.execute_sql("SELECT colour FROM operator").fetchall() == [("red",)]


def test_a_step_that_orphans_rows_is_refused(store: Store) -> None:
    operator = make_operator("op01")
    with store.writing():
        OperatorSpan.create(operator=operator, state="ready", started_at=NOON)
    orphaning = Migration(len(migrations()) + 1, "orphan", "DELETE FROM operator;")
    with store.connection() as database:
        with pytest.raises((SchemaError, peewee.IntegrityError)):
            migrate(database, [*migrations(), orphaning])
        assert Operator.select().count() == 1


def test_a_step_changed_afterwards_is_refused(store: Store) -> None:
    first, *others = migrations()
    changed = Migration(first.number, first.name, first.text + "-- harmless?")
    with store.connection() as database, pytest.raises(SchemaError, match="0001_first was changed"):
        migrate(database, [changed, *others])


def test_a_database_of_a_later_version_is_refused(store: Store) -> None:
    later = Migration(len(migrations()) + 1, "later", "CREATE TABLE later (id {id}){strict};")
    with store.connection() as database:
        migrate(database, [*migrations(), later])
    with pytest.raises(SchemaError, match="this version does not know"):
        store.migrate()


def test_numbers_have_no_gap(tmp_path: Path) -> None:
    (tmp_path / "0001_one.sql").write_text("")
    (tmp_path / "0003_three.sql").write_text("")
    with pytest.raises(SchemaError, match="without a gap"):
        migrations(tmp_path)
    (tmp_path / "0002-two.sql").write_text("")
    with pytest.raises(SchemaError, match="write NNNN_what_it_does"):
        migrations(tmp_path)


def test_processes_that_start_at_once_migrate_once(empty_url: str) -> None:
    program = (
        "import sys; from fsbridge.adapters.store import Store; print(len(Store(sys.argv[1]).migrate()))"
    )
    starting = [
        subprocess.Popen([sys.executable, "-c", program, empty_url], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    ran = sorted(process.communicate(timeout=120)[0].strip() for process in starting)
    assert ran == ["0", "0", str(len(migrations()))]


WRONG = {
    "a role nobody knows": "INSERT INTO user_role (user_id, role) VALUES (1, 'king')",
    "a text for a number": "INSERT INTO season (key, name, seats, registered) VALUES ('x', 'x', 'many', 1)",
    "more reserved than there is": (
        "INSERT INTO season (key, name, seats, reserve, registered) VALUES ('x', 'x', 1, 2, 1)"
    ),
    "a child without its parent": "INSERT INTO queue (key, flow_id, name) VALUES ('x', 999, 'x')",
    "seat number nought": (
        "INSERT INTO seat (number, operator_id, session, taken_at, beat_at) VALUES (0, 1, 's', 1, 1)"
    ),
}


@pytest.mark.parametrize("why", WRONG)
def test_the_database_itself_refuses(store: Store, why: str) -> None:
    with pytest.raises(peewee.DatabaseError), store.writing() as database:
        database.execute_sql(WRONG[why])


def test_two_cannot_have_one_seat_number(store: Store) -> None:
    one, two = make_operator("op01"), make_operator("op02")
    with store.writing():
        Seat.create(number=1, operator=one, session="a", taken_at=NOON, beat_at=NOON)
    with pytest.raises(peewee.IntegrityError), store.writing():
        Seat.create(number=1, operator=two, session="b", taken_at=NOON, beat_at=NOON)


def test_an_operator_is_in_one_state_at_a_time(store: Store) -> None:
    operator = make_operator("op01")
    with store.writing():
        OperatorSpan.create(operator=operator, state="ready", started_at=NOON)
    with pytest.raises(peewee.IntegrityError), store.writing():
        OperatorSpan.create(operator=operator, state="on break", started_at=NOON)


def test_a_deleted_rows_number_is_not_given_again(store: Store) -> None:
    with store.writing():
        first = Season.create(key="a", name="a", seats=1, registered=1)
        first.delete_instance()
        assert Season.create(key="b", name="b", seats=1, registered=1).id > first.id


SEARCHES = {
    "history by operator and day": (
        lambda: Visit.select().where(Visit.operator == 1, Visit.entered_at >= 5, Visit.entered_at < 9),
        "visit_by_operator",
    ),
    "figures by queue": (
        lambda: Visit.select().where(Visit.queue == 1, Visit.entered_at >= 5, Visit.entered_at < 9),
        "visit_by_queue",
    ),
    "figures of the centre": (
        lambda: Visit.select().where(Visit.entered_at >= 5, Visit.entered_at < 9),
        "visit_by_entry",
    ),
    "calls of a number": (
        lambda: Call.select().where(Call.number == "+81762202722", Call.started_at >= 5),
        "call_by_number",
    ),
}


@pytest.mark.parametrize("search", SEARCHES)
def test_a_search_goes_by_its_index(store: Store, search: str) -> None:
    query, index = SEARCHES[search]
    make_queue("leak@centre")
    with store.connection() as database:
        sql, values = query().sql()
        if store.kind == "sqlite":
            plan = database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
        else:
            database.execute_sql("SET enable_seqscan = off")  # an empty table is quicker read whole
            plan = database.execute_sql(f"EXPLAIN {sql}", values).fetchall()
            database.execute_sql("RESET enable_seqscan")
    assert index in str(plan)
