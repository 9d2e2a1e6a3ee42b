"""How each column of each table is written, whatever the database: worked out from the models."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import BigAutoField, BooleanField, Field, ForeignKeyField

from fsbridge.adapters.store.fields import Json, Utc, UtcOrNone, micros, moment
from fsbridge.adapters.store.models import MODELS, Row

DURATIONS = frozenset({"leg.hold", "leg.wrap_up", "recording.length"})
"""Columns that hold microseconds."""
BYTES = frozenset({"recording.size", "purge.size"})
"""Columns that hold a number of bytes."""
NEVER = frozenset({"web_session.digest", "seat.session"})
"""What lets a browser go on where it was. It ends with the system it began in, and is never written."""
SECRETS = frozenset({"user_account.password", "user_account.totp", "access_token.digest"})
"""What people and programs prove themselves with: written only when that is asked for."""
_EMPTY = frozenset({"user_account.password", "user_account.totp"})
"""Secrets that may be empty: nobody gets in with an empty password."""
_DURATION = re.compile(r"PT(\d+)\.(\d{6})S")


class BadValue(ValueError):
    """A value is not what its column holds; the text says what was wanted."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it holds, and how that is written and read.

    `refers` is the table whose `id` it holds. `secret` ones are left out unless they are asked for, `never`
    ones always.

    >>> [column.kind for column in columns_of("seat")][:4]
    ['number', 'whole number', 'number of operator', 'text']
    """

    name: str
    kind: str
    null: bool
    refers: str = ""
    secret: bool = False
    never: bool = False

    def left_out(self, secrets: bool) -> bool:
        """Whether it is not written."""
        return self.never or (self.secret and not secrets)

    @property
    def encode(self) -> Callable[[Any], Any] | None:
        """From what the database holds to what JSON holds; None if that is the same."""
        return _WRITTEN.get(self.kind)

    def decode(self, value: Any) -> Any:
        """From what JSON holds to what the database holds; BadValue if it is something else."""
        if value is None and self.null:
            return None
        if value is None and self.kind != "JSON":  # data may be nothing, and be there
            raise BadValue(f"{self.name} is empty; it has to be {self.kind}")
        try:
            read: Callable[[Any], Any] = _READ.get(self.kind, _whole)
            return read(value)
        except (ValueError, TypeError, OverflowError):
            raise BadValue(f"{self.name} is {str(value)[:60]!r}; it has to be {self.kind}") from None


def tables() -> Mapping[str, type[Row]]:
    """Every table by its name, each after those it refers to."""
    return {model._meta.table_name: model for model in MODELS}


@functools.cache
def columns_of(table: str) -> Sequence[Column]:
    """The columns of a table, in the order they are written.

    >>> [(one.name, one.kind) for one in columns_of("leg")][-2:]
    [('hold', 'duration'), ('wrap_up', 'duration')]
    """
    fields = tables()[table]._meta.sorted_fields
    return tuple(_column(table, field) for field in fields)


def stand_in(table: str, column: Column, number: int) -> str:
    """What a column that was left out holds afterwards: nothing, or what no secret's digest can be.

    >>> stand_in("seat", columns_of("seat")[3], 7)
    'handed over 7'
    """
    return "" if f"{table}.{column.name}" in _EMPTY else f"handed over {number}"


def _column(table: str, field: Field[Any]) -> Column:
    place = f"{table}.{field.column_name}"
    refers = field.rel_model._meta.table_name if isinstance(field, ForeignKeyField) else ""
    return Column(
        field.column_name, _kind(place, field, refers), bool(field.null), refers,
        secret=place in SECRETS, never=place in NEVER,
    )  # fmt: skip


def _kind(place: str, field: Field[Any], refers: str) -> str:
    if refers:
        return f"number of {refers}"
    if isinstance(field, BigAutoField):
        return "number"
    if isinstance(field, (Utc, UtcOrNone)):
        return "time"
    if isinstance(field, BooleanField):
        return "true or false"
    if isinstance(field, Json):
        return "JSON"
    if place in DURATIONS:
        return "duration"
    if place in BYTES:
        return "bytes"
    return "text" if field.field_type == "TEXT" else "whole number"


def _time(count: int) -> str:
    return moment(count).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _duration(count: int) -> str:
    return f"PT{count // 1_000_000}.{count % 1_000_000:06}S"


def _count(text: Any) -> int:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError
    return int(found[1]) * 1_000_000 + int(found[2])


def _moment(text: Any) -> int:
    return micros(datetime.fromisoformat(text))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 1 << 63:
        raise ValueError
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


_WRITTEN: dict[str, Callable[[Any], Any]] = {
    "time": _time,
    "duration": _duration,
    "JSON": json.loads,
    "true or false": bool,
}
_READ: dict[str, Callable[[Any], Any]] = {
    "time": _moment,
    "duration": _count,
    "JSON": _json,
    "true or false": _bool,
    "text": _text,
}
