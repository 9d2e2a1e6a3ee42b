"""What the store knows of a period beside calls: outages, incidents, recordings, operator IDs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from peewee import fn

from fsbridge.adapters.store.fields import micros
from fsbridge.adapters.store.figures import StoredHistory, rows
from fsbridge.adapters.store.models import AuditEntry, Call, Flow, Operator, Purge, RecordingAlarm, Setting
from fsbridge.adapters.store.plan import NoPlan, StoredPlan
from fsbridge.adapters.store.recordings import RULE
from fsbridge.adapters.store.store import Store
from fsbridge.domain.figures import SpanRecord, Window
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.reporting.contents import Incident, Outage, Purged, RecordingCounts
from fsbridge.services.reporting import Noted

PULSE = "service.pulse"
"""The setting that holds since when, and when last, the service was seen alive."""
SERVICE = "service"
"""The audit log's subject for what befell the service itself."""
_INCIDENTS = {
    ("emergency announcement", "put on"): "emergency on",
    ("emergency announcement", "took off"): "emergency off",
    ("override", "added"): "override on",
    ("override", "changed"): "override on",
    ("override", "removed"): "override off",
    ("figures", "counted again"): "counted again",
    (SERVICE, "program"): "program",
    (SERVICE, "link"): "link",
    (SERVICE, "drift"): "drift",
}
_MADE = """SELECT COUNT(*), COALESCE(SUM(size), 0) FROM recording
    WHERE started_at >= {0} AND started_at < {1}"""
_GONE = """SELECT COUNT(*), COALESCE(SUM(size), 0) FROM recording
    WHERE purged_at >= {0} AND purged_at < {1}"""
_KEPT = """SELECT COUNT(*), COALESCE(SUM(size), 0) FROM recording
    WHERE started_at < {1} AND (purged_at IS NULL OR purged_at >= {1})"""
_FAILED = "SELECT COALESCE(SUM(failed), 0) FROM purge WHERE ended_at >= {0} AND ended_at < {1}"


class StoredChronicle:
    """The chronicle of a store, for `fsbridge.services.reporting.PrintedReports`.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> chronicle = StoredChronicle(store)
    >>> chronicle.plan() is None, chronicle.first_call() is None
    (True, True)
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._history = StoredHistory(store)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything read inside sees the same moment."""
        with self._store.reading():
            yield

    def plan(self) -> CentrePlan | None:
        """The centre's plan, if there is one."""
        plans = StoredPlan(self._store)
        try:
            return plans.load() if plans.exists() else None
        except NoPlan:
            return None

    def first_call(self) -> datetime | None:
        """When records begin."""
        with self._store.connection():
            found: datetime | None = Call.select(fn.MIN(Call.started_at)).scalar()
            return found

    def spans(self, window: Window) -> Iterator[SpanRecord]:
        """Operators' states that touch the window, one by one."""
        return self._history.spans(window)

    def watched_from(self) -> datetime | None:
        """Since when somebody looks whether the service lives; None if nobody ever did."""
        with self._store.connection():
            row = Setting.get_or_none(Setting.key == PULSE)
        return datetime.fromisoformat(row.value["since"]) if row is not None else None

    def outages(self, window: Window) -> Sequence[Outage]:
        """What was noted of the program's and the event link's outages, cut at the window's ends."""
        found = []
        with self._store.connection():
            query = AuditEntry.select().where(
                AuditEntry.subject == SERVICE,
                AuditEntry.action.in_(("program", "link")),
                AuditEntry.at >= window.start,
            )
            for row in query.order_by(AuditEntry.at, AuditEntry.id):
                start, end = (datetime.fromisoformat(row.after[name]) for name in ("from", "until"))
                if start < window.end and window.start < end:
                    found.append(
                        Outage(row.action, max(start, window.start), min(end, window.end), row.reason)
                    )
        return sorted(found, key=lambda one: (one.start, one.end))

    def incidents(self, window: Window, limit: int) -> Noted:
        """What was out of the ordinary, in order; the latest where there is more than the limit."""
        subjects = {subject for subject, _ in _INCIDENTS}
        with self._store.connection():
            names: dict[str, str] = {row.key: row.name for row in Flow.select()}
            query = AuditEntry.select().where(
                AuditEntry.at >= window.start, AuditEntry.at < window.end, AuditEntry.subject.in_(subjects)
            )
            found = [
                incident
                for row in query.order_by(AuditEntry.at, AuditEntry.id).iterator()
                if (incident := _incident(row, names)) is not None
            ]
            rung = RecordingAlarm.select().where(
                RecordingAlarm.raised_at >= window.start, RecordingAlarm.raised_at < window.end
            )
            found += [
                Incident(row.raised_at, "alarm", row.subject, row.kind, row.acknowledged_by)
                for row in rung.order_by(RecordingAlarm.raised_at, RecordingAlarm.id).iterator()
            ]
        found.sort(key=lambda one: one.at)
        return Noted(tuple(found[-limit:]), max(0, len(found) - limit))

    def recordings(self, windows: Sequence[Window]) -> Sequence[RecordingCounts]:
        """Recordings made and purged in each window, and kept at its end."""
        found = []
        with self._store.connection() as database:
            for window in windows:
                ends = (micros(window.start), micros(window.end))
                ((made, size),) = rows(database, _MADE.format(*ends))
                ((gone, gone_size),) = rows(database, _GONE.format(*ends))
                ((kept, kept_size),) = rows(database, _KEPT.format(*ends))
                ((failed,),) = rows(database, _FAILED.format(*ends))
                counts = map(int, (made, size, gone, gone_size, failed, kept, kept_size))
                found.append(RecordingCounts(*counts))
        return found

    def purges(self, window: Window) -> Sequence[Purged]:
        """The purges that ended in the window and took something."""
        with self._store.connection():
            query = Purge.select().where(
                Purge.ended_at >= window.start, Purge.ended_at < window.end, Purge.certificate != ""
            )
            return [
                Purged(at, row.removed, row.missing, row.failed, row.size, row.certificate, row.sha256)
                for row in query.order_by(Purge.ended_at, Purge.id)
                if (at := row.ended_at) is not None
            ]

    def retention(self) -> dict[str, int]:
        """For how long recordings are kept, by years, months and days; empty if nobody has said."""
        with self._store.connection():
            row = Setting.get_or_none(Setting.key == RULE)
        data: dict[str, Any] = dict(row.value) if row is not None else {}
        return {name: data[name] for name in ("years", "months", "days") if data.get(name)}

    def registered(self, at: datetime) -> int:
        """Operator IDs that were registered at a moment."""
        with self._store.connection():
            return int(
                Operator.select()
                .where(
                    Operator.registered_at < at,
                    Operator.retired_at.is_null() | (Operator.retired_at >= at),
                )
                .count()
            )


def _incident(row: AuditEntry, names: dict[str, str]) -> Incident | None:
    what = _INCIDENTS.get((str(row.subject), str(row.action)))
    if what is None:
        return None
    data: dict[str, Any] = dict(row.after or {})
    text = str(row.reason or "")
    subject = str(row.which)
    if row.subject == "emergency announcement":
        subject = "" if subject == "all" else names.get(subject, subject)
        text = text or str(data.get("text", ""))
    elif row.subject == SERVICE:
        subject, text = "", str(data.get("repairs", text))
    return Incident(row.at, what, subject, text, str(row.actor))
