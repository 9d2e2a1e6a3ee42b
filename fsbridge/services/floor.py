"""The floor: the one live copy of the centre in this program."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from fsbridge.domain.board import Board
from fsbridge.domain.events import DomainEvent
from fsbridge.domain.facts import Difference, Facts, VisitOutcome
from fsbridge.domain.tally import Definitions
from fsbridge.domain.views import Gap, LinkView, Snapshot

logger = logging.getLogger(__name__)

_GAPS = 20
"""How many of the latest gaps are remembered."""


def utc_now() -> datetime:
    """This machine's time, aware.

    >>> utc_now().tzinfo is UTC
    True
    """
    return datetime.now(UTC)


class FactsSource(Protocol):
    """Whoever can be asked how things stand; `fsbridge.adapters.callcenter.Callcenter` for one."""

    def facts(self) -> Facts:
        """The whole state."""

    def outcomes(self, unsettled: Mapping[str, str]) -> Mapping[str, VisitOutcome]:
        """What became of visits, each with its caller's living leg."""


class Floor:
    """Calls, queues, operators and today's figures, fed by events, read as immutable snapshots.

    Any thread may call any method. ``seq`` grows with each change, and `wait` sleeps until it has.

    >>> from fsbridge.domain.events import CallerEnteredQueue
    >>> floor = Floor()
    >>> floor.apply(CallerEnteredQueue(at=utc_now(), visit="v1", call="c1", queue="leak@city"))
    >>> floor.seq, floor.snapshot().waiting, floor.snapshot().total.balanced
    (1, 1, True)
    """

    def __init__(
        self, definitions: Definitions | None = None, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._board = Board(definitions)
        self._clock = clock
        self._changed = threading.Condition(threading.Lock())
        self._seq = 0
        self._snapshot: Snapshot | None = None
        self._counting_since: datetime | None = None
        self._held: list[DomainEvent] | None = None
        self._connected = False
        self._heard_at: datetime | None = None
        self._lost_at: datetime | None = None
        self._reason = ""
        self._gaps: deque[Gap] = deque(maxlen=_GAPS)

    @property
    def seq(self) -> int:
        """How many changes there have been."""
        return self._seq

    def apply(self, event: DomainEvent) -> None:
        """Take one event in; while a resync is under way it is kept for after it."""
        with self._changed:
            self._heard()
            if self._held is not None:
                self._held.append(event)
                return
            self._counting_since = self._counting_since or event.at
            self._board.apply(event)
            self._touch()

    def snapshot(self) -> Snapshot:
        """The floor now. Cheap when nothing has changed since the last one.

        >>> Floor().snapshot().seq
        0
        """
        with self._changed:
            if self._snapshot is None:
                self._snapshot = replace(
                    self._board.snapshot(), seq=self._seq, counting_since=self._counting_since
                )
            return replace(self._snapshot, link=self._link())

    def wait(self, seq: int, timeout: float | None = None) -> int:
        """The present ``seq``, once it is greater than the one given or ``timeout`` seconds have passed.

        >>> Floor().wait(0, timeout=0)
        0
        """
        with self._changed:
            self._changed.wait_for(lambda: self._seq > seq, timeout)
            return self._seq

    def advance(self, now: datetime) -> None:
        """Begin the new day at midnight even when no event comes.

        >>> Floor().advance(utc_now())
        """
        with self._changed:
            if self._board.advance(now):
                self._counting_since = now
                self._touch()

    # The connection.

    def heard(self) -> None:
        """FreeSWITCH gave a sign of life (a heartbeat, an answer): what is shown is fresh.

        >>> floor = Floor()
        >>> floor.heard(); floor.snapshot().link.connected
        True
        """
        with self._changed:
            was = self._connected
            self._heard()
            if not was:
                self._touch()

    def lost(self, reason: str) -> None:
        """The events have stopped: what is shown grows old from now on.

        >>> floor = Floor()
        >>> floor.lost("closed by peer"); floor.snapshot().link.reason
        'closed by peer'
        """
        with self._changed:
            if self._lost_at is None:
                self._lost_at = self._clock()
            self._connected, self._reason = False, reason
            self._touch()

    def missed(self, since: datetime, until: datetime, reason: str) -> None:
        """Note a stretch of time of which no events were heard; it is shown beside today's figures.

        >>> floor = Floor()
        >>> floor.missed(utc_now(), utc_now(), "restart"); len(floor.snapshot().link.gaps)
        1
        """
        with self._changed:
            self._gaps.append(Gap(since, until, reason))
            self._touch()

    def _heard(self) -> None:
        self._heard_at = self._clock()
        self._connected, self._lost_at, self._reason = True, None, ""

    def _link(self) -> LinkView:
        return LinkView(
            connected=self._connected,
            heard_at=self._heard_at,
            lost_at=self._lost_at,
            reason=self._reason,
            gaps=tuple(self._gaps),
        )

    def _touch(self) -> None:
        self._seq += 1
        self._snapshot = None
        self._changed.notify_all()

    # What FreeSWITCH reports.

    def begin_resync(self) -> None:
        """Keep the events that come from now on until `resync` (or `give_up_resync`) has run.

        >>> floor = Floor()
        >>> floor.begin_resync(); floor.give_up_resync()
        """
        with self._changed:
            if self._held is None:
                self._held = []

    def resync(self, facts: Facts, *, at: datetime | None = None) -> None:
        """Become what FreeSWITCH reports, then take in the events kept meanwhile, in their order.

        What cannot be known any more is inferred and counted as such: see `Visits.take`.

        >>> from fsbridge.domain.facts import AgentRow
        >>> floor = Floor()
        >>> floor.resync(Facts(agents=(AgentRow(name="op01"),)))
        >>> floor.differences(Facts(agents=(AgentRow(name="op01"),)))
        ()
        """
        with self._changed:
            moment = at or self._clock()
            self._counting_since = self._counting_since or moment
            self._board.resync(facts, moment)
            self._heard()
            self._release()

    def give_up_resync(self) -> None:
        """Take in the events kept meanwhile although the question failed; the old state stays."""
        with self._changed:
            self._release()

    def _release(self) -> None:
        held, self._held = self._held or [], None
        for event in held:
            self._board.apply(event)
        self._touch()

    def unsettled(self, facts: Facts) -> dict[str, str]:
        """The visits whose end was missed while their callers stayed on the line, with the leg to ask.

        >>> Floor().unsettled(Facts())
        {}
        """
        with self._changed:
            return self._board.visits.unsettled(facts)

    def differences(self, facts: Facts) -> tuple[Difference, ...]:
        """What FreeSWITCH reports otherwise than it stands here.

        Its lists lag behind its events by moments, and are not taken in one instant: only a difference that
        two questions in a row show is a real one.

        >>> from fsbridge.domain.facts import AgentRow
        >>> print(*Floor().differences(Facts(agents=(AgentRow(name="op01"),))))
        operator op01: here absent, FreeSWITCH unknown, unknown
        """
        with self._changed:
            return tuple(self._board.differences(facts))


SETTLE = 1.0
"""Seconds FreeSWITCH is given to bring its lists up to the moment the events began."""


def resync(floor: Floor, source: FactsSource, *, settle: float = SETTLE) -> None:
    """Ask how things stand and let the floor become it; whatever the question raises is passed on.

    FreeSWITCH writes ``show channels`` behind its events, so what happened just before the events were
    subscribed to may be missing in the list as well: the question waits ``settle`` seconds, and the events
    are kept meanwhile.

    >>> class Quiet:
    ...     def facts(self): return Facts()
    ...     def outcomes(self, unsettled): return {}
    >>> resync(Floor(), Quiet(), settle=0)
    """
    floor.begin_resync()
    try:
        if settle > 0:
            time.sleep(settle)
        facts = source.facts()
        unsettled = floor.unsettled(facts)
        if unsettled:
            facts = replace(facts, outcomes=dict(source.outcomes(unsettled)))
    except BaseException:
        floor.give_up_resync()
        raise
    floor.resync(facts)
    logger.info("in step with FreeSWITCH: %d legs, %d callers", len(facts.legs), len(facts.members))
