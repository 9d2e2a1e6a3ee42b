"""Emergency announcements: put on and taken off with one step each, heard by the next caller."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from fsbridge.domain.emergency import EVERYWHERE, Emergency, heard, sound_name
from fsbridge.errors import FsbridgeError
from fsbridge.services.announcements import Studio

logger = logging.getLogger(__name__)

EVERY = 0.5
"""Seconds between two looks: so late a running program hears of a change, at most."""


class NoSuchEmergency(FsbridgeError):
    """Nothing is on where something was to be taken off; the text names what is."""


class Board(Protocol):
    """Where they are written down, at most one for each flow and one for all; each change is audited."""

    def all(self) -> Sequence[Emergency]: ...
    def put(self, one: Emergency) -> None: ...
    def drop(self, flow: str, at: datetime, *, by: str, why: str) -> Emergency | None: ...


class Emergencies:
    """What an administrator does with them. `flows` are the flows' names by their keys.

    A sound is rendered and lies where FreeSWITCH plays it before anybody can hear of it; each has a name
    of its own, so that a caller hears the old text or the new one, never a part of each.
    """

    def __init__(self, board: Board, studio: Studio, flows: Callable[[], Mapping[str, str]]) -> None:
        self._board = board
        self._studio = studio
        self._flows = flows

    def put_on(
        self,
        text: str,
        *,
        until: datetime,
        author: str,
        now: datetime,
        flow: str = EVERYWHERE,
        voice: str = "",
        recording: bytes | None = None,
        reason: str = "",
    ) -> Emergency:
        """From now until then every caller, or every caller of a flow, hears this first.

        `recording` is heard instead of the spoken text. One that is on already is replaced. FsbridgeError
        says what does not fit, and nothing was changed.
        """
        if until <= now:
            raise FsbridgeError(f"the emergency announcement would be over before it begins, at {until}")
        if not text.strip():
            raise FsbridgeError("the emergency announcement has no text; say what callers hear")
        self._known(flow)
        made = self._studio.take(recording) if recording is not None else self._studio.make(text, voice)
        name = f"{sound_name(flow)}-{made.removeprefix('studio-')[:12]}"
        self._studio.publish(made, name)
        one = Emergency(flow, text.strip(), name, author, now, until, reason)
        self._board.put(one)
        return one

    def take_off(self, *, author: str, now: datetime, flow: str = EVERYWHERE, reason: str = "") -> Emergency:
        """Callers hear it no longer; NoSuchEmergency if it is not on."""
        dropped = self._board.drop(flow, now, by=author, why=reason)
        if dropped is None:
            on = [one.flow or "--all" for one in self._board.all()]
            raise NoSuchEmergency(
                f"there is no emergency announcement for {flow or 'all callers'}; on are: "
                f"{', '.join(on) or 'none'}"
            )
        return dropped

    def on(self, at: datetime) -> Sequence[Emergency]:
        """Those that are on."""
        return [one for one in self._board.all() if one.holds(at)]

    def _known(self, flow: str) -> None:
        flows = self._flows()
        if flow != EVERYWHERE and flow not in flows:
            raise FsbridgeError(f"there is no flow {flow!r}; there are: {', '.join(flows) or 'none'}")


def expire(board: Board, now: datetime) -> str:
    """Take off those that are over; what was done, in words."""
    over = [one for one in board.all() if one.until <= now]
    for one in over:
        board.drop(one.flow, now, by="fsbridge", why="expired")
    return ", ".join(f"emergency announcement of {one.flow or 'all'} expired" for one in over)


class LiveEmergencies:
    """What a running program plays: asked in every call, answered from memory, never waiting.

    `path_of` is the path of a published sound. While the board cannot be read, what was on stays on until
    it expires.

    >>> live = LiveEmergencies(lambda: [], str)
    >>> live.current("leak", datetime(2027, 4, 1)) is None
    True
    """

    def __init__(self, read: Callable[[], Sequence[Emergency]], path_of: Callable[[str], str]) -> None:
        self._read = read
        self._path_of = path_of
        self._on: Sequence[Emergency] = ()
        self._failing = False

    def current(self, flow: str, at: datetime) -> Emergency | None:
        """What a caller of this flow (empty: who has chosen none yet) hears first; its `sound` is a path."""
        one = heard(self._on, flow, at)
        return one and replace(one, sound=self._path_of(one.sound))

    def sound(self, flow: str, at: datetime) -> str:
        """The path alone; empty for none."""
        one = self.current(flow, at)
        return one.sound if one else ""

    def refresh(self) -> None:
        """Look at the board now."""
        try:
            self._on = tuple(self._read())
            self._failing = False
        except FsbridgeError as error:
            if not self._failing:
                logger.error("emergency announcements cannot be read; those known stay: %s", error)
            self._failing = True

    def run(self, stop: threading.Event, *, every: float = EVERY) -> None:
        """Look again and again until `stop` is set."""
        while not stop.is_set():
            self.refresh()
            stop.wait(every)
