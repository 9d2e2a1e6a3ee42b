"""A centre whose past one can count by hand, for the tests of printed reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from fsbridge.domain.figures import (
    Basis,
    CallRecord,
    Kept,
    Label,
    Labels,
    LegRecord,
    SpanRecord,
    VisitRecord,
    Window,
    micros,
    moment,
)
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.reporting.contents import Contents, Incident, Outage, Purged, RecordingCounts
from fsbridge.domain.reporting.periods import Kind, period_of
from fsbridge.domain.tally import Targets
from fsbridge.services.figures import Reporting
from fsbridge.services.reporting import Noted, PrintedReports
from fsbridge.testing.plans import small_plan

TOKYO = ZoneInfo("Asia/Tokyo")
SECOND = 1_000_000
NOW = datetime(2027, 11, 1, tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@dataclass
class Past:
    """A history, a shelf without a day on it, and a chronicle, all in lists."""

    records: list[CallRecord] = field(default_factory=list)
    states: list[SpanRecord] = field(default_factory=list)
    flows: Mapping[str, Targets] = field(default_factory=lambda: {"any": Targets(), "leak": Targets()})
    names: Labels | None = None
    centre: CentrePlan | None = field(default_factory=small_plan)
    watched: datetime | None = None
    gone: list[Outage] = field(default_factory=list)
    noted: list[Incident] = field(default_factory=list)
    kept_recordings: list[tuple[datetime, int, datetime | None]] = field(default_factory=list)
    certificates: list[Purged] = field(default_factory=list)

    def call(
        self,
        at: str,
        waited: int,
        outcome: str = "answered",
        *,
        flow: str = "any",
        operator: str = "op1",
        talk: int = 60,
        case: str = "",
    ) -> None:
        """A call that entered a queue then, and what became of it after so many seconds."""
        start, number = micros(local(at)), len(self.records)
        end = start + waited * SECOND
        answered = end if outcome == "answered" else None
        left = end + talk * SECOND if answered else None if outcome == "waiting" else end
        visit = VisitRecord(
            f"v{number}", f"{flow}@town", flow, start, start, answered, left, operator if answered else "",
            outcome,
        )  # fmt: skip
        legs = []
        if answered is not None:
            legs = [LegRecord(f"l{number}", "queue", start, f"v{number}", operator, answered, left)]
        cases = [case] if case else []
        self.records.append(
            CallRecord(f"c{number}", start, "inbound", f"+8176{number}", flow, "queued", visits=[visit],
                       legs=legs, cases=cases)
        )  # fmt: skip

    def aside(self, at: str, outcome: str) -> None:
        """A call that entered no queue."""
        self.records.append(CallRecord(f"c{len(self.records)}", micros(local(at)), outcome=outcome))

    def state(self, operator: str, state: str, first: str, last: str) -> None:
        """An operator's state."""
        self.states.append(SpanRecord(operator, state, micros(local(first)), micros(local(last))))

    # What reports read.

    @contextmanager
    def reading(self) -> Iterator[None]:
        yield

    def basis(self, zone: str) -> Basis:
        return Basis(zone=zone, flows=self.flows, goals=dict.fromkeys(self.flows, 80), schedule="centre 1")

    def labels(self) -> Labels:
        return self.names or {
            "flow": {"any": Label("受付"), "leak": Label("漏水")},
            "queue": {"any@town": Label("受付"), "leak@town": Label("漏水")},
            "operator": {"op1": Label("佐藤"), "op2": Label("鈴木")},
            "case": {"open": Label("開栓"), "road": Label("道路漏水")},
        }

    def calls(self, window: Window, *, cases: bool = False) -> Iterator[CallRecord]:
        start, end = micros(window.start), micros(window.end)
        for call in self.records:
            moments = [call.started, *(visit.entered for visit in call.visits)]
            if any(start <= at < end for at in moments):
                yield call

    def spans(self, window: Window, cuts: Sequence[Window] = ()) -> Iterator[SpanRecord]:
        start, end = micros(window.start), micros(window.end)
        for one in self.states:
            if one.started < end and (one.ended is None or one.ended > start):
                yield one

    def heads(self, first: date, last: date) -> list[Kept]:
        return []

    def load(self, first: date, last: date, scope: str, key: str | None) -> list[Kept]:
        return []

    def keep(self, kept: Kept) -> Kept:
        return kept

    def plan(self) -> CentrePlan | None:
        return self.centre

    def first_call(self) -> datetime | None:
        return moment(min(call.started for call in self.records)) if self.records else None

    def watched_from(self) -> datetime | None:
        return self.watched

    def outages(self, window: Window) -> Sequence[Outage]:
        return [one for one in self.gone if one.start < window.end and window.start < one.end]

    def incidents(self, window: Window, limit: int) -> Noted:
        found = [one for one in self.noted if window.start <= one.at < window.end]
        return Noted(tuple(found[-limit:]), max(0, len(found) - limit))

    def recordings(self, windows: Sequence[Window]) -> Sequence[RecordingCounts]:
        found = []
        for window in windows:
            made = [size for at, size, _ in self.kept_recordings if window.start <= at < window.end]
            gone = [
                size
                for _, size, purged in self.kept_recordings
                if purged is not None and window.start <= purged < window.end
            ]
            kept = [
                size
                for at, size, purged in self.kept_recordings
                if at < window.end and (purged is None or purged >= window.end)
            ]
            found.append(RecordingCounts(len(made), sum(made), len(gone), sum(gone), 0, len(kept), sum(kept)))
        return found

    def purges(self, window: Window) -> Sequence[Purged]:
        return [one for one in self.certificates if window.start <= one.at < window.end]

    def retention(self) -> Mapping[str, int]:
        return {"years": 3}

    def registered(self, at: datetime) -> int:
        return 2


