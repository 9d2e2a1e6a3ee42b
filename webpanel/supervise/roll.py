"""The roll: what is kept of everybody at one moment, read a few times a second whoever changed it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from fsbridge.adapters.store.alarms import StoredAlarms
from fsbridge.adapters.store.assignments import StoredAssignments
from fsbridge.adapters.store.emergencies import StoredEmergencies
from fsbridge.adapters.store.monitoring import StoredMonitoring
from fsbridge.adapters.store.signals import StoredSignals
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.domain.assignments import Assignment
from fsbridge.domain.duty import Duty
from fsbridge.domain.emergency import Emergency
from fsbridge.domain.monitoring import Monitoring
from fsbridge.domain.recordingalarms import Standing as Alarm
from fsbridge.domain.seats import Standing
from fsbridge.services.driftlog import DriftEntry
from webpanel.centre import Kept

SELDOM = 2.0
"""Seconds between two looks at what changes by the hour."""
SHOWN = 30
"""Alarms and entries of the drift log on the page; how many there are is said."""


@dataclass(frozen=True, kw_only=True)
class Seldom:
    """What changes by the hour."""

    emergencies: Sequence[Emergency]
    alarms: Sequence[Alarm]
    alarm_count: int
    assignments: Sequence[Assignment]
    people: Mapping[str, str]
    """The names of accounts, by log-in."""


@dataclass(frozen=True, kw_only=True)
class Roll:
    """Who sits, what each does, whose hand is up, who listens to whom, and what stands."""

    standing: Standing
    duties: Mapping[str, Duty]
    hands: Mapping[str, datetime]
    listening: Sequence[Monitoring]
    drift: Sequence[DriftEntry]
    seldom: Seldom


class Rolls:
    """Reads the roll of a centre."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._signals = StoredSignals(kept.store)
        self._monitoring = StoredMonitoring(kept.store)
        self._emergencies = StoredEmergencies(kept.store)
        self._alarms = StoredAlarms(kept.store)
        self._assignments = StoredAssignments(kept.store)
        self._accounts = StoredUsers(kept.store)
        self._seldom: Seldom | None = None
        self._seldom_at = float("-inf")

    def read(self, now: datetime, *, fresh: bool = False) -> Roll:
        """The roll now; what changes by the hour may be `SELDOM` seconds old unless it is to be `fresh`."""
        standing, duties = self._kept.operators.standing(now)
        # a browser's beat is no news
        held = tuple(replace(seat, beat_at=seat.taken_at) for seat in standing.held)
        supervision = self._kept.supervision
        return Roll(
            standing=replace(standing, held=held),
            duties=duties,
            hands={hand.operator: hand.since for hand in self._signals.hands()},
            listening=tuple(self._monitoring.look()),
            drift=supervision.recent_drift()[:SHOWN] if supervision is not None else (),
            seldom=self._read_seldom(now, fresh=fresh),
        )

    def _read_seldom(self, now: datetime, *, fresh: bool) -> Seldom:
        if self._seldom is None or fresh or time.monotonic() - self._seldom_at >= SELDOM:
            self._seldom_at = time.monotonic()
            self._seldom = Seldom(
                emergencies=[one for one in self._emergencies.all() if one.holds(now)],
                alarms=self._alarms.standing(limit=SHOWN),
                alarm_count=self._alarms.count(),
                assignments=self._assignments.in_force(now),
                people={one.login: one.name for one in self._accounts.look()},
            )
        return self._seldom
