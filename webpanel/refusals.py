"""What an error is to a browser: a status, and a sentence in the reader's language. One table."""

from __future__ import annotations

from flask import Flask, Response, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException

from fsbridge.adapters.store import StoreUnavailable
from fsbridge.domain.contacts import NoSuchContact
from fsbridge.domain.monitoring import MonitoringRefused
from fsbridge.domain.seats import NotRegistered, SeatLost, SeatsFull, SeatTaken
from fsbridge.errors import ConfigError, FsbridgeError, NotConnectedError
from fsbridge.services.authority import NotAllowed
from fsbridge.services.logins import CodeNeeded, LoginLocked, LoginRefused
from fsbridge.services.operators import NotOnDuty
from fsbridge.services.recordings import NoRecording
from webpanel.access import wants_json
from webpanel.labels import Labels
from webpanel.language import language
from webpanel.problems import Changed, NotThere, Unconditional, for_program, refused, told

STATUS: dict[type[FsbridgeError], int] = {
    CodeNeeded: 401,
    LoginRefused: 401,
    LoginLocked: 429,
    NotOnDuty: 409,
    NotRegistered: 403,
    SeatLost: 409,
    SeatsFull: 409,
    SeatTaken: 409,
    NotConnectedError: 503,
    NotAllowed: 403,
    NoRecording: 404,
    MonitoringRefused: 409,
    StoreUnavailable: 503,
    NoSuchContact: 404,
    Changed: 412,
    NotThere: 404,
    Unconditional: 428,
}
"""Every other error of ours is 400: what was asked for will not do."""


def status_of(error: FsbridgeError) -> int:
    """The HTTP status of an error of ours.

    >>> status_of(NotConnectedError("away")), status_of(FsbridgeError("no"))
    (503, 400)
    """
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)


def sentence(error: FsbridgeError) -> str:
    """The error for the reader: its class's label in ``errors``, with its attributes and its text `said`."""
    labels: Labels = current_app.extensions["labels"]
    key = f"errors.{type(error).__name__}"
    if key not in labels:
        return str(error)
    return labels(key, language(), said=str(error), **vars(error))


def refusing(app: Flask) -> None:
    """Answers errors in the reader's words: as a page, or ``{"error": …}`` to who wants JSON."""

    @app.errorhandler(ConfigError)
    def set_up_wrongly(error: ConfigError) -> ResponseReturnValue:
        """Said plainly: the page around it may be what is missing."""
        if for_program():
            return told(error, 500)
        return Response(f"{error}\n", status=500, mimetype="text/plain")

    @app.errorhandler(FsbridgeError)
    def ours(error: FsbridgeError) -> ResponseReturnValue:
        if for_program():
            return told(error, status_of(error))
        return _answer(status_of(error), sentence(error))

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> ResponseReturnValue:
        return _answer(400, _label("errors.http_csrf", str(error.description)))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error
        if for_program():
            return refused(error)
        return _answer(error.code, _label(f"errors.http_{error.code}", error.name))


def _label(key: str, otherwise: str) -> str:
    labels: Labels = current_app.extensions["labels"]
    return labels(key, language()) if key in labels else otherwise


def _answer(status: int, text: str) -> ResponseReturnValue:
    if wants_json():
        return jsonify(error=text), status
    return render_template("error.html", status=status, text=text), status
