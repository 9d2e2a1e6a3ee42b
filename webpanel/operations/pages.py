"""``/health``, ``/ready``, ``/metrics``."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_socketio import SocketIO
from prometheus_client.exposition import choose_encoder

from webpanel.access import ANYBODY, allow
from webpanel.operations.metrics import Meters
from webpanel.operations.ready import Readiness
from webpanel.programs import API, METRICS


def pages(readiness: Readiness, meters: Meters) -> Blueprint:
    """The three addresses; all but the first are for this machine and for tokens."""
    blueprint = Blueprint("operations", __name__)

    @blueprint.get("/health")
    @allow(ANYBODY)
    def health() -> Response:
        """Whether the process answers at all; it asks nobody."""
        return Response("ok\n", mimetype="text/plain")

    @blueprint.get("/ready")
    @allow(API, METRICS)
    def ready() -> ResponseReturnValue:
        """Whether it can do its work, with each part and why."""
        checks = readiness.look()
        well = all(check.ok for check in checks)
        return jsonify(ready=well, parts={check.name: check.data() for check in checks}), 200 if well else 503

    @blueprint.get("/metrics")
    @allow(API, METRICS)
    def metrics() -> Response:
        """The figures, in the format the scraper asks for."""
        socketio: SocketIO = current_app.extensions["socketio"]
        encode, kind = choose_encoder(request.headers.get("Accept", ""))
        return Response(encode(meters.over(socketio)), content_type=kind)

    return blueprint
