"""A switch with nothing but legs, as the desk needs one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from fsbridge.domain.facts import ChannelRow
from fsbridge.services.deskparts import NoSuchCall


class ExchangeInMemory:
    """Legs that do at once what they are told. `sent` are those sent on, each with where and its variables.

    >>> exchange = ExchangeInMemory()
    >>> exchange.talk("a1", "c1")
    >>> exchange.leg("a1").peer
    'c1'
    """

    def __init__(self) -> None:
        self._legs: dict[str, ChannelRow] = {}
        self._notes: dict[tuple[str, str], str] = {}
        self.placed: list[tuple[str, str, Mapping[str, str], Callable[[str], None]]] = []
        self.sent: list[tuple[str, str, Mapping[str, str]]] = []

    def talk(self, leg: str, other: str, *, number: str = "") -> None:
        """Two legs speak with each other."""
        self.part(leg)
        self.part(other)
        self._legs[leg] = ChannelRow(uuid=leg, answered=True, peer=other)
        self._legs[other] = ChannelRow(uuid=other, answered=True, peer=leg, number=number)

    def part(self, uuid: str) -> None:
        """A leg leaves, and whom it spoke with as well."""
        gone = self._legs.pop(uuid, None)
        if gone is not None:
            self._legs.pop(gone.peer, None)

    def leg(self, uuid: str) -> ChannelRow | None:
        """A leg that lives."""
        return self._legs.get(uuid)

    def address(self, contact: str) -> str:
        """Where a contact leads."""
        return contact.rpartition("]")[2]

    def place(
        self, contact: str, extension: str, variables: Mapping[str, str], failed: Callable[[str], None]
    ) -> None:
        """Note a call that begins."""
        self.placed.append((contact, extension, variables, failed))

    def send(self, leg: str, extension: str, variables: Mapping[str, str]) -> None:
        """Note where a leg goes."""
        self._living(leg)
        self.sent.append((leg, extension, variables))

    def join(self, leg: str, other: str) -> None:
        """Two legs leave whom they spoke with, and speak with each other."""
        first, second = self._living(leg), self._living(other)
        for one in (first.peer, second.peer):
            self._legs.pop(one, None)
        self._legs[leg], self._legs[other] = replace(first, peer=other), replace(second, peer=leg)

    def hold(self, leg: str, *, on: bool) -> None:
        """Hold a leg, or not any more."""
        self._legs[leg] = replace(self._living(leg), held=on)

    def end(self, leg: str) -> None:
        """Hang up."""
        self._living(leg)
        self.part(leg)

    def note(self, leg: str, name: str, value: str) -> None:
        """Set a variable."""
        self._living(leg)
        self._notes[leg, name] = value

    def noted(self, leg: str, name: str) -> str:
        """A variable."""
        return self._notes.get((leg, name), "")

    def _living(self, leg: str) -> ChannelRow:
        if leg not in self._legs:
            raise NoSuchCall("that call is over")
        return self._legs[leg]
