"""Accounts in the store, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import AuditEntry
from fsbridge.adapters.store.passwords import Passwords
from fsbridge.adapters.store.plan import StoredPlan
from fsbridge.adapters.store.seats import StoredSeats
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.domain.seats import RegisterFull
from fsbridge.services.users import UserRefused, Users
from fsbridge.testing.plans import small_plan

NOW = datetime(2027, 4, 1, tzinfo=UTC)
WHO = {"by": "me", "at": NOW}


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(memory_kib=64)


@pytest.fixture
def users(store: Store, passwords: Passwords) -> Users:
    plan = StoredPlan(store)
    plan.save(small_plan(), **WHO)  # two operators of three
    return Users(StoredUsers(store), passwords.hash, plan.allowance)


def test_an_account_comes_back_as_it_was_added(users: Users, store: Store, passwords: Passwords):
    users.add("boss", "長", ["administrator"], password="correct horse battery", kana="オサ", **WHO)
    boss = next(one for one in users.all() if one.login == "boss")
    assert (boss.name, boss.kana, boss.roles, boss.operator, boss.has_password) == (
        "長", "オサ", ("administrator",), "", True,
    )  # fmt: skip
    kept = StoredUsers(store).password("boss")
    assert passwords.matches(kept, "correct horse battery")
    assert StoredUsers(store).password("op1") is None


def test_an_operator_id_is_counted_and_freed(users: Users, store: Store):
    users.add("op3", "高橋", ["operator"], **WHO)
    assert StoredSeats(store).look()[1] == 3
    with pytest.raises(RegisterFull):
        users.add("op4", "田中", ["operator"], **WHO)
    users.disable("op3", **WHO)
    assert StoredSeats(store).look()[1] == 2
    assert StoredUsers(store).password("op3") is None
    users.enable("op3", **WHO)
    assert [one.key for one in StoredPlan(store).load().operators] == ["op1", "op2", "op3"]


def test_a_refusal_changes_nothing(users: Users, store: Store):
    before = users.all()
    users.add("boss", "長", ["administrator"], **WHO)
    with pytest.raises(UserRefused):
        users.set_roles("boss", ["operator"], **WHO)
    assert [one for one in users.all() if one.login != "boss"] == list(before)


def test_the_audit_log_knows_who_but_no_password(users: Users, store: Store):
    users.add("boss", "長", ["administrator"], password="correct horse battery", **WHO)
    users.set_password("boss", "another long secret", **WHO)
    with store.connection():
        rows = [
            (row.actor, row.action, row.which, row.reason)
            for row in AuditEntry.select().where(AuditEntry.subject == "user").order_by(AuditEntry.id)
        ]
    assert rows == [("me", "added", "boss", "administrator"), ("me", "password", "boss", "")]
