"""The legs that live: built from events in any order, each event counted once however often it comes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from fsbridge.domain.events import (
    CallAnswered,
    CallBridged,
    CallHeld,
    CallHungUp,
    CallResumed,
    CallStarted,
    CallUnbridged,
    Direction,
)
from fsbridge.domain.facts import ChannelRow, Difference
from fsbridge.domain.monitoring import is_monitoring

LONG_AGO = (datetime.min.replace(tzinfo=UTC), 0)
"""The stamp of what FreeSWITCH told when asked: any event is newer."""
REMEMBERED = 20_000
"""How many ended legs are remembered, so that a late event never brings one back."""
_ONE_WIRE = timedelta(seconds=1)

Stamp = tuple[datetime, int]


class Leg:
    """One leg, as far as it is known; it shows once its start was seen.

    >>> leg = Leg("7f1c")
    >>> leg.started, leg.peer
    (False, '')
    """

    __slots__ = (
        "answered_at",
        "bridge_stamp",
        "created_at",
        "destination",
        "direction",
        "held",
        "hold_stamp",
        "name",
        "number",
        "operator",
        "peer",
        "started",
        "uuid",
        "visit",
    )

    def __init__(self, uuid: str) -> None:
        self.uuid = uuid
        self.started = False
        self.direction = Direction.INBOUND
        self.number = ""
        self.name = ""
        self.destination = ""
        self.created_at: datetime | None = None
        self.answered_at: datetime | None = None
        self.operator = ""
        self.visit = ""
        self.held = False
        self.hold_stamp: Stamp = LONG_AGO
        self.peer = ""
        self.bridge_stamp: Stamp = LONG_AGO


class Legs:
    """Every leg in progress, except those of supervisors who listen: they are no calls.

    >>> legs = Legs()
    >>> now = datetime(2026, 4, 1, tzinfo=UTC)
    >>> legs.started(CallStarted(at=now, uuid="a", number="0762201111"))
    >>> [leg.number for leg in legs], legs.hung_up(CallHungUp(at=now, uuid="a")), list(legs)
    (['0762201111'], None, [])
    """

    def __init__(self) -> None:
        self._legs: dict[str, Leg] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()

    def __iter__(self) -> Iterator[Leg]:
        return (leg for leg in self._legs.values() if leg.started)

    def __contains__(self, uuid: object) -> bool:
        return uuid in self._legs and self._legs[str(uuid)].started

    def get(self, uuid: str) -> Leg | None:
        """A living leg, or None."""
        leg = self._legs.get(uuid)
        return leg if leg is not None and leg.started else None

    def _known(self, uuid: str) -> Leg | None:
        if not uuid or uuid in self._ended or is_monitoring(uuid):
            return None
        leg = self._legs.get(uuid)
        if leg is None:
            leg = self._legs[uuid] = Leg(uuid)
        return leg

    def started(self, event: CallStarted) -> None:
        """Take in a new leg."""
        leg = self._known(event.uuid)
        if leg is None:
            return
        leg.started = True
        leg.direction = event.direction
        leg.number, leg.name, leg.destination = event.number, event.name, event.destination
        leg.created_at = event.created_at or event.at
        leg.operator, leg.visit = event.operator, event.visit

    def answered(self, event: CallAnswered) -> None:
        """Note when a leg was answered."""
        leg = self._known(event.uuid)
        if leg is not None and (leg.answered_at is None or event.at < leg.answered_at):
            leg.answered_at = event.at

    def held(self, event: CallHeld | CallResumed) -> None:
        """Put a leg on hold or off hold, whichever is newest."""
        leg = self._known(event.uuid)
        if leg is not None and event.stamp > leg.hold_stamp:
            leg.held, leg.hold_stamp = isinstance(event, CallHeld), event.stamp

    def bridged(self, event: CallBridged) -> None:
        """Join two legs."""
        if event.uuid in self._ended or event.other in self._ended:
            return
        for uuid, other in ((event.uuid, event.other), (event.other, event.uuid)):
            leg = self._known(uuid)
            if leg is not None and event.stamp > leg.bridge_stamp:
                leg.peer, leg.bridge_stamp = other, event.stamp

    def unbridged(self, event: CallUnbridged) -> None:
        """Part two legs, unless one of them has a newer partner."""
        for uuid, other in ((event.uuid, event.other), (event.other, event.uuid)):
            leg = self._known(uuid)
            if leg is not None and event.stamp > leg.bridge_stamp and leg.peer in ("", other):
                leg.peer, leg.bridge_stamp = "", event.stamp

    def hung_up(self, event: CallHungUp) -> None:
        """Let a leg go; nothing brings it back."""
        self._end(event.uuid)

    def _end(self, uuid: str) -> None:
        leg = self._legs.pop(uuid, None)
        self._ended[uuid] = None
        self._ended.move_to_end(uuid)
        while len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)
        if leg is not None and leg.peer and (other := self._legs.get(leg.peer)) is not None:
            other.peer = ""

    def ended(self, uuid: str) -> bool:
        """Whether a leg was seen to end (of the latest twenty thousand)."""
        return uuid in self._ended

    def take(self, rows: Iterable[ChannelRow]) -> None:
        """Become what FreeSWITCH reports: others end, missing ones appear, the rest is set right.

        A leg that was seen to hang up stays away although the list, which lags a little, may still show it.
        """
        rows = [row for row in _calls(rows) if row.uuid not in self._ended]
        alive = {row.uuid for row in rows}
        for uuid in [uuid for uuid in self._legs if uuid not in alive]:
            del self._legs[uuid]  # not remembered as ended: a list that lags may not have it yet
        for row in rows:
            leg = self._legs.get(row.uuid)
            if leg is None or not leg.started:
                leg = self._legs[row.uuid] = leg or Leg(row.uuid)
                leg.started = True
                leg.direction, leg.number = row.direction, row.number
                leg.name, leg.destination = row.name, row.destination
                leg.created_at = row.created_second
            if row.answered:
                leg.answered_at = leg.answered_at or row.created_second
            else:
                leg.answered_at = None
            if leg.held != row.held:
                leg.held = row.held
            leg.hold_stamp = leg.bridge_stamp = LONG_AGO
            leg.peer = row.peer if row.peer in alive else ""

    def differences(self, rows: Iterable[ChannelRow]) -> Iterator[Difference]:
        """What the list says otherwise: legs that are only here or only there, answered or held otherwise."""
        there = {row.uuid: row for row in _calls(rows)}
        here = {leg.uuid: leg for leg in self}
        for uuid in sorted(here.keys() | there.keys()):
            leg, row = here.get(uuid), there.get(uuid)
            mine = "gone" if leg is None else _word(leg.answered_at is not None, leg.held)
            theirs = "gone" if row is None else _word(row.answered, row.held)
            if mine != theirs:
                yield Difference("leg", uuid, mine, theirs)


def _calls(rows: Iterable[ChannelRow]) -> list[ChannelRow]:
    return [row for row in rows if not row.ended and not is_monitoring(row.uuid)]


def _word(answered: bool, held: bool) -> str:
    return "held" if held else "answered" if answered else "ringing"


def conversations(legs: Iterable[Leg], call_of_visit: dict[str, str]) -> list[list[Leg]]:
    """Gather the legs that belong to one call: bridged ones, an operator's leg with the caller it rings
    for, and the two ends of one wire when FreeSWITCH has called itself.

    >>> a, b = Leg("a"), Leg("b")
    >>> b.visit = "v1"
    >>> [[leg.uuid for leg in call] for call in conversations([a, b], {"v1": "a"})]
    [['a', 'b']]
    """
    by_uuid = {leg.uuid: leg for leg in legs}
    parent = {uuid: uuid for uuid in by_uuid}

    def root(uuid: str) -> str:
        while parent[uuid] != uuid:
            parent[uuid] = parent[parent[uuid]]
            uuid = parent[uuid]
        return uuid

    def join(one: str, other: str) -> None:
        if one in parent and other in parent:
            parent[root(other)] = root(one)

    placed: dict[tuple[str, str], list[Leg]] = {}
    for leg in by_uuid.values():
        if leg.direction is Direction.OUTBOUND:
            placed.setdefault((leg.number, leg.destination), []).append(leg)
    for leg in by_uuid.values():
        join(leg.peer, leg.uuid)
        join(call_of_visit.get(leg.visit, ""), leg.uuid)
        if leg.direction is Direction.INBOUND:
            far_ends = placed.get((leg.number, leg.destination), [])
            for far in far_ends:
                if leg.created_at and far.created_at and abs(leg.created_at - far.created_at) < _ONE_WIRE:
                    join(far.uuid, leg.uuid)
                    far_ends.remove(far)  # a wire has two ends
                    break
    gathered: dict[str, list[Leg]] = {}
    for uuid, leg in by_uuid.items():
        gathered.setdefault(root(uuid), []).append(leg)
    return list(gathered.values())
