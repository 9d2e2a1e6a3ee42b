"""Queues and levels for now: a supervisor assigns an operator until an hour, then the season's return."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from fsbridge.domain.assignments import Assignment, AssignmentRefused
from fsbridge.domain.facts import TierRow
from fsbridge.errors import FsbridgeError
from fsbridge.services.authority import Accounts, supervising

logger = logging.getLogger(__name__)

LEVELS = range(100)
"""0 is not at all; 1 is asked first."""


class AssignmentBook(Protocol):
    """Where assignments are kept, one at most for an operator and a queue; each change is audited."""

    def in_force(self, at: datetime) -> Sequence[Assignment]: ...
    def put(self, one: Assignment, *, reason: str) -> None:
        """AssignmentRefused for an operator or queue that is not in use."""

    def drop(self, queue: str, operator: str, at: datetime, *, by: str) -> bool: ...


class Distributor(Protocol):
    """Who offers calls."""

    def set_tier(self, queue: str, operator: str, *, level: int = 1, position: int = 1) -> None: ...
    def remove_tier(self, queue: str, operator: str) -> None: ...


class Duties(Protocol):
    """Who shall serve which queue, by the season and for now: a `DutyBook`."""

    def tiers(self, at: datetime) -> tuple[TierRow, ...] | None: ...


class Assignments:
    """What a supervisor changes for now. To change a season's tiers for good, see `Plans`.

    FreeSWITCH is told at once; what it could not be told, and the return to the season's tiers when the hour
    has come, the reconciler sees to within seconds.
    """

    def __init__(
        self, book: AssignmentBook, duties: Duties, distributor: Distributor, accounts: Accounts
    ) -> None:
        self._book = book
        self._duties = duties
        self._distributor = distributor
        self._accounts = accounts

    def assign(
        self,
        operator: str,
        queue: str,
        *,
        level: int,
        until: datetime,
        by: str,
        now: datetime,
        position: int = 1,
        reason: str = "",
    ) -> Assignment:
        """Let an operator serve a queue at a level until then, 0 for not at all.

        AssignmentRefused says what does not fit, NotAllowed who may not.
        """
        supervising(self._accounts, by, "assign operators")
        if until <= now:
            raise AssignmentRefused(f"the assignment would be over before it begins, at {until}")
        if level not in LEVELS or position < 1:
            raise AssignmentRefused(
                f"level {level}, position {position}: a level is 0 (not at all) to {LEVELS[-1]}, "
                "a position 1 or more"
            )
        one = Assignment(
            queue=queue, operator=operator, level=level, position=position, since=now, until=until, by=by
        )
        self._book.put(one, reason=reason)
        self._tell(queue, operator, level, position)
        return one

    def release(self, operator: str, queue: str, *, by: str, now: datetime) -> bool:
        """Back to what the season says; whether there was anything to take back."""
        supervising(self._accounts, by, "assign operators")
        dropped = self._book.drop(queue, operator, now, by=by)
        if dropped:
            tiers = self._duties.tiers(now) or ()
            own = next((one for one in tiers if (one.queue, one.operator) == (queue, operator)), None)
            self._tell(queue, operator, own.level if own else 0, own.position if own else 1)
        return dropped

    def now(self, at: datetime) -> Sequence[Assignment]:
        """What is in force."""
        return self._book.in_force(at)

    def _tell(self, queue: str, operator: str, level: int, position: int) -> None:
        try:
            if level:
                self._distributor.set_tier(queue, operator, level=level, position=position)
            else:
                self._distributor.remove_tier(queue, operator)
        except FsbridgeError as problem:
            logger.warning("FreeSWITCH does not know yet what %s serves: %s", operator, problem)
