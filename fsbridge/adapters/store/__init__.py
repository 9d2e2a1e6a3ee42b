"""The store: peewee models over an SQLite file or a PostgreSQL server, with versioned migrations."""

from fsbridge.adapters.store.migrate import Migration, SchemaError
from fsbridge.adapters.store.passwords import Passwords
from fsbridge.adapters.store.seats import StoredSeats
from fsbridge.adapters.store.store import Store, StoreUnavailable

__all__ = ["Migration", "Passwords", "SchemaError", "Store", "StoreUnavailable", "StoredSeats"]
