"""Notes since when the service lives, and when it did not: the past of its availability."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

DEAD = timedelta(minutes=2)
"""A pulse that is missing for longer was an outage of the program."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A stretch in which the program (``program``) or its connection to the switch (``link``) was gone.

    >>> at = datetime.fromisoformat("2027-04-01T09:00:00+09:00")
    >>> Missed("link", at, at, "closed by FreeSWITCH").kind
    'link'
    """

    kind: str
    since: datetime
    until: datetime
    reason: str = ""


class PulseBook(Protocol):
    """Where it is written down."""

    def seen(self) -> datetime | None: ...
    def beat(self, now: datetime) -> None: ...
    def missed(self, one: Missed) -> bool: ...
    def drifted(self, at: datetime, count: int) -> None: ...


class Pulse:
    """Called every so many seconds while the service runs; what it finds goes into the book, once each.

    `gaps` are the stretches in which events were missed, as far as this process remembers, each with its
    beginning, end and reason; `repairs` is how often drift was repaired since it began.
    """

    def __init__(
        self,
        book: PulseBook,
        *,
        gaps: Callable[[], Iterable[tuple[datetime, datetime, str]]] = tuple,
        repairs: Callable[[], int] = int,
    ) -> None:
        self._book, self._gaps, self._repairs = book, gaps, repairs
        self._repaired = repairs()

    def beat(self, now: datetime) -> str:
        """The service lives; what was noted of when it did not, in words."""
        found = []
        seen = self._book.seen()
        if seen is not None and now - seen > DEAD:
            found.append(Missed("program", seen, now))
        found += [Missed("link", since, until, reason) for since, until, reason in self._gaps()]
        noted = [one for one in found if self._book.missed(one)]
        repaired, self._repaired = self._repairs() - self._repaired, self._repairs()
        if repaired > 0:
            self._book.drifted(now, repaired)
        self._book.beat(now)
        said = [f"{one.kind} gone for {(one.until - one.since).total_seconds():.0f} s" for one in noted]
        return ", ".join([*said, *([f"drift repaired {repaired} times"] if repaired > 0 else [])])
