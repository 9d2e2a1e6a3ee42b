"""Random histories of a small centre: overflow, transfers, open visits, midnights, changes of the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from fsbridge.domain.figures import CallRecord, LegRecord, SpanRecord, Step, VisitRecord, Window, micros
from fsbridge.domain.figures import day_start as start_of

QUEUES = {"leak@x": "leak", "leak-night@x": "leak", "bill@x": "bill"}
OPERATORS = ["op01", "op02", "op03"]
CASES = ["leak.road", "leak.house"]
SECONDS = {"leak": (5, 20), "bill": (3, 10)}
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAYS = [
    ("Asia/Tokyo", datetime(2027, 2, 28)),
    ("Europe/Lisbon", datetime(2027, 3, 28)),
    ("Europe/Lisbon", datetime(2027, 10, 31)),
    ("America/New_York", datetime(2027, 11, 7)),
    ("Australia/Lord_Howe", datetime(2027, 4, 4)),
    ("Australia/Lord_Howe", datetime(2027, 10, 3)),
]
"""Zones, and days in them: an ordinary one before a month's end, and some on which the clock changes."""


@dataclass(frozen=True)
class History:
    """Calls and states around the midnight after `day`."""

    zone: ZoneInfo
    day: datetime
    calls: list[CallRecord]
    spans: list[SpanRecord]

    @property
    def now(self) -> datetime:
        return start_of(self.day.date(), self.zone) + timedelta(hours=40)

    def window(self, first: int, last: int) -> Window:
        """Whole days, counted from the day."""
        one = timedelta(days=1)
        return Window.of_days((self.day + first * one).date(), (self.day + last * one).date(), self.zone)


WAITS = [0, 1, 3, 4, 5, 6, 10, 11, 20, 21, 59, 61, 600]
_ENDS = ["answered", "answered", "abandoned", "abandoned", "waiting", "timed out", "exit key", "taken out"]


@st.composite
def _visits(draw: st.DrawFn, call: str, start: int) -> list[VisitRecord]:
    at = first = start + draw(st.sampled_from([0, 2, 30, 700])) * SECOND
    found: list[VisitRecord] = []
    for number in range(draw(st.integers(1, 3))):
        queue = draw(st.sampled_from(sorted(QUEUES)))
        end = at + draw(st.sampled_from(WAITS)) * SECOND + draw(st.sampled_from([0, 0, 1]))
        values: dict[str, Any] = {"left": end, "outcome": draw(st.sampled_from(["timed out", "no operator"]))}
        found.append(VisitRecord(f"{call}v{number}", queue, QUEUES[queue], at, first, **values))
        at = end + draw(st.sampled_from([0, 1, 5])) * SECOND
    last = found[-1]
    outcome = draw(st.sampled_from(_ENDS))
    if outcome == "answered":
        talk = draw(st.sampled_from([None, 30, 400]))
        last = last._replace(
            outcome=outcome,
            answered=last.left,
            left=None if talk is None else (last.left or 0) + talk * SECOND,
            operator=draw(st.sampled_from(OPERATORS)),
        )
    elif outcome == "waiting":
        last = last._replace(outcome=outcome, left=None)
    elif outcome == "abandoned":
        last = last._replace(outcome=draw(st.sampled_from(["abandoned", "short abandoned"])))
    else:
        last = last._replace(outcome=outcome)
    if draw(st.integers(0, 15)) == 0:  # a row that contradicts itself
        last = last._replace(outcome=draw(st.sampled_from(["waiting", "answered", "abandoned"])))
    found[-1] = last._replace(inferred=draw(st.booleans()))
    return found


