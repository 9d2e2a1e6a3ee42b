"""Where the store is, by the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from fsbridge.adapters.store import SchemaError, Store
from fsbridge.app import store_of
from fsbridge.config import load
from tests.adapters.store.making import keys


def test_without_a_setting_it_is_a_file_in_the_home_folder(tmp_path: Path) -> None:
    settings = load(home=tmp_path, environment={})
    assert settings.database_url == f"sqlite:///{tmp_path}/centre.sqlite3"


def test_the_setting_names_any_database(empty_url: str, tmp_path: Path) -> None:
    settings = load(home=tmp_path, environment={"FSBRIDGE_DATABASE": empty_url})
    with pytest.raises(SchemaError, match="run `fsbridge db migrate`"):
        store_of(settings)
    store = Store(settings.database_url)
    store.migrate()
    store.close()
    store = store_of(settings)
    assert keys(store) == []
    store.close()
