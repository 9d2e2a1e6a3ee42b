"""What the visitor may see and hear of calls: `fsbridge.domain.sight`, by the centre's data."""

from __future__ import annotations

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.rights import StoredRights
from fsbridge.domain.sight import Sight
from webpanel.access import roles, visitor


def eyes(store: Store) -> Sight:
    """The visitor's; within a request. ConfigError names what is wrong in the setting."""
    found = visitor()
    operator = found.account.operator if found is not None else ""
    return Sight.of(roles(), operator, StoredRights(store).table())
