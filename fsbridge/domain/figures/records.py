"""What is counted: calls as the history holds them, with their visits and legs, and operators' states.

Moments and durations are whole microseconds (moments since 1970 in UTC), as the store keeps them: a report
reads a hundred thousand of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class VisitRecord(NamedTuple):
    """One stay in one queue; `outcome` has the words of `fsbridge.domain.tally.Outcome`.

    >>> VisitRecord("ce03", "leak@city", "leak", entered=5, first_entered=5).outcome
    'waiting'
    """

    uuid: str
    queue: str
    flow: str
    entered: int
    first_entered: int
    answered: int | None = None
    left: int | None = None
    operator: str = ""
    outcome: str = "waiting"
    inferred: bool = False


class LegRecord(NamedTuple):
    """An operator's part in a call; `visit` is the uuid of the visit it belongs to, "" if none.

    `open` while the conversation or its wrap-up goes on.

    >>> LegRecord("9a", kind="transfer", started=1).open
    False
    """

    uuid: str
    kind: str
    started: int
    visit: str = ""
    operator: str = ""
    answered: int | None = None
    ended: int | None = None
    hold: int = 0
    wrap_up: int = 0
    open: bool = False


@dataclass(slots=True)
class CallRecord:
    """One call and all that belongs to it; `repeat` if the same number had called in the 24 hours before.

    >>> CallRecord("7f1c", started=1).anonymous
    True
    """

    uuid: str
    started: int
    direction: str = "inbound"
    number: str = ""
    flow: str = ""
    outcome: str = ""
    repeat: bool = False
    visits: Sequence[VisitRecord] = ()
    legs: Sequence[LegRecord] = ()
    cases: Sequence[str] = ()

    @property
    def anonymous(self) -> bool:
        """Whether nobody can know who called: no digit in the number."""
        return not any(map(str.isdigit, self.number))


class SpanRecord(NamedTuple):
    """A stretch of one operator's state; `ended` None while it goes on.

    >>> SpanRecord("op01", "ready", 0).ended is None
    True
    """

    operator: str
    state: str
    started: int
    ended: int | None = None
