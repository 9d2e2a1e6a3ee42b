"""The keeper: carries on every operator's duty as calls, the clock and silent browsers want it."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from fsbridge.domain import events as ev
from fsbridge.domain.duty import OpenLines, Status, Talks, miss_of, overdue
from fsbridge.domain.operators import OperatorState
from fsbridge.errors import FsbridgeError
from fsbridge.services.floor import utc_now
from fsbridge.services.operators import Operators

logger = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two looks at the clock."""
OWED_EVERY = 30
"""After so many looks the calls without a case code are looked for."""


class Keeper:
    """Hears events (`hear` returns at once) and works them off one by one in `run`.

    >>> from fsbridge.domain.seats import Allowance
    >>> from fsbridge.services.seats import Seats
    >>> from fsbridge.testing.duties import DutiesInMemory, NoDistributor
    >>> from fsbridge.testing.seats import SeatsInMemory
    >>> seats = Seats(SeatsInMemory(), lambda at: Allowance("tiny", seats=1, registered=1))
    >>> keeper = Keeper(Operators(seats, DutiesInMemory([]), NoDistributor()))
    >>> keeper.hear(ev.OfferMade(at=utc_now(), visit="v", call="c", queue="q", operator="op01"))
    >>> keeper.work_off(), keeper.work_off()
    (1, 0)
    """

    def __init__(self, operators: Operators, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._operators = operators
        self._clock = clock
        self._looks = 0
        self._lines = OpenLines()
        self._talks = Talks()
        self._heard: queue.SimpleQueue[ev.DomainEvent] = queue.SimpleQueue()
        self._table: Mapping[type[ev.DomainEvent], Callable[[Any], None]] = {
            ev.OfferMade: self._offered,
            ev.OfferFailed: self._offer_failed,
            ev.OfferAnswered: self._answered,
            ev.ConversationEnded: self._ended,
            ev.CallHeld: self._held,
            ev.CallResumed: self._held,
            ev.CallHungUp: self._hung_up,
            ev.OperatorStateChanged: self._state_changed,
            ev.CallStarted: self._started,
            ev.CallAnswered: self._picked_up,
            ev.CallBridged: self._talks.bridged,
        }

    def hear(self, event: ev.DomainEvent) -> None:
        """Take an event in, to be worked off."""
        if type(event) in self._table:
            self._heard.put(event)

    def run(self, stop: threading.Event, *, every: float = EVERY) -> None:
        """Work until ``stop`` is set; what fails is logged, and the reconciler sees to it.

        >>> stop = threading.Event(); stop.set()
        >>> Keeper(None).run(stop)
        """
        while not stop.is_set():
            self.work_off(every)
            try:
                self.tick(self._clock())
            except FsbridgeError as problem:
                logger.warning("the operators' clock did not run this time: %s", problem)

    def work_off(self, wait: float = 0.0) -> int:
        """Let what was heard take effect, waiting so many seconds for the first; how many events it was."""
        done = 0
        while True:
            try:
                event = self._heard.get(timeout=wait) if wait and not done else self._heard.get_nowait()
            except queue.Empty:
                return done
            done += 1
            try:
                self._table[type(event)](event)
            except FsbridgeError as problem:
                logger.warning("%s had no effect on the operator: %s", type(event).__name__, problem)

    def tick(self, now: datetime) -> None:
        """End the wrap-ups whose time is up, free the seats of silent browsers, write owed case codes."""
        late = [duty.operator for duty in self._operators.book.look() if overdue(duty, now)]
        for operator in late:
            self._operators.time_out(operator, now)
        for seat in self._operators.seats.free_dead(now):
            self._operators.seat_lost(seat.operator, now)
        if late or self._looks % OWED_EVERY == 0:
            written = self._operators.book.write_owed(now)
            if written:
                logger.info("%d calls got the system's case code", written)
        self._looks += 1

    def _offered(self, event: ev.OfferMade) -> None:
        self._operators.offered(
            event.operator, event.at, call=event.call, visit=event.visit, queue=event.queue
        )

    def _offer_failed(self, event: ev.OfferFailed) -> None:
        self._operators.offer_failed(event.operator, event.at, event.visit, miss_of(event.cause))

    def _answered(self, event: ev.OfferAnswered) -> None:
        self._lines.won(event)
        self._operators.answered(
            event.operator, event.at, visit=event.visit, leg=event.leg, call=event.call, queue=event.queue
        )

    def _ended(self, event: ev.ConversationEnded) -> None:
        self._operators.ended(event.operator, event.at, event.visit, bridged=event.bridged)

    def _held(self, event: ev.CallHeld | ev.CallResumed) -> None:
        for duty in self._operators.book.look():
            if duty.leg == event.uuid:
                self._operators.held(duty.operator, event.at, on=isinstance(event, ev.CallHeld))

    def _started(self, event: ev.CallStarted) -> None:
        self._lines.started(event)
        self._talks.started(event)

    def _picked_up(self, event: ev.CallAnswered) -> None:
        self._lines.answered(event)
        self._talks.answered(event)

    def _hung_up(self, event: ev.CallHungUp) -> None:
        self._lines.hung_up(event)
        for duty in self._operators.book.look():
            if duty.outgoing and duty.leg == event.uuid:
                spoke = self._talks.spoke(event.uuid, duty.call if duty.sent else "")
                self._operators.hung_up(duty.operator, event.at, event.uuid, spoke=spoke)

    def _state_changed(self, event: ev.OperatorStateChanged) -> None:
        """mod_callcenter leaves an operator Idle, or Waiting, moments after it tells of the end of a call.

        Of an offer that lost a race (two picked up at once, or the caller hung up just then), it tells
        nothing else, and leaves the operator on an open line.
        """
        if event.state not in (OperatorState.IDLE, OperatorState.WAITING):
            return
        for leg in self._lines.of(event.operator):
            self._operators.distributor.drop_leg(leg)
        duty = self._operators.book.duty(event.operator)
        if duty is None:
            return
        if duty.status is Status.RINGING:
            self._operators.rings_no_more(event.operator, event.at)
        elif (event.state, duty.status) in (
            (OperatorState.IDLE, Status.READY),
            (OperatorState.WAITING, Status.WRAP_UP),
        ):
            self._operators.tell(event.operator)
