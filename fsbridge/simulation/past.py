"""What the switch recorded, made into the history's rows and then into what the figures count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from fsbridge.adapters.cdr.parse import parse
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
)
from fsbridge.domain.history import History, history_of
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.records import OUTCOME, PUT_AWAY, VISITS
from fsbridge.domain.records import LegRecord as Recorded
from fsbridge.domain.tally import Targets
from fsbridge.embedded.leg import Leg
from fsbridge.embedded.records import as_json

READ = (
    "uuid", "direction", "start_uepoch", "end_uepoch", "answer_uepoch", "bridge_uepoch", "last_bridge_to",
    "hangup_cause", "hold_events", "hold_accum_usec", "sip_hangup_disposition", "cc_side",
    "cc_member_session_uuid", "dialed_user", "fsbridge_flow", OUTCOME, VISITS, *PUT_AWAY,
)  # fmt: skip
"""The variables that say something of the past of a simulated call."""


@dataclass
class Past:
    """Calls and operators' states, as a report on the figures reads them.

    >>> Past().calls
    []
    """

    calls: list[CallRecord] = field(default_factory=list)
    spans: list[SpanRecord] = field(default_factory=list)

    def add(self, other: Past) -> None:
        """Take another past in."""
        self.calls += other.calls
        self.spans += other.spans


class Recorder:
    """Takes the records of a switch, and makes the calls of them."""

    def __init__(self, plan: CentrePlan) -> None:
        self._plan = plan
        self._legs: dict[str, list[Recorded]] = {}

    def take(self, leg: Leg) -> None:
        """A leg is over: what its record says, read as the service reads those that FreeSWITCH posts.

        Offers that led to nothing are passed over: no figure counts them.
        """
        if leg.variables.get("cc_side") == "agent" and leg.variables.get("cc_agent_bridged") != "true":
            return
        record = parse(as_json(short_record(leg)))
        self._legs.setdefault(record.parent or record.uuid, []).append(record)

    def calls(self, wrap_ups: Mapping[str, int], repeated: Iterable[str]) -> list[CallRecord]:
        """The calls in order; `wrap_ups` are lengths by leg, `repeated` the calls of whom called before."""
        again = set(repeated)
        found = []
        for root, legs in self._legs.items():
            history = history_of(root, legs, short_abandon=self._short)
            if history is not None:
                found.append(self._call(history, wrap_ups, repeat=root in again))
        return sorted(found, key=lambda call: (call.started, call.uuid))

    def _short(self, queue: str) -> timedelta:
        return timedelta(seconds=self._plan.flow_of(queue).short_abandon)

    def _call(self, history: History, wrap_ups: Mapping[str, int], *, repeat: bool) -> CallRecord:
        call = history.call
        return CallRecord(
            call.uuid,
            micros(call.started_at),
            call.direction,
            call.number,
            call.flow,
            call.outcome,
            repeat,
            [
                VisitRecord(
                    one.uuid, one.queue, self._plan.queue(one.queue).flow, micros(one.entered_at),
                    micros(one.first_entered_at), _moment(one.answered_at), _moment(one.left_at),
                    one.operator, one.outcome.value, one.inferred,
                )
                for one in history.visits
            ],
            [
                LegRecord(
                    one.uuid, one.kind, micros(one.started_at), one.visit, one.operator,
                    _moment(one.answered_at), _moment(one.ended_at), one.hold // timedelta(microseconds=1),
                    wrap_ups.get(one.uuid, 0),
                )
                for one in history.legs
            ],
        )  # fmt: skip


def short_record(leg: Leg) -> dict[str, object]:
    """The part of a leg's record that the history reads; the whole one takes three times as long."""
    variables = leg.variables
    return {
        "channel_data": {"direction": leg.direction},
        "variables": {name: variables[name].replace("%", "%25") for name in READ if name in variables},
        "app_log": {
            "applications": [
                {"app_name": app, "app_data": data, "app_stamp": str(at)} for app, data, at in leg.ran
            ]
        },
        "callflow": [{"caller_profile": leg.profiles[0].record(leg.uuid)}],
    }


def _moment(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


class PastOf:
    """A past for `fsbridge.services.figures.Reporting`, counted by the plan; no day of it is kept.

    >>> from fsbridge.testing.plans import small_plan
    >>> PastOf(small_plan(), Past()).basis("Asia/Tokyo").goals["any"]
    80
    """

    def __init__(self, plan: CentrePlan, past: Past) -> None:
        self._plan, self._past = plan, past

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Nothing changes anyway."""
        yield

    def basis(self, zone: str) -> Basis:
        """Each flow's seconds and goal."""
        return Basis(
            zone=zone,
            flows={
                flow.key: Targets(
                    timedelta(seconds=flow.short_abandon), timedelta(seconds=flow.answer_within)
                )
                for flow in self._plan.flows
            },
            goals={flow.key: flow.target for flow in self._plan.flows},
        )

    def labels(self) -> Labels:
        """What people call each flow, queue and operator."""
        plan = self._plan
        return {
            "flow": {one.key: Label(one.name, one.name_en) for one in plan.flows},
            "queue": {one.key: Label(one.name or one.key, parent=one.flow) for one in plan.queues},
            "operator": {one.key: Label(one.name) for one in plan.operators},
            "case": {},
        }

    def calls(self, window: Window, *, cases: bool = False) -> Iterator[CallRecord]:
        """Every call that began or entered a queue in the window."""
        start, end = micros(window.start), micros(window.end)
        for call in self._past.calls:
            moments = (call.started, *(visit.entered for visit in call.visits))
            if any(start <= moment < end for moment in moments):
                yield call

    def spans(self, window: Window, cuts: Sequence[Window] = ()) -> Iterator[SpanRecord]:
        """Operators' states that touch the window, each as it was whatever the cuts."""
        start, end = micros(window.start), micros(window.end)
        for span in self._past.spans:
            if span.started < end and (span.ended is None or span.ended > start):
                yield span

    def heads(self, first: date, last: date) -> list[Kept]:
        """None: nothing is kept of what never was."""
        return []

    def load(self, first: date, last: date, scope: str, key: str | None) -> list[Kept]:
        """None either."""
        return []

    def keep(self, kept: Kept) -> Kept:
        """It stays as it is."""
        return replace(kept)
