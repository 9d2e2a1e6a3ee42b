"""Operators at work: log-in, status, wrap-up, in and out of rotation, each one transaction of the store.

The store says what an operator does, FreeSWITCH is told. What it could not be told, the reconciler tells it
later, so an operation never fails because FreeSWITCH is away.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from fsbridge.domain import duty as rules
from fsbridge.domain.duty import (
    MISSES,
    NOTHING,
    PREPARING,
    SEAT_LOST,
    TIMED_OUT,
    Choice,
    Duty,
    Miss,
    Reason,
    Status,
    WrapUp,
)
from fsbridge.domain.duty.orders import SetState, SetStatus, orders
from fsbridge.domain.facts import AgentRow, TierRow
from fsbridge.domain.operators import OperatorState, OperatorStatus
from fsbridge.domain.seats import Standing
from fsbridge.errors import FsbridgeError
from fsbridge.services.seats import Admission, Seats

logger = logging.getLogger(__name__)

SYSTEM = "fsbridge"
"""Who acts when nobody does."""


class NotOnDuty(FsbridgeError):
    """The operator is not logged in."""


class DutyLedger(Protocol):
    """The duties while nobody else can change them."""

    def duty(self, operator: str) -> Duty | None: ...
    def put(self, before: Duty | None, after: Duty, *, cut: str = "") -> None:
        """Keep a duty, its time so far as a span; a wrap-up that was cut short is marked with why."""

    def wrap_up(self, queue: str, flow: str = "") -> WrapUp:
        """The rule of a queue's flow; of no queue, that of a flow, and NOTHING for neither."""

    def record(self, at: datetime, actor: str, action: str, which: str, reason: str) -> None: ...


class DutyBook(Protocol):
    """Where duties are kept, with what belongs to them."""

    def locked(self) -> AbstractContextManager[DutyLedger]: ...
    def look(self) -> tuple[Duty, ...]: ...
    def duty(self, operator: str) -> Duty | None: ...
    def reasons(self) -> tuple[Reason, ...]: ...
    def contacts(self) -> Mapping[str, str]: ...
    def tiers(self, at: datetime) -> tuple[TierRow, ...] | None: ...
    def write_owed(self, at: datetime) -> int: ...


class Distributor(Protocol):
    """Who offers calls: `fsbridge.adapters.callcenter.Callcenter`."""

    def operator(self, name: str) -> AgentRow | None: ...
    def set_status(self, name: str, status: OperatorStatus) -> None: ...
    def set_state(self, name: str, state: OperatorState) -> None: ...
    def add_operator(self, name: str) -> bool: ...
    def set_contact(self, name: str, contact: str) -> None: ...
    def set_number(self, name: str, key: str, value: int) -> None: ...
    def set_tier(self, queue: str, operator: str, *, level: int = 1, position: int = 1) -> None: ...
    def remove_tier(self, queue: str, operator: str) -> None: ...
    def free_tier(self, queue: str, operator: str) -> None: ...
    def drop_leg(self, leg: str) -> None: ...


