"""Which browsers stand at which desk, and whose page is gone for longer than a reload takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from fsbridge.services.seats import digest


@dataclass(frozen=True, slots=True)
class Guest:
    """An operator in one browser session; `session` is its secret.

    >>> Guest("op01", "3f0c").room == Guest("op01", "9d21").room
    False
    """

    operator: str
    session: str

    @property
    def room(self) -> str:
        """Where all tabs of this session are spoken to."""
        return f"{self.operator} {digest(self.session)[:16]}"


class Guests:
    """The tabs by their connection; any thread may ask.

    >>> guests = Guests(clock=iter([0.0, 5.0]).__next__)
    >>> guests.come("tab", Guest("op01", "3f0c"))
    >>> guests.go("tab")
    >>> guests.lost(4.0), guests.lost(4.0)
    (['op01'], [])
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tabs: dict[str, Guest] = {}
        self._gone: dict[str, float] = {}

    def come(self, tab: str, guest: Guest) -> None:
        """A tab is there."""
        with self._lock:
            self._tabs[tab] = guest
            self._gone.pop(guest.operator, None)

    def go(self, tab: str) -> None:
        """A tab is gone."""
        with self._lock:
            guest = self._tabs.pop(tab, None)
            if guest is not None and all(one.operator != guest.operator for one in self._tabs.values()):
                self._gone[guest.operator] = self._clock()

    def lost(self, grace: float) -> list[str]:
        """The operators without a tab for so many seconds; each is told of once."""
        with self._lock:
            if not self._gone:
                return []
            now = self._clock()
            over = [operator for operator, since in self._gone.items() if now - since >= grace]
            for operator in over:
                del self._gone[operator]
            return over

    def all(self) -> list[Guest]:
        """Everybody who is there, each session once."""
        with self._lock:
            return list(dict.fromkeys(self._tabs.values()))
