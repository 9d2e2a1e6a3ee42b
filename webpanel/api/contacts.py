"""What the API gives of contacts, and takes."""

from __future__ import annotations

import hashlib

import msgspec

from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.domain import contacts as domain
from fsbridge.services.contacts import Contacts
from fsbridge.services.floor import utc_now
from webpanel.api import shapes
from webpanel.api.request import Request, Tagged
from webpanel.centre import Centre, Kept
from webpanel.problems import Changed, Misasked, Unconditional


class ContactAnswers:
    """Answers from the contacts; a change is in the audit log as the token's."""

    def __init__(self, centre: Centre, kept: Kept) -> None:
        self._contacts = Contacts(StoredContacts(kept.store), PhoneNumbers(centre.plan().region))

    def find(self, request: Request) -> shapes.Contacts:
        """A page of those that fit; whose number it is, all of them."""
        asked: shapes.FindContacts = request.query
        if asked.number:
            if asked.q or asked.tag or asked.offset:
                raise Misasked("query.number", "is looked up alone; leave out q, tag and offset")
            held = self._contacts.caller(asked.number)
            return shapes.Contacts(total=len(held), contacts=[_contact(one) for one in held], next=None)
        found = self._contacts.find(asked.q, tags=asked.tag, limit=asked.limit, offset=asked.offset)
        after = asked.offset + len(found.contacts)
        return shapes.Contacts(
            total=found.total,
            contacts=[_contact(one) for one in found.contacts],
            next=after if found.contacts and after < found.total else None,
        )

    def get(self, request: Request) -> Tagged:
        """One contact; NoSuchContact if there is none."""
        return _tagged(self._contacts.get(request.places["id"]))

    def put(self, request: Request) -> Tagged:
        """The contact as it is after the change; Changed if it is no longer what was read."""
        which, asked = request.places["id"], request.body
        if not (request.versions or request.versions.star_tag):
            raise Unconditional("headers.If-Match: is missing; send the ETag that the contact was read with")
        card = domain.Card(
            name=asked.name,
            kana=asked.kana,
            organisation=asked.organisation,
            note=asked.note,
            numbers=self._contacts.numbers((one.number, one.label) for one in asked.numbers),
            tags=tuple(asked.tags),
        )

        def changed(before: domain.Card) -> domain.Card:
            if version_of(which, before) not in request.versions:
                raise Changed("the contact was changed since it was read; read it again, then change that")
            return card

        return _tagged(self._contacts.edit(which, changed, by=request.by, now=utc_now()))


def version_of(which: int, card: domain.Card) -> str:
    """What a card is told from others by.

    >>> version_of(1, domain.Card(name="a")) == version_of(1, domain.Card(name="b"))
    False
    """
    return hashlib.sha256(msgspec.json.encode([which, domain.data_of(card)])).hexdigest()[:24]


def _tagged(one: domain.Contact) -> Tagged:
    return Tagged(_contact(one), version_of(one.id, one.card))


def _contact(one: domain.Contact) -> shapes.Contact:
    card = one.card
    return shapes.Contact(
        id=one.id,
        name=card.name,
        kana=card.kana,
        organisation=card.organisation,
        numbers=[shapes.Number(number=n.number, shown=n.shown, label=n.label) for n in card.numbers],
        tags=list(card.tags),
        note=card.note,
        created_at=one.created_at,
        changed_at=one.changed_at,
    )
