"""Supervision: a supervisor listens to an operator's call, whispers, takes part, and leaves, on one leg."""

from __future__ import annotations

import logging
import queue
import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from fsbridge.domain.duty import Duty
from fsbridge.domain.events import CallHungUp, DomainEvent
from fsbridge.domain.facts import Facts
from fsbridge.domain.monitoring import (
    STOPPED,
    Mode,
    Monitoring,
    MonitoringRefused,
    is_monitoring,
    monitoring_leg,
)
from fsbridge.errors import FsbridgeError
from fsbridge.services.authority import Accounts, supervising
from fsbridge.services.driftlog import DriftLog
from fsbridge.services.floor import utc_now
from fsbridge.services.users import Account

logger = logging.getLogger(__name__)

_EVERY = 1.0


class MonitoringLedger(Protocol):
    """Who listens, while nobody else can change it."""

    def of(self, by: str) -> Monitoring | None: ...
    def put(self, one: Monitoring) -> None: ...
    def drop(self, leg: str) -> Monitoring | None: ...
    def record(self, at: datetime, one: Monitoring, action: str, reason: str = "") -> None: ...


class MonitoringBook(Protocol):
    """Where it is kept who listens to whom: across processes, and through a restart."""

    def locked(self) -> AbstractContextManager[MonitoringLedger]: ...
    def look(self) -> Sequence[Monitoring]: ...


class Telephones(Protocol):
    """Supervisors' telephones: `fsbridge.adapters.monitoring.Eavesdrop`."""

    def call(self, phone: str, one: Monitoring, *, name: str) -> None: ...
    def speak(self, leg: str, mode: Mode) -> bool: ...
    def hang_up(self, leg: str) -> None: ...


class Duties(Protocol):
    """Who speaks by which leg: a `DutyBook`."""

    def duty(self, operator: str) -> Duty | None: ...