@st.composite
def _legs(draw: st.DrawFn, call: str, start: int, visits: list[VisitRecord]) -> list[LegRecord]:
    found = []
    at = start
    answered = next((one for one in visits if one.outcome == "answered" and one.answered is not None), None)
    if answered is not None:
        at = answered.answered or 0
        ended = answered.left
        found.append(
            LegRecord(
                f"{call}a", "queue", at, answered.uuid, answered.operator, at, ended,
                hold=draw(st.sampled_from([0, 5 * SECOND])),
                wrap_up=draw(st.sampled_from([0, 45 * SECOND])), open=ended is None,
            )
        )  # fmt: skip
    kinds = ["transfer", "monitoring", "internal", "outbound"]
    for number, kind in enumerate(draw(st.lists(st.sampled_from(kinds), max_size=2))):
        began = at + draw(st.sampled_from([0, 10, 3600])) * SECOND
        picked_up = draw(st.sampled_from([None, began + 2 * SECOND]))
        over = None if picked_up is None else draw(st.sampled_from([None, picked_up + 90 * SECOND]))
        visit = draw(st.sampled_from([one.uuid for one in visits] + [""]))
        outside = [""] if kind == "transfer" else []
        found.append(
            LegRecord(
                f"{call}b{number}", kind, began, visit, draw(st.sampled_from(OPERATORS + outside)), picked_up,
                over, open=over is None,
            )
        )  # fmt: skip
    return found


@st.composite
def _calls(draw: st.DrawFn, midnight: int) -> list[CallRecord]:
    found = []
    for number in range(draw(st.integers(0, 6))):
        uuid = f"c{number}"
        hours = draw(st.sampled_from([-23, -22, -21, -1, 0, 1, 2, 9]))
        start = midnight + hours * 60 * MINUTE
        start += draw(st.sampled_from([-1, -5 * SECOND, 0, 15 * MINUTE, 31 * MINUTE + 7]))
        direction = draw(st.sampled_from(["inbound"] * 5 + ["outbound", "internal"]))
        outcomes = ["queued"] * 6 + ["", "out of hours", "left in IVR", "lines busy", "announcement"]
        outcome = draw(st.sampled_from(outcomes)) if direction == "inbound" else ""
        visited = outcome == "queued" or draw(st.integers(0, 4)) == 0
        lost = draw(st.integers(0, 9)) == 0
        visits = draw(_visits(uuid, start)) if visited and not lost else []
        found.append(
            CallRecord(
                uuid,
                start,
                direction,
                draw(st.sampled_from(["", "anonymous", "+81762202722", "+81761230000"])),
                draw(st.sampled_from(["", "leak", "bill"])),
                outcome,
                draw(st.booleans()),
                visits,
                draw(_legs(uuid, start, visits)),
                draw(st.lists(st.sampled_from(CASES), max_size=2, unique=True)),
            )
        )
    return found


@st.composite
def _spans(draw: st.DrawFn, midnight: int) -> list[SpanRecord]:
    found = []
    states = ["ready", "ringing", "talking", "holding", "wrap-up", "on break", "training", "logged out"]
    for operator in draw(st.lists(st.sampled_from(OPERATORS), unique=True)):
        at = midnight + draw(st.integers(-26 * 60, 60)) * MINUTE
        for _ in range(draw(st.integers(0, 5))):
            end = at + draw(st.sampled_from([1, 14, 31, 90, 600])) * MINUTE
            found.append(SpanRecord(operator, draw(st.sampled_from(states)), at, end))
            at = end + draw(st.sampled_from([0, 5])) * MINUTE
        if draw(st.booleans()):
            found.append(SpanRecord(operator, draw(st.sampled_from(states)), at, None))
    return found


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A history."""
    zone, day = draw(st.sampled_from(DAYS))
    midnight = micros(start_of((day + timedelta(days=1)).date(), ZoneInfo(zone)))
    return History(ZoneInfo(zone), day, draw(_calls(midnight)), draw(_spans(midnight)))


steps = st.sampled_from([None, *Step])
groups = st.sampled_from([None, "flow", "queue", "operator", "case"])
filters = st.fixed_dictionaries(
    {},
    optional={
        "flow": st.sampled_from(["leak", "bill"]),
        "queue": st.sampled_from(sorted(QUEUES)),
        "operator": st.sampled_from(OPERATORS),
        "case": st.sampled_from(CASES),
    },
)
