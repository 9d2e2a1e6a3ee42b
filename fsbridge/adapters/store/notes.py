"""Notes in the store: the port of `fsbridge.services.notes`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peewee import JOIN

from fsbridge.adapters.store.models import AuditEntry, CaseType, Leg, Operator, OperatorSpan
from fsbridge.adapters.store.models import Note as NoteRow
from fsbridge.adapters.store.store import Store
from fsbridge.domain.notes import Note


class StoredNotes:
    """One note of an operator on each leg. A leg that is no row yet is joined when its record comes.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredNotes(store).get("op01", "9a") is None
    True
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def spoke(self, operator: str, leg: str) -> bool:
        """Whether a span of the operator's time is about this leg."""
        with self._store.connection():
            spans = OperatorSpan.select().join(Operator).where(Operator.key == operator)
            return bool(spans.where(OperatorSpan.leg_uuid == leg).exists())

    def choosable(self, case: str) -> bool:
        """Whether it is in use, and no code of the system's."""
        with self._store.connection():
            wanted = CaseType.key == case, CaseType.active, ~CaseType.system
            return bool(CaseType.select().where(*wanted).exists())

    def get(self, operator: str, leg: str) -> Note | None:
        """The operator's note on a leg."""
        with self._store.connection():
            row = _notes(operator).where(NoteRow.leg_uuid == leg).first()
            return _note(row) if row is not None else None

    def put(self, operator: str, note: Note, at: datetime) -> None:
        """Keep it, in the place of an earlier one on the same leg."""
        with self._store.writing() as database:
            database.lock("note")
            who = Operator.get(Operator.key == operator)
            case = CaseType.get(CaseType.key == note.case) if note.case else None
            values: dict[str, Any] = {
                "case_type": case,
                "text": note.text,
                "by_system": note.by_system,
                "changed_at": note.changed_at,
                "saved_at": note.saved_at,
            }
            mine = NoteRow.operator == who, NoteRow.leg_uuid == note.leg
            _keep_version(NoteRow.select().where(*mine).first(), note, by=operator, at=at)
            if not NoteRow.update(values).where(*mine).execute():
                leg: Any = Leg.get_or_none(Leg.uuid == note.leg)
                NoteRow.create(
                    operator=who,
                    leg=leg,
                    call=leg.call_id if leg is not None else None,
                    leg_uuid=note.leg,
                    created_at=at,
                    **values,
                )

    def unsaved(self, operator: str, since: datetime) -> Note | None:
        """The newest draft changed since then."""
        with self._store.connection():
            drafts = _notes(operator).where(NoteRow.saved_at.is_null(), NoteRow.changed_at >= since)
            row = drafts.where(NoteRow.leg_uuid != "").order_by(NoteRow.changed_at.desc()).first()
            return _note(row) if row is not None else None


def _keep_version(row: Any, note: Note, *, by: str, at: datetime) -> None:
    """Put a note that was saved, and is changed for the first time since, into the audit log as it was."""
    if row is None or row.saved_at is None or row.changed_at > row.saved_at:
        return
    before = {"text": row.text, "case": row.case_type.key if row.case_type is not None else ""}
    after = {"text": note.text, "case": note.case}
    if before != after:
        AuditEntry.create(
            at=at, actor=by, action="changed", subject="note", which=str(row.id), before=before, after=after
        )


def _notes(operator: str) -> Any:
    rows: Any = NoteRow.select(NoteRow, CaseType).join(CaseType, JOIN.LEFT_OUTER).switch(NoteRow)
    return rows.join(Operator).where(Operator.key == operator)


def _note(row: Any) -> Note:
    return Note(
        leg=row.leg_uuid,
        text=row.text,
        case=row.case_type.key if row.case_type is not None and not row.case_type.system else "",
        changed_at=row.changed_at,
        saved_at=row.saved_at,
        by_system=row.by_system,
    )
