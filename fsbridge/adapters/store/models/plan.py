"""The plan: seasons, opening hours, flows with their queues, and who serves which."""

from __future__ import annotations

from peewee import BooleanField, ForeignKeyField, IntegerField, TextField

from fsbridge.adapters.store.fields import Json, Utc, UtcOrNone
from fsbridge.adapters.store.models.base import Row
from fsbridge.adapters.store.models.people import Operator


class Season(Row):
    """What a season allows; the schedule says when it is. ``reserve`` of its ``seats`` are for supervisors.

    >>> Season(key="busy", name="繁忙期", seats=20, registered=30).reserve
    0
    """

    key = TextField(unique=True)
    name = TextField()
    name_en = TextField(default="")
    seats = IntegerField()
    reserve = IntegerField(default=0)
    registered = IntegerField()
    position = IntegerField(default=0)


class Schedule(Row):
    """One version of a schedule's rules; the highest version of a key is in force, older ones are kept.

    >>> Schedule(key="centre", version=1, data={"zone": "Asia/Tokyo"}).data["zone"]
    'Asia/Tokyo'
    """

    key = TextField()
    version = IntegerField()
    data = Json()
    author = TextField(default="")
    note = TextField(default="")
    created_at = Utc()


class ScheduleOverride(Row):
    """A day that goes by other rules, who said so, and until when it counts.

    >>> ScheduleOverride(schedule="centre", day="2027-02-28", data={"closed": True}).day
    '2027-02-28'
    """

    schedule = TextField()
    day = TextField()
    data = Json()
    author = TextField()
    reason = TextField(default="")
    created_at = Utc()
    expires_at = UtcOrNone()
    ended_at = UtcOrNone()
    ended_by = TextField(default="")


class Flow(Row):
    """A call flow (業務): how its calls end, what it is measured by; ``data`` is what its script reads.

    ``wrap_up`` is ``optional``, ``own pace``, ``timed`` or ``timed without exit``; ``target`` is in per cent.

    >>> Flow(key="leak", name="漏水・緊急").answer_within
    20
    """

    key = TextField(unique=True)
    name = TextField()
    name_en = TextField(default="")
    wrap_up = TextField(default="own pace")
    wrap_up_seconds = IntegerField(default=0)
    short_abandon = IntegerField(default=5)
    answer_within = IntegerField(default=20)
    target = IntegerField(default=80)
    position = IntegerField(default=0)
    active = BooleanField(default=True)
    data = Json(default=dict)


class Queue(Row):
    """Where a flow's callers wait; ``key`` is the name FreeSWITCH knows. 0 is no limit.

    >>> Queue(key="leak@centre").max_wait
    0
    """

    key = TextField(unique=True)
    flow = ForeignKeyField(Flow, backref="queues")
    name = TextField()
    strategy = TextField(default="longest-idle-agent")
    max_wait = IntegerField(default=0)
    max_length = IntegerField(default=0)
    position = IntegerField(default=0)
    active = BooleanField(default=True)
    data = Json(default=dict)


class Tier(Row):
    """Who serves which queue in a season; a lower level, then a lower position, is asked first.

    >>> Tier(level=1, position=2).skill
    0
    """

    season = ForeignKeyField(Season, backref="tiers", on_delete="CASCADE")
    queue = ForeignKeyField(Queue, backref="tiers", on_delete="CASCADE")
    operator = ForeignKeyField(Operator, backref="tiers", on_delete="CASCADE")
    level = IntegerField(default=1)
    position = IntegerField(default=1)
    skill = IntegerField(default=0)


class Assignment(Row):
    """Who serves a queue otherwise than the season says, until an hour; `level` 0 is not at all.

    >>> Assignment(level=0, author="boss").position
    1
    """

    queue = ForeignKeyField(Queue, backref="assignments", on_delete="CASCADE")
    operator = ForeignKeyField(Operator, backref="assignments", on_delete="CASCADE")
    level = IntegerField()
    position = IntegerField(default=1)
    since = Utc()
    until = Utc()
    author = TextField()
