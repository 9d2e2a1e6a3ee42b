"""After-call work: the four ways a flow may end its calls."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta


class Mode(enum.Enum):
    """How a flow's calls are written up; the values are the words the store keeps.

    >>> Mode("timed without exit").timed, Mode.OWN_PACE.timed
    (True, False)
    """

    OPTIONAL = "optional"
    OWN_PACE = "own pace"
    TIMED = "timed"
    NO_EXIT = "timed without exit"

    @property
    def timed(self) -> bool:
        """Whether the clock ends it."""
        return self in (Mode.TIMED, Mode.NO_EXIT)


@dataclass(frozen=True, slots=True)
class WrapUp:
    """A flow's rule: the mode, and for the timed ones how long.

    >>> noon = datetime.fromisoformat("2027-04-01T03:00:00Z")
    >>> WrapUp(Mode.TIMED, timedelta(seconds=30)).due(noon).second, WrapUp().due(noon)
    (30, None)
    """

    mode: Mode = Mode.OWN_PACE
    length: timedelta = timedelta()

    def due(self, since: datetime) -> datetime | None:
        """When the clock ends a wrap-up that began then; None if it never does."""
        return since + self.length if self.mode.timed and self.length > timedelta() else None


NOTHING = WrapUp(Mode.OPTIONAL)
"""Nothing to write up unless the operator wants to: an outgoing call of no flow, or one nobody answered."""
