"""What every table has: a number of its own, and the store it is read from."""

from __future__ import annotations

from peewee import BigAutoField, DatabaseProxy, Model

current = DatabaseProxy()
"""The open store's database. A process works on one store; opening another points every model at it."""


class Row(Model):
    """One row; ``id`` is never given twice, not even after a deletion.

    >>> Row().id is None
    True
    """

    id = BigAutoField()

    class Meta:
        database = current
        legacy_table_names = False
