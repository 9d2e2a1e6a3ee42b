"""A sound that plays while the script is busy with something else."""

from __future__ import annotations

import logging

from gevent.event import Event as Flag

from fsbridge.errors import CommandFailed, CommandTimeout
from fsbridge.esl.frames import Event
from fsbridge.esl.leg import Leg
from fsbridge.esl.quoting import literal
from fsbridge.scripting.sounds import looped

logger = logging.getLogger(__name__)

PATIENCE = 0.5
"""Seconds to wait for a sign that the sound began, or ended."""
TRIES = 3
"""How often it is broken off; one that was dropped before it began gives no sign at all."""


class Background:
    """One looped playback that can be stopped and started again.

    A break that comes just as the playback begins breaks nothing, so `stop` waits for the
    beginning first, and asks again when there is no sign of the end.
    """

    def __init__(self, leg: Leg, path: str) -> None:
        self._leg = leg
        self._arg = looped(path)
        self._began, self._over = Flag(), Flag()
        self._playing = False

    def start(self) -> None:
        """Begins to play, and does not wait."""
        self._began, self._over = Flag(), Flag()
        self._unlisten = self._leg.listen(self._on_event)
        self._leg.on_end(self._on_end)
        self._playing = True
        self._leg.start("playback", literal(self._arg))

    def stop(self) -> None:
        """Ends the sound; when this returns, the line is quiet."""
        if not self._playing:
            return
        self._playing = False
        try:
            self._began.wait(PATIENCE)
            for _ in range(TRIES):
                if self._over.is_set():
                    break
                self._leg.api("uuid_break", self._leg.uuid, "all")
                self._over.wait(PATIENCE)
        except (CommandFailed, CommandTimeout) as error:
            logger.warning("call %s: the background sound could not be stopped: %s", self._leg.uuid, error)
        finally:
            self._unlisten()

    def _on_event(self, event: Event) -> None:
        if event.headers.get("Application") != "playback":
            return
        if event.name == "CHANNEL_EXECUTE":
            self._began.set()
        elif event.name == "CHANNEL_EXECUTE_COMPLETE":
            self._began.set()
            self._over.set()

    def _on_end(self, cause: str) -> None:
        self._began.set()
        self._over.set()
