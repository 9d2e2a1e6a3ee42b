"""What a program is told when it does not get what it asked for: a problem object (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from flask import Response, request
from werkzeug.exceptions import HTTPException

from fsbridge.domain.contacts import ContactError
from fsbridge.errors import FsbridgeError, InvalidArgument

PLACES = ("/api/", "/ready", "/metrics")
"""Who asks for something here is a program, whatever its headers say."""
KIND = "application/problem+json"
TEXTS = {
    401: "no token that opens this; send Authorization: Bearer and a token of `fsbridge tokens make`",
    404: "there is nothing at this address; /api/v1/openapi.json names those there are",
    405: "this cannot be done here; the header Allow says what can",
    413: "the body is too large",
    415: "the body is no JSON; send it with Content-Type: application/json",
    429: "too many requests; wait as the header Retry-After says",
    500: "something went wrong here; the program's log says what",
}
"""What is said where nothing of ours says more."""
_HEADERS = ("WWW-Authenticate", "Allow", "Retry-After")


class Misasked(FsbridgeError):
    """A part of a request cannot be understood; ``place`` says which.

    >>> str(Misasked("query.limit", "Expected `int`"))
    'query.limit: Expected `int`'
    """

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place = place


class NotThere(FsbridgeError):
    """What was asked for by its key does not exist."""


class Changed(FsbridgeError):
    """Somebody else has changed it since it was read."""


class Unconditional(FsbridgeError):
    """A change was asked for without the version that it is meant for."""


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong, where it is several at once."""

    place: str
    detail: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request did not do what it asked for.

    `title` is the HTTP status in words, `detail` a sentence that names the place and the cure, `place` the
    part of the request that it is about (``query.limit``, ``body.numbers[0]``), `problems` each of several.
    """

    title: str
    status: int
    detail: str
    place: str = ""
    problems: tuple[Trouble, ...] = ()


def for_program() -> bool:
    """Whether this request is one of a program's."""
    return request.path.startswith(PLACES)


def problem(status: int, detail: str, place: str = "", problems: Sequence[Trouble] = ()) -> Response:
    """The answer that says so.

    >>> problem(404, "there is no contact 12").json["title"]
    'Not Found'
    """
    body = Problem(
        title=HTTPStatus(status).phrase, status=status, detail=detail, place=place, problems=tuple(problems)
    )
    return Response(msgspec.json.encode(body), status=status, content_type=KIND)


def told(error: FsbridgeError, status: int) -> Response:
    """An error of ours, in its own words and with its place."""
    place = ""
    troubles: tuple[Trouble, ...] = ()
    if isinstance(error, Misasked):
        place = error.place
    elif isinstance(error, InvalidArgument):
        place = error.argument
    elif isinstance(error, ContactError):
        place = "body"
        troubles = tuple(
            Trouble(place=f"body.{one.field}", detail=one.sentence("en")) for one in error.problems
        )
    return problem(status, str(error), place, troubles)


def refused(error: HTTPException) -> Response:
    """What the server itself refuses, with the headers that belong to it."""
    status = error.code or 500
    answer = problem(status, TEXTS.get(status) or error.description or error.name)
    answer.headers.extend((name, value) for name, value in error.get_headers() if name in _HEADERS)
    return answer
