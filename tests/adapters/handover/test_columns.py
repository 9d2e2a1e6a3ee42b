"""Every column is written for what it means, and comes back as it was."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.adapters.handover.columns import (
    BYTES,
    DURATIONS,
    NEVER,
    SECRETS,
    BadValue,
    Column,
    columns_of,
    tables,
)
from fsbridge.adapters.store.fields import Json, micros

ALL = [(table, column) for table in tables() for column in columns_of(table)]
_EARLIEST = micros(datetime(1, 1, 2, tzinfo=UTC))
_LATEST = micros(datetime(9999, 12, 30, tzinfo=UTC))
_DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def test_a_secret_column_is_known_as_one():
    """A column that is added and sounds like a secret has to be put among them, or here."""
    harmless = {"user_account.totp_step"}
    for table, column in ALL:
        place = f"{table}.{column.name}"
        if re.search(r"passw|totp|secret|digest|token|session|salt|key_hash", column.name):
            assert place in SECRETS | NEVER | harmless, place


def test_every_exception_is_of_a_column_there_is():
    there = {f"{table}.{column.name}" for table, column in ALL}
    assert there >= SECRETS | NEVER | DURATIONS | BYTES


def test_a_long_number_is_a_duration_or_bytes():
    """Whole numbers that need 64 bits are microseconds or bytes; say in `columns` which."""
    for table, model in tables().items():
        for field in model._meta.sorted_fields:
            if field.field_type == "BIGINT" and type(field).__name__ == "BigIntegerField":
                assert f"{table}.{field.column_name}" in DURATIONS | BYTES


def column(kind: str) -> Column:
    return Column("it", kind, null=False)


def written(one: Column, value: object) -> object:
    return value if one.encode is None else one.encode(value)


@given(st.integers(_EARLIEST, _LATEST))
def test_a_moment_comes_back(count: int):
    time = column("time")
    assert time.decode(written(time, count)) == count
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", str(written(time, count)))


@given(st.integers(0, 1 << 60))
def test_a_duration_comes_back(count: int):
    duration = column("duration")
    assert duration.decode(written(duration, count)) == count


@given(_DATA)
def test_data_come_back(data: object):
    kept = Json().db_value(data)
    one = column("JSON")
    assert one.decode(written(one, kept)) == kept


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("time", "2027-04-01"), ("time", 7), ("time", "tomorrow"), ("duration", "PT1.5S"), ("duration", 1),
        ("text", 1), ("text", ["a"]), ("number", "1"), ("number", True), ("whole number", 1.5),
        ("whole number", 1 << 63), ("true or false", 1), ("bytes", "44"), ("text", None),
    ],
)  # fmt: skip
def test_what_is_of_another_kind_is_refused(kind: str, value: object):
    with pytest.raises(BadValue, match=f"it has to be {kind}"):
        column(kind).decode(value)
