"""What an operator writes about a call: kept while it is typed, saved with a kind of case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fsbridge.errors import FsbridgeError

LONGEST = 10_000
"""Characters of a note."""


class NoteRefused(FsbridgeError):
    """The note is too long."""


class CaseNeeded(FsbridgeError):
    """A note is saved with a kind of case, one of those that people may choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note of an operator on one leg; `case` is the key of a kind of case, "" while none is chosen.

    A draft has no `saved_at`. `by_system`: time ran out before the operator saved it.

    >>> from datetime import UTC
    >>> Note(leg="9a", text="折り返し希望", changed_at=datetime(2027, 4, 1, tzinfo=UTC)).saved_at is None
    True
    """

    leg: str
    text: str
    changed_at: datetime
    case: str = ""
    saved_at: datetime | None = None
    by_system: bool = False


def neat(text: str) -> str:
    """A note as it is kept: lines end in one way, and no control characters are in it; NoteRefused.

    >>> neat("広岡3-3-30\\r\\n2F\\x00"), len(neat("あ" * LONGEST))
    ('広岡3-3-30\\n2F', 10000)
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(one for one in lines if one in "\n\t" or one >= " ").replace("\x7f", "")
    if len(kept) > LONGEST:
        raise NoteRefused(f"a note has {LONGEST} characters at most; this one has {len(kept)}")
    return kept
