"""The store: one database, SQLite or PostgreSQL, with its connections and transactions."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peewee import DatabaseError, InterfaceError
from playhouse.pool import MaxConnectionsExceeded  # type: ignore[import-untyped]

from fsbridge.adapters.store.databases import Backend, backend, without_password
from fsbridge.adapters.store.migrate import Migration, SchemaError, migrate, migrations, pending
from fsbridge.adapters.store.models.base import current
from fsbridge.errors import FsbridgeError

logger = logging.getLogger(__name__)


class StoreUnavailable(FsbridgeError):
    """The database cannot be reached or did not answer; the same work may succeed later."""


class Store:
    """One open database; the models read and write it inside one of its three contexts.

    A process works on one store: opening another points every model at it, and opening the same address
    again shares its connections. Waiting, for PostgreSQL's answer or for one's turn to write, is cooperative;
    SQLite's own work is not, so where calls are served run what reads much in a thread:
    ``gevent.get_hub().threadpool.apply(report)``.

    >>> import tempfile
    >>> from datetime import UTC, datetime
    >>> from fsbridge.adapters.store.models import Setting
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> [step.name for step in store.migrate()]
    ['first']
    >>> with store.writing():
    ...     _ = Setting.create(key="greeting", value=["ja", "en"], changed_at=datetime.now(UTC))
    >>> with store.reading():
    ...     Setting.get(key="greeting").value
    ['ja', 'en']
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, url: str, *, connections: int = 32) -> None:
        self.url = without_password(url)
        there = current.obj
        if there is not None and getattr(there, "fsbridge_url", None) == url:
            self.database: Backend = there
            return
        self.database = backend(url, connections=connections)
        self.database.fsbridge_url = url
        current.initialize(self.database)

    @property
    def kind(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.database.kind

    @contextmanager
    def connection(self) -> Iterator[Backend]:
        """A connection for this greenlet or thread, given back at the end; each statement stands alone.

        Within another context it is that one's connection.
        """
        if not self.database.is_closed():
            yield self.database
            return
        try:
            self.database.connect()
        except (DatabaseError, InterfaceError) as error:
            raise StoreUnavailable(f"the database {self.url} cannot be opened: {error}") from error
        except MaxConnectionsExceeded as error:
            raise StoreUnavailable(f"the database {self.url} is too busy: {error}") from error
        try:
            yield self.database
        except DatabaseError as error:
            if not self.database.gave_way(error):
                raise
            raise StoreUnavailable(f"the database {self.url} failed: {error}") from error
        finally:
            self.database.close()

    @contextmanager
    def writing(self) -> Iterator[Backend]:
        """A transaction that is kept whole, or undone whole if the block raises.

        Within another it is a part of it, undone alone. Keep it short: on SQLite, writers take turns.
        """
        with self.connection() as database:
            if getattr(database.top_transaction(), "fsbridge_reading", False):
                raise FsbridgeError("a writing() inside a reading(): end the reading first")
            with database.atomic():
                yield database

    @contextmanager
    def reading(self) -> Iterator[Backend]:
        """Reads that all see the same moment, however long they take and whoever writes meanwhile."""
        with self.connection() as database:
            if database.in_transaction():
                yield database
                return
            with database.snapshot() as begun:
                begun.fsbridge_reading = True
                yield database

    def migrate(self) -> list[Migration]:
        """Bring the tables up to this version; the steps that were needed."""
        if self.kind == "sqlite":
            path = Path(self.database.database)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)  # citizens' numbers and notes are nobody else's business
        with self.connection() as database:
            return migrate(database)

    def pending(self) -> list[Migration]:
        """The migrations still to be run; SchemaError if the database is newer than this version."""
        with self.connection() as database:
            return pending(database, migrations())

    def ready(self) -> None:
        """SchemaError, with the cure, unless the tables are this version's."""
        missing = self.pending()
        if missing:
            names = ", ".join(f"{step.number:04}_{step.name}" for step in missing)
            raise SchemaError(f"the database {self.url} lacks {names}: run `fsbridge db migrate`")

    def close(self) -> None:
        """Give every connection back; the store can be used again."""
        self.database.close_all()
