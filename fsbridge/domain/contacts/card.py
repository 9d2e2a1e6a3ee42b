"""A contact: what people write about somebody who may call, made tidy and checked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fsbridge.domain.contacts.faults import ContactError, Fault, Problem

TAG_SEPARATORS = ";；、"
"""What stands between the tags of one cell, and so in no tag."""
LONGEST = {"name": 200, "kana": 200, "organisation": 200, "label": 50, "tags": 50, "note": 10_000}
"""The characters each text may have."""
_LINES = "\t\r\n"


@dataclass(frozen=True, slots=True)
class Number:
    """One telephone number: normalised for the look-up, and as people read it.

    >>> Number("+81762202722", "076-220-2722", "代表").label
    '代表'
    """

    number: str
    shown: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is written about a contact. Numbers are in the order people want, tags in their own.

    >>> Card(name="北陸設備", tags=("業者",)).numbers
    ()
    """

    name: str
    kana: str = ""
    organisation: str = ""
    note: str = ""
    numbers: tuple[Number, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """A card that is kept, under a number of its own that is never given twice.

    >>> from datetime import UTC
    >>> noon = datetime(2027, 4, 1, 3, tzinfo=UTC)
    >>> Contact(12, Card(name="北陸設備"), noon, noon).title
    '#12 北陸設備'
    """

    id: int
    card: Card
    created_at: datetime
    changed_at: datetime

    @property
    def title(self) -> str:
        """Its number and name, for messages."""
        return f"#{self.id} {self.card.name}"


def checked(card: Card) -> Card:
    """The card made tidy; ContactError with every problem if it cannot be kept.

    >>> checked(Card(name="　北陸設備 ", tags=("業者", "水道", "業者")))
    Card(name='北陸設備', kana='', organisation='', note='', numbers=(), tags=('業者', '水道'))
    """
    neat = tidy(card)
    problems = list(problems_of(neat))
    if problems:
        raise ContactError(problems)
    return neat


def tidy(card: Card) -> Card:
    """The card without spaces around its texts, empty or repeated tags; a note stays as it was written.

    >>> tidy(Card(name=" a ", note=" b ")).note
    ' b '
    """
    return replace(
        card,
        name=card.name.strip(),
        kana=card.kana.strip(),
        organisation=card.organisation.strip(),
        numbers=tuple(replace(one, label=one.label.strip()) for one in card.numbers),
        tags=tuple(sorted({tag.strip() for tag in card.tags} - {""})),
    )


def problems_of(card: Card) -> Iterator[Problem]:
    """Everything that keeps a tidy card from being kept.

    >>> [problem.fault for problem in problems_of(Card(name="", kana="a\\x00"))]
    [Fault.NO_NAME, Fault.CONTROL]
    """
    if not card.name:
        yield Problem(Fault.NO_NAME, "name")
    texts = [("name", card.name), ("kana", card.kana), ("organisation", card.organisation)]
    texts += [("label", one.label) for one in card.numbers] + [("tags", tag) for tag in card.tags]
    for field, text in [*texts, ("note", card.note)]:
        yield from _text(field, text)
    for tag in card.tags:
        if any(separator in tag for separator in TAG_SEPARATORS):
            yield Problem(Fault.SEPARATOR, "tags", tag)
    seen: set[str] = set()
    for one in card.numbers:
        if one.number in seen:
            yield Problem(Fault.TWICE, "number", one.shown)
        seen.add(one.number)


def _text(field: str, text: str) -> Iterator[Problem]:
    if len(text) > LONGEST[field]:
        yield Problem(Fault.TOO_LONG, field, str(len(text)), str(LONGEST[field]))
    if text.isprintable():
        return
    for char in text:
        # "Cs": half of a surrogate pair, which no database takes and no file holds
        if unicodedata.category(char) in ("Cc", "Cs") and not (field == "note" and char in _LINES):
            yield Problem(Fault.CONTROL, field, f"U+{ord(char):04X}")
            return


def data_of(card: Card) -> dict[str, Any]:
    """A card as plain data, for JSON and the audit log.

    >>> data_of(Card(name="a", tags=("b",)))["tags"]
    ['b']
    """
    return {
        "name": card.name,
        "kana": card.kana,
        "organisation": card.organisation,
        "numbers": [{"number": one.number, "shown": one.shown, "label": one.label} for one in card.numbers],
        "tags": list(card.tags),
        "note": card.note,
    }


def card_of(data: Mapping[str, Any]) -> Card:
    """The card that `data_of` gave.

    >>> card_of(data_of(Card(name="a", tags=("b",)))).tags
    ('b',)
    """
    numbers = tuple(Number(one["number"], one["shown"], one["label"]) for one in data["numbers"])
    return Card(**{**data, "numbers": numbers, "tags": tuple(data["tags"])})
