"""What one call comes to: what became of it in the centre, a flow or a queue, and operators' parts in it."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from fsbridge.domain.figures.definitions import Basis
from fsbridge.domain.figures.records import CallRecord, LegRecord, VisitRecord
from fsbridge.domain.tally import Outcome

BasisAt = Callable[[int], Basis]
"""The basis that holds for a call that entered at a moment."""

ASIDE = ("out of hours", "left in IVR", "lines busy", "announcement")
"""What becomes of inbound calls that enter no flow; a word of their own each, never mixed into offered."""
UNCLEAR = "unclear"
"""The history contradicts itself about a call: it is in no part, and the identity says so."""
IN_FLOW = "in flow"
"""An inbound call that goes on and has not entered a queue yet."""

_OUTCOMES = {outcome.value: outcome for outcome in Outcome}


class Scope(enum.Enum):
    """What counts once: a call in the whole centre, a call in one flow, a visit in a queue.

    >>> Scope.QUEUE.value
    'queue'
    """

    CENTRE = "centre"
    FLOW = "flow"
    QUEUE = "queue"


class Item(NamedTuple):
    """One thing that is counted, in the interval of `entry`.

    `what` is an outcome's word, ``unclear``, one of `ASIDE`, ``in flow``, ``handled`` or ``outbound``. `wait`
    runs from the call's first entry to the answer or the end, None while it is unknown.

    >>> Item("answered", 0, CallRecord("7f1c", started=0)).offered
    True
    """

    what: str
    entry: int
    call: CallRecord
    flow: str = ""
    queue: str = ""
    operator: str = ""
    wait: int | None = None
    in_time: bool = False
    inferred: bool = False
    leg: LegRecord | None = None

    @property
    def offered(self) -> bool:
        """Whether it is one of the calls or visits that were offered."""
        return self.what in _OUTCOMES or self.what == UNCLEAR


def outcome_of(visit: VisitRecord) -> Outcome | None:
    """What became of a visit, a short abandon not told apart; None if its row contradicts itself.

    >>> outcome_of(VisitRecord("ce03", "leak@city", "leak", 5, 5, answered=9, outcome="answered")).value
    'answered'
    >>> outcome_of(VisitRecord("ce03", "leak@city", "leak", 5, 5, left=9)) is None  # waits, and has left
    True
    """
    outcome = _OUTCOMES.get(visit.outcome)
    if outcome is Outcome.ANSWERED:
        return outcome if visit.answered is not None else None
    if visit.answered is not None or (outcome is Outcome.WAITING) != (visit.left is None):
        return None
    return Outcome.ABANDONED if outcome is Outcome.SHORT_ABANDONED else outcome


def items(call: CallRecord, scope: Scope, basis_at: BasisAt) -> Iterator[Item]:
    """Everything one call adds to the figures, in one scope."""
    if call.direction == "inbound":
        yield from _stays(call, scope, basis_at)
    yield from _parts(call, scope)


def _stays(call: CallRecord, scope: Scope, basis_at: BasisAt) -> Iterator[Item]:
    if call.outcome == "out of hours" or not call.visits:
        if call.outcome in ASIDE:
            yield Item(call.outcome, call.started, call, call.flow)
        else:
            # It was queued, and no visit says where: lost from the history, but not from the count.
            what = UNCLEAR if call.outcome else IN_FLOW
            yield Item(what, call.started, call, call.flow)
        return
    for visits in _groups(call.visits, scope):
        yield _judged(call, visits, basis_at)


def _groups(visits: Sequence[VisitRecord], scope: Scope) -> Iterator[Sequence[VisitRecord]]:
    if len(visits) == 1 or scope is Scope.CENTRE:
        yield visits
    elif scope is Scope.QUEUE:
        for visit in visits:
            yield (visit,)
    else:
        for flow in dict.fromkeys(visit.flow for visit in visits):
            yield [visit for visit in visits if visit.flow == flow]


def _judged(call: CallRecord, visits: Sequence[VisitRecord], basis_at: BasisAt) -> Item:
    visit = visits[0] if len(visits) == 1 else _deciding(visits)
    entry = visit.entered if len(visits) == 1 else min(one.entered for one in visits)
    outcome = outcome_of(visit)
    wait: int | None = None
    in_time = False
    what = UNCLEAR if outcome is None else outcome.value
    if outcome is Outcome.ANSWERED:
        wait = max(0, (visit.answered or 0) - visit.first_entered)
        in_time = wait <= _micros(basis_at(entry).of(visit.flow).answer_within.total_seconds())
    elif visit.left is not None:
        wait = max(0, visit.left - visit.first_entered)
        if outcome is Outcome.ABANDONED:
            short = _micros(basis_at(entry).of(visit.flow).short_abandon.total_seconds())
            # An end that was worked out is too rough for the clock: whoever did it has judged.
            soon = visit.outcome == Outcome.SHORT_ABANDONED.value if visit.inferred else wait <= short
            what = Outcome.SHORT_ABANDONED.value if soon else what
    return Item(
        what, entry, call, visit.flow, visit.queue, visit.operator, wait, in_time, visit.inferred
    )  # fmt: skip


def _deciding(visits: Sequence[VisitRecord]) -> VisitRecord:
    """The visit that was answered, else the one that still waits, else the one that was left last."""
    ordered = sorted(visits, key=lambda one: (one.entered, one.uuid))
    for wanted in (Outcome.ANSWERED, Outcome.WAITING):
        for visit in ordered:
            if outcome_of(visit) is wanted:
                return visit
    return max(ordered, key=lambda one: (one.left or one.entered, one.entered, one.uuid))


def _parts(call: CallRecord, scope: Scope) -> Iterator[Item]:
    for leg in call.legs:
        if leg.answered is None or (leg.kind == "transfer" and not leg.operator):
            continue  # a caller sent to a number outside is no operator's any more
        if leg.kind == "outbound" or (leg.kind == "transfer" and call.direction == "outbound"):
            yield Item("outbound", call.started, call, call.flow, "", leg.operator, leg=leg)
        elif leg.kind in ("queue", "transfer") and call.direction == "inbound":
            visit = _visit_of(leg, call.visits)
            if visit is None:
                yield Item("handled", call.started, call, call.flow, "", leg.operator, leg=leg)
                continue
            entry = visit.entered
            if scope is not Scope.QUEUE and len(call.visits) > 1:
                same = scope is Scope.FLOW
                entry = min(one.entered for one in call.visits if not same or one.flow == visit.flow)
            yield Item("handled", entry, call, visit.flow, visit.queue, leg.operator, leg=leg)


def _visit_of(leg: LegRecord, visits: Sequence[VisitRecord]) -> VisitRecord | None:
    """The visit a leg belongs to; one that names none (a transfer) goes with the visit that was answered."""
    for visit in visits:
        if visit.uuid == leg.visit:
            return visit
    return _deciding(visits) if visits else None


def _micros(seconds: float) -> int:
    return round(seconds * 1_000_000)