class Operators:
    """Everything an operator or a supervisor can do about an operator's status.

    >>> from datetime import UTC
    >>> from fsbridge.testing.duties import DutiesInMemory, NoDistributor
    >>> from fsbridge.testing.seats import SeatsInMemory
    >>> from fsbridge.domain.seats import Allowance, Person
    >>> noon = datetime(2027, 4, 1, 3, tzinfo=UTC)
    >>> seats = Seats(SeatsInMemory([Person("op01")]), lambda at: Allowance("tiny", seats=1, registered=1))
    >>> operators = Operators(seats, DutiesInMemory(["op01"]), NoDistributor())
    >>> operators.log_in("op01", "3f0c", noon).seat.number
    1
    >>> operators.choose("op01", Choice(Status.READY), noon).status.ja
    '待受'
    >>> operators.kick("op01", noon, by="boss").status.ja, operators.seats.standing(noon).held
    ('ログアウト', ())
    """

    def __init__(
        self, seats: Seats, book: DutyBook, distributor: Distributor, *, misses: int = MISSES
    ) -> None:
        self.seats = seats
        self.book = book
        self.distributor = distributor
        self._misses = misses
        self.untold: dict[str, str] = {}
        """The operators FreeSWITCH could not be told of, and why; the reconciler will."""

    # What people want.

    def log_in(
        self,
        operator: str,
        session: str,
        now: datetime,
        *,
        choice: Choice = PREPARING,
        place: str = "",
        take_over: bool = False,
    ) -> Admission:
        """Give an operator a seat and begin the duty; the errors are those of `Seats.log_in`.

        A reload finds its duty as it was, the wrap-up's clock included.
        """
        admission = self.seats.log_in(operator, session, now, place=place, take_over=take_over)
        for seat in admission.freed:
            self.seat_lost(seat.operator, now)
        with self.book.locked() as ledger:
            before = ledger.duty(operator)
            if before is None:
                ledger.put(None, rules.begin(operator, now, choice))
            elif choice != PREPARING:
                ledger.put(before, rules.choose(before, choice, now))
        try:
            self.introduce(operator)
        except FsbridgeError as problem:
            logger.warning("FreeSWITCH does not know %s yet: %s", operator, problem)
        self.tell(operator)
        return admission

    def choose(self, operator: str, choice: Choice, now: datetime, *, by: str = "", reason: str = "") -> Duty:
        """Take a status now, or after this call; StatusRefused, or NotOnDuty.

        `by` somebody else, it goes into the audit log, with a `reason` in free words.
        """
        rules.reasoned(choice, self.book.reasons())
        action = f"set {choice.status.value}"
        return self._turn(
            operator, now, lambda duty, _: rules.choose(duty, choice, now), by=by, action=action, why=reason
        )

    def log_out(self, operator: str, now: datetime) -> Duty:
        """Log out now, or after this call and its wrap-up."""
        return self.choose(operator, Choice(Status.LOGGED_OUT), now)

    def finish(self, operator: str, now: datetime) -> Duty:
        """The wrap-up is done; WrapUpNotOver where the flow lets nobody out early."""
        return self._turn(operator, now, lambda duty, _: rules.finish(duty, now))

    def back(self, operator: str, now: datetime, *, by: str = "") -> Duty:
        """Into rotation again, whatever took the operator out."""
        action = "brought back into rotation"
        return self._turn(operator, now, lambda duty, _: rules.back(duty, now), by=by, action=action)

    def kick(self, operator: str, now: datetime, *, by: str, reason: str = "") -> Duty:
        """Log an operator out by order; who is in a conversation stays until it ends, and keeps the seat."""
        return self._turn(
            operator, now, lambda duty, _: rules.kick(duty, now), by=by, action="ordered out", why=reason
        )

    def phone_ready(self, operator: str, now: datetime) -> Duty:
        """The browser's telephone works (again): whom its absence had sent away is back in rotation."""
        return self._turn(operator, now, lambda duty, _: rules.phone_ready(duty, now))

    def phone_gone(self, operator: str, now: datetime) -> None:
        """The browser is gone: nothing more is offered until `phone_ready`; a call at hand goes on."""
        self._happen(operator, now, lambda duty, _: rules.phone_gone(duty, now))

    def standing(self, now: datetime) -> tuple[Standing, dict[str, Duty]]:
        """Who sits, what is allowed, and what each does."""
        return self.seats.standing(now), {duty.operator: duty for duty in self.book.look()}

    # What happens to them. Of operators who are not logged in, nothing is kept.

    def offered(self, operator: str, at: datetime, *, call: str, visit: str, queue: str) -> None:
        """A telephone rings."""
        self._happen(
            operator, at, lambda duty, _: rules.offered(duty, at, call=call, visit=visit, queue=queue)
        )

    def offer_failed(self, operator: str, at: datetime, visit: str, miss: Miss) -> None:
        """It rang in vain."""
        after = self._happen(
            operator, at, lambda duty, _: rules.offer_failed(duty, at, visit, miss, limit=self._misses)
        )
        if after is not None and after.status is Status.AWAY and after.since == at:
            logger.warning("operator %s is out of rotation: %s (%s)", operator, after.reason, miss.value)

    def rings_no_more(self, operator: str, at: datetime) -> None:
        """The offer is over without a word of why, if the distributor, when asked, holds the operator free.

        Asked, because its word may be of the offer before this one.
        """
        duty, row = self.book.duty(operator), self.distributor.operator(operator)
        if duty is not None and row is not None and row.state in (OperatorState.IDLE, OperatorState.WAITING):
            self.offer_failed(operator, at, duty.visit, Miss.WITHDRAWN)

    def answered(
        self, operator: str, at: datetime, *, visit: str, leg: str, call: str = "", queue: str = ""
    ) -> None:
        """The call was picked up."""
        self._happen(
            operator,
            at,
            lambda duty, _: rules.answered(duty, at, visit=visit, leg=leg, call=call, queue=queue),
        )

    def held(self, operator: str, at: datetime, *, on: bool) -> None:
        """The caller is on hold, or not any more."""
        self._happen(operator, at, lambda duty, _: rules.held(duty, at, on=on))

    def ended(self, operator: str, at: datetime, visit: str, *, bridged: bool = True) -> None:
        """The call is over."""
        self._happen(
            operator,
            at,
            lambda duty, ledger: rules.ended(
                duty, at, visit, ledger.wrap_up(duty.queue, duty.flow), bridged=bridged
            ),
        )

    def dialled(
        self, operator: str, leg: str, now: datetime, *, call: str = "", queue: str = "", flow: str = ""
    ) -> Duty:
        """The operator places a call by this leg, or is sent a colleague's `call`; nothing is offered."""
        about = {"leg": leg, "call": call, "queue": queue, "flow": flow}
        return self._turn(operator, now, lambda duty, _: rules.dialled(duty, now, **about))

    def hung_up(self, operator: str, at: datetime, leg: str, *, spoke: bool = True) -> None:
        """A leg of an operator is gone; what was placed by it is over, written up if somebody `spoke`."""
        self._happen(
            operator,
            at,
            lambda duty, ledger: rules.hung_up(
                duty, at, leg, ledger.wrap_up(duty.queue, duty.flow) if spoke else NOTHING
            ),
        )

    def seat_lost(self, operator: str, now: datetime) -> None:
        """Nothing was heard of the browser, and its seat is free."""
        self._happen(operator, now, lambda duty, _: rules.kick(duty, now, SEAT_LOST), seated=False)

    def time_out(self, operator: str, now: datetime) -> None:
        """The time of a wrap-up is up."""
        self._happen(operator, now, lambda duty, _: rules.time_out(duty, now), cut=TIMED_OUT)

    # How.

    def _happen(
        self,
        operator: str,
        at: datetime,
        turn: Callable[[Duty, DutyLedger], Duty],
        *,
        cut: str = "",
        seated: bool = True,
    ) -> Duty | None:
        if self.book.duty(operator) is None:
            return None
        try:
            return self._turn(operator, at, turn, by=SYSTEM, cut=cut, seated=seated)
        except NotOnDuty:
            return None

    def _turn(
        self,
        operator: str,
        at: datetime,
        turn: Callable[[Duty, DutyLedger], Duty],
        *,
        by: str = "",
        action: str = "",
        why: str = "",
        cut: str = "",
        seated: bool = True,
    ) -> Duty:
        with self.book.locked() as ledger:
            before = ledger.duty(operator)
            if before is None:
                raise NotOnDuty(f"operator {operator} is not logged in")
            after = turn(before, ledger)
            if after.status is Status.LOGGED_OUT and after.reason:
                cut = cut or after.reason
            if after != before:
                ledger.put(before, after, cut=cut)
            if action and by not in ("", operator):
                ledger.record(at, by, action, operator, why)
        if after.status is Status.LOGGED_OUT and seated:
            self.seats.kick(operator, at, by=by or operator, reason=why or after.reason)
        if after.status is not before.status:
            self.tell(operator)
        return after

    def tell_all(self) -> None:
        """Bring FreeSWITCH in line with all who are logged in: after its restart it holds them Waiting."""
        for duty in self.book.look():
            self.tell(duty.operator)

    def introduce(self, operator: str) -> None:
        """Make FreeSWITCH know an operator by the dial string kept here, if there is one."""
        contact = self.book.contacts().get(operator, "")
        if not contact:
            return
        row = self.distributor.operator(operator)
        if row is None:
            self.distributor.add_operator(operator)
        if row is None or not row.contact:
            self.distributor.set_contact(operator, contact)

    def tell(self, operator: str) -> bool:
        """Bring FreeSWITCH in line with what is kept of an operator; False if it could not be told."""
        try:
            row = self.distributor.operator(operator)
            duty = self.book.duty(operator) or _logged_out(operator)
            for order in orders(duty, row) if row is not None else ():
                self.carry_out(order)
        except FsbridgeError as problem:
            logger.warning("FreeSWITCH does not know yet what %s is doing: %s", operator, problem)
            self.untold[operator] = str(problem)
            return False
        self.untold.pop(operator, None)
        return True

    def carry_out(self, order: SetStatus | SetState) -> None:
        """Give FreeSWITCH one order."""
        if isinstance(order, SetStatus):
            self.distributor.set_status(order.operator, order.status)
        else:
            self.distributor.set_state(order.operator, order.state)


def _logged_out(operator: str) -> Duty:
    return Duty(operator=operator, status=Status.LOGGED_OUT, since=datetime.min)
