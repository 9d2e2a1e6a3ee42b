"""Who gets in: wrong passwords counted, accounts locked for a while, sessions that grow old."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FAILURES = 5
"""Wrong passwords in a row that lock an account."""
LOCKED = timedelta(minutes=15)
"""How long it stays locked."""
IDLE = timedelta(hours=2)
"""A session nothing was heard of for so long is over."""
LONGEST = timedelta(hours=16)
"""No session lasts longer: a shift with its overtime."""


@dataclass(frozen=True, slots=True)
class Lock:
    """How often somebody has failed in a row, and until when the account is shut.

    >>> from datetime import UTC
    >>> noon = datetime(2027, 4, 1, 3, tzinfo=UTC)
    >>> lock = Lock()
    >>> for _ in range(FAILURES):
    ...     lock = lock.failed(noon)
    >>> lock.shut(noon), lock.shut(noon + LOCKED)
    (True, False)
    """

    failures: int = 0
    until: datetime | None = None

    def shut(self, now: datetime) -> bool:
        """Whether nobody gets in now, whatever the password."""
        return self.until is not None and now < self.until

    def failed(self, now: datetime) -> Lock:
        """After one more wrong password. Once opened again by time, the count begins anew."""
        failures = (0 if self.until is not None and now >= self.until else self.failures) + 1
        return Lock(failures, now + LOCKED if failures >= FAILURES else None)


@dataclass(frozen=True, slots=True)
class WebSession:
    """A browser somebody is logged in with; `place` is where it came from.

    >>> from datetime import UTC
    >>> noon = datetime(2027, 4, 1, 3, tzinfo=UTC)
    >>> session = WebSession("sato", "192.0.2.7", noon, noon)
    >>> session.lives(noon + IDLE), session.seen(noon + IDLE / 2).lives(noon + IDLE)
    (False, True)
    """

    login: str
    place: str
    began_at: datetime
    seen_at: datetime

    def lives(self, now: datetime) -> bool:
        """Whether it may still be used."""
        return now - self.seen_at < IDLE and now - self.began_at < LONGEST

    def seen(self, now: datetime) -> WebSession:
        """After something was heard of it."""
        return replace(self, seen_at=max(self.seen_at, now))
