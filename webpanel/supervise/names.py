"""Who calls: a number as people read it, and the contact whose it is, remembered for a while."""

from __future__ import annotations

import time
from dataclasses import dataclass

from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.domain.contacts import ContactError
from fsbridge.services.contacts import Contacts
from webpanel.centre import Centre, Kept

GOOD_FOR = 30.0
"""Seconds a name is good for: a contact added in a call is seen on the next."""
MOST = 500
"""Numbers that are remembered at the same time."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A number, and the name of its contact; "" for none."""

    shown: str
    name: str


class Callers:
    """Looks numbers up."""

    def __init__(self, centre: Centre, kept: Kept) -> None:
        self._numbers = PhoneNumbers(centre.plan().region)
        self._contacts = Contacts(StoredContacts(kept.store), self._numbers)
        self._known: dict[str, tuple[float, Caller]] = {}

    def of(self, number: str) -> Caller:
        """Whose number this is."""
        if not number:
            return Caller("", "")
        asked_at, caller = self._known.get(number, (float("-inf"), Caller("", "")))
        if time.monotonic() - asked_at < GOOD_FOR:
            return caller
        people = self._contacts.caller(number)
        caller = Caller(self._shown(number), people[0].card.name if people else "")
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[number] = (time.monotonic(), caller)
        return caller

    def _shown(self, number: str) -> str:
        try:
            return self._numbers.read(number).shown
        except ContactError:
            return number
