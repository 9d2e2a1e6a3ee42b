"""Overflow by what really is: callers whom nobody there could answer are taken on, or told so."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from fsbridge.domain import overflow
from fsbridge.domain.overflow import QueueNow
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.planparts import FlowPlan
from fsbridge.domain.views import CallState, Snapshot
from fsbridge.errors import FsbridgeError

logger = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two looks when nothing happens."""
SETTLE = 0.25
"""Seconds between two looks when much happens."""
PATIENCE = 3.0
"""Seconds for a caller who was taken back to leave, before it is tried again."""


class LiveFloor(Protocol):
    """The live copy; `fsbridge.services.floor.Floor` for one."""

    def snapshot(self) -> Snapshot:
        """The floor now."""

    def wait(self, seq: int, timeout: float | None = None) -> int:
        """Sleep until something has changed."""


class WatchedLine:
    """One caller's way through the queues, by the floor as it is at each step."""

    def __init__(self, watch: Overflow, line: overflow.Line) -> None:
        self._watch = watch
        self.line = line
        self.recalled: float | None = None

    def place(self) -> str:
        """The queue to wait in now; empty when nobody can answer in time."""
        return self._watch.place(self)

    def waited(self) -> float:
        """Seconds since the first entry into any queue."""
        return self.line.waited(self._watch.now())

    def available(self) -> bool:
        """Whether an operator of the queue could take the call at once."""
        return self._watch.queues().get(self.line.here, overflow.UNKNOWN).available > 0


class Overflow:
    """Watches the callers whose scripts wait for an operator; `recall` takes one back out of a queue.

    Nothing is decided while FreeSWITCH cannot be heard: callers then wait where they are.

    >>> from fsbridge.services.floor import Floor
    >>> Overflow(Floor(), recall=print).queues()
    {}
    """

    def __init__(
        self,
        floor: LiveFloor,
        recall: Callable[[str], object],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.now = clock
        self._floor = floor
        self._recall = recall
        self._lock = threading.RLock()
        self._lines: dict[str, WatchedLine] = {}
        self._deserted: dict[str, float] = {}

    @contextmanager
    def line(self, call: str, plan: CentrePlan, flow: FlowPlan) -> Iterator[WatchedLine]:
        """A caller who waits for an operator of a flow, until the block ends."""
        watched = WatchedLine(self, overflow.Line(plan, flow))
        with self._lock:
            self._lines[call] = watched
        try:
            yield watched
        finally:
            with self._lock:
                self._lines.pop(call, None)

    def place(self, watched: WatchedLine) -> str:
        """Where this caller should wait now; two callers never share the last place of a queue."""
        with self._lock:
            watched.recalled = None
            return watched.line.place(self.queues(), self.now())

    def queues(self) -> dict[str, QueueNow]:
        """Every queue by what really is; nothing while FreeSWITCH cannot be heard."""
        seen = self._floor.snapshot()
        if not seen.link.connected:
            return {}
        now = self.now()
        waiting = self._waiting(seen)
        found = {}
        for queue in seen.queues:
            here = [one for one in seen.operators if queue.name in one.queues]
            working = sum(one.status.takes_calls for one in here)
            with self._lock:
                if working:
                    self._deserted.pop(queue.name, None)
                since = self._deserted.setdefault(queue.name, now) if not working else now
            found[queue.name] = QueueNow(
                waiting=waiting.get(queue.name, 0),
                working=working,
                available=sum(one.available for one in here),
                deserted=now - since,
            )
        return found

    def check(self) -> list[str]:
        """Take back every waiting caller who would be better off elsewhere; their legs."""
        seen = self._floor.snapshot()
        queues, now = self.queues(), self.now()
        waiting = {one.uuid: one.queue for one in seen.calls if one.state is CallState.WAITING}
        taken = []
        with self._lock:
            for call, watched in self._lines.items():
                line = watched.line
                if not queues or waiting.get(call) != line.here or line.stays(queues, now):
                    continue
                if watched.recalled is None or now - watched.recalled >= PATIENCE:
                    watched.recalled = now
                    taken.append(call)
        for call in taken:
            logger.info("call %s is taken out of %s", call, waiting[call])
            try:
                self._recall(call)
            except FsbridgeError as error:
                logger.info("call %s could not be taken out of its queue: %s", call, error)
        return taken

    def run(self, stop: threading.Event) -> None:
        """Check whenever something happens, and every second, until `stop` is set."""
        seq = -1
        while not stop.is_set():
            self.check()
            seq = self._floor.wait(seq, EVERY)
            stop.wait(SETTLE)

    def _waiting(self, seen: Snapshot) -> dict[str, int]:
        """Callers in each queue: those the floor sees, and those just sent there of whom it has not heard."""
        known = {one.uuid: one.queue for one in seen.calls if one.queue}
        count: dict[str, int] = {}
        for one in seen.calls:
            if one.queue and one.state in (CallState.WAITING, CallState.OFFERED):
                count[one.queue] = count.get(one.queue, 0) + 1
        with self._lock:
            for call, watched in self._lines.items():
                here = watched.line.here
                if here and known.get(call) != here:
                    count[here] = count.get(here, 0) + 1
        return count
