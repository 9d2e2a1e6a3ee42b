"""The board: legs, visits and operators together, fed with events, asked for a view."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from fsbridge.domain import events as ev
from fsbridge.domain.facts import Difference, Facts
from fsbridge.domain.legs import LONG_AGO, Leg, Legs, conversations
from fsbridge.domain.operators import Activity
from fsbridge.domain.roster import Operator, Roster
from fsbridge.domain.tally import Definitions
from fsbridge.domain.views import CallState, CallView, OperatorView, QueueView, Snapshot
from fsbridge.domain.visit import Visit
from fsbridge.domain.visits import Visits

RECENT = 50
"""How many of the latest events a snapshot carries."""


class Board:
    """The centre as its events tell it. One writer; no lock, no clock.

    >>> now = datetime.fromisoformat("2026-04-01T09:00:00Z")
    >>> board = Board()
    >>> board.apply(ev.CallerEnteredQueue(at=now, visit="v1", call="c1", queue="leak@city"))
    True
    >>> board.snapshot().queues[0].waiting
    1
    """

    def __init__(self, definitions: Definitions | None = None) -> None:
        self.definitions = definitions or Definitions()
        self.legs = Legs()
        self.visits = Visits(self.definitions)
        self.roster = Roster()
        self.day: date | None = None
        self.at: datetime | None = None
        self._queues: set[str] = set()
        self._recent: deque[ev.DomainEvent] = deque(maxlen=RECENT)
        legs, visits, roster = self.legs, self.visits, self.roster
        self._table: Mapping[type[ev.DomainEvent], tuple[Callable[[Any], None], ...]] = {
            ev.CallStarted: (legs.started,),
            ev.CallAnswered: (legs.answered,),
            ev.CallBridged: (legs.bridged, visits.bridged),
            ev.CallUnbridged: (legs.unbridged,),
            ev.CallHeld: (legs.held,),
            ev.CallResumed: (legs.held,),
            ev.CallHungUp: (legs.hung_up,),
            ev.CallerEnteredQueue: (visits.entered,),
            ev.OfferMade: (visits.offered,),
            ev.OfferAnswered: (visits.offer_answered,),
            ev.OfferFailed: (visits.offer_failed,),
            ev.ConversationEnded: (visits.conversation_ended,),
            ev.CallerLeftQueue: (visits.left,),
            ev.OperatorAdded: (roster.added,),
            ev.OperatorStatusChanged: (roster.status_changed,),
            ev.OperatorStateChanged: (roster.state_changed,),
        }

    def apply(self, event: ev.DomainEvent) -> bool:
        """Take one event in; False if it is of a kind the board does not keep (it is listed all the same)."""
        self.advance(event.at)
        if self.at is None or event.at > self.at:
            self.at = event.at
        self._recent.append(event)
        handlers = self._table.get(type(event), ())
        for handler in handlers:
            handler(event)
        return bool(handlers)

    def advance(self, now: datetime) -> bool:
        """Begin a new day if the centre's calendar has come to one; the days never go back."""
        day = self.definitions.day(now)
        if self.day is not None and day <= self.day:
            return False
        self.day = day
        self.visits.roll(day)
        return True

    def resync(self, facts: Facts, at: datetime) -> None:
        """Become what FreeSWITCH reports, at a moment of this machine's clock.

        What ended unseen gets the outcome `Visits.take` infers.
        """
        self.advance(at)
        self.legs.take(facts.channels)
        for agent in facts.agents:
            leg = self.legs.get(agent.leg)
            if leg is not None:
                leg.operator = agent.name
        self.roster.take(facts.agents, facts.tiers)
        self.visits.take(facts, at)
        self._queues = {row.name for row in facts.queues}
        self.at = at if self.at is None or at > self.at else self.at

    def differences(self, facts: Facts) -> Iterator[Difference]:
        """What FreeSWITCH reports otherwise, in a stable order."""
        yield from self.legs.differences(facts.channels)
        yield from self.visits.differences(facts)
        yield from self.roster.differences(facts.agents)

    def snapshot(self) -> Snapshot:
        """The whole board as one immutable value; the floor adds its sequence number and connection."""
        calls = tuple(self._calls())
        operators = tuple(self._operator(one) for one in self.roster)
        available = {one.name for one in operators if one.available}
        queues = tuple(
            self._queue(name, available) for name in sorted(self._queues | self.visits.queues()) if name
        )
        return Snapshot(
            at=self.at,
            day=self.day,
            total=self.visits.total(),
            queues=queues,
            operators=operators,
            calls=calls,
            legs=sum(1 for _ in self.legs),
            recent=tuple(self._recent),
        )

    def _queue(self, name: str, available: set[str]) -> QueueView:
        open_visits = [one for one in self.visits if one.queue == name]
        waiting = [one for one in open_visits if one.waiting]
        serving = self.roster.serving(name)
        return QueueView(
            name=name,
            waiting=len(waiting),
            waiting_since=min((self.visits.first_entry(one) for one in waiting), default=None),
            offering=sum(1 for one in waiting if self.visits.offered_to(one)),
            talking=sum(1 for one in open_visits if one.talking),
            operators=len(serving),
            available=len(available.intersection(serving)) if serving else None,
            tally=self.visits.tally(name),
        )

    def _operator(self, operator: Operator) -> OperatorView:
        leg = next((leg for leg in self.legs if leg.operator == operator.name and leg.held), None)
        word = operator.activity(held=leg is not None)
        visit = next((one for one in self.visits if self._concerns(operator.name, one)), None)
        ringing = visit is not None and visit.waiting and bool(self.visits.offered_to(visit))
        return OperatorView(
            name=operator.name,
            status=operator.status,
            state=operator.state,
            activity=word,
            since=leg.hold_stamp[0] if leg is not None and word is Activity.HOLDING else operator.since(),
            queues=self.roster.queues_of(operator.name),
            queue=visit.queue if visit is not None else "",
            number=visit.number if visit is not None else "",
            available=word is Activity.READY and not ringing,
        )

    def _concerns(self, operator: str, visit: Visit) -> bool:
        if visit.talking:
            return visit.operator == operator
        return operator in self.visits.offered_to(visit)

    def _calls(self) -> Iterator[CallView]:
        call_of_visit = {}
        for leg in self.legs:
            visit = self.visits.get(leg.visit) if leg.visit else None
            if visit is not None:
                call_of_visit[visit.key] = visit.call
        views = [self._call(legs) for legs in conversations(self.legs, call_of_visit)]
        yield from sorted(views, key=lambda view: (view.started_at is None, view.started_at or 0, view.uuid))

    def _call(self, legs: list[Leg]) -> CallView:
        visits = {leg.uuid: self.visits.of_call(leg.uuid) for leg in legs}
        main = min(legs, key=lambda leg: (visits[leg.uuid] is None, leg.direction.value, leg.uuid))
        visit = visits[main.uuid]
        bridged = [leg for leg in legs if leg.peer]
        held = any(leg.held for leg in legs)
        operators: tuple[str, ...] = tuple(sorted({leg.operator for leg in bridged if leg.operator}))
        talking_since = max((leg.bridge_stamp[0] for leg in bridged), default=None)
        if talking_since == LONG_AGO[0]:
            talking_since = None
        if visit is not None and visit.waiting:
            operators = self.visits.offered_to(visit)
            state = CallState.OFFERED if operators else CallState.WAITING
            talking_since = None
        elif bridged or (visit is not None and visit.talking):
            state = CallState.HELD if held else CallState.TALKING
            if visit is not None and not visit.over:
                operators = (visit.operator,) if visit.operator else operators
                talking_since = visit.answered_at
        else:
            state = CallState.IN_FLOW if main.answered_at is not None else CallState.RINGING
        return CallView(
            uuid=main.uuid,
            direction=main.direction,
            number=main.number or (visit.number if visit is not None else ""),
            name=main.name,
            destination=main.destination,
            state=state,
            started_at=main.created_at,
            queue=visit.queue if visit is not None and not visit.over else "",
            waiting_since=self.visits.first_entry(visit) if visit is not None else None,
            talking_since=talking_since,
            operators=operators,
            legs=len(legs),
        )
