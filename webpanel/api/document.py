"""The API's own description, OpenAPI 3.1, made from the table of its operations and their records."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

import msgspec

from webpanel.api.table import Operation
from webpanel.problems import KIND, TEXTS, Problem

BASE = "/api/v1"
_REF = "#/components/schemas/{name}"
_REFUSALS = {
    400: "a part of the request cannot be understood; `place` says which",
    401: TEXTS[401],
    404: "there is nothing by this key",
    412: "it was changed since it was read",
    413: TEXTS[413],
    415: TEXTS[415],
    428: "If-Match is missing",
    429: TEXTS[429],
    503: "the database does not answer now",
}


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """The document, as plain data."""
    listed = tuple(operations)
    kinds: list[Any] = [Problem, *(one.answer for one in listed), *(one.body for one in listed if one.body)]
    _, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    paths: dict[str, Any] = {}
    for one in listed:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "fsbridge",
            "version": version("fsbridge"),
            "description": "The call centre for other programs. Times are RFC 3339, lengths seconds.",
        },
        "servers": [{"url": BASE}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "made by `fsbridge tokens make api NAME`",
                }
            },
        },
    }


def _operation(one: Operation) -> dict[str, Any]:
    refusals = [400, 401, 429, 503]
    parameters = [*_places(one), *_query(one)]
    found: dict[str, Any] = {"operationId": one.name, "summary": one.says}
    if one.places:
        refusals.append(404)
    if one.body is not None:
        parameters.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": True,
                "description": "the ETag of the version that the change is meant for",
                "schema": {"type": "string"},
            }
        )
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": _REF.format(name=one.body.__name__)}}},
        }
        refusals += [412, 413, 415, 428]
    if parameters:
        found["parameters"] = parameters
    answer: dict[str, Any] = {
        "description": "the answer",
        "content": {"application/json": {"schema": {"$ref": _REF.format(name=one.answer.__name__)}}},
    }
    if one.tagged:
        answer["headers"] = {"ETag": {"description": "the version shown", "schema": {"type": "string"}}}
    found["responses"] = {"200": answer}
    if one.tagged and one.method == "GET":
        found["responses"]["304"] = {"description": "it still is the version that If-None-Match names"}
    found["responses"] |= {
        str(status): {
            "description": _REFUSALS[status],
            "content": {KIND: {"schema": {"$ref": _REF.format(name=Problem.__name__)}}},
        }
        for status in sorted(refusals)
    }
    return found


def _places(one: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": msgspec.json.schema(one.places[name])}
        for name in re.findall(r"\{(\w+)\}", one.path)
    ]


def _query(one: Operation) -> list[dict[str, Any]]:
    """The fields of a query's record as parameters; left out, a field has its default."""
    schema = msgspec.json.schema(one.query)
    record = schema["$defs"][one.query.__name__] if "$defs" in schema else schema
    needed = record.get("required", ())
    found = []
    for name, about in record["properties"].items():
        about = _sent(about)
        one_parameter: dict[str, Any] = {"name": name, "in": "query", "required": name in needed}
        if said := about.pop("description", ""):
            one_parameter["description"] = said
        found.append(one_parameter | {"schema": about})
    return found


def _sent(schema: dict[str, Any]) -> dict[str, Any]:
    """A field's schema without null, which cannot be sent in an address, and without its empty default."""
    said = schema.get("description")
    choices = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if len(choices) == 1:
        schema = choices[0] | ({"description": said} if said else {})
    schema = {key: value for key, value in schema.items() if key != "default" or value not in (None, "", [])}
    if None in schema.get("enum", ()):
        schema["enum"] = [one for one in schema["enum"] if one is not None]
    return schema
