"""A request as an operation gets it, read and checked; and an answer with its version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, get_type_hints

import msgspec
from werkzeug.datastructures import ETags, MultiDict

from webpanel.problems import Misasked, NotThere

_S = TypeVar("_S", bound=msgspec.Struct)
YEARS = range(2000, 2100)
"""The years that can be asked about."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked: the path's parts, the query, the body; `by` is who asks, for the audit log."""

    places: Mapping[str, Any]
    query: Any
    body: Any
    by: str
    versions: ETags


@dataclass(frozen=True)
class Tagged:
    """An answer, and the version of what it shows."""

    answer: msgspec.Struct
    version: str


def read_query(kind: type[_S], given: MultiDict[str, str]) -> _S:
    """The query as its record; Misasked names the parameter that cannot be understood."""
    many = {name for name, hint in get_type_hints(kind).items() if getattr(hint, "__origin__", None) is list}
    values: dict[str, Any] = {}
    for name, each in given.lists():
        if any("\x00" in value for value in each):
            raise Misasked(f"query.{name}", "holds the control character U+0000; take it out")
        if len(each) > 1 and name not in many:
            raise Misasked(f"query.{name}", "is given more than once; give it once")
        values[name] = each if name in many else each[0]
    try:
        found = msgspec.convert(values, type=kind, strict=False)
    except msgspec.ValidationError as error:
        raise _misasked(error, "query", " (in an address, + is %2B)") from None
    for name in kind.__struct_fields__:
        value = getattr(found, name)
        if isinstance(value, datetime) and value.year not in YEARS:
            raise Misasked(f"query.{name.rstrip('_')}", f"is {value}; give a time from 2000 to 2099")
    return found


def read_body(kind: type[_S], sent: bytes) -> _S:
    """The body as its record; Misasked names the place in it that will not do."""
    try:
        return msgspec.json.decode(sent, type=kind)
    except msgspec.ValidationError as error:
        raise _misasked(error, "body") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Misasked("body", f"is no JSON: {error}") from None


def read_places(kinds: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The path's parts; NotThere for one that cannot be the key of anything."""
    found = {}
    for name, kind in kinds.items():
        try:
            if not given[name].isprintable():
                raise NotThere(f"path.{name}: there is nothing by this key")
            found[name] = msgspec.convert(given[name], type=kind, strict=False)
        except msgspec.ValidationError:
            raise NotThere(f"path.{name}: there is nothing by this key") from None
    return found


def _misasked(error: msgspec.ValidationError, part: str, hint: str = "") -> Misasked:
    """msgspec's sentence, its place (``… - at `$.limit```) made ours."""
    why, _, place = str(error).partition(" - at `$")
    place = part + place.rstrip("`")
    return Misasked(place, why + (hint if "RFC3339" in why or "datetime" in why else ""))
