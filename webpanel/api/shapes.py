"""What the API takes and gives, each a record with its fields' meaning; the document is made from them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Key = Annotated[str, Meta(max_length=100)]
Words = Annotated[str, Meta(max_length=200)]
Time = Annotated[datetime, Meta(tz=True, description="RFC 3339, with an offset: 2027-03-01T09:15:00+09:00")]
Seconds = float
Share = Annotated[float, Meta(description="from 0 to 1; null before there is anything to count")]


class Answer(msgspec.Struct):
    """What is given."""


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """What is taken; a name that is not there is refused, so that no filter is lost by a slip."""


class Nothing(Asked):
    """No parameters."""


# The centre


class Change(Answer):
    """When it opens or closes next."""

    at: datetime
    open: bool


class Standing(Answer):
    """What holds now: open or closed, by which season and rule."""

    open: bool
    season: str
    season_name: str
    rule: str
    announcement: Annotated[str, Meta(description="what callers hear while it is closed")]
    seats: int | None
    next_change: Change | None


class Centre(Answer):
    """The centre, and whether it is open."""

    key: str
    name: str
    name_en: str
    zone: Annotated[str, Meta(description="its IANA time zone")]
    region: str
    numbers: list[str]
    at: datetime
    standing: Standing


class At(Asked):
    """The moment in question."""

    at: Time | None = None


class Considered(Answer):
    """A rule of the opening hours, and how it fared."""

    kind: str
    name: str
    verdict: Literal["decides", "outranked", "does not hold"]
    why: str


class Explained(Answer):
    """What holds at a moment, and why."""

    at: datetime
    open: bool
    season: str
    rule: str
    announcement: str
    why: str
    considered: list[Considered]


# Now


class Tally(Answer):
    """Calls offered since midnight of the centre's clock, and what became of them; they add up."""

    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    overflowed: int
    waiting: int
    in_time: int
    answer_rate: Share | None
    service_level: Share | None


class Link(Answer):
    """Whether the figures are fed by FreeSWITCH, and when it last gave a sign of life."""

    connected: bool
    heard_at: datetime | None
    reason: str


class Queue(Answer):
    """A queue of the plan, and how it stands."""

    key: str
    flow: str
    name: str
    strategy: str
    waiting: int
    waiting_since: datetime | None
    talking: int
    available: Annotated[int, Meta(description="null while it is not known who serves it")] | None
    today: Annotated[Tally, Meta(description="its visits: a call that overflows is in several queues")]


class Queues(Answer):
    """The queues, in the plan's order."""

    queues: list[Queue]


class Floor(Answer):
    """The whole centre now."""

    at: datetime
    seq: Annotated[int, Meta(description="grows with each change")]
    link: Link
    waiting: int
    waiting_since: datetime | None
    available: int
    talking: int
    balanced: Annotated[bool, Meta(description="whether the figures add up")]
    today: Tally
    queues: list[Queue]


class Operator(Answer):
    """A registered operator; `status` is ``logged out`` for who is not at work."""

    key: str
    name: str
    kana: str
    extension: str
    status: Literal[
        "ready", "ringing", "talking", "holding", "wrap-up", "on break", "away", "training", "logged out"
    ]
    since: datetime | None
    reason: str
    call: Annotated[str, Meta(description="the call at hand, by its uuid; empty for none")]
    queue: str


class Operators(Answer):
    """The operators, by their key."""

    operators: list[Operator]


# Contacts


class Number(Answer):
    """A telephone number: normalised, and as people read it."""

    number: str
    shown: str
    label: str


class Contact(Answer):
    """Somebody who may call."""

    id: int
    name: str
    kana: str
    organisation: str
    numbers: list[Number]
    tags: list[str]
    note: str
    created_at: datetime
    changed_at: datetime


class Contacts(Answer):
    """A page of contacts in kana order; `total` are those that fit."""

    total: int
    contacts: list[Contact]
    next: Annotated[int, Meta(description="the offset of the next page; null on the last")] | None


class FindContacts(Asked):
    """Which contacts."""

    q: Annotated[str, Meta(max_length=200, description="words, all of which must fit")] = ""
    number: Annotated[Words, Meta(description="whose number this is, in any notation")] = ""
    tag: Annotated[list[Key], Meta(max_length=10, description="whole tags, all of which are there")] = []
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class NewNumber(Asked):
    """A telephone number in any notation of the centre's region."""

    number: Annotated[str, Meta(min_length=1, max_length=100)]
    label: Annotated[str, Meta(max_length=100)] = ""


class Card(Asked):
    """What is written about a contact, whole: what is left out becomes empty."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    kana: Annotated[str, Meta(max_length=200)] = ""
    organisation: Annotated[str, Meta(max_length=200)] = ""
    numbers: Annotated[list[NewNumber], Meta(max_length=50)] = []
    tags: Annotated[list[Annotated[str, Meta(max_length=50)]], Meta(max_length=50)] = []
    note: Annotated[str, Meta(max_length=10_000)] = ""
