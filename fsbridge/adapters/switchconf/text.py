"""Values on their way into FreeSWITCH's XML: typed, and free of anything FreeSWITCH would expand."""

from __future__ import annotations

import dataclasses
import types
import typing
from typing import Any, TypeVar

from fsbridge.errors import ConfigError

T = TypeVar("T")


def plain(key: str, value: str) -> str:
    """The value itself if FreeSWITCH will take it literally; ConfigError naming `key` otherwise.

    FreeSWITCH expands ``$${…}`` when it reads its files, before it looks at XML, and ``${…}`` when a
    call passes; a control character could end the line a value stands on.

    >>> plain("announcement", "tone_stream://%(200,100,400)")
    'tone_stream://%(200,100,400)'
    >>> plain("announcement", "${system(id)}")
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: announcement: holds '${', which FreeSWITCH would expand; leave it out
    """
    for trap in ("$${", "${", "$$"):
        if trap in value:
            raise ConfigError(f"{key}: holds {trap!r}, which FreeSWITCH would expand; leave it out")
    control = next((char for char in value if not char.isprintable()), None)
    if control is not None:
        raise ConfigError(f"{key}: holds the control character {control!r}; leave it out")
    return value


def whole(key: str, value: int, low: int, high: int) -> int:
    """The value if it is a whole number within both bounds; ConfigError naming `key` otherwise.

    >>> whole("switch.port", 8021, 1, 65535)
    8021
    """
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigError(f"{key}: give a whole number from {low} to {high}, not {value!r}")
    return value


def filled(kind: type[T], table: object, where: str) -> T:
    """A dataclass from a TOML table; unknown, missing and wrongly typed keys are refused by name.

    >>> @dataclasses.dataclass
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> filled(Point, {"x": 1}, "point")
    Point(x=1, y=0)
    >>> filled(Point, {"x": 1, "z": 2}, "point")
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: point: unknown key 'z'; known are x, y
    """
    if not isinstance(table, dict):
        raise ConfigError(f"{where}: write a table")
    fields = {one.name: one for one in dataclasses.fields(kind)}  # type: ignore[arg-type]
    for key in table:
        if key not in fields:
            raise ConfigError(f"{where}: unknown key {key!r}; known are {', '.join(fields)}")
    for name, one in fields.items():
        absent = one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
        if absent and name not in table:
            raise ConfigError(f"{where}: the key {name!r} is missing")
    hints = typing.get_type_hints(kind)
    return kind(**{key: typed(f"{where}: {key}", value, hints[key]) for key, value in table.items()})


def typed(key: str, value: Any, hint: Any) -> Any:
    """The value as the type hint wants it (lists become tuples); ConfigError naming `key` otherwise.

    >>> typed("numbers", ["110", "119"], tuple[str, ...])
    ('110', '119')
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            raise ConfigError(f"{key}: write a list, not {value!r}")
        return tuple(typed(key, one, arguments[0]) for one in value)
    if origin is not None and not isinstance(origin, types.UnionType) and hasattr(origin, "__getitem__"):
        if not isinstance(value, dict):
            raise ConfigError(f"{key}: write a table, not {value!r}")
        return {str(name): typed(f"{key}.{name}", one, arguments[1]) for name, one in value.items()}
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise ConfigError(f"{key}: wants {getattr(hint, '__name__', hint)}, not {value!r}")
    return value
