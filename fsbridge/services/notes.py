"""Notes at work: a draft from the first second of a call, saved with its kind of case when it is done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from fsbridge.domain.notes import CaseNeeded, Note, neat
from fsbridge.services.deskparts import NotYourCall

LEFT_FOR = timedelta(hours=12)
"""How long an unsaved draft is brought back to its operator: a shift."""


class NoteBook(Protocol):
    """Where notes are kept. `put` keeps the operator's one note of a leg."""

    def spoke(self, operator: str, leg: str) -> bool:
        """Whether the operator has had a call by this leg."""

    def choosable(self, case: str) -> bool:
        """Whether people may choose this kind of case."""

    def get(self, operator: str, leg: str) -> Note | None: ...
    def put(self, operator: str, note: Note, at: datetime) -> None: ...
    def unsaved(self, operator: str, since: datetime) -> Note | None:
        """The newest draft that was left, changed since then."""


class Notes:
    """The notes of operators, each on the own leg of a call; NotYourCall for a leg that is another's.

    >>> from datetime import UTC
    >>> from fsbridge.testing.notes import NotesInMemory
    >>> noon = datetime(2027, 4, 1, tzinfo=UTC)
    >>> notes = Notes(NotesInMemory({"op01": ["9a"]}, cases=["leak.road"]))
    >>> notes.draft("op01", "9a", "広岡3丁", "", noon).saved_at is None
    True
    >>> notes.save("op01", "9a", "広岡3丁目", "leak.road", noon).text, notes.left("op01", noon)
    ('広岡3丁目', None)
    """

    def __init__(self, book: NoteBook) -> None:
        self._book = book

    def of(self, operator: str, leg: str) -> Note | None:
        """What the operator has written on a leg so far."""
        return self._book.get(operator, leg)

    def left(self, operator: str, now: datetime) -> Note | None:
        """A draft the operator has not saved, of this shift."""
        return self._book.unsaved(operator, now - LEFT_FOR)

    def draft(self, operator: str, leg: str, text: str, case: str, now: datetime) -> Note:
        """Keep what is being typed. What was saved stays saved, with the new text."""
        before = self._before(operator, leg)
        if case and not self._book.choosable(case):
            raise CaseNeeded(f"there is no kind of case {case!r} to choose")
        saved = before.saved_at if before is not None else None
        by_system = before is not None and before.by_system
        return self._put(
            operator,
            Note(leg=leg, text=neat(text), case=case, changed_at=now, saved_at=saved, by_system=by_system),
            now,
        )

    def save(self, operator: str, leg: str, text: str, case: str, now: datetime) -> Note:
        """Keep the note as done; CaseNeeded without a kind of case."""
        self._before(operator, leg)
        if not case or not self._book.choosable(case):
            raise CaseNeeded("a note is saved with a kind of case; choose one")
        return self._put(
            operator, Note(leg=leg, text=neat(text), case=case, changed_at=now, saved_at=now), now
        )

    def _before(self, operator: str, leg: str) -> Note | None:
        if not leg or not self._book.spoke(operator, leg):
            raise NotYourCall(f"operator {operator} has had no call by the leg {leg!r}")
        return self._book.get(operator, leg)

    def _put(self, operator: str, note: Note, now: datetime) -> Note:
        self._book.put(operator, note, now)
        return note
