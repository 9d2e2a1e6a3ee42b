"""What all parts of the switch share: the time, ids, the legs that live, and who listens to events."""

from __future__ import annotations

import datetime as dt
import random
import uuid as uuids
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from fsbridge.embedded.clock import Clock
from fsbridge.embedded.sounds import Sounds

if TYPE_CHECKING:
    from fsbridge.embedded.leg import Leg

Pairs = list[tuple[str, str]]
"""The headers of an event, in order."""


class Fired:
    """An event as it was fired: its name, its headers, its body."""

    __slots__ = ("_found", "body", "name", "pairs", "subclass")

    def __init__(self, name: str, subclass: str, pairs: Pairs, body: str) -> None:
        self.name, self.subclass, self.pairs, self.body = name, subclass, pairs, body
        self._found: dict[str, str] | None = None

    def get(self, header: str) -> str | None:
        """A header's value, found by its name in any letters; None if it has none."""
        if self._found is None:
            self._found = {name.lower(): value for name, value in reversed(self.pairs)}
        return self._found.get(header.lower())


class Listener(Protocol):
    """Somebody who hears events."""

    def wants(self, name: str, subclass: str) -> bool:
        """Whether events of this name are for it."""

    def hear(self, event: Fired) -> None:
        """Takes one; must neither block nor fail."""


class Core:
    """The shared state of one switch; deterministic by `seed` under a virtual clock.

    >>> from fsbridge.embedded.clock import VirtualClock
    >>> Core(VirtualClock(), seed=1).uuid() == Core(VirtualClock(), seed=1).uuid()
    True
    """

    def __init__(
        self,
        clock: Clock,
        *,
        sounds: Sounds | None = None,
        seed: int | None = None,
        hostname: str = "embedded",
        zone: str = "UTC",
    ) -> None:
        self.clock = clock
        self.sounds = sounds or Sounds()
        self.random = random.Random(seed)
        self.hostname = hostname
        self.zone = ZoneInfo(zone)
        self.id = self.uuid()
        self.started = clock.micro()
        self.legs: dict[str, Leg] = {}
        """Every leg that has not been destroyed, the oldest first."""
        self.globals: dict[str, str] = {"hostname": hostname, "core_uuid": self.id}
        self.sessions = 0
        """How many legs there have been."""
        self.peak = 0
        """How many there were at one time, at most."""
        self.listeners: list[Listener] = []
        self._sequence = 0

    def uuid(self) -> str:
        """A new id."""
        return str(uuids.UUID(int=self.random.getrandbits(128), version=4))

    def second(self) -> int:
        """Whole seconds since 1970, as mod_callcenter counts."""
        return self.clock.micro() // 1_000_000

    def local(self, micro: int) -> dt.datetime:
        """A moment on the switch's own wall clock."""
        return dt.datetime.fromtimestamp(micro / 1_000_000, self.zone)

    def soon(self, action: Callable[[], object]) -> None:
        """Have something done next, when what happens now is over."""
        self.clock.later(0, action)

    def find(self, uuid: str) -> Leg | None:
        """A leg that has not hung up."""
        leg = self.legs.get(uuid)
        return leg if leg is not None and not leg.ended else None

    def add(self, leg: Leg) -> int:
        """Take a leg in; the number of its session."""
        self.legs[leg.uuid] = leg
        self.sessions += 1
        self.peak = max(self.peak, len(self.legs))
        return self.sessions

    def fire(
        self, name: str, make: Callable[[], Pairs] | Mapping[str, str], *, subclass: str = "", body: str = ""
    ) -> None:
        """Fire an event; its headers are made only if somebody wants it."""
        self._sequence += 1
        wanting = [listener for listener in self.listeners if listener.wants(name, subclass)]
        if not wanting:
            return
        pairs = self._base(name, subclass)
        pairs += list(make.items()) if isinstance(make, Mapping) else make()
        event = Fired(name, subclass, pairs, body)
        for listener in wanting:
            listener.hear(event)

    def _base(self, name: str, subclass: str) -> Pairs:
        micro = self.clock.micro()
        utc = dt.datetime.fromtimestamp(micro / 1_000_000, dt.UTC)
        return [
            *([("Event-Subclass", subclass)] if subclass else []),
            ("Event-Name", name),
            ("Core-UUID", self.id),
            ("FreeSWITCH-Hostname", self.hostname),
            ("FreeSWITCH-Switchname", self.hostname),
            ("FreeSWITCH-IPv4", "127.0.0.1"),
            ("FreeSWITCH-IPv6", "::1"),
            ("Event-Date-Local", f"{self.local(micro):%Y-%m-%d %H:%M:%S}"),
            ("Event-Date-GMT", f"{utc:%a, %d %b %Y %H:%M:%S} GMT"),
            ("Event-Date-Timestamp", str(micro)),
            ("Event-Sequence", str(self._sequence)),
        ]
