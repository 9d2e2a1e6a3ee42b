"""What the visitor may see and hear of calls: the rule of `fsbridge.domain.sight`, by the centre's data."""

from __future__ import annotations

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import Setting
from fsbridge.domain.sight import Sight, rights_table
from webpanel.access import roles, visitor

RIGHTS = "calls.rights"
"""The setting in which a centre says otherwise, by role: ``{"operator": {"play": "none"}}``."""


def eyes(store: Store) -> Sight:
    """The visitor's; within a request. ConfigError names what is wrong in the setting."""
    found = visitor()
    with store.connection():
        row = Setting.get_or_none(Setting.key == RIGHTS)
    table = rights_table(row.value if row is not None else {})
    return Sight.of(roles(), found.account.operator if found is not None else "", table)
