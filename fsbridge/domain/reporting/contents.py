"""What a printed report says: the figures from every side, and what else the store knows of the period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fsbridge.domain.figures import Answer, Figures, Window
from fsbridge.domain.reporting.heat import Heat
from fsbridge.domain.reporting.periods import ReportPeriod
from fsbridge.domain.reporting.seatuse import SeatUse


@dataclass(frozen=True, slots=True)
class Outage:
    """A stretch in which the service was not watched or not there; `kind` is ``program`` or ``link``.

    >>> at = datetime.fromisoformat("2027-04-01T09:00:00+09:00")
    >>> Outage("link", at, at + timedelta(minutes=2)).length
    datetime.timedelta(seconds=120)
    """

    kind: str
    start: datetime
    end: datetime
    reason: str = ""

    @property
    def length(self) -> timedelta:
        """How long it was."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Availability:
    """How long the centre was open, and what is known of outages; `watched_from` None: nothing is.

    `out` is the outages' length within opening hours, those that overlap counted once.

    >>> Availability(timedelta(hours=100), 10, None, out=timedelta(hours=1)).share is None
    True
    """

    open_time: timedelta | None
    open_days: int
    watched_from: datetime | None
    outages: tuple[Outage, ...] = ()
    watched: timedelta = timedelta()
    out: timedelta = timedelta()

    @property
    def share(self) -> float | None:
        """The part of the watched opening hours without an outage; None if none was watched."""
        return 1 - self.out / self.watched if self.watched_from is not None and self.watched else None


