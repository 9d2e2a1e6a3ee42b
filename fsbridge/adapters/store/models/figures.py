"""Figures that were counted once and are kept as they were."""

from __future__ import annotations

from peewee import ForeignKeyField, IntegerField, TextField

from fsbridge.adapters.store.fields import Json, Utc
from fsbridge.adapters.store.models.base import Row


class FigureDay(Row):
    """One count of a day of the centre's calendar; a day counted again has a higher ``revision``.

    ``basis`` is what was counted by: each flow's seconds, the time zone, the opening hours' version;
    ``definitions`` the version of what the figures mean.

    >>> FigureDay(day="2027-03-01", basis={"zone": "Asia/Tokyo"}, definitions=1).revision
    1
    """

    day = TextField()
    revision = IntegerField(default=1)
    basis = Json()
    definitions = IntegerField()
    made_at = Utc()
    made_by = TextField(default="")
    reason = TextField(default="")


class Figure(Row):
    """What was counted that day for the centre, a flow, a queue, an operator or a case, by quarter-hours.

    >>> Figure(scope="flow", key="leak", data={}).key
    'leak'
    """

    day = ForeignKeyField(FigureDay, backref="figures")
    scope = TextField()
    key = TextField(default="")
    data = Json()
