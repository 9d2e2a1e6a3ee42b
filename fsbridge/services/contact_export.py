"""Contacts given out as a sheet, with everything that it could not hold named first."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fsbridge.domain.contacts import FIELDS, Contact, Problem
from fsbridge.domain.contacts.sheet import Finding, Row, cells_of, heading

Lacking = Callable[[str, str], list[Problem]]
"""What of a text, of the field named, the file's encoding cannot hold."""


def export(
    contacts: Iterable[Contact], language: str, lacking: Lacking
) -> tuple[list[list[str]], list[Finding]]:
    """The sheet's rows, its heading first, and what would be lost of them in the file.

    >>> rows, lost = export([], "en", lambda text, field: [])
    >>> rows[0][:2], lost
    (['name', 'kana'], [])
    """
    held = list(contacts)
    width = max((len(one.card.numbers) for one in held), default=1) or 1
    rows = [heading(language, width)]
    lost: list[Finding] = []
    for number, contact in enumerate(held, start=2):
        card = contact.card
        rows.append(list(cells_of(card, width)))
        texts = [("name", card.name), ("kana", card.kana), ("organisation", card.organisation)]
        texts += [("label", one.label) for one in card.numbers] + [("tags", tag) for tag in card.tags]
        for field, text in [*texts, ("note", card.note)]:
            column = f"{contact.title} {FIELDS[field][language == 'en']}"
            lost += [Finding(Row(number, number, ()), column, problem) for problem in lacking(text, field)]
    return rows, lost
