"""The panel put together: the pages, their live namespaces, the guards before them."""

from __future__ import annotations

import logging
import threading
from typing import Any

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_socketio import SocketIO
from gevent.pywsgi import LoggingLogAdapter, WSGIServer

from fsbridge.adapters.store.logins import StoredLogins, StoredTokens
from fsbridge.adapters.store.passwords import Passwords
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.services.floor import utc_now
from fsbridge.services.logins import Logins
from fsbridge.services.tokens import Tokens
from fsbridge.services.users import Users
from webpanel import admin, api, calls, desk, login, onetime, operations, reports, supervise, wallboard
from webpanel.access import (
    ADMINISTRATOR,
    ANYBODY,
    OPERATOR,
    SUPERVISOR,
    allow,
    guarded,
    open_to_all,
    roles,
)
from webpanel.assets import Assets
from webpanel.centre import Centre, Kept
from webpanel.labels import read_labels, speaking
from webpanel.language import bilingual
from webpanel.parts import Part
from webpanel.refusals import refusing
from webpanel.security import guard
from webpanel.ticker import Ticker

logger = logging.getLogger(__name__)

SWEEP = 5.0
"""Seconds between looks for live connections whose session is over."""
HOMES = ((OPERATOR, "desk.page"), (SUPERVISOR, "supervise.page"), (ADMINISTRATOR, "admin.page"))
"""Where each goes after log-in."""


class Panel:
    """The panel as a program: a WSGI application and the threads that push what changes.

    `app` is what a test client or another server takes; `start` returns at once, `stop` closes the door.
    """

    def __init__(self, app: Flask, socketio: SocketIO, parts: list[Part], ticker: Ticker) -> None:
        self.app = app
        self.socketio = socketio
        self._parts = parts
        self._ticker = ticker
        self._server: WSGIServer | None = None
        self._stopping = threading.Event()
        self._tasks: list[Any] = []

    def start(self, address: str, port: int) -> int:
        """Listen, and push from now on; returns the port (0 takes a free one). OSError if it is taken."""
        self._stopping.clear()
        errors = LoggingLogAdapter(logger, logging.DEBUG)
        self._server = WSGIServer((address, port), self.app, log=None, error_log=errors)
        self._server.start()
        runs = [self._ticker.run, self._sweep, *(part.run for part in self._parts if part.run is not None)]
        self._tasks = [self.socketio.start_background_task(run, self._stopping) for run in runs]
        return int(self._server.address[1])

    def drain(self) -> None:
        """Serve on, but tell who asks (``/ready``) that this program will end soon."""
        for part in self._parts:
            if part.drain is not None:
                part.drain()

    def stop(self) -> None:
        """Close the door, and end what runs beside it; browsers say so and come back by themselves."""
        self._stopping.set()
        if self._server is not None:
            self._server.stop(timeout=1)
            self._server = None
        for task in self._tasks:
            task.join(2)

    def _sweep(self, stop: threading.Event) -> None:
        logins: Logins | None = self.app.extensions.get("logins")
        while logins is not None and not stop.wait(SWEEP):
            for part in self._parts:
                if part.live is not None:
                    part.live.sweep(lambda token: logins.who(token, utc_now()) is not None)


def create_panel(centre: Centre) -> Panel:
    """The panel over one centre; without a store, the wallboard alone."""
    app = Flask(__name__)
    kept = centre.kept
    settings = kept.settings if kept is not None else None
    guard(
        app,
        verto=settings.verto_address if settings is not None else "",
        home=settings.home if settings is not None else None,
        proxies=settings.panel.proxies if settings is not None else 0,
    )
    Assets(app)
    bilingual(app, centre.plan().schedule.clock)
    speaking(app, read_labels(settings.home if settings is not None else None))
    refusing(app)
    # Without cors_allowed_origins a WebSocket from another origin is refused.
    socketio = SocketIO(app, async_mode="gevent")
    parts = [wallboard.part(centre), operations.part(centre)]
    if kept is None:
        open_to_all(app)
    else:
        parts += _behind_log_in(app, centre, kept)
    for part in parts:
        app.register_blueprint(part.pages)
        if part.live is not None:
            socketio.on_namespace(part.live)

    @app.get("/")
    @allow(ANYBODY)
    def index() -> ResponseReturnValue:
        if kept is None:
            return redirect(url_for("wallboard.page"))
        held = roles()
        home = next((page for role, page in HOMES if role in held and page in app.view_functions), None)
        return redirect(url_for(home or ("wallboard.page" if held else "login.page")))

    @app.context_processor
    def shell() -> dict[str, object]:
        """What the frame around every page shows: where one may go."""
        held = roles()
        return {
            "navigation": [part for part in parts if part.entry and (part.roles & held or kept is None)],
            "centre_name": centre.plan().name,
            "centre_name_en": centre.plan().name_en or centre.plan().name,
        }

    def push() -> None:
        for part in parts:
            if part.push is not None:
                part.push()

    return Panel(app, socketio, parts, Ticker(centre.floor, push))


def _behind_log_in(app: Flask, centre: Centre, kept: Kept) -> list[Part]:
    """The pages for people who log in. Each is made by its package."""
    passwords = Passwords(apart=kept.apart)
    logins = Logins(StoredLogins(kept.store), matches=passwords.matches, step_of=onetime.step_of)
    users = Users(StoredUsers(kept.store), hashed=passwords.hash)
    guarded(app, logins, Tokens(StoredTokens(kept.store)))
    app.register_blueprint(login.pages(logins, users))
    return [
        desk.part(centre, kept),
        supervise.part(centre, kept),
        calls.part(centre, kept),
        reports.part(centre, kept),
        admin.part(centre, kept),
        api.part(centre, kept),
    ]
