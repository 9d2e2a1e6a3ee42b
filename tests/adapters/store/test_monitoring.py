"""Who listens to whom, kept and audited, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import AuditEntry, Operator, User
from fsbridge.adapters.store.monitoring import StoredMonitoring
from fsbridge.domain.monitoring import STOPPED, Mode, Monitoring
from fsbridge.errors import FsbridgeError

NOON = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)
ONE = Monitoring(
    by="boss", operator="op01", leg="6d01", spied="9a", mode=Mode.LISTEN, since=NOON, call="call1"
)


@pytest.fixture
def book(store: Store) -> StoredMonitoring:
    with store.writing():
        for login in ("boss", "deputy"):
            User.create(login=login, name=login, created_at=NOON, changed_at=NOON)
        Operator.create(key="op01", name="佐藤", registered_at=NOON)
    return StoredMonitoring(store)


def test_each_supervisor_has_one_row_that_every_process_sees(book: StoredMonitoring, store: Store) -> None:
    with book.locked() as ledger:
        ledger.put(replace(ONE, by="deputy", leg="6d02", since=NOON - timedelta(minutes=1)))
        ledger.put(ONE)
        ledger.put(replace(ONE, mode=Mode.BARGE))
    elsewhere = StoredMonitoring(store)
    assert [(one.by, one.mode) for one in elsewhere.look()] == [("deputy", Mode.LISTEN), ("boss", Mode.BARGE)]
    with elsewhere.locked() as ledger:
        assert ledger.of("boss") == replace(ONE, mode=Mode.BARGE)
        assert ledger.drop("6d01") == replace(ONE, mode=Mode.BARGE)
        assert ledger.drop("6d01") is None
        assert ledger.of("boss") is None


def test_the_audit_log_says_who_listened_to_whom_from_when_to_when_and_how(
    book: StoredMonitoring, store: Store
) -> None:
    end = NOON + timedelta(minutes=2)
    with book.locked() as ledger:
        ledger.record(NOON, ONE, "listen")
        ledger.record(end, replace(ONE, mode=Mode.WHISPER), STOPPED, "引継ぎ")
    with store.reading():
        first, last = AuditEntry.select().order_by(AuditEntry.id)
        assert (first.actor, first.action, first.subject, first.which, first.at) == (
            "boss",
            "listen",
            "monitoring",
            "op01",
            NOON,
        )
        assert (last.action, last.reason) == (STOPPED, "引継ぎ")
        assert last.after == {
            "mode": "whisper",
            "call": "call1",
            "leg": "6d01",
            "from": NOON.isoformat(),
            "until": end.isoformat(),
        }


def test_who_is_not_registered_leaves_nothing_half_kept(book: StoredMonitoring, store: Store) -> None:
    def put() -> None:
        with book.locked() as ledger:
            ledger.record(NOON, ONE, "listen")
            ledger.put(replace(ONE, operator="op77"))

    with pytest.raises(FsbridgeError, match="there is no operator op77"):
        put()
    assert book.look() == ()
    with store.reading():
        assert AuditEntry.select().count() == 0
