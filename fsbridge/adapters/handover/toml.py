"""Plain data as TOML: what `tomllib` reads back as the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml(data: Mapping[str, Any]) -> str:
    """A table, its inner tables after its values; keys in the order they are given.

    >>> print(toml({"key": "町", "hours": {"zone": "Asia/Tokyo"}, "flows": [{"key": "any"}]}), end="")
    key = "町"
    <BLANKLINE>
    [hours]
    zone = "Asia/Tokyo"
    <BLANKLINE>
    [[flows]]
    key = "any"
    """
    return "\n".join(_lines(data, ())).lstrip("\n") + "\n"


def _lines(data: Mapping[str, Any], way: tuple[str, ...]) -> Iterator[str]:
    for key, value in data.items():
        if not _is_table(value) and not _is_tables(value):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in data.items():
        name = ".".join(map(_key, (*way, key)))
        for head, inner in (
            [(f"\n[{name}]", value)] if _is_table(value) else [(f"\n[[{name}]]", one) for one in value]
            if _is_tables(value) else []
        ):  # fmt: skip
            yield head
            yield from _lines(inner, (*way, key))


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(key)} = {_value(one)}' for key, one in value.items())} }}"
    return _text(str(value))


def _text(text: str) -> str:
    # JSON's escapes are TOML's, but for the one of DEL, which TOML wants escaped
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)