class Supervision:
    """Listens, whispers, barges and stops, for supervisors and administrators alone; each step is audited.

    The supervisor's own telephone is called once; the mode changes on that leg. When the operator's leg ends,
    by a hang-up or a transfer, so does the listening: whom the citizen speaks with next is another choice.
    `telephone_of` is an account's dial string, "" if it has none.
    """

    def __init__(
        self,
        book: MonitoringBook,
        telephones: Telephones,
        accounts: Accounts,
        duties: Duties,
        *,
        telephone_of: Callable[[Account], str],
        clock: Callable[[], datetime] = utc_now,
        log: DriftLog | None = None,
    ) -> None:
        self._log = log or DriftLog()
        self._book = book
        self._telephones = telephones
        self._accounts = accounts
        self._duties = duties
        self._telephone_of = telephone_of
        self._clock = clock
        self._over: queue.SimpleQueue[CallHungUp] = queue.SimpleQueue()
        self._missing: frozenset[str] = frozenset()

    # What a supervisor does.

    def listen(self, operator: str, *, by: str, mode: Mode = Mode.LISTEN) -> Monitoring:
        """Call the supervisor's telephone and let it hear an operator's call; returns when it is picked up.

        Who listens to that operator already changes the mode alone. MonitoringRefused says
        why there is nothing to be heard, or that the telephone was not picked up.
        """
        account = self._may(by)
        duty = self._duties.duty(operator)
        if operator == account.operator:
            raise MonitoringRefused(f"{by} is {operator}: nobody listens to the own call")
        if duty is None or not duty.status.in_conversation or not duty.leg:
            raise MonitoringRefused(f"{operator} is in no call; listen when one has been answered")
        phone = self._telephone_of(account)
        if not phone:
            raise MonitoringRefused(f"{by} has no telephone here: open the softphone, then listen again")
        now = self._clock()
        leg = monitoring_leg(uuid.uuid4())
        one = Monitoring(
            by=by, operator=operator, leg=leg, spied=duty.leg, mode=mode, since=now, call=duty.call
        )
        with self._book.locked() as ledger:
            before = ledger.of(by)
            if before is None:
                ledger.put(one)
                ledger.record(now, one, mode.value)
        if before is not None and before.spied == one.spied:
            return self.change(mode, by=by)
        if before is not None:
            raise MonitoringRefused(f"{by} listens to {before.operator}: stop that first")
        try:
            self._telephones.call(phone, one, name=account.operator or by)
        except FsbridgeError as problem:
            self.ended(leg, self._clock(), str(problem))
            raise MonitoringRefused(f"the telephone of {by} was not picked up: {problem}") from problem
        return one

    def change(self, mode: Mode, *, by: str) -> Monitoring:
        """Let others hear from now on what this mode says; MonitoringRefused if nobody listens."""
        self._may(by)
        now = self._clock()
        gone = None
        with self._book.locked() as ledger:
            before = self._listening(ledger, by)
            after = replace(before, mode=mode)
            if self._telephones.speak(before.leg, mode):
                ledger.put(after)
                ledger.record(now, after, mode.value)
            else:
                gone = before
        if gone is not None:
            self.ended(gone.leg, now)
            raise MonitoringRefused(f"the call of {gone.operator} is over: listen to another")
        return after

    def stop(self, *, by: str) -> Monitoring:
        """Listen no longer; the call goes on. MonitoringRefused if nobody listens."""
        with self._book.locked() as ledger:
            one = self._listening(ledger, by)
        self._telephones.hang_up(one.leg)
        self.ended(one.leg, self._clock())
        return one

    def now(self) -> Sequence[Monitoring]:
        """Who listens to whom at this moment, in every process of the centre."""
        return self._book.look()

    # What happens to it.

    def ended(self, leg: str, at: datetime, reason: str = "") -> None:
        """A monitoring leg is gone; told again, nothing happens."""
        with self._book.locked() as ledger:
            one = ledger.drop(leg)
            if one is not None:
                ledger.record(max(at, one.since), one, STOPPED, reason)

    def hear(self, event: DomainEvent) -> None:
        """Take an event in, to be worked off by `run`."""
        if isinstance(event, CallHungUp) and is_monitoring(event.uuid):
            self._over.put(event)

    def check(self, facts: Facts) -> Iterable[object]:
        """End what FreeSWITCH has no leg of in two looks: its end was missed. A check of the `Reconciler`."""
        rows = {one.leg: one for one in self._book.look()}
        missing = frozenset(rows) - facts.legs
        gone = missing & self._missing
        self._missing = missing - gone
        for leg in sorted(gone):
            what = f"monitoring {leg}: here {rows[leg].by} listens to {rows[leg].operator}, FreeSWITCH gone"
            logger.warning("drift: %s; repaired", what)
            self.ended(leg, self._clock(), "its end was not seen")
            self._log.add(self._clock(), what, repaired=True)
        return sorted(gone)

    def run(self, stop: threading.Event, *, every: float = _EVERY) -> None:
        """Work off what was heard until `stop` is set; what fails is seen by `check`."""
        while not stop.is_set():
            self.work_off(every)

    def work_off(self, wait: float = 0.0) -> int:
        """Let what was heard take effect, waiting so many seconds for the first; how many events it was."""
        done = 0
        while True:
            try:
                event = self._over.get(timeout=wait) if wait and not done else self._over.get_nowait()
            except queue.Empty:
                return done
            done += 1
            try:
                self.ended(event.uuid, event.at)
            except FsbridgeError as problem:
                logger.warning("the end of a monitoring is written later: %s", problem)

    # How.

    def _may(self, by: str) -> Account:
        return supervising(self._accounts, by, "listen in")

    def _listening(self, ledger: MonitoringLedger, by: str) -> Monitoring:
        one = ledger.of(by)
        if one is None:
            raise MonitoringRefused(f"{by} listens to nobody")
        return one
