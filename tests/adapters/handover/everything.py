"""A centre with rows in every table the models know, made from the models: no table can be forgotten."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from peewee import BooleanField, Field, ForeignKeyField

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.fields import Json, Utc, UtcOrNone, micros
from fsbridge.adapters.store.migrate import migrations
from fsbridge.adapters.store.models import MODELS, Row

NOON = datetime(2027, 4, 1, 3, 0, 0, 250, tzinfo=UTC)
ROWS = (10, 20, 30)
"""Their numbers; the second row is as empty as it may be."""
LENGTH = timedelta(seconds=2)
_SQL = "\n".join(re.sub(r"--.*", "", step.text) for step in migrations())


def fill(store: Store, recordings: Path | None = None) -> None:
    """Three rows in each table; the recordings they speak of lie in the folder."""
    with store.writing():
        for model in MODELS:
            table = model._meta.table_name
            for number in ROWS:
                values = {one.name: _value(table, one, number) for one in model._meta.sorted_fields}
                model.insert(values).execute()
        if recordings is not None:
            _record(recordings)
        store.database.execute_sql("DELETE FROM setting WHERE id = 30")
    if store.kind == "postgresql":
        with store.writing() as database:
            for model in MODELS:
                name = model._meta.table_name
                database.execute_sql("SELECT setval(pg_get_serial_sequence(%s, 'id'), 30)", (name,))


def flac(seconds: float = LENGTH.total_seconds()) -> bytes:
    """A recording, a tone on each side."""
    out = io.BytesIO()
    at = np.arange(int(8000 * seconds)) / 8000
    sound = np.stack([np.sin(2764 * at), np.sin(5529 * at)], axis=1) * 0.3
    soundfile.write(out, sound, 8000, format="FLAC", subtype="PCM_16")
    return out.getvalue()


def path_of(number: int) -> str:
    """Where a recording lies."""
    return f"2027-04-01/7f1c-{number}.flac"


def _record(folder: Path) -> None:
    from fsbridge.adapters.store.models import Recording

    for number in ROWS:
        path = folder / path_of(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        data = flac()
        path.write_bytes(data)
        Recording.update(
            size=len(data), sha256=hashlib.sha256(data).hexdigest(), verified_at=NOON, fault="",
            length=LENGTH // timedelta(microseconds=1), purged_at=None,
        ).where(Recording.id == number).execute()  # fmt: skip


def _value(table: str, field: Field[Any], number: int) -> Any:
    column = field.column_name
    if field.primary_key:
        return number
    if field.null and number == 20:
        return None
    if isinstance(field, ForeignKeyField):
        return None if field.rel_model is field.model and number == 10 else number
    if isinstance(field, (Utc, UtcOrNone)):
        return NOON + timedelta(microseconds=number)
    if isinstance(field, BooleanField):
        return number == 10
    if isinstance(field, Json):
        return {"漏水": [number, 1.5, None, True], "a": '=1+1\u2028"\\'}
    if field.field_type != "TEXT":
        return number * 100_000_000_000 + 1 if field.field_type == "BIGINT" else number
    return _text(table, column, number)


def _text(table: str, column: str, number: int) -> str:
    found = re.search(rf"CREATE TABLE {table} \((.*?)\n\)", _SQL, re.DOTALL)
    assert found is not None, table
    allowed = re.search(rf"\b{column} IN\s*\(([^)]*)\)", found[1])
    if allowed:
        words = re.findall(r"'([^']*)'", allowed[1])
        return words[(number // 10 - 1) % len(words)]
    if table == "recording" and column == "path":
        return path_of(number)
    if f"length({column}) = 10" in found[1]:
        return f"2027-04-{number}"
    return f"{table} {number}\t=CMD()\r\n「金沢」'\"\\ 🚰"


def dumped(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, as they are in the database; the trace of handovers left out."""
    found = {}
    with store.reading() as database:
        for model in MODELS:
            rows = database.execute_sql(f"SELECT {_columns(model)} FROM {model._meta.table_name} ORDER BY id")
            kept = [tuple(row) for row in rows.fetchall()]
            found[model._meta.table_name] = [row for row in kept if "handover" not in row]
    return found


def _columns(model: type[Row]) -> str:
    return ", ".join(one.column_name for one in model._meta.sorted_fields)


def at(number: int) -> int:
    """The moment of a row, as the database keeps it."""
    return micros(NOON + timedelta(microseconds=number))
