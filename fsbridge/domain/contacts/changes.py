"""How contacts change: two become one, and what a change changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fsbridge.domain.contacts.card import Card, Number


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the change log: who did what to which contact, and the card before and after.

    >>> from datetime import UTC
    >>> Entry(datetime(2027, 4, 1, tzinfo=UTC), "sato", "added", 12, after={"name": "a"}).before is None
    True
    """

    at: datetime
    actor: str
    action: str
    contact: int
    reason: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def merged(keep: Card, other: Card) -> Card:
    """One card of two: every number, tag and note of both; what `keep` lacks is filled from `other`.

    A name, kana or organisation of the other that differs is kept as a line of the note, so that nobody has
    to know the old one is gone.

    >>> one = merged(Card(name="北陸設備", note="昼は不在"), Card(name="北陸設備㈱", tags=("業者",)))
    >>> one.note, one.tags
    ('昼は不在\\n(北陸設備㈱)', ('業者',))
    """
    kana, organisation = keep.kana or other.kana, keep.organisation or other.organisation
    pairs = ((keep.name, other.name), (kana, other.kana), (organisation, other.organisation))
    lost = [theirs for ours, theirs in pairs if theirs and theirs != ours]
    numbers, written = _numbers(keep.numbers, other.numbers)
    also = [f"({' / '.join(lost)})"] if lost else []
    theirs = other.note if other.note not in keep.note else ""
    notes = [text for text in (keep.note, theirs, *also, *written) if text]
    return Card(
        name=keep.name,
        kana=kana,
        organisation=organisation,
        note="\n".join(notes),
        numbers=numbers,
        tags=tuple(sorted({*keep.tags, *other.tags})),
    )


def _numbers(ours: tuple[Number, ...], theirs: tuple[Number, ...]) -> tuple[tuple[Number, ...], list[str]]:
    """All numbers, and how the other wrote those that both have, where that says more."""
    held = {one.number: one for one in ours}
    written = []
    for one in theirs:
        there = held.get(one.number)
        if there is None:
            held[one.number] = one
            continue
        if not there.label:
            held[one.number] = there = replace(there, label=one.label)
        if one.shown != there.shown or one.label not in ("", there.label):
            written.append(f"({one.shown} {one.label})".replace(" )", ")"))
    return tuple(held.values()), written


def differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> list[tuple[str, str, str]]:
    """What a change changed: (field, before, after) as texts; what stayed is left out, of a list too.

    >>> differences({"name": "a", "tags": ["x"]}, {"name": "a", "tags": ["x", "y"]})
    [('tags', '', 'y')]
    """
    old, new = before or {}, after or {}
    changed = [field for field in dict.fromkeys([*old, *new]) if old.get(field) != new.get(field)]
    pairs = [(field, *_what_differs(old.get(field), new.get(field))) for field in changed]
    return [(field, was, now) for field, was, now in pairs if was != now]


def _what_differs(before: Any, after: Any) -> tuple[str, str]:
    if isinstance(before, list) and isinstance(after, list):
        gone, new = [one for one in before if one not in after], [one for one in after if one not in before]
        before, after = (gone, new) if gone or new else (before, after)
    return _shown(before), _shown(after)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(_shown, value))
    if isinstance(value, Mapping):
        return f"{value['shown']} ({value['label']})" if value.get("label") else str(value["shown"])
    return "" if value is None else str(value)
