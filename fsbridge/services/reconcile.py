"""The reconciler: compares what is kept with FreeSWITCH every few seconds and repairs what has drifted."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from fsbridge.domain.duty import drift as drifted
from fsbridge.domain.duty.drift import STUCK, Drift, Known, Repair, drifts
from fsbridge.domain.duty.duty import begin
from fsbridge.domain.duty.orders import SetState, SetStatus
from fsbridge.domain.facts import Difference, Facts
from fsbridge.errors import FsbridgeError
from fsbridge.services.driftlog import DriftEntry, DriftLog
from fsbridge.services.floor import FactsSource, Floor, resync, utc_now
from fsbridge.services.operators import Operators

logger = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between two questions."""
FORGOTTEN = timedelta(seconds=30)
"""After so long in a state that lasts a tenth of a second, an operator was forgotten in it."""

Check = Callable[[Facts], Iterable[object]]
"""Somebody else who compares the same answer of FreeSWITCH, and repairs."""


class Reconciler:
    """Notices drift that two questions in a row show, logs it, and brings the floor in step again.

    FreeSWITCH's lists lag behind its events and are not taken in one instant, so a difference seen once is
    none yet. `also` look at the same answer after the floor; what they find belongs into the same `log`.

    >>> from fsbridge.domain.facts import AgentRow, Facts
    >>> class Source:
    ...     def facts(self): return Facts(agents=(AgentRow(name="op01"),))
    ...     def outcomes(self, unsettled): return {}
    >>> reconciler = Reconciler(Floor(), Source())
    >>> len(reconciler.check()), len(reconciler.check()), len(reconciler.check())
    (0, 1, 0)
    """

    def __init__(
        self,
        floor: Floor,
        source: FactsSource,
        *,
        also: Sequence[Check] = (),
        log: DriftLog | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._floor = floor
        self._source = source
        self._clock = clock
        self.log = log or DriftLog()
        self._seen: frozenset[Difference] = frozenset()
        self.also = list(also)
        self.repairs = 0

    def check(self) -> tuple[Difference, ...]:
        """Ask once; the differences that were there the last time too, now repaired."""
        facts = self._source.facts()
        differences = self._floor.differences(facts)
        drift = tuple(one for one in differences if one in self._seen)
        self._seen = frozenset(differences)
        if drift:
            for one in drift:
                logger.warning("drift: %s", one)
            now = self._clock()
            try:
                resync(self._floor, self._source, settle=0)
            except FsbridgeError as problem:
                self._note(drift, now, repaired=False, note=str(problem))
                raise
            self._note(drift, now, repaired=True)
            self.repairs += 1
            self._seen = frozenset()
        for check in self.also:
            check(facts)
        return drift

    def recent_drift(self, count: int = 50) -> tuple[DriftEntry, ...]:
        """What had drifted last, the newest first: of the floor, and of whatever shares the log."""
        return self.log.recent(count)

    def _note(self, drift: Iterable[Difference], at: datetime, *, repaired: bool, note: str = "") -> None:
        for one in drift:
            self.log.add(at, one, repaired=repaired, note=note)

    def run(self, stop: threading.Event, *, every: float = EVERY) -> None:
        """Check every few seconds until ``stop`` is set; a question that fails is asked again the next time.

        >>> stop = threading.Event()
        >>> stop.set()
        >>> Reconciler(Floor(), None).run(stop)
        """
        while not stop.wait(every):
            try:
                self.check()
            except FsbridgeError as problem:
                logger.info("not reconciled this time: %s", problem)


class DutyCheck:
    """Compares seats, duties and the plan with mod_callcenter's rows, and repairs what two looks show.

    Called with FreeSWITCH's answer it returns what it repaired. A state that passes in moments is repaired
    when it has lasted `forgotten`; a telephone that is said to ring, after `stuck`.
    """

    def __init__(
        self,
        operators: Operators,
        *,
        stuck: timedelta = STUCK,
        forgotten: timedelta = FORGOTTEN,
        clock: Callable[[], datetime] = utc_now,
        log: DriftLog | None = None,
    ) -> None:
        self.log = log or DriftLog()
        self._operators = operators
        self._stuck = stuck
        self._forgotten = forgotten
        self._clock = clock
        self._since: dict[Drift, datetime] = {}
        self._told: set[Drift] = set()
        self.repairs = 0

    def __call__(self, facts: Facts) -> tuple[Drift, ...]:
        """Compare once; the drift that was there the last time too, now repaired as far as it can be."""
        now = self._clock()
        found = list(drifts(self._known(now), facts, now, stuck=self._stuck))
        lasting = [one for one in found if self._lasts(one, now)]
        self._since = {one: self._since.get(one, now) for one in found}
        self._told &= set(found)
        for one in lasting:
            self._repair(one, now)
        return tuple(lasting)

    def _known(self, now: datetime) -> Known:
        book = self._operators.book
        standing, duties = self._operators.standing(now)
        return Known(
            contacts=book.contacts(),
            seated={seat.operator for seat in standing.held},
            duties=duties,
            tiers=book.tiers(now),
        )

    def _lasts(self, one: Drift, now: datetime) -> bool:
        if one.certain:
            return True
        since = self._since.get(one)
        return since is not None and (not one.passing or now - since >= self._forgotten)

    def _repair(self, one: Drift, now: datetime) -> None:
        if one.repair is None:
            if one not in self._told:
                logger.warning("drift: %s; nothing here can repair that", one)
                self.log.add(now, one, repaired=False, note="nothing here can repair that")
                self._told.add(one)
            return
        try:
            self._carry_out(one.repair, now)
        except FsbridgeError as problem:
            logger.warning("drift: %s; not repaired: %s", one, problem)
            if one not in self._told:
                self.log.add(now, one, repaired=False, note=str(problem))
                self._told.add(one)
            return
        self.repairs += 1
        self._since.pop(one, None)
        logger.warning("drift: %s; repaired", one)
        self.log.add(now, one, repaired=True)

    def _carry_out(self, repair: Repair, now: datetime) -> None:
        operators = self._operators
        distributor = operators.distributor
        match repair:
            case SetStatus() | SetState():
                operators.carry_out(repair)
            case drifted.AddOperator(name):
                operators.introduce(name)
            case drifted.SetContact(name, contact):
                distributor.set_contact(name, contact)
            case drifted.SetNumber(name, key, value):
                distributor.set_number(name, key, value)
            case drifted.SetTier(queue, name, level, position):
                distributor.set_tier(queue, name, level=level, position=position)
            case drifted.RemoveTier(queue, name):
                distributor.remove_tier(queue, name)
            case drifted.FreeTier(queue, name):
                distributor.free_tier(queue, name)
            case drifted.BeginDuty(name):
                with operators.book.locked() as ledger:
                    if ledger.duty(name) is None:
                        ledger.put(None, begin(name, now))
            case drifted.EndDuty(name):
                operators.seat_lost(name, now)
            case drifted.TakeCall(name, visit, call, queue, leg, at):
                operators.answered(name, at or now, visit=visit, leg=leg, call=call, queue=queue)
            case drifted.EndCall(name, visit, bridged, at):
                operators.ended(name, at or now, visit, bridged=bridged)
