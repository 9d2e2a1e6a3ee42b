"""The store's fixtures, here too: every handover is tried on both databases."""

from tests.adapters.store.conftest import (  # noqa: F401
    empty_url,
    migrated_database,
    migrated_file,
    postgres,
    store,
    url,
)
