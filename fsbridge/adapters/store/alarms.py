"""Alarms about recordings in the store: raised once, standing until somebody has acknowledged them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fsbridge.adapters.store.models import AuditEntry, RecordingAlarm
from fsbridge.adapters.store.store import Store
from fsbridge.domain.recordingalarms import Alarm, Standing
from fsbridge.errors import FsbridgeError


class StoredAlarms:
    """The alarms of a store.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> alarms, now = StoredAlarms(store), datetime.fromisoformat("2027-04-01T10:00+09:00")
    >>> alarms.ring(Alarm("none", "7f1c/1"), now), alarms.ring(Alarm("none", "7f1c/1"), now)
    (True, False)
    >>> [one.alarm.subject for one in alarms.standing()]
    ['7f1c/1']
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def ring(self, alarm: Alarm, now: datetime) -> bool:
        """Raise an alarm; whether it is new. One that was acknowledged is not raised again."""
        row = {"kind": alarm.kind, "subject": alarm.subject, "call": alarm.call, "detail": alarm.detail}
        with self._store.writing():
            there = RecordingAlarm.select().where(
                RecordingAlarm.kind == alarm.kind, RecordingAlarm.subject == alarm.subject
            )
            if there.exists():
                return False
            inserted = (
                RecordingAlarm.insert(**row, raised_at=now).on_conflict_ignore().returning(RecordingAlarm.id)
            )
            return bool(list(inserted.execute()))

    def standing(self, *, acknowledged: bool = False, limit: int = 200) -> Sequence[Standing]:
        """The alarms that stand, the latest first; with `acknowledged` the others too."""
        query = RecordingAlarm.select().order_by(RecordingAlarm.raised_at.desc(), RecordingAlarm.id.desc())
        if not acknowledged:
            query = query.where(RecordingAlarm.acknowledged_at.is_null())
        with self._store.connection():
            return [_standing(row) for row in query.limit(limit)]

    def count(self) -> int:
        """How many stand."""
        with self._store.connection():
            return int(RecordingAlarm.select().where(RecordingAlarm.acknowledged_at.is_null()).count())

    def acknowledge(self, number: int, now: datetime, *, by: str, note: str) -> Standing:
        """Take note of an alarm, with what was done about it; FsbridgeError if it does not stand."""
        if not note.strip():
            raise FsbridgeError("say what was done about the alarm, for those who come after: --why TEXT")
        values = {"acknowledged_at": now, "acknowledged_by": by, "note": note}
        with self._store.writing():
            mine = RecordingAlarm.id == number, RecordingAlarm.acknowledged_at.is_null()
            if not RecordingAlarm.update(values).where(*mine).execute():
                raise FsbridgeError(f"no alarm {number} stands; see `fsbridge recordings alarms`")
            row = RecordingAlarm.get_by_id(number)
            AuditEntry.create(
                at=now,
                actor=by,
                action="acknowledged",
                subject="alarm",
                which=str(number),
                reason=note,
                after={"kind": row.kind, "subject": row.subject},
            )
            return _standing(row)


def _standing(row: RecordingAlarm) -> Standing:
    alarm = Alarm(row.kind, row.subject, row.call, row.detail)
    return Standing(row.id, alarm, row.raised_at, row.acknowledged_at, row.acknowledged_by, row.note)
