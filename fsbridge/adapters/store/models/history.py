"""The past: calls, queue visits, offers, operators' legs and states, notes, recordings."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, ForeignKeyField, IntegerField, TextField

from fsbridge.adapters.store.fields import Json, Utc, UtcOrNone
from fsbridge.adapters.store.models.base import Row
from fsbridge.adapters.store.models.contents import CaseType, Contact
from fsbridge.adapters.store.models.people import Operator
from fsbridge.adapters.store.models.plan import Flow, Queue, Schedule


class Call(Row):
    """One call, known by its first leg's uuid; ``schedule`` is the version of the rules that judged it.

    ``outcome`` says where it went: empty while it goes on, ``queued``, ``out of hours``, ``left in IVR``,
    ``lines busy``, ``announcement``, ``outbound``.

    >>> Call(uuid="7f1c", direction="inbound").outcome
    ''
    """

    uuid = TextField(unique=True)
    direction = TextField()
    number = TextField(default="")
    name = TextField(default="")
    dialled = TextField(default="")
    flow = ForeignKeyField(Flow, backref="calls", null=True)
    contact = ForeignKeyField(Contact, backref="calls", null=True, on_delete="SET NULL")
    schedule = ForeignKeyField(Schedule, backref="calls", null=True)
    started_at = Utc()
    answered_at = UtcOrNone()
    ended_at = UtcOrNone()
    cause = TextField(default="")
    outcome = TextField(default="")


class Visit(Row):
    """One stay of one call in one queue: the unit the figures count.

    ``outcome`` has the words of `fsbridge.domain.tally.Outcome`; ``inferred`` if it was worked out.

    >>> Visit(uuid="ce03", ordinal=1).outcome
    'waiting'
    """

    uuid = TextField(unique=True)
    call = ForeignKeyField(Call, backref="visits")
    queue = ForeignKeyField(Queue, backref="visits")
    ordinal = IntegerField(default=1)
    entered_at = Utc()
    first_entered_at = Utc()
    answered_at = UtcOrNone()
    left_at = UtcOrNone()
    operator = ForeignKeyField(Operator, backref="visits", null=True)
    outcome = TextField(default="waiting")
    inferred = BooleanField(default=False)


class Leg(Row):
    """An operator's part in a call: ``queue``, ``transfer``, ``outbound``, ``internal`` or ``monitoring``.

    Durations are in microseconds.

    >>> Leg(uuid="9a", kind="queue").hold
    0
    """

    uuid = TextField(unique=True)
    call = ForeignKeyField(Call, backref="legs")
    visit = ForeignKeyField(Visit, backref="legs", null=True)
    operator = ForeignKeyField(Operator, backref="legs", null=True)
    kind = TextField()
    started_at = Utc()
    answered_at = UtcOrNone()
    ended_at = UtcOrNone()
    hold = BigIntegerField(default=0)
    wrap_up = BigIntegerField(default=0)


class Offer(Row):
    """A visit offered to an operator, and what came of it.

    ``outcome``: ``ringing``, ``answered``, ``rang out``, ``rejected``, ``phone gone``, ``caller hung up``,
    ``withdrawn``.

    >>> Offer().outcome
    'ringing'
    """

    visit = ForeignKeyField(Visit, backref="offers")
    operator = ForeignKeyField(Operator, backref="offers")
    offered_at = Utc()
    ended_at = UtcOrNone()
    outcome = TextField(default="ringing")


class OperatorSpan(Row):
    """A stretch of time an operator spent in one state; at most one an operator is open.

    ``leg_uuid`` is the operator's leg it is about (talking, holding, wrap-up), which becomes a row later.
    A wrap-up has a ``reason`` if it was ended by the system.

    >>> OperatorSpan(state="on break", reason="昼休み").ended_at is None
    True
    """

    operator = ForeignKeyField(Operator, backref="spans")
    state = TextField()
    reason = TextField(default="")
    leg = ForeignKeyField(Leg, backref="spans", null=True)
    leg_uuid = TextField(default="")
    started_at = Utc()
    ended_at = UtcOrNone()


class Note(Row):
    """What an operator wrote about a call, and its kind of case; ``by_system`` if time ran out first.

    ``leg_uuid`` is the operator's leg it was written on; with the leg's row, the call becomes known.

    >>> Note(text="折り返し希望").by_system
    False
    """

    call = ForeignKeyField(Call, backref="notes", null=True)
    leg = ForeignKeyField(Leg, backref="notes", null=True)
    leg_uuid = TextField(default="")
    operator = ForeignKeyField(Operator, backref="notes", null=True)
    case_type = ForeignKeyField(CaseType, backref="notes", null=True)
    text = TextField(default="")
    by_system = BooleanField(default=False)
    created_at = Utc()
    changed_at = Utc()
    saved_at = UtcOrNone()


class Purge(Row):
    """One run over the recordings whose time was over; ``certificate`` is the file that says what went.

    >>> Purge(author="fsbridge").removed
    0
    """

    started_at = Utc()
    ended_at = UtcOrNone()
    cutoff = Utc()
    rule = Json()
    author = TextField()
    reason = TextField(default="")
    removed = IntegerField(default=0)
    missing = IntegerField(default=0)
    failed = IntegerField(default=0)
    size = BigIntegerField(default=0)
    certificate = TextField(default="")
    sha256 = TextField(default="")


class Recording(Row):
    """A recorded conversation; the row outlives its file. ``held_at``: kept whatever its age.

    ``length`` (microseconds) and ``fault`` are what was found when it was verified, size and hash those of
    the file that is kept.

    ``purge_outcome`` is what the last purge that came to it did: ``intended`` until the file is gone, then
    ``removed``; ``missing`` if it was not there, ``failed`` with the reason in ``purge_note``.

    >>> Recording(path="2027/04/01/7f1c.wav").size
    0
    """

    path = TextField(unique=True)
    call = ForeignKeyField(Call, backref="recordings")
    leg = ForeignKeyField(Leg, backref="recordings", null=True)
    operator = ForeignKeyField(Operator, backref="recordings", null=True)
    started_at = Utc()
    ended_at = UtcOrNone()
    size = BigIntegerField(default=0)
    sha256 = TextField(default="")
    length = BigIntegerField(null=True)
    verified_at = UtcOrNone()
    fault = TextField(default="")
    held_at = UtcOrNone()
    held_by = TextField(default="")
    held_for = TextField(default="")
    purged_at = UtcOrNone()
    purge = ForeignKeyField(Purge, backref="recordings", null=True)
    purge_outcome = TextField(default="")
    purge_note = TextField(default="")


class RecordingPause(Row):
    """A stretch of a recording that holds silence on purpose; ``path`` is what FreeSWITCH was writing.

    >>> RecordingPause(call="7f1c", path="2027-04-01/7f1c-1806541200250000.wav").ended_by
    ''
    """

    call = TextField()
    path = TextField()
    started_at = Utc()
    started_by = TextField()
    ended_at = UtcOrNone()
    ended_by = TextField(default="")


class RecordingAlarm(Row):
    """Something that is wrong, raised once, which stands until somebody acknowledges it.

    >>> RecordingAlarm(kind="none", subject="7f1c/1").note
    ''
    """

    kind = TextField()
    subject = TextField()
    call = TextField(default="")
    detail = TextField(default="")
    raised_at = Utc()
    acknowledged_at = UtcOrNone()
    acknowledged_by = TextField(default="")
    note = TextField(default="")

    class Meta:
        table_name = "alarm"


class CallRecord(Row):
    """What the rows of a call are made from: a leg's record, or a visit as live events told of it.

    ``root`` is the uuid of the call's first leg, as far as it is known.

    >>> CallRecord(uuid="7f1c", root="7f1c", source="record", data={}).source
    'record'
    """

    uuid = TextField(unique=True)
    root = TextField()
    source = TextField()
    data = Json()
    received_at = Utc()
