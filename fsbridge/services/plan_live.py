"""The plan in force, in memory: read again when it was changed, and everyone who goes by it told."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from fsbridge.domain.plan import CentrePlan
from fsbridge.errors import FsbridgeError

logger = logging.getLogger(__name__)

T = TypeVar("T")
EVERY = 2.0
"""Seconds between two questions whether the plan was changed."""


class PlanSource(Protocol):
    """Where the plan is kept; `fsbridge.adapters.store.plan.StoredPlan` for one."""

    def version(self) -> str:
        """What changes whenever the plan does."""

    def load(self) -> CentrePlan:
        """The plan."""


@dataclass(frozen=True)
class InForce:
    """What those who go by the plan are told: the plan, the season of the day, the day, and what else is so.

    >>> InForce.__match_args__
    ('plan', 'season', 'day', 'also')
    """

    plan: CentrePlan
    season: str
    day: dt.date
    also: object = None


Listener = Callable[[InForce], object]


class Apart(Protocol):
    """Runs a piece of work where it keeps nobody waiting, and returns what it returns."""

    def __call__(self, work: Callable[[], T], /) -> T: ...


def at_once(work: Callable[[], T], /) -> T:
    """The work, done here and now.

    >>> at_once(lambda: 1)
    1
    """
    return work()


class LivePlan:
    """The plan as of a moment ago; asking for it waits for nothing.

    Listeners are told in their order when the plan, the season or the day changes, and each again until it
    has done its work: one that fails with an FsbridgeError is logged and told the next time. `apart` runs
    what reads the database, for example in a thread of its own. What `also` gives at a moment is theirs to
    know as well, and a change of it is told.
    """

    def __init__(
        self,
        source: PlanSource,
        *,
        clock: Callable[[], dt.datetime],
        apart: Apart = at_once,
        also: Callable[[dt.datetime], object] = lambda now: None,
    ) -> None:
        self._source = source
        self._clock = clock
        self._apart = apart
        self._also = also
        self._version = source.version()
        self._plan = source.load()
        self._listeners: list[tuple[str, Listener]] = []
        self._told: dict[str, InForce] = {}
        self._lock = threading.Lock()
        self._trouble: dict[str, str] = {}

    def plan(self) -> CentrePlan:
        """The plan in force."""
        return self._plan

    def in_force(self) -> InForce:
        """The plan with the season and the day it is now."""
        now = self._clock()
        plan = self._plan
        local = now.astimezone(plan.schedule.clock)
        return InForce(plan, plan.schedule.status(now).season, local.date(), self._also(now))

    def listen(self, name: str, listener: Listener) -> None:
        """Have somebody told from the next `refresh` on; `name` is for the log."""
        self._listeners.append((name, listener))

    def again(self) -> None:
        """Have everybody told once more, changed or not: FreeSWITCH has begun anew, for example."""
        self._told.clear()

    def refresh(self) -> None:
        """Read the plan if it was changed, and tell everybody what they have not been told."""
        with self._lock:
            self._read()
            now = self.in_force()
            for name, listener in self._listeners:
                if self._told.get(name) == now:
                    continue
                try:
                    listener(now)
                except FsbridgeError as error:
                    self._complain(name, f"{name} does not follow the plan yet: {error}")
                else:
                    self._told[name] = now
                    self._trouble.pop(name, None)

    def run(self, stop: threading.Event, *, every: float = EVERY) -> None:
        """Refresh every few seconds until `stop` is set; whoever is to be told at once calls `refresh`."""
        while not stop.wait(every):
            self.refresh()

    def _read(self) -> None:
        try:
            version = self._apart(self._source.version)
            if version != self._version:
                self._plan = self._apart(self._source.load)
                self._version = version
                logger.info("the plan was changed: %s", self._plan.name)
        except FsbridgeError as error:
            self._complain("", f"the plan cannot be read, the one before stays in force: {error}")
        else:
            self._trouble.pop("", None)

    def _complain(self, name: str, what: str) -> None:
        """Log a trouble once, not every few seconds."""
        if self._trouble.get(name) != what:
            logger.warning("%s", what)
        self._trouble[name] = what
