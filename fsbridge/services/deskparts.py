"""What the desk speaks of: targets, lines, calls that begin, its errors, and the switch it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from fsbridge.domain.contacts import Number
from fsbridge.domain.destinations import Destinations
from fsbridge.domain.facts import ChannelRow
from fsbridge.errors import FsbridgeError

CONSULT = "fsbridge_consult"
"""The variable of an operator's leg in which the second leg stands on which somebody is asked."""


class NoSuchCall(FsbridgeError):
    """There is no such call any more."""


class NotYourCall(FsbridgeError):
    """The call is another operator's."""


class NotInCall(FsbridgeError):
    """The operator has no call that this could be done with."""


class AlreadyInCall(FsbridgeError):
    """The operator, or whom it is about, speaks with somebody already."""


class HeldInBrowser(FsbridgeError):
    """A browser's telephone holds by itself (``verto.modify``): FreeSWITCH could not end its own hold."""


class BadNumber(FsbridgeError):
    """What was typed is no telephone number; the text says what is wrong with it."""


class NoOutgoingCalls(FsbridgeError):
    """The centre places no calls to the outside."""


@dataclass(frozen=True, slots=True)
class ToOperator:
    """A colleague, by ID."""

    operator: str


@dataclass(frozen=True, slots=True)
class ToQueue:
    """Callers of a queue, by its key (``leak@kanazawa``)."""

    queue: str


@dataclass(frozen=True, slots=True)
class ToNumber:
    """Somebody outside, by a number as people write it."""

    number: str


Target = ToOperator | ToQueue | ToNumber


@dataclass(frozen=True, slots=True)
class Placed:
    """A call that begins: `leg` is the id of the operator's own, which the browser takes at once."""

    leg: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An operator's telephone now: the own `leg`, whose `other` end speaks from `number`; "" for none.

    `consult` is the second leg while somebody is asked, `asked` the leg of who has answered there.
    """

    operator: str
    leg: str = ""
    other: str = ""
    number: str = ""
    held: bool = False
    consult: str = ""
    asked: str = ""


class Exchange(Protocol):
    """The switch, as far as the desk needs it; NoSuchCall about a leg that is gone."""

    def leg(self, uuid: str) -> ChannelRow | None: ...
    def place(
        self,
        contact: str,
        extension: str,
        variables: Mapping[str, str],
        failed: Callable[[str], None],
    ) -> None:
        """Call a contact and send it to an extension; returns at once, `failed` hears of one not reached."""

    def address(self, contact: str) -> str:
        """Where a contact leads, without its variables."""

    def send(self, leg: str, extension: str, variables: Mapping[str, str]) -> None: ...
    def join(self, leg: str, other: str) -> None: ...
    def hold(self, leg: str, *, on: bool) -> None:
        """Hold who speaks with a leg, or not; HeldInBrowser where the browser must do it."""

    def end(self, leg: str) -> None: ...
    def note(self, leg: str, name: str, value: str) -> None: ...
    def noted(self, leg: str, name: str) -> str: ...


@dataclass(frozen=True)
class House:
    """The centre's rules for calls: `queues` by key, `caller_ids` by flow (``""`` for all others).

    `outgoing` says whether there is a carrier to call by.
    """

    queues: Callable[[], Mapping[str, str]]
    caller_ids: Callable[[], Mapping[str, str]]
    fallback_queue: Callable[[], str]
    read: Callable[[str], Number]
    destinations: Destinations = field(default_factory=Destinations)
    outgoing: bool = True
