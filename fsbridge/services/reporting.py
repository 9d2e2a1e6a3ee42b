"""Printed reports: the figures of a half-year, month, week or day from every side, ready to be laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Protocol

from fsbridge.domain.figures import Question, SpanRecord, Step, Window
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.reporting.contents import (
    Availability,
    Contents,
    Earlier,
    Incident,
    Outage,
    Purged,
    RecordingCounts,
    outage_time,
)
from fsbridge.domain.reporting.heat import heat_of
from fsbridge.domain.reporting.periods import ReportPeriod
from fsbridge.domain.reporting.seatuse import SeatUse, seat_use
from fsbridge.errors import FsbridgeError
from fsbridge.services.figures import Reporting

SHOWN = 60
"""Incidents that a report lists; the others are counted."""


class NotBegun(FsbridgeError):
    """The period lies ahead: there is nothing to report yet."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What people are told of incidents: the latest, in order, and how many more there were.

    >>> Noted((), 0).left_out
    0
    """

    incidents: tuple[Incident, ...]
    left_out: int


class Chronicle(Protocol):
    """What the store knows of a period beside calls and operators' states."""

    def reading(self) -> AbstractContextManager[None]: ...
    def plan(self) -> CentrePlan | None: ...
    def first_call(self) -> datetime | None: ...
    def spans(self, window: Window) -> Iterator[SpanRecord]: ...
    def watched_from(self) -> datetime | None: ...
    def outages(self, window: Window) -> Sequence[Outage]: ...
    def incidents(self, window: Window, limit: int) -> Noted: ...
    def recordings(self, windows: Sequence[Window]) -> Sequence[RecordingCounts]: ...
    def purges(self, window: Window) -> Sequence[Purged]: ...
    def retention(self) -> Mapping[str, int]: ...
    def registered(self, at: datetime) -> int: ...


class PrintedReports:
    """Makes the contents of reports; the figures are those of `fsbridge report figures`.

    A period that is over comes to the same contents whenever it is asked for, as long as the store holds the
    same.
    """

    def __init__(self, figures: Reporting, chronicle: Chronicle) -> None:
        self._figures = figures
        self._chronicle = chronicle

    def contents(
        self, period: ReportPeriod, now: datetime, *, moved: Callable[[int], object] = lambda done: None
    ) -> Contents:
        """A report's contents; NotBegun if its period lies ahead.

        `moved` is told how many of `STEPS` are done.
        """
        zone = self._figures.zone
        window = period.window(zone)
        if window.start >= now:
            raise NotBegun(f"{period.key} begins on {period.first}: there is nothing to report yet")
        with self._chronicle.reading():
            plan = self._chronicle.plan()
            questions = (
                Question(window=window, step=period.step),
                Question(window=window, step=Step.HOUR, states=False),
                *(Question(window=window, by=group) for group in ("flow", "operator", "case")),
            )
            course, hours, flows, operators, cases = self._figures.answers(questions, now)
            moved(1)
            first_call = self._chronicle.first_call()
            before = self._earlier(period.before, first_call, now)
            moved(2)
            year_before = self._earlier(period.year_before, first_call, now)
            moved(3)
            bounds = [row.interval for row in course.rows if row.interval is not None]
            at = min(now, window.end)
            noted = self._chronicle.incidents(window, SHOWN)
            limit = self._limit(plan, at - timedelta(microseconds=1))
            return Contents(
                centre=plan.name if plan else "",
                centre_en=plan.name_en if plan else "",
                period=period,
                at=at,
                course=course,
                flows=flows,
                operators=operators,
                cases=cases,
                heat=heat_of(hours.rows, zone),
                before=before,
                year_before=year_before,
                availability=self._availability(plan, window, at),
                incidents=noted.incidents,
                incidents_left_out=noted.left_out,
                recordings=tuple(zip(bounds, self._chronicle.recordings(bounds), strict=True)),
                purges=tuple(self._chronicle.purges(window)),
                retention=self._chronicle.retention(),
                seats=self._seats(plan, window, bounds, at),
                registered=self._chronicle.registered(at),
                registered_limit=limit,
            )

    def _earlier(self, period: ReportPeriod, first_call: datetime | None, now: datetime) -> Earlier:
        window = period.window(self._figures.zone)
        if first_call is None or first_call >= window.end:
            return Earlier(period, None)
        (answer,) = self._figures.answers((Question(window=window),), now)
        since = first_call if first_call >= window.start + timedelta(days=1) else None
        return Earlier(period, answer.total, since)

    def _availability(self, plan: CentrePlan | None, window: Window, at: datetime) -> Availability:
        since = self._chronicle.watched_from()
        outages = tuple(self._chronicle.outages(window))
        if plan is None:
            return Availability(None, 0, since, outages)
        spans = plan.schedule.timeline(window.start, max(at, window.start))
        opened = [Window(one.start, one.end) for one in spans if one.standing.open]
        zone = self._figures.zone
        days: set[date] = {one.start.astimezone(zone).date() for one in opened}
        watched = [
            Window(max(one.start, since), one.end) for one in opened if since is not None and since < one.end
        ]
        return Availability(
            open_time=sum((one.length for one in opened), timedelta()),
            open_days=len(days),
            watched_from=since if since is not None and since < window.end else None,
            outages=outages,
            watched=sum((one.length for one in watched), timedelta()),
            out=outage_time(outages, watched),
        )

    def _seats(
        self, plan: CentrePlan | None, window: Window, bounds: Sequence[Window], at: datetime
    ) -> tuple[SeatUse, ...]:
        zone = self._figures.zone

        @cache
        def of_day(day: date) -> int | None:
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
            season = plan.schedule.status(noon.astimezone(UTC)).season if plan else ""
            return plan.season(season).seats if plan and season else None

        return seat_use(
            self._chronicle.spans(window), bounds, lambda when: of_day(when.astimezone(zone).date()), at
        )

    def _limit(self, plan: CentrePlan | None, at: datetime) -> int | None:
        season = plan.schedule.status(at).season if plan else ""
        return plan.season(season).registered if plan and season else None


STEPS = 3
"""What `PrintedReports.contents` counts its progress by."""
