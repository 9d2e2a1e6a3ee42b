"""The audit log found by who, what and when, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.auditing import AuditQuestion, StoredAudit
from fsbridge.adapters.store.models import AuditEntry

NOON = datetime(2027, 4, 1, 3, tzinfo=UTC)


@pytest.fixture
def log(store: Store) -> StoredAudit:
    rows = [
        {
            "at": NOON + timedelta(minutes=number),
            "actor": ("sato", "mori")[number % 2],
            "action": "changed",
            "subject": ("contact", "flow", "user")[number % 3],
            "which": f"k{number}",
            "reason": "100% 移転" if number == 7 else "",
            "after": {"n": number},
        }
        for number in range(1200)
    ]
    with store.writing():
        AuditEntry.insert_many(rows).execute()
    return StoredAudit(store)


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ({}, 1200),
        ({"actor": "sato"}, 600),
        ({"actor": "sato", "subject": "flow"}, 200),
        ({"which": "k119"}, 11),
        ({"which": "100% 移"}, 1),
        ({"which": "_"}, 0),
        ({"since": NOON + timedelta(minutes=10), "until": NOON + timedelta(minutes=20)}, 10),
        ({"action": "removed"}, 0),
    ],
)
def test_it_is_narrowed_by_any_of_them(log: StoredAudit, question: dict, number: int) -> None:
    total, lines = log.find(AuditQuestion(**question), limit=50)
    assert (total, len(lines)) == (number, min(number, 50))


def test_pages_are_the_newest_first_and_pieces_hold_all_of_it_once(log: StoredAudit) -> None:
    _, first = log.find(AuditQuestion(), limit=10)
    _, second = log.find(AuditQuestion(), limit=10, offset=10)
    assert [one.after["n"] for one in (*first, *second)] == list(range(1199, 1179, -1))
    pieces = list(log.pieces(AuditQuestion(actor="mori"), 10_000))
    numbers = [one.after["n"] for piece in pieces for one in piece]
    assert numbers == list(range(1199, 0, -2))
    assert sum(map(len, log.pieces(AuditQuestion(), 700))) == 700


def test_what_there_is_to_choose_from(log: StoredAudit) -> None:
    assert log.known() == {
        "actor": ["mori", "sato"],
        "subject": ["contact", "flow", "user"],
        "action": ["changed"],
    }
