"""Columns that hold what Python means: moments in UTC, plain data."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from peewee import Field

if TYPE_CHECKING:
    _Moments = Field[datetime]
    _MomentsOrNone = Field[datetime | None]
    _Data = Field[Any]
else:  # at run time a peewee field takes no parameter
    _Moments = _MomentsOrNone = _Data = Field

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Microseconds since 1970 in UTC, exactly; ValueError for a time without a zone.

    >>> micros(datetime(2027, 4, 1, 8, 0, 0, 250, tzinfo=UTC))
    1806566400000250
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone; give an aware time, for example datetime.now(UTC)")
    return (moment - _EPOCH) // _MICROSECOND


def moment(count: int) -> datetime:
    """The aware UTC time of a count that `micros` gave.

    >>> moment(1806566400000250).isoformat()
    '2027-04-01T08:00:00.000250+00:00'
    """
    return _EPOCH + timedelta(microseconds=count)


class _Micros:
    field_type = "BIGINT"

    def db_value(self, value: Any) -> Any:
        return micros(value) if isinstance(value, datetime) else value

    def python_value(self, value: Any) -> Any:
        return None if value is None else moment(int(value))


class Utc(_Micros, _Moments):
    """A moment: aware in Python, microseconds since 1970 (UTC) in the column.

    A whole number is exact and subtracts to a duration on SQLite and PostgreSQL alike, and no session's
    time zone can bend it. A whole number passes as it is, for arithmetic in a query.

    >>> Utc().db_value(datetime(1970, 1, 1, 9, 0, 1))  # a naive time
    Traceback (most recent call last):
    ValueError: 1970-01-01 09:00:01 has no time zone; give an aware time, for example datetime.now(UTC)
    """


class UtcOrNone(_Micros, _MomentsOrNone):
    """A moment that may not have come yet.

    >>> UtcOrNone().null
    True
    """

    def __init__(self) -> None:
        super().__init__(null=True)


class Json(_Data):
    """Plain data (dict, list, text, number) as JSON text, keys in the order they were given.

    >>> Json().db_value({"b": 1, "a": "漏水"})
    '{"b": 1, "a": "漏水"}'
    """

    field_type = "TEXT"

    def db_value(self, value: Any) -> Any:
        if value is None and self.null:
            return None
        return json.dumps(value, ensure_ascii=False, allow_nan=False)

    def python_value(self, value: Any) -> Any:
        return None if value is None else json.loads(value)
