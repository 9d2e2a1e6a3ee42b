"""One queue visit: what its events say together, whatever their order and however often they come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from fsbridge.domain.events import LeftReason
from fsbridge.domain.legs import LONG_AGO, Stamp
from fsbridge.domain.tally import Counted, Definitions, Outcome

_OVERFLOWS: Mapping[LeftReason, Outcome] = {
    LeftReason.TIMED_OUT: Outcome.TIMED_OUT,
    LeftReason.NO_OPERATOR: Outcome.NO_OPERATOR,
    LeftReason.EXIT_KEY: Outcome.EXIT_KEY,
    LeftReason.TAKEN_OUT: Outcome.TAKEN_OUT,
}


class Visit:
    """One caller's stay in one queue.

    >>> visit = Visit("ce03", "leak@city")
    >>> visit.known, visit.waiting
    (False, False)
    """

    __slots__ = (
        "answered_exactly",
        "answered_second",
        "call",
        "counted_call",
        "entered_exactly",
        "entered_second",
        "entry_stamp",
        "inferred",
        "key",
        "left",
        "left_at",
        "left_exactly",
        "name",
        "number",
        "operator",
        "operator_stamp",
        "queue",
    )

    def __init__(self, key: str, queue: str) -> None:
        self.key = key
        self.queue = queue
        self.call = ""
        self.number = ""
        self.name = ""
        self.entered_exactly: datetime | None = None
        self.entered_second: datetime | None = None
        self.entry_stamp: Stamp = LONG_AGO
        self.answered_exactly: datetime | None = None
        self.answered_second: datetime | None = None
        self.operator = ""
        self.operator_stamp: Stamp = LONG_AGO
        self.left: LeftReason | None = None
        self.left_at: Stamp = LONG_AGO
        self.left_exactly = True
        self.inferred = False
        self.counted_call = ""

    @property
    def known(self) -> bool:
        """Whether its beginning is known, from its own event or told by a later one."""
        return self.entered_exactly is not None or self.entered_second is not None

    @property
    def entered_at(self) -> datetime:
        """When it began, to the microsecond if that was seen."""
        return self.entered_exactly or self.entered_second or datetime.max.replace(tzinfo=UTC)

    @property
    def answered_at(self) -> datetime | None:
        """When the caller and an operator were joined, to the microsecond if that was seen; None if never."""
        return self.answered_exactly or self.answered_second

    @property
    def over(self) -> bool:
        """Whether it has ended (and was not resumed since)."""
        return self.left is not None and self.left_at >= self.entry_stamp

    @property
    def waiting(self) -> bool:
        """Whether the caller waits for an operator now."""
        return self.known and self.answered_at is None and not self.over

    @property
    def talking(self) -> bool:
        """Whether the caller and an operator speak, as far as the queue knows."""
        return self.answered_at is not None and not self.over

    def enter(self, stamp: Stamp) -> None:
        """The caller was seen to begin to wait; the first time counts, the last may be a resumption."""
        if self.entered_exactly is None or stamp[0] < self.entered_exactly:
            self.entered_exactly = stamp[0]
        self.entry_stamp = max(self.entry_stamp, stamp)

    def answer(self, at: datetime) -> None:
        """The caller and an operator were seen to be joined; the earliest time stays."""
        if self.answered_exactly is None or at < self.answered_exactly:
            self.answered_exactly = at

    def told(self, *, entered: datetime | None = None, answered: datetime | None = None) -> None:
        """A later report names, in whole seconds, when it began or was answered."""
        if entered is not None and (self.entered_second is None or entered < self.entered_second):
            self.entered_second = entered
        if answered is not None and (self.answered_second is None or answered < self.answered_second):
            self.answered_second = answered

    def take_operator(self, operator: str, stamp: Stamp) -> None:
        """Whose call it is, by the newest word on it."""
        if operator and stamp >= self.operator_stamp:
            self.operator, self.operator_stamp = operator, stamp

    def leave(self, reason: LeftReason, stamp: Stamp) -> None:
        """The visit was seen to end; the newest word wins, and any outweighs what was worked out."""
        if self.left is None or self.inferred or stamp > self.left_at:
            self.left, self.left_at, self.inferred, self.left_exactly = reason, stamp, False, True

    def infer_left(self, reason: LeftReason, at: datetime, *, exactly: bool = False) -> None:
        """The visit must have ended, unseen; ``exactly`` if the second of it was reported.

        What is worked out never outweighs what was seen, and the clock that says ``at`` may be another than
        FreeSWITCH's, so the end is never put before the beginning.
        """
        if self.over and not self.inferred:
            return
        self.left, self.left_at = reason, max((at, 0), self.entry_stamp)
        self.inferred, self.left_exactly = True, exactly

    def reopen(self) -> None:
        """It was thought to be over, and is not; an end that was seen stays."""
        if self.inferred:
            self.left, self.left_at, self.inferred = None, LONG_AGO, False

    def counted(self, definitions: Definitions, first_entry: datetime) -> Counted:
        """How it stands in the figures, its caller having waited since ``first_entry``."""
        targets = definitions.of(self.queue)
        if self.answered_at is not None:
            return Counted(Outcome.ANSWERED, self.answered_at - first_entry <= targets.answer_within)
        if not self.over or self.left is None:
            return Counted(Outcome.WAITING)
        overflow = _OVERFLOWS.get(self.left)
        if overflow is not None:
            return Counted(overflow, inferred=self.inferred)
        short = self.left_exactly and self.left_at[0] - first_entry <= targets.short_abandon
        return Counted(Outcome.SHORT_ABANDONED if short else Outcome.ABANDONED, inferred=self.inferred)
