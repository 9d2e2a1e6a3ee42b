"""The panel put together: the pages, their live namespaces, the headers that guard them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_socketio import SocketIO
from gevent.pywsgi import WSGIServer

from fsbridge.domain.plan import CentrePlan
from fsbridge.services.floor import Floor, utc_now
from webpanel import wallboard
from webpanel.assets import Assets
from webpanel.security import guard
from webpanel.staff import Staff
from webpanel.ticker import Ticker


class Panel:
    """The panel as a program: a WSGI application and the thread that pushes what changes.

    `app` is what a test client or another server takes; `serve` blocks until `stop`.
    """

    def __init__(self, app: Flask, socketio: SocketIO, ticker: Ticker) -> None:
        self.app = app
        self.socketio = socketio
        self._ticker = ticker
        self._server: WSGIServer | None = None
        self._stopping = threading.Event()

    def start(self, address: str, port: int) -> int:
        """Listen, and push from now on; returns the port (0 takes a free one). OSError if it is taken."""
        self._stopping.clear()
        self._server = WSGIServer((address, port), self.app, log=None)
        self._server.start()
        self.socketio.start_background_task(self._ticker.run, self._stopping)
        return int(self._server.address[1])

    def stop(self) -> None:
        """Close the door; browsers say so and come back by themselves."""
        self._stopping.set()
        if self._server is not None:
            self._server.stop(timeout=1)
            self._server = None


def create_panel(
    floor: Floor,
    plan: Callable[[], CentrePlan],
    *,
    clock: Callable[[], datetime] = utc_now,
    staff: Callable[[], Staff | None] = lambda: None,
) -> Panel:
    """The panel over one floor. `plan` gives the plan in force, `staff` who is at work (None: not known).

    `clock` is the time the opening hours go by.
    """
    app = Flask(__name__)
    guard(app)
    Assets(app)
    # Without cors_allowed_origins a WebSocket from another origin is refused.
    socketio = SocketIO(app, async_mode="gevent")
    board = wallboard.Board(floor, plan, clock=clock, staff=staff)
    live = wallboard.Live(board)
    socketio.on_namespace(live)
    app.register_blueprint(wallboard.pages(plan))

    @app.get("/")
    def index() -> ResponseReturnValue:
        return redirect(url_for("wallboard.page"))

    @app.get("/health")
    def health() -> Response:
        """Whether the process answers at all; it asks nobody."""
        return Response("ok\n", mimetype="text/plain")

    return Panel(app, socketio, Ticker(floor, live.push))
