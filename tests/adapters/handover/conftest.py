"""The store's fixtures, here too: what depends on the database is tried on both kinds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fsbridge.adapters.store import Store
from tests.adapters.store.conftest import (  # noqa: F401
    empty_url,
    migrated_database,
    migrated_file,
    postgres,
    store,
    url,
)


@pytest.fixture
def young(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database with its tables, of the kind that begins."""
    path = tmp_path / "young.sqlite3"
    path.write_bytes(request.getfixturevalue("migrated_file").read_bytes())
    found = Store(f"sqlite:///{path}")
    yield found
    found.close()
