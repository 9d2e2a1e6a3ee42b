"""Text a caller chose, made harmless for a screen."""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len, set_cell_size

STAND_IN = "·"
"""Shown for each character that could steer a terminal."""
_STEERS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(text: str, width: int = 0) -> str:
    """A text without control, direction and unassigned characters, cut to ``width`` cells (0: not cut).

    Combining marks that begin a text or pile up are taken out too: they would draw over their neighbours.

    >>> clean("Yamada\\x1b[2J\\u202e"), clean("0762201111", 6)
    ('Yamada·[2J·', '07622…')
    """
    kept: list[str] = []
    marks = 2
    for character in text:
        category = unicodedata.category(character)
        if category in _STEERS:
            kept.append(STAND_IN)
            marks = 2
        elif category == "Zs":
            kept.append(" ")
            marks = 2
        elif category in ("Mn", "Me"):
            marks += 1
            if marks <= 2:
                kept.append(character)
        else:
            kept.append(character)
            marks = 0
    good = "".join(kept)
    if width and cell_len(good) > width:
        return set_cell_size(good, width - 1).rstrip() + "…"
    return good
