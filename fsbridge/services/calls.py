"""Finding calls of the past, and telling one call's story moment by moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from fsbridge.domain.figures import Labels, Window
from fsbridge.domain.sight import Sight
from fsbridge.errors import FsbridgeError, InvalidArgument

MOST = 1000
"""Calls that one search hands out at most."""
MOST_COUNTED = 100_000
"""Calls that a search counts at most: beyond it nobody reads, and a narrower one is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which calls are looked for; what is empty does not matter. `number` is any part of one, as written.

    `window` holds the operator's part in the call where an operator is named, else the call's beginning.
    `outcome` is a word of a visit (``abandoned``) or of a call (``out of hours``); `text` a part of a note.
    `numbers` are whole numbers, any of which it is; `contact` is a part of a contact's name, reading or
    organisation; `recorded` asks for calls with a recording that is kept, or without one. `eyes` is who
    looks: the masked part of a number finds nothing for who may not see it. `skip` leaves out the first,
    `beyond` all up to a call that was shown already, given by its beginning and its uuid.

    >>> Wanted(number="０７６-220").digits, Wanted(number="+81 76").digits, Wanted().digits
    ('076220', '8176', '')
    """

    window: Window | None = None
    operator: str = ""
    number: str = ""
    numbers: tuple[str, ...] = ()
    contact: str = ""
    flow: str = ""
    queue: str = ""
    direction: str = ""
    outcome: str = ""
    case: str = ""
    text: str = ""
    recorded: bool | None = None
    eyes: Sight | None = None
    limit: int = 50
    skip: int = 0
    beyond: tuple[datetime, str] | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MOST:
            raise InvalidArgument("limit", f"is {self.limit}; give a number from 1 to {MOST}")
        if self.number and not self.digits:
            raise InvalidArgument("number", f"{self.number!r} holds no digit; give at least its last ones")

    @property
    def digits(self) -> str:
        """The number's digits, of any width."""
        return "".join(str(int(char)) for char in self.number if char.isdecimal())

    @property
    def narrows(self) -> bool:
        """Whether it asks for more than a window, a flow, a queue, an operator and a case."""
        return bool(
            self.digits or self.numbers or self.contact or self.direction or self.outcome or self.text
        ) or self.recorded is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A call as a search shows it; `outcome` is what became of it in the queue, else of the call itself.

    >>> from datetime import UTC
    >>> Found(uuid="7f1c", started_at=datetime(2027, 3, 1, tzinfo=UTC), direction="inbound").operators
    ()
    """

    uuid: str
    started_at: datetime
    direction: str
    number: str = ""
    name: str = ""
    flow: str = ""
    queues: tuple[str, ...] = ()
    outcome: str = ""
    wait: timedelta | None = None
    operators: tuple[str, ...] = ()
    talk: timedelta | None = None
    cases: tuple[str, ...] = ()
    note: str = ""
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """How many calls fit, and what became of them; no further than `MOST_COUNTED`, then `capped`.

    >>> Totals({("inbound", "answered"): 3, ("outbound", "outbound"): 2}).all
    5
    """

    counts: Mapping[tuple[str, str], int]
    capped: bool = False

    @property
    def all(self) -> int:
        """All of them."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a search came to; `more` if there are others beyond the limit.

    >>> Search(calls=(), more=False, labels={}).calls
    ()
    """

    calls: tuple[Found, ...]
    more: bool
    labels: Labels


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened in a call: `what` is a word of `WORDS`, `detail` fills it in.

    >>> from datetime import UTC
    >>> Moment(datetime(2027, 3, 1, tzinfo=UTC), "entered", {"queue": "leak@city"}).detail["queue"]
    'leak@city'
    """

    at: datetime
    what: str
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A call from its beginning to its last note, in order; `schedule` is the version that judged it.

    >>> from datetime import UTC
    >>> call = Found(uuid="7f1c", started_at=datetime(2027, 3, 1, tzinfo=UTC), direction="inbound")
    >>> Story(call=call, dialled="", ended_at=None, cause="", schedule="", moments=(), labels={}).moments
    ()
    """

    call: Found
    dialled: str
    ended_at: datetime | None
    cause: str
    schedule: str
    moments: tuple[Moment, ...]
    labels: Labels


WORDS = (
    "began", "answered", "entered", "offered", "offer ended", "connected", "left", "leg began",
    "leg answered", "leg ended", "wrapped up", "noted", "recording began", "recording ended", "ended",
)  # fmt: skip
"""What can happen in a call."""


class Past(Protocol):
    """Where calls are looked up."""

    def reading(self) -> AbstractContextManager[None]: ...
    def labels(self) -> Labels: ...
    def find(self, wanted: Wanted) -> Sequence[Found]: ...
    def totals(self, wanted: Wanted, most: int) -> Totals: ...
    def found(self, uuids: Sequence[str]) -> Mapping[str, Found]: ...
    def among(self, uuids: Sequence[str], wanted: Wanted) -> frozenset[str]: ...
    def matching(self, uuid: str) -> Sequence[str]: ...
    def story(self, uuid: str, labels: Labels) -> Story: ...


class Calls:
    """Looks calls up in the past; names that nobody knows are refused with those that are known."""

    def __init__(self, past: Past) -> None:
        self._past = past

    def find(self, wanted: Wanted) -> Search:
        """The newest calls that fit, newest first."""
        with self._past.reading():
            labels = self._past.labels()
            check_filters(labels, wanted)
            found = self._past.find(wanted)
        return Search(calls=tuple(found[: wanted.limit]), more=len(found) > wanted.limit, labels=labels)

    def show(self, uuid: str) -> Story:
        """The story of one call, by its uuid or as much of its beginning as no other call shares."""
        with self._past.reading():
            matching = self._past.matching(uuid)
            if not matching:
                raise FsbridgeError(
                    f"there is no call {uuid!r}; `fsbridge calls find` shows the calls there are"
                )
            if len(matching) > 1 and uuid not in matching:
                raise FsbridgeError(
                    f"several calls begin with {uuid!r}: {', '.join(matching[:5])} …; say more"
                )
            chosen = uuid if uuid in matching else matching[0]
            return self._past.story(chosen, self._past.labels())


def check_filters(labels: Labels, wanted: Wanted) -> None:
    """FsbridgeError for an operator, flow, queue or case that nobody knows."""
    for group in ("operator", "flow", "queue", "case"):
        check_known(labels, group, getattr(wanted, group))


def check_known(labels: Labels, group: str, key: str) -> None:
    """FsbridgeError, with the keys there are, for one that nobody knows.

    >>> from fsbridge.domain.figures import Label
    >>> check_known({"flow": {"leak": Label("漏水")}}, "flow", "leek")
    Traceback (most recent call last):
    fsbridge.errors.FsbridgeError: there is no flow 'leek'; known: leak
    """
    if key and key not in labels[group]:
        known = ", ".join(labels[group]) or "none"
        raise FsbridgeError(f"there is no {group} {key!r}; known: {known}")
