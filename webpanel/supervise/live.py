"""The supervisor's live namespace: the whole picture to each browser, again at every change."""

from __future__ import annotations

import logging
import threading
import time

from flask import request
from flask_socketio import emit, join_room

from fsbridge.domain.sight import Sight
from fsbridge.errors import FsbridgeError
from fsbridge.services.floor import utc_now
from fsbridge.services.seats import digest
from webpanel.access import ADMINISTRATOR, SUPERVISOR, visitor
from webpanel.calls.sight import eyes
from webpanel.centre import Kept
from webpanel.live import Guarded
from webpanel.supervise.picture import Pictures
from webpanel.supervise.roll import Roll, Rolls
from webpanel.ticker import AT_MOST_EVERY

logger = logging.getLogger(__name__)

EVERY = 0.2
"""Seconds between two looks at what is kept, while anybody is there."""
SWEEP = 5.0
"""Seconds between two looks for telephones' secrets that nobody needs."""
PATIENCE = 30.0
"""Seconds a page may be away before its telephone's secret is void."""


class Live(Guarded):
    """``/supervise`` over Socket.IO: event ``picture``, each a full one with its ``seq``.

    A browser that comes back needs nothing but the next picture. It can say nothing here: what a supervisor
    does is asked over HTTP. Who sees no numbers gets a picture without them.
    """

    def __init__(self, kept: Kept, rolls: Rolls, pictures: Pictures) -> None:
        super().__init__("/supervise", SUPERVISOR, ADMINISTRATOR)
        self._kept = kept
        self._rolls = rolls
        self._pictures = pictures
        self._eyes: dict[str, Sight] = {}
        self._pages: dict[str, tuple[str, str]] = {}
        self._seen: dict[tuple[str, str], float] = {}
        self._minted: dict[str, str] = {}
        self._roll: Roll | None = None
        self._pushed_at = float("-inf")
        self._swept_at = time.monotonic() + PATIENCE  # after a restart the pages come back first
        self._owed = False
        self._turning = threading.Lock()

    def arrived(self) -> None:
        """Somebody looks: the picture as it is."""
        sid, sight = str(request.sid), eyes(self._kept.store)  # type: ignore[attr-defined]
        join_room(_room(sight))
        self._eyes[sid] = sight
        found = visitor()
        if found is not None:
            self._pages[sid] = (found.account.login, digest(found.token))
        with self._turning:
            self._roll = self._rolls.read(utc_now())
        emit("picture", self._pictures.draw(self._roll, sight))

    def left(self) -> None:
        """Somebody looks no longer."""
        sid = str(request.sid)  # type: ignore[attr-defined]
        self._eyes.pop(sid, None)
        page = self._pages.pop(sid, None)
        if page is not None:
            self._seen[page] = time.monotonic()

    def push(self) -> None:
        """The picture to everybody who looks; what comes too soon after the last one is made up for."""
        if not self._eyes:
            return
        if time.monotonic() - self._pushed_at < AT_MOST_EVERY:
            self._owed = True
            return
        self._pushed_at, self._owed = time.monotonic(), False
        try:
            roll = self._roll or self._rolls.read(utc_now())
            for sight in set(self._eyes.values()):
                self.emit("picture", self._pictures.draw(roll, sight), room=_room(sight))
        except FsbridgeError as problem:
            logger.warning("supervisors are told later: %s", problem)

    def run(self, stop: threading.Event) -> None:
        """See what changes in what is kept, and whose page is gone, until `stop` is set."""
        while not stop.wait(EVERY):
            try:
                self.turn()
            except FsbridgeError as problem:
                logger.warning("supervisors are told later: %s", problem)

    def turn(self, *, fresh: bool = False) -> None:
        """Once round."""
        if self._eyes:
            with self._turning:  # so that no older roll comes after a newer one
                roll = self._rolls.read(utc_now(), fresh=fresh)
                if roll != self._roll or self._owed:
                    self._roll = roll
                    self.push()
        self._sweep()

    def tell_now(self) -> None:
        """What somebody has just done is seen by everybody."""
        self.turn(fresh=True)

    def telephones(self, login: str, session: str) -> None:
        """From now on a supervisor's telephone is in this session."""
        self._minted[login] = digest(session)

    def _sweep(self) -> None:
        """Void the telephones of pages that are gone for longer than a reload takes."""
        supervision, now = self._kept.supervision, time.monotonic()
        phones = supervision.phones if supervision is not None else None
        if phones is None or now - self._swept_at < SWEEP:
            return
        self._swept_at = now
        self._seen |= dict.fromkeys(self._pages.values(), now)
        self._seen = {page: at for page, at in self._seen.items() if now - at < PATIENCE}
        minted = {login: session for login, session in self._minted.items() if (login, session) in self._seen}
        phones.sweep(utc_now(), dict(self._seen.keys()) | minted)


def _room(sight: Sight) -> str:
    return f"sight {sight}"
