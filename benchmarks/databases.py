"""A fresh database of each kind, gone when it was measured."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from fsbridge.adapters.store import Store
from tests.adapters.store.postgres import Postgres, program


def databases(say: Callable[[str], None]) -> Iterator[tuple[str, Store]]:
    """The name of each kind and an open store with its tables."""
    folder = Path(tempfile.mkdtemp(prefix="fsbridge-bench-"))
    try:
        yield "SQLite", _opened(f"sqlite:///{folder}/centre.sqlite3")
    finally:
        shutil.rmtree(folder)
    if not program("postgres"):
        say("no PostgreSQL on this machine")
        return
    server = Postgres()
    try:
        server.create()
        server.start()
        yield "PostgreSQL", _opened(server.url(server.database()))
        server.stop()
    finally:
        server.remove()


def _opened(url: str) -> Store:
    store = Store(url)
    store.migrate()
    return store
