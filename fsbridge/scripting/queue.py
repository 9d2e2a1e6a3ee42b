"""What became of a caller in a queue, read from the variables mod_callcenter leaves on the channel."""

from __future__ import annotations

import enum
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from gevent.event import AsyncResult

from fsbridge.domain.records import RECALL_KEY as RECALL_KEY
from fsbridge.domain.records import put_away as put_away
from fsbridge.esl.frames import Event
from fsbridge.esl.leg import Leg


class QueueOutcome(enum.StrEnum):
    """How a visit to a queue ended while the caller stayed on the line.

    A caller who hangs up, waiting or talking, is no outcome: that is `CallEnded`. RECALLED is one whom
    fsbridge took back, to wait elsewhere or no longer; FULL one who was not let in.

    >>> QueueOutcome.TIMED_OUT == "timed_out"
    True
    """

    ANSWERED = "answered"
    TIMED_OUT = "timed_out"
    NO_AGENT = "no_agent"
    EXIT_KEY = "exit_key"
    REMOVED = "removed"
    RECALLED = "recalled"
    FULL = "full"


_REASONS = {
    "TIMEOUT": QueueOutcome.TIMED_OUT,
    "NO_AGENT_TIMEOUT": QueueOutcome.NO_AGENT,
    "EXIT_WITH_KEY": QueueOutcome.EXIT_KEY,
    "BREAK_OUT": QueueOutcome.REMOVED,
}


@dataclass(frozen=True)
class Queued:
    """A visit to a queue that is over: the outcome, the exit key, the operator who answered.

    >>> visit = Queued("leak@kanazawa", QueueOutcome.EXIT_KEY, key="9")
    >>> visit.outcome == "exit_key", visit.answered
    (True, False)
    """

    queue: str
    outcome: QueueOutcome
    key: str = ""
    agent: str = ""

    @property
    def answered(self) -> bool:
        """Whether an operator spoke with the caller."""
        return self.outcome is QueueOutcome.ANSWERED


def read_visit(queue: str, variables: Mapping[str, str], *, earlier: str = "") -> Queued | None:
    """The visit these channel variables tell of; None if the caller never entered the queue.

    `earlier` is the member id before the visit: mod_callcenter leaves the variables of the last
    visit behind, and returns at once for a queue it does not know.

    >>> read_visit("q", {"cc_member_uuid": "m1", "cc_cause": "cancel", "cc_cancel_reason": "TIMEOUT"})
    Queued(queue='q', outcome=<QueueOutcome.TIMED_OUT: 'timed_out'>, key='', agent='')
    """
    member = variables.get("cc_member_uuid", "")
    if not member or member == earlier:
        return None
    if variables.get("cc_cause") == "answered":
        return Queued(queue, QueueOutcome.ANSWERED)
    outcome = _REASONS.get(variables.get("cc_cancel_reason", ""), QueueOutcome.REMOVED)
    key = variables.get("cc_exit_key", "") if outcome is QueueOutcome.EXIT_KEY else ""
    if key == RECALL_KEY:
        return Queued(queue, QueueOutcome.RECALLED)
    return Queued(queue, outcome, key=key)


def head_start(waited: float, now: float | None = None) -> str:
    """The score that gives a caller the place of the first entry, so many seconds ago; empty for none.

    mod_callcenter counts by the whole seconds of its clock, so the difference is taken between those.

    >>> head_start(0.0), head_start(2.0, now=1000.9), head_start(1.95, now=1000.9)
    ('', '2', '2')
    """
    moment = time.time() if now is None else now
    seconds = int(moment) - int(moment - waited)
    return str(seconds) if seconds else ""


class Talk:
    """The talk with an operator, listened for from before the queue is entered.

    mod_callcenter's application is done as soon as it has bridged caller and operator, and FreeSWITCH
    goes on with the dialplan when they part; only the event tells of that moment.
    """

    def __init__(self, leg: Leg) -> None:
        self._leg = leg
        self._parted: AsyncResult[Event] = AsyncResult()

    def __enter__(self) -> Self:
        self._unlisten = self._leg.listen(self._on_event)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._unlisten()

    def over(self) -> Event:
        """Waits until they part; the event holds the variables of the whole visit."""
        event = self._parted.get()
        assert event is not None
        return event

    def _on_event(self, event: Event) -> None:
        if event.name == "CHANNEL_UNBRIDGE":
            self._parted.set(event)
