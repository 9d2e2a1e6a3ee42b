"""The composition of operators at work: seats, duties and FreeSWITCH, in step while it runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from fsbridge.app import Watch, store_of
from fsbridge.config import Settings
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.seats import Allowance
from fsbridge.services.keeper import Keeper
from fsbridge.services.operators import Distributor, Operators
from fsbridge.services.reconcile import DutyCheck
from fsbridge.services.seats import Seats

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store

logger = logging.getLogger(__name__)

RING = 20
"""Seconds an operator's telephone rings before the call goes to the next."""


class Attending:
    """Operators attended to beside a watch: events carry their duties on, drift is repaired.

    Make it before the watch starts.
    """

    def __init__(self, operators: Operators, watch: Watch, *, check: DutyCheck | None = None) -> None:
        self.operators = operators
        self.check = check or DutyCheck(operators)
        self._keeper = Keeper(operators)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
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


def operators_of(store: Store, plan: Callable[[], CentrePlan], distributor: Distributor) -> Operators:
    """The operators of a store, seats and tiers as the plan's season in force says.

    Whoever has an extension is called there, as a user of the plan's centre in FreeSWITCH's directory.
    """
    from fsbridge.adapters.store import StoredSeats
    from fsbridge.adapters.store.operators import StoredDuties

    def season_at(at: datetime) -> str:
        return plan().schedule.status(at).season

    def allowance(at: datetime) -> Allowance:
        season = season_at(at)
        return room.allowance(season) if season else Allowance("none", seats=0, registered=0)

    room = StoredSeats(store)
    contact = f"[leg_timeout={RING}]user/{{extension}}@{plan().key}"
    book = StoredDuties(store, season_at=season_at, contact=contact)
    return Operators(Seats(room, allowance, talking=book.talking), book, distributor)


def attending_of(
    settings: Settings, watch: Watch, plan: Callable[[], CentrePlan] | None
) -> Attending | None:
    """What attends to the operators in the store that is set; None, said in the log, without a plan.

    >>> from fsbridge.config import load
    >>> watch = Watch("127.0.0.1", 8021, "ClueCon")
    >>> attending_of(load(home="/nowhere", environment={}), watch, None) is None
    True
    """
    if plan is None:
        logger.warning("operators are not attended to: the store holds no centre yet (`fsbridge init`)")
        return None
    return Attending(operators_of(store_of(settings), plan, watch.callcenter), watch)