@dataclass(frozen=True, slots=True)
class Incident:
    """Something out of the ordinary: `what` is a word of `fsbridge.domain.reporting.words`.

    The text of an ``alarm`` is its kind, that of ``drift`` how often it was repaired.

    >>> Incident(datetime.fromisoformat("2027-04-01T09:00:00+09:00"), "emergency on", "leak").who
    ''
    """

    at: datetime
    what: str
    subject: str = ""
    text: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class RecordingCounts:
    """Recordings of one interval: made in it (and their bytes), purged in it, still there at its end.

    >>> RecordingCounts(kept=3) + RecordingCounts(made=1, kept=5)
    RecordingCounts(made=1, size=0, purged=0, purged_size=0, failed=0, kept=5, kept_size=0)
    """

    made: int = 0
    size: int = 0
    purged: int = 0
    purged_size: int = 0
    failed: int = 0
    kept: int = 0
    kept_size: int = 0

    def __add__(self, later: RecordingCounts) -> RecordingCounts:
        """Both intervals as one, `later` following."""
        return RecordingCounts(
            self.made + later.made, self.size + later.size, self.purged + later.purged,
            self.purged_size + later.purged_size, self.failed + later.failed, later.kept, later.kept_size,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Purged:
    """A purge of the period, and the certificate it left."""

    at: datetime
    removed: int
    missing: int
    failed: int
    size: int
    certificate: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """The figures of a period to compare with; `figures` None if nothing was recorded of it.

    `since` is when records begin, if that is inside the period.
    """

    period: ReportPeriod
    figures: Figures | None
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A report before it is laid out; every figure is one that `fsbridge report figures` gives too.

    `course` has a row for each month, day or hour of the period; `at` is when it was counted.
    """

    centre: str
    centre_en: str
    period: ReportPeriod
    at: datetime
    course: Answer
    flows: Answer
    operators: Answer
    cases: Answer
    heat: Heat
    before: Earlier
    year_before: Earlier
    availability: Availability
    incidents: tuple[Incident, ...]
    retention: Mapping[str, int]
    incidents_left_out: int = 0
    recordings: tuple[tuple[Window, RecordingCounts], ...] = ()
    purges: tuple[Purged, ...] = ()
    seats: tuple[SeatUse, ...] = ()
    registered: int = 0
    registered_limit: int | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the report."""
        return ZoneInfo(self.course.zone)

    @property
    def total(self) -> Figures:
        """The whole period."""
        return self.course.total

    @property
    def off_by(self) -> int:
        """By how many calls the identity fails, in the worst of all its tables."""
        return max(one.off_by for one in (self.course, self.flows, self.operators, self.cases))

    @property
    def balanced(self) -> bool:
        """Whether everything adds up."""
        return self.off_by == 0

    @property
    def provisional(self) -> bool:
        """Whether the period goes on, or callers of it still wait."""
        return self.course.provisional

    def data(self, language: str = "ja") -> dict[str, Any]:
        """All of it as plain data; shares from 0 to 1, times in seconds, None where nothing is known."""
        free = self.availability
        return {
            "centre": self.centre_en if language == "en" and self.centre_en else self.centre,
            "kind": self.period.kind.value,
            "period": self.period.key,
            "name": self.period.name(language),
            "first": self.period.first.isoformat(),
            "last": self.period.last.isoformat(),
            "balanced": self.balanced,
            "off_by": self.off_by,
            "provisional": self.provisional,
            "figures": self.course.data(language),
            "flows": self.flows.data(language)["rows"],
            "operators": self.operators.data(language)["rows"],
            "cases": self.cases.data(language)["rows"],
            "heat": {"hours": list(self.heat.hours), "offered": [list(row) for row in self.heat.counts]},
            "before": self._earlier(self.before),
            "year_before": self._earlier(self.year_before),
            "availability": {
                "open_seconds": free.open_time.total_seconds() if free.open_time is not None else None,
                "open_days": free.open_days,
                "watched_from": self._local(free.watched_from),
                "watched_seconds": free.watched.total_seconds(),
                "out_seconds": free.out.total_seconds(),
                "share": free.share,
                "outages": [
                    {"kind": one.kind, "from": self._local(one.start), "to": self._local(one.end),
                     "reason": one.reason}
                    for one in free.outages
                ],
            },
            "incidents": [
                {"at": self._local(one.at), "what": one.what, "subject": one.subject, "text": one.text,
                 "by": one.who}
                for one in self.incidents
            ],
            "incidents_left_out": self.incidents_left_out,
            "recordings": [
                {"from": self._local(window.start), "made": one.made, "bytes": one.size,
                 "purged": one.purged, "purged_bytes": one.purged_size, "failed": one.failed,
                 "kept": one.kept, "kept_bytes": one.kept_size}
                for window, one in self.recordings
            ],
            "purges": [
                {"at": self._local(one.at), "removed": one.removed, "missing": one.missing,
                 "failed": one.failed, "bytes": one.size, "certificate": one.certificate,
                 "sha256": one.sha256}
                for one in self.purges
            ],
            "seats": [
                {"from": self._local(one.window.start), "most": one.most, "at": self._local(one.at),
                 "seats": one.seats, "full_seconds": one.full.total_seconds(),
                 "over_seconds": one.over.total_seconds()}
                for one in self.seats
            ],
            "registered": self.registered,
            "registered_limit": self.registered_limit,
        }  # fmt: skip

    def _earlier(self, one: Earlier) -> dict[str, Any]:
        return {
            "period": one.period.key,
            "figures": one.figures.data() if one.figures is not None else None,
            "since": self._local(one.since),
        }

    def _local(self, at: datetime | None) -> str | None:
        return None if at is None else at.astimezone(self.zone).isoformat()


def outage_time(outages: tuple[Outage, ...], within: list[Window]) -> timedelta:
    """How long outages took of some windows (in order, apart), overlapping ones counted once.

    >>> at = datetime.fromisoformat("2027-04-01T09:00:00+09:00")
    >>> minute = timedelta(minutes=1)
    >>> both = (Outage("link", at, at + 3 * minute), Outage("program", at + minute, at + 5 * minute))
    >>> outage_time(both, [Window(at, at + 4 * minute)]) // minute
    4
    """
    whole = timedelta()
    for window in within:
        reached = window.start
        for one in sorted(outages, key=lambda one: one.start):
            start, end = max(one.start, reached), min(one.end, window.end)
            if start < end:
                whole += end - start
                reached = end
    return whole
