"""What had drifted, for people to read: the latest entries, in memory, beside the program's own log."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime

KEPT = 200
"""How many entries are remembered."""


@dataclass(frozen=True, slots=True)
class DriftEntry:
    """One thing that was kept otherwise than FreeSWITCH had it; `note` says why it was not repaired.

    >>> noon = datetime.fromisoformat("2027-04-01T12:00:00Z")
    >>> DriftEntry(noon, "leg 7f1c: here gone, FreeSWITCH answered", repaired=True).note
    ''
    """

    at: datetime
    what: str
    repaired: bool
    note: str = ""


class DriftLog:
    """The latest drift, the newest first when read. Any thread may write and read.

    >>> log = DriftLog(keep=1)
    >>> noon = datetime.fromisoformat("2027-04-01T12:00:00Z")
    >>> log.add(noon, "a", repaired=True); log.add(noon, "b", repaired=False, note="no repair is known")
    >>> [(entry.what, entry.repaired) for entry in log.recent()], log.total
    ([('b', False)], 2)
    """

    def __init__(self, *, keep: int = KEPT) -> None:
        self._entries: deque[DriftEntry] = deque(maxlen=keep)
        self._lock = threading.Lock()
        self.total = 0
        """How many there have been since the start."""

    def add(self, at: datetime, what: object, *, repaired: bool, note: str = "") -> None:
        """Note one thing, in the words of the program's log."""
        with self._lock:
            self._entries.append(DriftEntry(at, str(what), repaired, note))
            self.total += 1

    def recent(self, count: int = KEPT) -> tuple[DriftEntry, ...]:
        """The newest so many, the newest first."""
        with self._lock:
            return tuple(reversed(self._entries))[:count]
