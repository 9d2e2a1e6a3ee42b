"""Queue visits: who waits, who is being offered to whom, and what became of every visit of the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from fsbridge.domain.events import (
    CallBridged,
    CallerEnteredQueue,
    CallerLeftQueue,
    ConversationEnded,
    LeftReason,
    OfferAnswered,
    OfferFailed,
    OfferMade,
    QueueEvent,
)
from fsbridge.domain.facts import AgentRow, Difference, Facts, MemberRow, MemberState, QueueRow, VisitOutcome
from fsbridge.domain.legs import LONG_AGO, Stamp
from fsbridge.domain.operators import OperatorState
from fsbridge.domain.stranded import RING_SEVERAL
from fsbridge.domain.tally import Definitions, Ledger, Tally
from fsbridge.domain.visit import Visit

_PRESENT: Mapping[MemberState, str] = {
    MemberState.WAITING: "waiting",
    MemberState.TRYING: "waiting",
    MemberState.ANSWERED: "talking",
}
_JUST_AFTER: Stamp = (LONG_AGO[0], 1)


class Visits:
    """Every visit of the day, those still open whatever their day, and the figures they come to.

    >>> visits = Visits(Definitions())
    >>> now = datetime.fromisoformat("2026-04-01T09:00:00Z")
    >>> visits.roll(now.date())
    >>> visits.entered(CallerEnteredQueue(at=now, visit="v1", call="c1", queue="leak@city"))
    >>> visits.tally("leak@city").waiting, visits.total().offered
    (1, 1)
    """

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._day: date | None = None
        self._visits: dict[str, Visit] = {}
        self._open: dict[str, Visit] = {}
        self._by_call: dict[str, set[str]] = {}
        self._offers: dict[str, dict[str, tuple[Stamp, Stamp]]] = {}
        self._ledgers: dict[str, Ledger] = {}
        self._calls = Ledger()

    def __iter__(self) -> Iterator[Visit]:
        """The visits that are not over."""
        return iter(list(self._open.values()))

    def of_call(self, call: str) -> Visit | None:
        """A call's latest visit, the one that is not over before any other."""
        visits = [self._visits[key] for key in self._by_call.get(call, ())]
        return max(visits, key=lambda one: (not one.over, one.entered_at), default=None)

    def get(self, key: str) -> Visit | None:
        """A visit that is known, or None."""
        visit = self._visits.get(key)
        return visit if visit is not None and visit.known else None

    def roll(self, day: date) -> None:
        """Begin a day: its figures start at nothing, what ended before is forgotten."""
        if self._day == day:
            return
        self._day = day
        self._ledgers = {}
        self._calls = Ledger()
        going_on = {visit.call or visit.key for visit in self}
        known = [visit for visit in self._visits.values() if visit.known]
        kept = [visit for visit in known if (visit.call or visit.key) in going_on]
        self._visits = {visit.key: visit for visit in kept}
        self._by_call = {}
        self._offers = {key: offers for key, offers in self._offers.items() if key in self._visits}
        for visit in kept:
            visit.counted_call = ""
            self._recount(visit)

    def tally(self, queue: str) -> Tally:
        """Today's figures of a queue, each visit once."""
        ledger = self._ledgers.get(queue)
        return ledger.tally() if ledger is not None else Tally()

    def total(self) -> Tally:
        """Today's figures of the centre, each call once however many queues it saw."""
        return self._calls.tally()

    def queues(self) -> set[str]:
        """The queues that had a visit today or hold one."""
        return set(self._ledgers) | {visit.queue for visit in self}

    def first_entry(self, visit: Visit) -> datetime:
        """When the visit's call first began to wait, in whatever queue."""
        keys = self._by_call.get(visit.counted_call, ())
        return min((self._visits[key].entered_at for key in keys), default=visit.entered_at)

    def offered_to(self, visit: Visit) -> tuple[str, ...]:
        """The operators whose phones ring for a visit now."""
        if not visit.waiting:
            return ()
        offers = self._offers.get(visit.key, {})
        return tuple(sorted(name for name, (made, gone) in offers.items() if made > gone))

    # What happens to a visit.

    def _known(self, event: QueueEvent) -> Visit:
        visit = self._visits.get(event.visit)
        if visit is None:
            visit = self._visits[event.visit] = Visit(event.visit, event.queue)
        visit.queue = visit.queue or event.queue
        visit.call = event.call or visit.call
        visit.number = visit.number or event.number
        visit.name = visit.name or event.name
        return visit

    def entered(self, event: CallerEnteredQueue) -> None:
        """A caller begins to wait, or waits again."""
        visit = self._known(event)
        visit.enter(event.stamp)
        self._recount(visit)

    def offered(self, event: OfferMade) -> None:
        """A phone rings for a visit."""
        self._offer(event.visit, event.operator, made=event.stamp)

    def offer_failed(self, event: OfferFailed) -> None:
        """It rang in vain."""
        self._offer(event.visit, event.operator, gone=event.stamp)

    def offer_answered(self, event: OfferAnswered) -> None:
        """It was picked up: whose call it is going to be is known, but not yet that they spoke."""
        self._offer(event.visit, event.operator, gone=event.stamp)
        self._known(event).take_operator(event.operator, event.stamp)

    def _offer(self, key: str, operator: str, *, made: Stamp = LONG_AGO, gone: Stamp = LONG_AGO) -> None:
        visit = self._visits.get(key)
        if visit is not None and visit.over:
            return
        offers = self._offers.setdefault(key, {})
        before = offers.get(operator, (LONG_AGO, LONG_AGO))
        offers[operator] = (max(before[0], made), max(before[1], gone))

    def bridged(self, event: CallBridged) -> None:
        """A visit's caller and operator were joined."""
        if event.visit:
            visit = self._visits.get(event.visit)
            if visit is None:
                visit = self._visits[event.visit] = Visit(event.visit, "")
            visit.answer(event.at)
            self._recount(visit)

    def conversation_ended(self, event: ConversationEnded) -> None:
        """The operator's leg ended; had the two spoken, the visit was answered."""
        visit = self._known(event)
        self._offer(event.visit, event.operator, gone=event.stamp)
        if event.bridged:
            visit.take_operator(event.operator, event.stamp)
            visit.told(answered=event.answered_second)
        self._recount(visit)

    def left(self, event: CallerLeftQueue) -> None:
        """A visit ends."""
        visit = self._known(event)
        visit.told(entered=event.entered_second or event.at)
        visit.take_operator(event.operator, event.stamp)
        if event.reason is LeftReason.SERVED:
            visit.told(answered=event.answered_second or event.at)
        visit.leave(event.reason, event.stamp)
        self._recount(visit)

    def _recount(self, visit: Visit) -> None:
        if visit.queue == "" or not visit.known:
            return
        if visit.over:
            self._offers.pop(visit.key, None)
            self._open.pop(visit.key, None)
        else:
            self._open[visit.key] = visit
        call = visit.call or visit.key
        if visit.counted_call != call:
            if visit.counted_call:
                self._by_call[visit.counted_call].discard(visit.key)
                self._recount_call(visit.counted_call)
            visit.counted_call = call
        self._by_call.setdefault(call, set()).add(visit.key)
        self._recount_call(call)

    def _recount_call(self, call: str) -> None:
        keys = self._by_call.get(call, ())
        visits = sorted((self._visits[key] for key in keys), key=lambda one: one.entered_at)
        for visit in visits:  # in its queue, too, a caller has waited since the first entry
            ledger = self._ledgers.setdefault(visit.queue, Ledger())
            today = self._definitions.day(visit.entered_at) == self._day
            ledger.put(visit.key, visit.counted(self._definitions, visits[0].entered_at) if today else None)
        if not visits or self._definitions.day(visits[0].entered_at) != self._day:
            self._calls.put(call, None)
            return
        answered = next((visit for visit in visits if visit.answered_at is not None), None)
        waiting = next((visit for visit in visits if visit.waiting), None)
        decides = answered or waiting or max(visits, key=lambda one: one.left_at)
        self._calls.put(call, decides.counted(self._definitions, visits[0].entered_at))

    # What FreeSWITCH reports when asked.

    def unsettled(self, facts: Facts) -> dict[str, str]:
        """The visits that ended unseen while their callers stayed on the line, each with the leg to ask."""
        listed = {row.visit for row in facts.members if row.state in _PRESENT}
        unseen = [visit for visit in self if visit.key not in listed]
        return {visit.key: visit.call for visit in unseen if visit.call in facts.legs}

    def take(self, facts: Facts, at: datetime) -> None:
        """Become what FreeSWITCH reports at a moment of this machine's clock.

        A listed visit is what its row says. A visit that is no longer listed ended unseen, and its outcome
        is, in this order: what its own leg remembers; a time-out if it waited as long as its queue allows;
        taken out if the caller is still on the line; else abandoned. All these are counted as inferred.
        The short abandon is claimed only where the second of hanging up is known. Callers who came and went
        wholly unseen appear only while FreeSWITCH still lists them (a minute); the call records tell of the
        others, and the events they give rise to outweigh what was inferred here.
        """
        legs = facts.legs
        queues = {row.name: row for row in facts.queues}
        listed = {row.visit: row for row in facts.members}
        for visit in [visit for visit in self if visit.key not in listed]:
            self._settle(visit, facts.outcomes.get(visit.key), visit.call in legs, at)
        for row in facts.members:
            if row.state is not MemberState.UNKNOWN:
                self._take_row(row, facts, queues, at)
        self._offers = {}
        offering = {(tier.queue, tier.operator) for tier in facts.tiers if tier.offering}
        for row in facts.members:
            if row.state is MemberState.TRYING:
                for agent in facts.agents:
                    if _rings(agent, row, offering):
                        self._offer(row.visit, agent.name, made=_JUST_AFTER)

    def _take_row(self, row: MemberRow, facts: Facts, queues: Mapping[str, QueueRow], at: datetime) -> None:
        visit = self._visits.get(row.visit)
        if visit is None:
            visit = self._visits[row.visit] = Visit(row.visit, row.queue)
        visit.queue = visit.queue or row.queue
        visit.call = visit.call or row.call
        visit.number = visit.number or row.number
        visit.name = visit.name or row.name
        if not visit.known:
            visit.told(entered=row.entered_second or at)
        if row.state is MemberState.ABANDONED:
            if not visit.over:
                self._settle(visit, facts.outcomes.get(visit.key), visit.call in facts.legs, at, row, queues)
            else:
                self._recount(visit)
            return
        visit.reopen()
        if row.state is MemberState.ANSWERED:
            visit.told(answered=row.answered_second or at)
            visit.take_operator(row.operator, LONG_AGO)
        self._recount(visit)

    def _settle(
        self,
        visit: Visit,
        outcome: VisitOutcome | None,
        alive: bool,
        at: datetime,
        row: MemberRow | None = None,
        queues: Mapping[str, QueueRow] | None = None,
    ) -> None:
        left_at = row.left_second if row is not None and row.left_second is not None else None
        if visit.answered_at is not None or (outcome is not None and outcome.answered):
            visit.told(answered=visit.answered_second or at)
            visit.take_operator(outcome.operator if outcome is not None else "", LONG_AGO)
            reason = LeftReason.SERVED
        elif outcome is not None and outcome.reason is not None:
            reason = outcome.reason
        elif left_at is not None and _waited_out(visit, left_at, (queues or {}).get(visit.queue)):
            reason = LeftReason.TIMED_OUT
        else:
            reason = LeftReason.TAKEN_OUT if alive else LeftReason.GAVE_UP
        visit.infer_left(reason, left_at or at, exactly=left_at is not None)
        self._recount(visit)

    def differences(self, facts: Facts) -> Iterator[Difference]:
        """Visits that wait or talk only here or only there."""
        there = {row.visit: _PRESENT[row.state] for row in facts.members if row.state in _PRESENT}
        here = {one.key: "waiting" if one.waiting else "talking" for one in self}
        for key in sorted(here.keys() | there.keys()):
            mine, theirs = here.get(key, "gone"), there.get(key, "gone")
            if mine != theirs:
                yield Difference("visit", key, mine, theirs)


def _rings(agent: AgentRow, row: MemberRow, offering: Iterable[tuple[str, str]]) -> bool:
    """Whether an operator's phone rings for a caller: named in the row, or one of many that ring at once."""
    return row.operator == agent.name or (
        agent.state is OperatorState.RECEIVING
        and (row.queue, agent.name) in offering
        and row.operator in RING_SEVERAL
    )


def _waited_out(visit: Visit, left_at: datetime, queue: QueueRow | None) -> bool:
    """Whether a visit lasted as long as its queue lets one wait (both times are whole seconds)."""
    if queue is None or queue.max_wait <= 0:
        return False
    return (left_at - visit.entered_at.replace(microsecond=0)).total_seconds() >= queue.max_wait
