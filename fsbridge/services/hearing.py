"""Live events written into the past, beside the calls they are about and never in their way."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from typing import Protocol

from fsbridge.domain.events import DomainEvent
from fsbridge.domain.history import is_about_visit
from fsbridge.errors import FsbridgeError
from fsbridge.services.history import RecordRefused

logger = logging.getLogger(__name__)

MOST = 10_000
"""Events that wait while the store fails; what is lost beyond them, the records tell."""
_LONGEST_PAUSE = 30.0


class Noter(Protocol):
    """Whoever notes events; `fsbridge.services.history.Past` for one."""

    def note(self, event: DomainEvent) -> bool: ...


class Hearing:
    """Takes events at once and notes them one after the other, again and again while the store fails.

    >>> class Nobody:
    ...     def note(self, event): return True
    >>> hearing = Hearing(Nobody())
    >>> hearing.start(); hearing.stop()
    """

    def __init__(self, past: Noter, *, pause: float = 0.5) -> None:
        self._past = past
        self._pause = pause
        self._waiting: queue.Queue[DomainEvent | None] = queue.Queue(MOST)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._lost = 0

    def hear(self, event: DomainEvent) -> None:
        """Take an event; it is noted soon."""
        if not is_about_visit(event):
            return
        try:
            self._waiting.put_nowait(event)
        except queue.Full:
            self._lost += 1
            if self._lost == 1:
                logger.error("events are lost, too many wait for the store; records will fill the gap")

    def start(self) -> None:
        """Begin to note."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self, within: float = 5.0) -> None:
        """Note what waits, for so many seconds at most, and end."""
        deadline = time.monotonic() + within
        while not self._waiting.empty() and time.monotonic() < deadline:
            time.sleep(0.01)
        self._stopping.set()
        with contextlib.suppress(queue.Full):  # full: it has enough to wake it
            self._waiting.put_nowait(None)
        if self._thread is not None:
            self._thread.join(within)

    def _run(self) -> None:
        while not self._stopping.is_set():
            event = self._waiting.get()
            if event is not None:
                self._note(event)

    def _note(self, event: DomainEvent) -> None:
        pause = self._pause
        while not self._stopping.is_set():
            try:
                self._past.note(event)
                return
            except RecordRefused as error:
                logger.error("an event was not noted: %s: %s", event, error)
                return
            except FsbridgeError as error:
                logger.warning("events wait for the store: %s", error)
                self._stopping.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
