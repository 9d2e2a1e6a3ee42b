"""The composition of operators at work: seats, duties and FreeSWITCH, in step while it runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from fsbridge.adapters.callcenter import Callcenter
from fsbridge.app import Watch, password_of, store_of
from fsbridge.config import OperatorSettings, Settings
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.seats import Allowance
from fsbridge.errors import FsbridgeError, NotConnectedError
from fsbridge.esl import Link
from fsbridge.services.keeper import Keeper
from fsbridge.services.operators import Distributor, Operators
from fsbridge.services.reconcile import DutyCheck
from fsbridge.services.seats import Seats

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store

logger = logging.getLogger(__name__)

OFFERING = OperatorSettings()
"""How calls are offered where nothing is set."""


class Attending:
    """Operators attended to beside a watch: events carry their duties on, drift is repaired.

    Whenever FreeSWITCH is reached (again) it is told at once what everybody does. Make it before the watch
    starts.
    """

    def __init__(self, operators: Operators, watch: Watch, *, check: DutyCheck | None = None) -> None:
        self.operators = operators
        self.check = check or DutyCheck(operators, log=watch.reconciler.log)
        self._keeper = Keeper(operators)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._prepare_before = watch.prepare
        watch.prepare = self._prepare
        watch.listeners.append(self._keeper.hear)
        watch.reconciler.also.append(self.check)

    def start(self) -> None:
        """Begin; the wrap-ups in progress keep their clocks."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._keeper.run, args=(self._stopping,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; what operators do now stays in the store."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5)

    def _prepare(self) -> None:
        if self._prepare_before is not None:
            self._prepare_before()
        for operator in self.operators.book.contacts():
            self.operators.introduce(operator)
        self.operators.tell_all()


def operators_of(
    store: Store,
    plan: Callable[[], CentrePlan],
    distributor: Distributor,
    *,
    offering: OperatorSettings = OFFERING,
    clock: Callable[[], datetime] | None = None,
) -> Operators:
    """The operators of a store, seats and tiers as the plan's season in force says.

    Whoever has an extension is called there, as a user of the plan's centre in FreeSWITCH's directory.
    `clock` is the time the schedule goes by, where that is another than the people's.
    """
    from fsbridge.adapters.store import StoredSeats
    from fsbridge.adapters.store.operators import StoredDuties

    def season_at(at: datetime) -> str:
        return plan().schedule.status(clock() if clock is not None else at).season

    def allowance(at: datetime) -> Allowance:
        now = plan()
        season = season_at(at)
        if not season:
            return Allowance("none", seats=0, registered=len(now.operators))
        rules = now.season(season)
        return Allowance(season, rules.seats, rules.registered, rules.reserve)

    contact = f"[leg_timeout={offering.ring}]user/{{extension}}@{plan().key}"
    book = StoredDuties(store, season_at=season_at, contact=contact)
    seats = Seats(StoredSeats(store), allowance, talking=book.talking)
    return Operators(seats, book, distributor, misses=offering.misses)


def attending_of(
    settings: Settings,
    watch: Watch,
    plan: Callable[[], CentrePlan] | None,
    *,
    clock: Callable[[], datetime] | None = None,
) -> Attending | None:
    """What attends to the operators in the store that is set; None, said in the log, without a plan.

    >>> from fsbridge.config import load
    >>> watch = Watch("127.0.0.1", 8021, "ClueCon")
    >>> attending_of(load(home="/nowhere", environment={}), watch, None) is None
    True
    """
    if plan is None:
        logger.info("operators are not attended to: there is no plan in the store (`fsbridge init`)")
        return None
    operators = operators_of(
        store_of(settings), plan, watch.callcenter, offering=settings.operators, clock=clock
    )
    return Attending(operators, watch)


@contextmanager
def reached(settings: Settings, *, within: float = 3.0) -> Iterator[Distributor]:
    """The distributor of the FreeSWITCH that is set; one that cannot be reached refuses every order."""
    try:
        link = Link(settings.switch.host, settings.switch.port, password_of(settings), timeout=within)
    except FsbridgeError as why:
        yield unreachable(str(why))
        return
    link.start()
    try:
        try:
            link.wait_ready(within)
        except FsbridgeError as why:
            yield unreachable(str(why))
            return
        yield Callcenter(link.api)
    finally:
        link.stop()


def unreachable(why: str) -> Distributor:
    """A distributor that refuses everything.

    >>> unreachable("no password").operator("op01")
    Traceback (most recent call last):
    fsbridge.errors.NotConnectedError: FreeSWITCH cannot be reached: no password
    """

    def api(name: str, *args: str) -> str:
        raise NotConnectedError(f"FreeSWITCH cannot be reached: {why}")

    return Callcenter(api)
