"""``/api/v1``: the routes, made from the table. By token alone: no cookie, no CSRF, no other origin."""

from __future__ import annotations

import re

import msgspec
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound, RequestEntityTooLarge, UnsupportedMediaType

from webpanel.access import ANYBODY, allow, who
from webpanel.api.document import BASE, document
from webpanel.api.request import Request, Tagged, read_body, read_places, read_query
from webpanel.api.table import Operation, table
from webpanel.centre import Centre, Kept
from webpanel.programs import API, program
from webpanel.security import csrf, limiter

RATE = "1200 per minute"
"""Requests of one token."""
LARGEST = 1024 * 1024
"""Bytes of a body."""


def pages(centre: Centre, kept: Kept) -> Blueprint:
    """Every operation, and the document that describes them."""
    blueprint = Blueprint("api", __name__, url_prefix=BASE)
    csrf.exempt(blueprint)
    operations = table(centre, kept)
    described = msgspec.json.encode(document(operations))

    @blueprint.get("/openapi.json")
    @allow(ANYBODY)
    def openapi() -> Response:
        """What the API can do; it tells nothing of this centre."""
        return _json(described)

    for operation in operations:
        _add(blueprint, operation, kept)
    return blueprint


def _add(blueprint: Blueprint, operation: Operation, kept: Kept) -> None:
    @allow(API)
    def view(**places: str) -> ResponseReturnValue:
        asked = Request(
            places=read_places(operation.places, places),
            query=read_query(operation.query, request.args),
            body=_body(operation),
            by=who(),
            versions=request.if_match,
        )
        found = kept.apart(lambda: operation.act(asked)) if operation.apart else operation.act(asked)
        if isinstance(found, Tagged):
            answer = _json(msgspec.json.encode(found.answer))
            answer.set_etag(found.version)
            known = operation.method == "GET" and request.if_none_match.contains_weak(found.version)
            return Response(status=304, headers={"ETag": answer.headers["ETag"]}) if known else answer
        return _json(msgspec.json.encode(found))

    blueprint.add_url_rule(
        re.sub(r"\{(\w+)\}", r"<\1>", operation.path),
        endpoint=operation.name,
        view_func=limiter.limit(RATE, key_func=_of_whom)(view),
        methods=[operation.method],
    )


def _body(operation: Operation) -> object:
    if operation.body is None:
        return None
    if not request.is_json:
        raise UnsupportedMediaType
    if (request.content_length or 0) > LARGEST:
        raise RequestEntityTooLarge
    sent = request.get_data()
    if len(sent) > LARGEST:
        raise RequestEntityTooLarge
    return read_body(operation.body, sent)


def _of_whom() -> str:
    token = program()
    if token is None:
        raise NotFound
    return f"token {token.number}"


def _json(body: bytes) -> Response:
    return Response(body, content_type="application/json")
