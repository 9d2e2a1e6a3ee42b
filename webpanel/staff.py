"""Who is at work: what the database knows of operators, asked once a second at most."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fsbridge.domain.duty import Duty, Status

EVERY = 1.0
"""Seconds an answer is good for."""


@dataclass(frozen=True, slots=True)
class Staff:
    """How many sit, write up their last call, and are away or on a break.

    >>> Staff(seated=16, wrap_up=2, away=1).seated
    16
    """

    seated: int
    wrap_up: int
    away: int


class StaffWatch:
    """The staff as a moment ago; `look` gives the duty of everybody who is logged in.

    >>> StaffWatch(lambda: ())()
    Staff(seated=0, wrap_up=0, away=0)
    """

    def __init__(self, look: Callable[[], Iterable[Duty]], *, every: float = EVERY) -> None:
        self._look = look
        self._every = every
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._staff = Staff(0, 0, 0)

    def __call__(self) -> Staff:
        """The staff; the database is asked only if the last answer is too old."""
        with self._lock:
            if time.monotonic() - self._asked_at >= self._every:
                doing = Counter(duty.status for duty in self._look())
                away = sum(doing[one] for one in (Status.AWAY, Status.ON_BREAK, Status.TRAINING))
                self._staff = Staff(sum(doing.values()), doing[Status.WRAP_UP], away)
                self._asked_at = time.monotonic()
            return self._staff
