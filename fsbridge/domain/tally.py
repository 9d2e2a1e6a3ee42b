"""Today's figures: what became of each visit, counted so that every caller is in exactly one place."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo


class Outcome(enum.Enum):
    """What became of a visit; the identity is that each visit has exactly one.

    >>> Outcome.EXIT_KEY.is_overflow
    True
    """

    WAITING = "waiting"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    SHORT_ABANDONED = "short abandoned"
    TIMED_OUT = "timed out"
    NO_OPERATOR = "no operator"
    EXIT_KEY = "exit key"
    TAKEN_OUT = "taken out"

    @property
    def is_overflow(self) -> bool:
        """Whether the visit ended by time-out, for want of operators, by key or by command."""
        return self in _OVERFLOW


_OVERFLOW = frozenset({Outcome.TIMED_OUT, Outcome.NO_OPERATOR, Outcome.EXIT_KEY, Outcome.TAKEN_OUT})


@dataclass(frozen=True, slots=True)
class Targets:
    """The seconds a queue is measured by.

    >>> Targets().answer_within
    datetime.timedelta(seconds=20)
    """

    short_abandon: timedelta = timedelta(seconds=5)
    answer_within: timedelta = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Definitions:
    """How the figures are defined here: the time zone that cuts the days, and the targets of each queue.

    >>> definitions = Definitions(by_queue={"leak@city": Targets(timedelta(seconds=3))})
    >>> definitions.of("leak@city").short_abandon.seconds
    3
    """

    zone: tzinfo = UTC
    targets: Targets = Targets()
    by_queue: Mapping[str, Targets] = field(default_factory=dict)

    def of(self, queue: str) -> Targets:
        """The targets of one queue."""
        return self.by_queue.get(queue, self.targets)

    def day(self, moment: datetime) -> date:
        """The centre's calendar day of a moment."""
        return moment.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Counted:
    """How one visit (or, for the centre, one call) stands in the figures.

    >>> Counted(Outcome.ANSWERED, in_time=True).inferred
    False
    """

    outcome: Outcome
    in_time: bool = False
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """Today's figures of one queue (visits) or of the centre (calls, each once).

    ``in_time`` counts the answers within the target; ``inferred`` how many outcomes were worked out after
    a gap rather than seen.

    >>> tally = Tally(offered=4, answered=2, abandoned=1, waiting=1)
    >>> tally.balanced, tally.answer_rate
    (True, 0.5)
    """

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    timed_out: int = 0
    no_operator: int = 0
    exit_key: int = 0
    taken_out: int = 0
    waiting: int = 0
    in_time: int = 0
    inferred: int = 0

    @property
    def overflowed(self) -> int:
        """Visits that ended by time-out, for want of operators, by key or by command."""
        return self.timed_out + self.no_operator + self.exit_key + self.taken_out

    @property
    def balanced(self) -> bool:
        """The identity: offered = answered + abandoned + short abandoned + overflowed + waiting."""
        return self.offered == (
            self.answered + self.abandoned + self.short_abandoned + self.overflowed + self.waiting
        )

    @property
    def answer_rate(self) -> float | None:
        """Answered of offered, 0 to 1; None before the first call."""
        return self.answered / self.offered if self.offered else None

    @property
    def net_answer_rate(self) -> float | None:
        """Answered of those who did not hang up at once."""
        stayed = self.offered - self.short_abandoned
        return self.answered / stayed if stayed else None

    @property
    def service_level(self) -> float | None:
        """Answered within the target of those who did not hang up at once."""
        stayed = self.offered - self.short_abandoned
        return self.in_time / stayed if stayed else None


class Ledger:
    """Counts keys (visits or calls) into one outcome each; a key may move, never be counted twice.

    >>> ledger = Ledger()
    >>> ledger.put("v1", Counted(Outcome.WAITING)); ledger.put("v1", Counted(Outcome.ANSWERED))
    >>> ledger.tally().offered, ledger.tally().answered, ledger.tally().waiting
    (1, 1, 0)
    """

    def __init__(self) -> None:
        self._standing: dict[str, Counted] = {}
        self._outcomes: Counter[Outcome] = Counter()
        self._in_time = 0
        self._inferred = 0

    def put(self, key: str, counted: Counted | None) -> None:
        """Set where a key stands; None takes it out."""
        before = self._standing.pop(key, None)
        if counted is not None:
            self._standing[key] = counted
        if before == counted:
            return
        if before is not None:
            self._add(before, -1)
        if counted is not None:
            self._add(counted, +1)

    def _add(self, counted: Counted, count: int) -> None:
        self._outcomes[counted.outcome] += count
        self._in_time += count * counted.in_time
        self._inferred += count * counted.inferred

    def tally(self) -> Tally:
        """The figures now; ``offered`` counts the keys, so the identity is a check and no definition."""
        count = self._outcomes
        return Tally(
            offered=len(self._standing),
            answered=count[Outcome.ANSWERED],
            abandoned=count[Outcome.ABANDONED],
            short_abandoned=count[Outcome.SHORT_ABANDONED],
            timed_out=count[Outcome.TIMED_OUT],
            no_operator=count[Outcome.NO_OPERATOR],
            exit_key=count[Outcome.EXIT_KEY],
            taken_out=count[Outcome.TAKEN_OUT],
            waiting=count[Outcome.WAITING],
            in_time=self._in_time,
            inferred=self._inferred,
        )
