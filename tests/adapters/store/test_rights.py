"""A centre's own rule of who sees and hears what, kept whole or not at all, with who made it."""

from __future__ import annotations

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import AuditEntry
from fsbridge.adapters.store.rights import StoredRights
from fsbridge.errors import ConfigError
from tests.adapters.store.making import NOON


def test_rights_are_changed_one_by_one_and_audited(store: Store) -> None:
    rights = StoredRights(store)
    rights.change({"operator": {"play": "none"}}, NOON, by="sato")
    rights.change({"operator": {"numbers": "all"}, "administrator": {"numbers": "all"}}, NOON, by="sato")
    table = rights.table()
    assert (table["operator"].play, table["operator"].numbers) == ("none", "all")
    assert table["administrator"].numbers == "all"
    with store.reading():
        last = AuditEntry.select().order_by(AuditEntry.id.desc()).first()
    assert (last.actor, last.before) == ("sato", {"operator": {"play": "none"}})


def test_one_mistake_changes_nothing(store: Store) -> None:
    rights = StoredRights(store)
    with pytest.raises(ConfigError, match="there is no role 'boss'"):
        rights.change({"operator": {"play": "none"}, "boss": {"play": "all"}}, NOON, by="sato")
    assert rights.table()["operator"].play == "own"
    with store.reading():
        assert AuditEntry.select().count() == 0
