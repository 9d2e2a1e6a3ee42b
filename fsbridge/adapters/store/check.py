"""The database looked through: its file, what refers to what, and what must be true of a call centre."""

from __future__ import annotations

from collections.abc import Iterator

from peewee import DatabaseError

from fsbridge.adapters.store.databases import Backend
from fsbridge.adapters.store.migrate import SchemaError
from fsbridge.adapters.store.models import MODELS
from fsbridge.adapters.store.plan import StoredPlan
from fsbridge.adapters.store.store import Store
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.domain.finding import Finding
from fsbridge.domain.plan import gaps
from fsbridge.errors import FsbridgeError

_RESTORE = "restore the latest backup (fsbridge db restore FILE), and look at the disk"
_ASK = "keep a backup (fsbridge db backup) and report it: the program never writes this"
_SHOWN = 3

INVARIANTS: dict[str, str] = {
    "a call ends after it began": (
        "SELECT id FROM call WHERE ended_at < started_at OR answered_at < started_at"
    ),
    "a visit is answered and left after it was entered": (
        "SELECT id FROM visit WHERE answered_at < entered_at OR left_at < entered_at OR left_at < answered_at"
    ),
    "who answered a visit is known": (
        "SELECT id FROM visit WHERE outcome = 'answered' AND answered_at IS NULL"
    ),
    "a leg ends after it began": "SELECT id FROM leg WHERE ended_at < started_at OR answered_at < started_at",
    "an operator is in one state at a time": (
        "SELECT one.id FROM operator_span one JOIN operator_span other ON other.operator_id = one.operator_id"
        " AND other.id <> one.id AND other.started_at > one.started_at AND other.started_at < one.ended_at"
    ),
    "a seat belongs to a registered operator": (
        "SELECT seat.id FROM seat JOIN operator ON operator.id = seat.operator_id"
        " WHERE operator.retired_at < seat.taken_at"
    ),
    "a contact's number is kept in its normal form": (
        "SELECT id FROM contact_number WHERE number LIKE '% %' OR number LIKE '%-%'"
    ),
    "a case type is of the first or the second level": (
        "SELECT child.id FROM case_type child JOIN case_type parent ON parent.id = child.parent_id"
        " WHERE parent.parent_id IS NOT NULL"
    ),
    "a purged recording was not held": (
        "SELECT id FROM recording WHERE purged_at IS NOT NULL AND held_at < purged_at"
    ),
    "the schedule's versions have no gap": (
        "SELECT max(id) FROM schedule GROUP BY key HAVING count(*) <> max(version)"
    ),
}
"""What must be true, and the rows for which it is not."""


def check(store: Store) -> Iterator[Finding]:
    """Everything worth knowing about a database, finding by finding; one that cannot be opened is one too.

    Reads every table once; nothing is changed.
    """
    try:
        store.ready()
    except SchemaError as error:
        yield Finding("tables", False, str(error), "fsbridge db migrate")
        return
    except FsbridgeError as error:
        yield Finding("database", False, str(error), "start the server, or correct the setting `database`")
        return
    yield Finding("tables", True, f"{store.url}: this version's")
    with store.reading() as database:
        yield from _file(database)
        yield from _references(database)
        for name, statement in INVARIANTS.items():
            yield _invariant(database, name, statement)
    yield from _plan(store)
    yield from _people(store)


def _file(database: Backend) -> Iterator[Finding]:
    if database.kind != "sqlite":
        return  # PostgreSQL looks after its own pages
    rows = [str(row[0]) for row in database.execute_sql("PRAGMA integrity_check(5)").fetchall()]
    yield Finding("file", rows == ["ok"], "whole" if rows == ["ok"] else "; ".join(rows), _RESTORE)


def _references(database: Backend) -> Iterator[Finding]:
    """Every reference of the models, on both databases: PostgreSQL's can be switched off too."""
    broken = []
    for model in MODELS:
        for key in model._meta.refs:
            name, other = model._meta.table_name, key.rel_model._meta.table_name
            row = database.execute_sql(
                f"SELECT count(*) FROM {name} one LEFT JOIN {other} other ON other.id = one.{key.column_name}"
                f" WHERE one.{key.column_name} IS NOT NULL AND other.id IS NULL"
            ).fetchone()
            if row[0]:
                broken.append(f"{name}.{key.column_name}: {row[0]} rows point at nothing")
    found = "; ".join(broken) or f"whole in {len(MODELS)} tables"
    yield Finding("references", not broken, found, _RESTORE)


def _invariant(database: Backend, name: str, statement: str) -> Finding:
    sql = statement.replace("%", "%%") if database.kind == "postgresql" else statement
    try:
        rows = database.execute_sql(sql).fetchall()
    except DatabaseError as error:
        return Finding(name, False, str(error), _RESTORE)
    table = statement.split(" FROM ", 1)[1].split()[0]
    ids = ", ".join(str(row[0]) for row in rows[:_SHOWN])
    found = f"{len(rows)} rows of {table} say otherwise (id {ids})" if rows else "true"
    return Finding(name, not rows, found, _ASK)


def _plan(store: Store) -> Iterator[Finding]:
    stored = StoredPlan(store)
    if not stored.exists():
        yield Finding("centre", False, "there is none yet", "fsbridge init --example kanazawa")
        return
    try:
        plan = stored.load()
    except FsbridgeError as error:
        yield Finding("plan", False, str(error), "correct it: fsbridge flows, queues, tiers, schedule")
        return
    lacking = gaps(plan)
    found = (
        f"{plan.name}: {len(plan.flows)} flows, {len(plan.queues)} queues, {len(plan.operators)} operators"
    )
    yield Finding("plan", True, found)
    for sentence in lacking:
        place, _, cure = sentence.partition("; ")
        yield Finding("plan", False, place, cure, grave=False)


def _people(store: Store) -> Iterator[Finding]:
    accounts = StoredUsers(store).look()
    rulers = [
        one.login for one in accounts if one.active and "administrator" in one.roles and one.has_password
    ]
    found = ", ".join(rulers) or "nobody can"
    yield Finding("administrator", bool(rulers), found, "fsbridge users add LOGIN NAME --role administrator")
