"""Records and sightings to and from plain data, as the store keeps them."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")

_MICROSECOND = timedelta(microseconds=1)


def plain(value: object) -> Any:
    """A dataclass as data that JSON takes: what is as by default left out, times in ISO 8601.

    >>> from datetime import UTC
    >>> from fsbridge.domain.records import Step
    >>> plain(Step("playback", "bye.wav", datetime(2027, 4, 1, tzinfo=UTC)))
    {'app': 'playback', 'data': 'bye.wav', 'at': '2027-04-01T00:00:00+00:00'}
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((field, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {field.name: plain(one) for field, one in fields if one != field.default}
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // _MICROSECOND
    return value


def made(kind: type[T], data: Mapping[str, Any]) -> T:
    """The dataclass that `plain` was given; what another version had more is left out.

    >>> from fsbridge.domain.records import Step
    >>> made(Step, {"app": "playback", "data": "", "at": "2027-04-01T00:00:00+00:00"}).at.year
    2027
    """
    hints = _hints(typing.cast(Any, kind))
    return kind(**{name: _value(hints[name], one) for name, one in data.items() if name in hints})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _value(hint: Any, data: Any) -> Any:
    if typing.get_origin(hint) is types.UnionType:  # a moment, or None
        if data is None:
            return None
        hint = typing.get_args(hint)[0]
    if hint is datetime:
        return datetime.fromisoformat(data)
    if hint is timedelta:
        return timedelta(microseconds=data)
    if typing.get_origin(hint) is tuple:
        return tuple(_value(typing.get_args(hint)[0], one) for one in data)
    if dataclasses.is_dataclass(hint):
        return made(typing.cast(type[Any], hint), data)
    return data
