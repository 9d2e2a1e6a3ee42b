"""The audit log, for what a page does that no service writes down itself."""

from __future__ import annotations

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import AuditEntry
from fsbridge.services.floor import utc_now
from webpanel.access import who


def record(store: Store, action: str, subject: str, which: str, reason: str = "") -> None:
    """Write down that the visitor did something."""
    with store.connection():
        AuditEntry.create(
            at=utc_now(), actor=who(), action=action, subject=subject, which=which, reason=reason
        )
