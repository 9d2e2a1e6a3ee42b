"""The screen pop: who calls, what was before, what to say, and what has been written so far."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.store.callside import CallSide
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.adapters.store.notes import StoredNotes
from fsbridge.domain.contacts import Contact, ContactError, Number
from fsbridge.domain.duty import Duty, Status
from fsbridge.domain.events import Direction
from fsbridge.domain.views import Snapshot
from fsbridge.services.contacts import Contacts
from fsbridge.services.floor import utc_now
from fsbridge.services.notes import Notes
from webpanel.centre import Centre, Kept
from webpanel.desk.picture import call_of, flow_of

REMEMBERED = 500
"""How many calls out are remembered."""


class Pops:
    """Makes screen pops; every look-up is of now, so that a contact added a minute ago is found."""

    def __init__(self, centre: Centre, kept: Kept) -> None:
        self._centre = centre
        self._side = CallSide(kept.store)
        self._contacts = StoredContacts(kept.store)
        self.notes = Notes(StoredNotes(kept.store))
        self._placed: dict[str, str] = {}

    def of(self, duty: Duty | None, floor: Snapshot, operator: str) -> dict[str, Any] | None:
        """What stands on the screen of an operator: the call at hand, or a draft that was left unsaved."""
        if duty is not None and (duty.leg or duty.call):
            return self._about(operator, duty, floor)
        left = self.notes.left(operator, utc_now())
        if left is None:
            return None
        about = Duty(operator=operator, status=Status.WRAP_UP, since=left.changed_at, leg=left.leg)
        return self._about(operator, about, floor)

    def script(self, flow: str) -> dict[str, Any] | None:
        """What is read out in a flow."""
        found = self._side.script(flow) if flow else None
        return asdict(found) if found is not None else None

    def placed(self, leg: str, number: str) -> None:
        """Remember whom an operator calls, before FreeSWITCH tells of it."""
        self._placed[leg] = number
        while len(self._placed) > REMEMBERED:
            del self._placed[next(iter(self._placed))]

    def call_of(self, duty: Duty) -> str:
        """The uuid of the call a duty is about: its first leg's, which recordings go by."""
        return self._side.call(duty.call, duty.leg)[0] or duty.call

    def cases(self) -> list[dict[str, Any]]:
        """Every kind of case that may be chosen."""
        return [asdict(one) for one in self._side.cases()]

    def _about(self, operator: str, duty: Duty, floor: Snapshot) -> dict[str, Any]:
        plan = self._centre.plan()
        view = call_of(duty, floor) if duty.status.in_call else None
        uuid, number, flow, direction = self._side.call(duty.call, duty.leg)
        outgoing = (duty.outgoing and not duty.sent) or direction == "outbound"
        if view is not None:
            number = (
                view.destination if outgoing and view.direction is Direction.INBOUND else view.number
            ) or number
            waited = view.waiting_since
        else:
            waited = None
        number = self._placed.get(duty.leg, number)
        flow = flow_of(plan, duty.queue) or (flow_of(plan, view.queue) if view is not None else "") or flow
        numbers = PhoneNumbers(plan.region)
        people = Contacts(self._contacts, numbers).caller(number) if number else ()
        known = {number} | {form for one in people for held in one.card.numbers for form in _forms(held)}
        past = self._side.before(known, [one.id for one in people], but=[duty.call, uuid])
        note = self.notes.of(operator, duty.leg) if duty.leg else None
        rule = next((one for one in plan.flows if one.key == flow), None)
        return {
            "leg": duty.leg,
            "call": uuid or duty.call,
            "outgoing": outgoing,
            "number": number,
            "shown": _shown(numbers, number),
            "waiting_since": _ms(waited),
            "answered_at": _ms(view.talking_since) if view is not None else None,
            "flow": flow,
            "flow_name": rule.name if rule is not None else "",
            "flow_name_en": (rule.name_en or rule.name) if rule is not None else "",
            "wrap_up": rule.wrap_up if rule is not None else "optional",
            "contact": _contact(people[0]) if people else None,
            "others": [one.card.name for one in people[1:]],
            "past": [{**asdict(one), "at": _ms(one.at)} for one in past],
            "script": self.script(flow),
            "note": {"text": note.text, "case": note.case, "saved": note.saved_at is not None}
            if note
            else None,
            "last_case": self._side.last_case(operator),
        }


def _contact(contact: Contact) -> dict[str, Any]:
    card = contact.card
    return {
        "id": contact.id,
        "name": card.name,
        "kana": card.kana,
        "organisation": card.organisation,
        "note": card.note,
        "tags": list(card.tags),
        "numbers": [{"number": one.number, "shown": one.shown, "label": one.label} for one in card.numbers],
    }


def _forms(number: Number) -> tuple[str, str]:
    """A number as calls may carry it: with its country code, and as it is dialled within the country."""
    digits = "".join(char for char in number.shown if char.isdigit())
    return number.number, number.number if number.shown.startswith("+") else digits


def _shown(numbers: PhoneNumbers, number: str) -> str:
    """The number with the hyphens of its area code, or as it is."""
    try:
        return numbers.read(number).shown if number else ""
    except ContactError:
        return number


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