def reports_of(past: Past, zone: str = "Asia/Tokyo") -> PrintedReports:
    return PrintedReports(Reporting(past, past, zone), past)


def contents_of(past: Past, kind: str = "half-year", key: str = "2027-H1", now: datetime = NOW) -> Contents:
    return reports_of(past).contents(period_of(Kind(kind), key), now)


def town() -> Past:
    """Seven calls in the first half of 2027, three of them in April; two in the half-year before."""
    past = Past()
    past.call("2027-02-01T10:00", 5)
    past.call("2027-02-02T10:00", 30)
    past.call("2027-04-05T09:10", 10, case="open")  # a Monday
    past.call("2027-04-05T09:20", 30, operator="op2", talk=120, case="open")
    past.call("2027-04-06T13:00", 40, "abandoned", flow="leak")
    past.call("2027-05-03T09:30", 20, flow="leak", case="road")  # a Monday
    past.call("2027-06-01T10:00", 3, "short abandoned")
    past.call("2027-09-30T17:59", 60, "timed out")
    past.call("2027-09-30T17:00", 8, talk=30)
    past.aside("2027-04-05T20:00", "out of hours")
    past.state("op1", "ready", "2027-04-05T09:00", "2027-04-05T10:00")
    past.state("op1", "talking", "2027-04-05T10:00", "2027-04-05T10:30")
    past.state("op2", "ready", "2027-04-05T09:30", "2027-04-05T10:30")
    past.state("op2", "logged out", "2027-04-05T10:30", "2027-04-06T09:00")
    past.watched = local("2027-04-01T00:00")
    past.gone = [Outage("program", local("2027-06-03T10:00"), local("2027-06-03T10:10"), "更新")]
    past.noted = [Incident(local("2027-04-20T10:00"), "emergency on", "漏水", "本管漏水", "sato")]
    past.kept_recordings = [
        (local("2024-04-05T09:00"), 1_000_000, local("2027-04-06T03:00")),
        (local("2027-04-05T09:10"), 2_000_000, None),
        (local("2027-05-03T09:30"), 3_000_000, None),
    ]
    past.certificates = [
        Purged(local("2027-04-06T03:01"), 1, 0, 0, 1_000_000, "purge-000001.jsonl", "ab" * 32)
    ]
    return past
