"""What sets jobs going at their time: APScheduler, whose only home this is."""

from __future__ import annotations

import datetime as dt
import logging

from apscheduler.executors.pool import ThreadPoolExecutor  # type: ignore[import-untyped]
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.base import BaseTrigger  # type: ignore[import-untyped]

from fsbridge.domain.timetable import Every, When
from fsbridge.services.jobs import Jobs

LOOK = Every(30)
"""How often a job that was missed, or that somebody died over, is looked for."""
AT_ONCE = 8


class Clockwork:
    """Runs the jobs of a table at their slots, in the background, from `start` to `stop`.

    Threads, which under gevent's patches are greenlets: the same class serves a program with either.
    Slots that pass while a job runs, or while the machine sleeps, are done once.

    >>> from fsbridge.domain.timetable import Daily
    >>> Slots(Daily(dt.time(3, 10), dt.UTC)).get_next_fire_time(None, dt.datetime(2027, 4, 1, tzinfo=dt.UTC))
    datetime.datetime(2027, 4, 1, 3, 10, tzinfo=datetime.timezone.utc)
    """

    def __init__(self, jobs: Jobs) -> None:
        for name in ("scheduler", "executors.default"):  # which tell of every step
            logging.getLogger(f"apscheduler.{name}").setLevel(logging.WARNING)
        self._jobs = jobs
        self._scheduler = BackgroundScheduler(
            timezone=dt.UTC,
            executors={"default": ThreadPoolExecutor(AT_ONCE)},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        for job in jobs.table.values():
            self._scheduler.add_job(jobs.due, Slots(job.when), [job.key], id=job.key)
        self._scheduler.add_job(self._look, Slots(LOOK), id="look for missed ones")

    def start(self) -> None:
        """Begin; what was missed while no process ran is done at once."""
        self._jobs.open()
        self._scheduler.start()
        self._scheduler.modify_job("look for missed ones", next_run_time=dt.datetime.now(dt.UTC))

    def stop(self) -> None:
        """End, when the jobs that run now have ended or found a place to stop at."""
        self._jobs.ending.set()
        self._scheduler.shutdown(wait=True)

    def _look(self) -> None:
        for key in self._jobs.missed():
            self._jobs.due(key)


class Slots(BaseTrigger):  # type: ignore[misc]  # apscheduler is untyped
    """A `When`, as APScheduler asks for it."""

    def __init__(self, when: When) -> None:
        self._when = when

    def get_next_fire_time(
        self, previous_fire_time: dt.datetime | None, now: dt.datetime
    ) -> dt.datetime | None:
        """The slot after the last one that was set going; after now, if the clock was put back behind it."""
        return self._when.next(min(previous_fire_time or now, now))
