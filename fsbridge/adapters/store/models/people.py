"""People: who may log in, what they may do, and who sits where."""

from __future__ import annotations

from peewee import BooleanField, ForeignKeyField, IntegerField, TextField

from fsbridge.adapters.store.fields import Utc, UtcOrNone
from fsbridge.adapters.store.models.base import Row


class User(Row):
    """A person with a log-in of their own. ``password`` is an argon2 hash; empty: nobody gets in with it.

    ``totp`` is the key of a one-time password, if one is asked for, and ``totp_step`` the last one used.

    >>> User(login="sato", name="佐藤").active
    True
    """

    login = TextField(unique=True)
    name = TextField()
    kana = TextField(default="")
    password = TextField(default="")
    totp = TextField(default="")
    totp_step = IntegerField(default=0)
    failures = IntegerField(default=0)
    locked_until = UtcOrNone()
    active = BooleanField(default=True)
    created_at = Utc()
    changed_at = Utc()

    class Meta:
        table_name = "user_account"  # `user` is a word of SQL


class WebSession(Row):
    """A browser somebody logged in with, until `ended_at`. ``digest`` is of its secret.

    >>> WebSession(place="192.0.2.7").ended_at is None
    True
    """

    digest = TextField(unique=True)
    user = ForeignKeyField(User, backref="sessions", on_delete="CASCADE")
    place = TextField(default="")
    began_at = Utc()
    seen_at = Utc()
    ended_at = UtcOrNone()


class AccessToken(Row):
    """A key for what is no person: ``kiosk``, a screen; ``api``, a program; ``metrics``, what watches.

    >>> AccessToken(kind="kiosk", name="1F").revoked_at is None
    True
    """

    kind = TextField()
    name = TextField()
    digest = TextField(unique=True)
    created_at = Utc()
    created_by = TextField()
    used_at = UtcOrNone()
    revoked_at = UtcOrNone()


class UserRole(Row):
    """One thing a user is: ``operator``, ``supervisor`` or ``administrator``.

    >>> UserRole(role="supervisor").role
    'supervisor'
    """

    user = ForeignKeyField(User, backref="roles", on_delete="CASCADE")
    role = TextField()


class Operator(Row):
    """A registered operator ID: what the distributor calls by name. Retired ones stay, for the history.

    >>> Operator(key="op01", name="佐藤").retired_at is None
    True
    """

    key = TextField(unique=True)
    user = ForeignKeyField(User, backref="operators", null=True, unique=True)
    name = TextField()
    kana = TextField(default="")
    extension = TextField(default="")
    registered_at = Utc()
    retired_at = UtcOrNone()


class Seat(Row):
    """A seat that is taken: at most one an operator, numbered from 1. ``session`` is a digest, no secret.

    >>> Seat(number=1, reserve=True).reserve
    True
    """

    number = IntegerField(unique=True)
    operator = ForeignKeyField(Operator, backref="seats", unique=True)
    session = TextField(unique=True)
    reserve = BooleanField(default=False)
    place = TextField(default="")
    taken_at = Utc()
    beat_at = Utc()


class Duty(Row):
    """What comes next for an operator who is logged in, and the call at hand; `call` and `leg` are uuids.

    The present status, its reason and since when are the operator's open `OperatorSpan`.

    >>> Duty(next_state="on break", next_reason="昼休み").missed
    0
    """

    operator = ForeignKeyField(Operator, backref="duties", unique=True)
    next_state = TextField(default="")
    next_reason = TextField(default="")
    missed = IntegerField(default=0)
    call = TextField(default="")
    visit = TextField(default="")
    leg = TextField(default="")
    queue = TextField(default="")
    flow = TextField(default="")
    wrap_up = TextField(default="")
    due_at = UtcOrNone()
    hand_at = UtcOrNone()


class Listening(Row):
    """A supervisor who listens to an operator now: one at most. `leg` is the supervisor's, `spied` the other.

    >>> Listening(leg="6d", spied="9a", mode="whisper").call
    ''
    """

    user = ForeignKeyField(User, backref="listening", unique=True)
    operator = ForeignKeyField(Operator, backref="heard_by")
    leg = TextField(unique=True)
    spied = TextField()
    call = TextField(default="")
    mode = TextField()
    started_at = Utc()

    class Meta:
        table_name = "monitoring"


class Message(Row):
    """What a supervisor wrote to an operator today, or to all of them.

    >>> Message(author="boss", text="開栓が混んでいます").operator is None
    True
    """

    operator = ForeignKeyField(Operator, backref="messages", null=True)
    author = TextField()
    text = TextField()
    sent_at = Utc()
