"""Time for the switch: real under gevent, or virtual and moved only by what happens in it."""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import math
import time
from collections.abc import Callable
from typing import Protocol
from zoneinfo import ZoneInfo

import gevent
from gevent.event import Event as Flag

_MICRO = 1_000_000


class Timer:
    """Something to be done later; `cancel` sees that it is not."""

    __slots__ = ("action", "due")

    def __init__(self, due: int, action: Callable[[], object]) -> None:
        self.due = due
        self.action: Callable[[], object] | None = action

    def cancel(self) -> None:
        """Forget it; once it was done, nothing happens."""
        self.action = None


class Clock(Protocol):
    """What the switch needs of time."""

    def now(self) -> dt.datetime:
        """The time, aware."""

    def micro(self) -> int:
        """Microseconds since 1970."""

    @property
    def elapsed(self) -> float:
        """Seconds since this clock began."""

    def later(self, seconds: float, action: Callable[[], object]) -> Timer:
        """Have something done so many seconds from now; in the order of asking when it is the same moment."""


class _Agenda:
    """What is to be done, by the moment and then by the order of asking."""

    def __init__(self) -> None:
        self._due: list[tuple[int, int, Timer]] = []
        self._order = itertools.count()

    def add(self, timer: Timer) -> None:
        heapq.heappush(self._due, (timer.due, next(self._order), timer))

    def next_due(self) -> int | None:
        while self._due and self._due[0][2].action is None:
            heapq.heappop(self._due)
        return self._due[0][0] if self._due else None

    def pop(self) -> Callable[[], object]:
        action = heapq.heappop(self._due)[2].action
        assert action is not None, "next_due has dropped the cancelled"
        return action


def _ticks(seconds: float) -> int:
    """Whole microseconds, rounded up: who waits until a moment must not wake before it."""
    return max(1, math.ceil(seconds * _MICRO - 1e-3)) if seconds > 0 else 0


class VirtualClock:
    """Time that moves only when told to, from one thing that is due to the next; the same every time.

    A text without an offset is a wall-clock time in `zone`.

    >>> clock = VirtualClock("2027-01-02T10:00", zone="Asia/Tokyo")
    >>> timer = clock.later(60, lambda: print("a minute later"))
    >>> clock.advance(90)
    a minute later
    >>> clock.now().isoformat(), clock.elapsed
    ('2027-01-02T10:01:30+09:00', 90.0)
    """

    def __init__(self, at: str | dt.datetime | None = None, *, zone: str = "UTC") -> None:
        start = dt.datetime.fromisoformat(at) if isinstance(at, str) else at
        start = start or dt.datetime(2027, 6, 1, 10, 0)
        self._start = start if start.tzinfo else start.replace(tzinfo=ZoneInfo(zone))
        self._began = round(self._start.timestamp() * _MICRO)
        self._passed = 0
        self._agenda = _Agenda()

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return self._passed / _MICRO

    def now(self) -> dt.datetime:
        """The time on this clock."""
        return self._start + dt.timedelta(microseconds=self._passed)

    def micro(self) -> int:
        """Microseconds since 1970."""
        return self._began + self._passed

    def later(self, seconds: float, action: Callable[[], object]) -> Timer:
        """Have something done so many seconds from now, when the clock is moved that far."""
        timer = Timer(self._passed + _ticks(seconds), action)
        self._agenda.add(timer)
        return timer

    def advance(self, seconds: float) -> None:
        """Move the clock on, doing what is due on the way; ValueError backwards."""
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._run_to(self._passed + _ticks(seconds))

    def step(self) -> bool:
        """Move to the next thing that is due and do it; False if nothing is."""
        due = self._agenda.next_due()
        if due is None:
            return False
        self._passed = due
        self._agenda.pop()()
        return True

    def run_until(self, reached: Callable[[], bool], within: float = 3600.0) -> bool:
        """Do what is due until something holds; False if it does not `within` so many seconds."""
        end = self._passed + _ticks(within)
        while not reached():
            due = self._agenda.next_due()
            if due is None or due > end:
                self._passed = max(self._passed, end)
                return reached()
            self.step()
        return True

    def _run_to(self, end: int) -> None:
        while (due := self._agenda.next_due()) is not None and due <= end:
            self.step()
        self._passed = max(self._passed, end)


class RealClock:
    """The machine's time under gevent; `start` before anything can be due, `stop` to end.

    What is due is done in one greenlet, so nothing in the switch ever runs at the same time as
    anything else in it.

    >>> RealClock().now().utcoffset()
    datetime.timedelta(0)
    """

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._epoch = time.time_ns() // 1000
        self._agenda = _Agenda()
        self._wake = Flag()
        self._runner: gevent.Greenlet[..., None] | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._began

    def now(self) -> dt.datetime:
        """The time, in UTC."""
        return dt.datetime.fromtimestamp(self.micro() / _MICRO, dt.UTC)

    def micro(self) -> int:
        """Microseconds since 1970; never runs backwards."""
        return self._epoch + round(self.elapsed * _MICRO)

    def later(self, seconds: float, action: Callable[[], object]) -> Timer:
        """Have something done so many seconds from now."""
        timer = Timer(self.micro() + _ticks(seconds), action)
        self._agenda.add(timer)
        self._wake.set()
        return timer

    def start(self) -> None:
        """Begin to do what is due."""
        self._runner = gevent.spawn(self._run)
        self._runner.link_exception(self._again)

    def stop(self) -> None:
        """Do nothing more."""
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.kill()

    def _run(self) -> None:
        while True:
            self._wake.clear()
            due = self._agenda.next_due()
            if due is None:
                self._wake.wait()
            elif due > (now := self.micro()):
                self._wake.wait((due - now) / _MICRO)
            else:
                self._agenda.pop()()

    def _again(self, failed: gevent.Greenlet[..., None]) -> None:
        """One thing that went wrong (gevent has printed it) does not stop the switch."""
        if failed is self._runner:
            self.start()
