"""What a link wants to hear, as a value, and how it is told what it missed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from fsbridge.esl import commands
from fsbridge.esl.commands import Command


@dataclass(frozen=True, slots=True)
class Subscription:
    """Which events a link wants, as a value that is sent again at every reconnect.

    `events` by name, `subclasses` of CUSTOM, `filters` as (header, value): with any, only events
    that match one of them come.

    >>> Subscription(("CHANNEL_CREATE",), filters=(("Call-Direction", "inbound"),)).events
    ('CHANNEL_CREATE',)
    """

    events: tuple[str, ...] = ()
    subclasses: tuple[str, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()

    def with_needs(self, events: tuple[str, ...]) -> Subscription:
        """This subscription and these events, which no filter of it holds back."""
        passing = tuple(("Event-Name", event) for event in events) if self.filters else ()
        return Subscription(
            tuple(dict.fromkeys(self.events + events)), self.subclasses, self.filters + passing
        )

    def commands(self) -> Iterator[Command]:
        """What to send for it."""
        yield commands.subscribe(*self.events, subclasses=self.subclasses)
        for header, value in self.filters:
            yield commands.filter_events(header, value)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of time, aware UTC, of which events were missed, and why.

    >>> noon = datetime.fromisoformat("2027-03-03T12:00:00Z")
    >>> Gap(noon, noon, "closed by FreeSWITCH").reason
    'closed by FreeSWITCH'
    """

    since: datetime
    until: datetime
    reason: str


def backoff(low: float = 0.2, high: float = 30.0, rng: random.Random | None = None) -> Iterator[float]:
    """Seconds to wait before each next try: doubling from `low` to `high`, each jittered by half.

    >>> waits = backoff(rng=random.Random(1))
    >>> 0.1 <= next(waits) <= 0.2
    True
    """
    rng = rng or random.Random()
    wait = low
    while True:
        yield wait * rng.uniform(0.5, 1.0)
        wait = min(high, wait * 2)
