"""What people write: contacts, case types, talk scripts, announcements."""

from __future__ import annotations

from peewee import BooleanField, ForeignKeyField, IntegerField, TextField

from fsbridge.adapters.store.fields import Utc, UtcOrNone
from fsbridge.adapters.store.models.base import Row
from fsbridge.adapters.store.models.plan import Flow


class Contact(Row):
    """Somebody who may call. What changed, and who did it, is in the audit log.

    ``reading`` and ``search`` are folded from the rest, for kana order and for finding:
    `fsbridge.adapters.store.contacts` writes them, and so every contact.

    >>> Contact(name="北陸設備").note
    ''
    """

    name = TextField()
    kana = TextField(default="")
    organisation = TextField(default="")
    note = TextField(default="")
    reading = TextField(default="")
    search = TextField(default="")
    created_at = Utc()
    changed_at = Utc()


class ContactNumber(Row):
    """One number of a contact: ``number`` normalised for the look-up, ``shown`` as people read it.

    >>> ContactNumber(number="+81762202722", shown="076-220-2722").position
    1
    """

    contact = ForeignKeyField(Contact, backref="numbers", on_delete="CASCADE")
    number = TextField()
    shown = TextField()
    label = TextField(default="")
    position = IntegerField(default=1)


class ContactTag(Row):
    """One word a contact is filed under.

    >>> ContactTag(tag="業者").tag
    '業者'
    """

    contact = ForeignKeyField(Contact, backref="tags", on_delete="CASCADE")
    tag = TextField()


class CaseType(Row):
    """A kind of case, in two levels. ``system`` ones are written by time-outs, never offered to people.

    >>> CaseType(key="leak.road", name="道路漏水").active
    True
    """

    key = TextField(unique=True)
    parent = ForeignKeyField("self", backref="children", null=True)
    flow = ForeignKeyField(Flow, backref="case_types", null=True)
    name = TextField()
    name_en = TextField(default="")
    kana = TextField(default="")
    position = IntegerField(default=0)
    active = BooleanField(default=True)
    system = BooleanField(default=False)


class TalkScript(Row):
    """One version of what an operator reads out; the highest published version of a flow is shown.

    >>> TalkScript(version=1, title="漏水").published_at is None
    True
    """

    flow = ForeignKeyField(Flow, backref="talk_scripts")
    version = IntegerField()
    title = TextField()
    body = TextField()
    author = TextField(default="")
    created_at = Utc()
    published_at = UtcOrNone()


class Announcement(Row):
    """One version of what callers hear: a text for a voice, or a studio's recording.

    ``source`` is ``synthesis`` or ``recording``; ``sound`` names the rendered file.

    >>> Announcement(key="closed", version=1, text="本日の受付は終了しました。").source
    'synthesis'
    """

    key = TextField()
    version = IntegerField()
    title = TextField(default="")
    text = TextField(default="")
    source = TextField(default="synthesis")
    engine = TextField(default="")
    voice = TextField(default="")
    sound = TextField(default="")
    author = TextField(default="")
    created_at = Utc()
    published_at = UtcOrNone()
