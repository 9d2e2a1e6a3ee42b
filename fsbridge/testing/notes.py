"""Notes without a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from fsbridge.domain.notes import Note


class NotesInMemory:
    """Notes that last as long as the process; `legs` are those each operator has spoken by.

    >>> NotesInMemory({"op01": ["9a"]}).spoke("op02", "9a")
    False
    """

    def __init__(self, legs: Mapping[str, Iterable[str]], *, cases: Iterable[str] = ()) -> None:
        self._legs = {operator: set(mine) for operator, mine in legs.items()}
        self._cases = set(cases)
        self.kept: dict[tuple[str, str], Note] = {}

    def spoke(self, operator: str, leg: str) -> bool:
        """Whether it is one of the operator's."""
        return leg in self._legs.get(operator, ())

    def choosable(self, case: str) -> bool:
        """Whether it is one of the kinds given."""
        return case in self._cases

    def get(self, operator: str, leg: str) -> Note | None:
        """The note."""
        return self.kept.get((operator, leg))

    def put(self, operator: str, note: Note, at: datetime) -> None:
        """Keep it."""
        self.kept[operator, note.leg] = note

    def unsaved(self, operator: str, since: datetime) -> Note | None:
        """The newest draft."""
        mine = [note for (who, _), note in self.kept.items() if who == operator and note.saved_at is None]
        return max(
            (one for one in mine if one.changed_at >= since), key=lambda one: one.changed_at, default=None
        )
