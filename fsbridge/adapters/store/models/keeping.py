"""What the project writes about itself: who changed what, and the settings kept in the store."""

from __future__ import annotations

from peewee import TextField

from fsbridge.adapters.store.fields import Json, Utc, UtcOrNone
from fsbridge.adapters.store.models.base import Row


class AuditEntry(Row):
    """Somebody did something: ``subject`` is the kind of thing, ``which`` its key.

    >>> AuditEntry(actor="sato", action="changed", subject="contact", which="12").reason
    ''
    """

    at = Utc()
    actor = TextField()
    action = TextField()
    subject = TextField()
    which = TextField(default="")
    reason = TextField(default="")
    before = Json(null=True)
    after = Json(null=True)

    class Meta:
        table_name = "audit_log"


class Setting(Row):
    """A value that people change while the centre runs.

    >>> Setting(key="wallboard.caution", value={"waiting": 1}).value["waiting"]
    1
    """

    key = TextField(unique=True)
    value = Json()
    changed_at = Utc()
    changed_by = TextField(default="")


class Job(Row):
    """What is known of a job: the last time it was due and ran (``slot``), who runs it now, how it went.

    >>> Job(key="purge").outcome
    ''
    """

    key = TextField(unique=True)
    slot = UtcOrNone()
    holder = TextField(default="")
    leased_until = UtcOrNone()
    started_at = UtcOrNone()
    ended_at = UtcOrNone()
    outcome = TextField(default="")
    message = TextField(default="")
