"""Work that comes round by itself: each slot of a job is done once, by one process, whoever lives."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from fsbridge.domain.timetable import When
from fsbridge.errors import FsbridgeError

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=40)
"""How long a process that died keeps others from its job; a missing recording still rings within a minute."""

Outcome = Literal["", "done", "failed"]


class NoSuchJob(FsbridgeError):
    """There is no job of this name; the text names those there are."""


class JobInterrupted(FsbridgeError):
    """The program ends, and what it was at goes on when one begins again."""


class JobTaken(FsbridgeError):
    """Another process is at this job; the text says which, and since when."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do when it is due; `work` is told the time and says what it did.

    >>> from fsbridge.domain.timetable import Every
    >>> Job("seats", "応答のない席の解放", "Free dead seats", Every(3), lambda now: "").key
    'seats'
    """

    key: str
    name: str
    name_en: str
    when: When
    work: Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class State:
    """What is known of a job: the last slot that was done, the last run, who is at it until when.

    >>> State("purge").outcome
    ''
    """

    key: str
    slot: datetime | None = None
    holder: str = ""
    leased_until: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Outcome = ""
    message: str = ""

    def running(self, at: datetime) -> bool:
        """Whether a process is at it."""
        return self.leased_until is not None and at < self.leased_until


class Book(Protocol):
    """Where it is written down; every change is decided by one statement of the database."""

    def open(self, key: str, slot: datetime) -> None: ...
    def take(self, key: str, slot: datetime | None, holder: str, now: datetime, until: datetime) -> bool: ...
    def renew(self, key: str, holder: str, until: datetime) -> bool: ...
    def end(
        self, key: str, holder: str, now: datetime, slot: datetime | None, outcome: Outcome, message: str
    ) -> None: ...
    def states(self) -> Mapping[str, State]: ...


class Jobs:
    """The jobs of a centre, and the one place that runs them.

    `holder` names this process for the others. A job that somebody died over is taken up by whoever looks
    after the lease; slots that were missed meanwhile are done once, not each.
    """

    def __init__(
        self,
        jobs: Iterable[Job],
        book: Book,
        *,
        holder: str,
        clock: Callable[[], datetime],
        lease: timedelta = LEASE,
        ending: threading.Event | None = None,
    ) -> None:
        self.table = {job.key: job for job in jobs}
        self._book = book
        self._holder = holder
        self._clock = clock
        self._lease = lease
        self.ending = ending or threading.Event()
        """Set when the program ends; long work looks at it and raises JobInterrupted."""

    def open(self) -> None:
        """Begin to count: a job nobody has heard of yet is due at its next slot, not at once."""
        now = self._clock()
        for job in self.table.values():
            self._book.open(job.key, job.when.last(now))

    def states(self) -> Mapping[str, State]:
        """What is known of every job, also of those that never ran."""
        known = self._book.states()
        return {key: known.get(key, State(key)) for key in self.table}

    def missed(self) -> list[str]:
        """Jobs with a slot that nobody has done, and nobody is at."""
        now = self._clock()
        return [
            key
            for key, state in self.states().items()
            if (state.slot is None or state.slot < self.table[key].when.last(now)) and not state.running(now)
        ]

    def due(self, key: str) -> State | None:
        """Do a job's latest slot; None if it is done already, or another process is at it."""
        now = self._clock()
        slot = self._job(key).when.last(now)
        if not self._book.take(key, slot, self._holder, now, now + self._lease):
            return None
        try:
            self._do(key, slot, self.table[key].work)
        except FsbridgeError as error:
            logger.error("job %s failed: %s", key, error)
        return self.states()[key]

    def run(self, key: str, work: Callable[[datetime], str] | None = None) -> State:
        """Do a job now, due or not (`work` in its place); JobTaken if another process is at it.

        What the work raises reaches the caller.
        """
        now = self._clock()
        job = self._job(key)
        if not self._book.take(key, None, self._holder, now, now + self._lease):
            state = self.states()[key]
            raise JobTaken(
                f"{state.holder or 'another process'} is at {key} since {state.started_at}; "
                f"wait until it ends, or, if it died, until {state.leased_until}"
            )
        self._do(key, None, work or job.work)
        return self.states()[key]

    def _do(self, key: str, slot: datetime | None, work: Callable[[datetime], str]) -> None:
        over = threading.Event()
        keeping = threading.Thread(target=self._keep, args=(key, over), daemon=True)
        keeping.start()
        outcome: Outcome = "failed"
        message = "a fault of the program; its log says more"
        try:
            message = work(self._clock())
            outcome = "done"
        except FsbridgeError as error:
            message = str(error)
            slot = None if isinstance(error, JobInterrupted) else slot
            raise
        finally:
            over.set()
            keeping.join()
            self._book.end(key, self._holder, self._clock(), slot, outcome, message)

    def _keep(self, key: str, over: threading.Event) -> None:
        """Renew the lease while the work goes on."""
        while not over.wait(self._lease.total_seconds() / 3):
            try:
                if not self._book.renew(key, self._holder, self._clock() + self._lease):
                    logger.error("job %s took so long that another process may have begun it too", key)
                    return
            except FsbridgeError as error:
                logger.warning("the lease of job %s could not be renewed: %s", key, error)

    def _job(self, key: str) -> Job:
        if key not in self.table:
            raise NoSuchJob(f"there is no job {key!r}; there are: {', '.join(self.table)}")
        return self.table[key]
