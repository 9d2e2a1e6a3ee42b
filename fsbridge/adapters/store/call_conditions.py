"""What a search for calls asks, as conditions on the rows of the history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from peewee import JOIN, fn

from fsbridge.adapters.store.models import (
    Call,
    CaseType,
    Contact,
    ContactNumber,
    Flow,
    Leg,
    Note,
    Operator,
    Queue,
    Recording,
    Visit,
)
from fsbridge.domain.contacts import spoken, words_of
from fsbridge.domain.contacts.folding import EDGE
from fsbridge.domain.sight import VISIBLE, Sight
from fsbridge.domain.tally import Outcome
from fsbridge.services.calls import Wanted

_VISITS = {outcome.value for outcome in Outcome}
_COUNTRY_CODES = ("_", "__", "___")
"""Country codes have one to three digits."""


def conditions(wanted: Wanted) -> Iterator[Any]:
    """The conditions, all of which hold for a call that is wanted; the query joins `Flow`."""
    yield from _when_and_who(wanted)
    yield from _number(wanted)
    eyes = wanted.eyes
    if eyes is not None and not eyes.all_numbers and any(map(_tells_a_number, (wanted.contact, wanted.text))):
        yield _own(eyes)
    if wanted.flow:
        stays = Visit.select(Visit.id).join(Queue).join(Flow).where(Visit.call == Call.id)
        yield (Flow.key == wanted.flow) | _exists(stays.where(Flow.key == wanted.flow))
    if wanted.queue:
        stays = Visit.select(Visit.id).join(Queue).where(Visit.call == Call.id)
        yield _exists(stays.where(Queue.key == wanted.queue))
    if wanted.direction:
        yield Call.direction == wanted.direction
    if wanted.outcome in _VISITS:
        yield Call.id.in_(Visit.select(Visit.call).where(Visit.outcome == wanted.outcome))
    elif wanted.outcome:
        yield Call.outcome == wanted.outcome
    yield from _written(wanted)


def _tells_a_number(words: str) -> bool:
    """Whether words would find out digits that are masked."""
    return sum(map(str.isdigit, words)) > VISIBLE


def _exists(query: Any) -> Any:
    return fn.EXISTS(query)


def _when_and_who(wanted: Wanted) -> Iterator[Any]:
    start, end = (wanted.window.start, wanted.window.end) if wanted.window else (None, None)
    if wanted.operator:
        legs = Leg.select(Leg.call).join(Operator).where(Operator.key == wanted.operator)
        if start is not None:
            legs = legs.where(Leg.started_at >= start, Leg.started_at < end)
        yield Call.id.in_(legs)
    elif start is not None:
        yield (Call.started_at >= start) & (Call.started_at < end)
    if wanted.beyond is not None:
        at, uuid = wanted.beyond
        shown = Call.alias()
        number = shown.select(shown.id).where(shown.uuid == uuid)
        yield (Call.started_at < at) | ((Call.started_at == at) & (Call.id < number))


def _number(wanted: Wanted) -> Iterator[Any]:
    if wanted.numbers:
        yield Call.number.in_(wanted.numbers)
    elif wanted.digits:
        yield _part(wanted.digits, wanted.eyes)
    if wanted.contact:
        known = Contact.select(Contact.id)
        for word in words_of(wanted.contact):
            read = Contact.reading.contains(EDGE + spoken(word))
            known = known.where(Contact.search.contains(word) | read)
        theirs = ContactNumber.select(ContactNumber.number).where(ContactNumber.contact.in_(known))
        yield Call.contact.in_(known) | Call.number.in_(theirs)


def _part(digits: str, eyes: Sight | None) -> Any:
    """Calls whose number has these digits; a leading zero may be what a country code stands for."""
    anywhere = Call.number.contains(digits)
    if digits.startswith("0") and len(digits) > 1:
        for code in _COUNTRY_CODES:
            anywhere |= Call.number ** f"+{code}{digits[1:]}%"
    if eyes is None or eyes.all_numbers:
        return anywhere
    # Of a masked number, its end can be read; asking for the rest digit by digit would unmask it.
    seen = Call.number.endswith(digits) if len(digits) <= VISIBLE else Call.number == digits
    return seen | (anywhere & _own(eyes))


def _own(eyes: Sight) -> Any:
    """Calls whose numbers somebody sees whom those of others are masked for."""
    legs = Leg.select(Leg.call).join(Operator)
    mine = eyes.operator if eyes.rights.numbers == "own" else ""
    return Call.id.in_(
        legs.where(Operator.key == mine, Leg.answered_at.is_null(False), Leg.kind != "monitoring")
    )


def _written(wanted: Wanted) -> Iterator[Any]:
    if wanted.case:
        above = CaseType.alias()
        kinds = CaseType.select(CaseType.id).join(above, JOIN.LEFT_OUTER, on=(CaseType.parent == above.id))
        kinds = kinds.where((CaseType.key == wanted.case) | (above.key == wanted.case))
        yield Call.id.in_(Note.select(Note.call).where(Note.case_type.in_(kinds)))
    if wanted.text:
        yield Call.id.in_(Note.select(Note.call).where(Note.text.contains(wanted.text)))
    if wanted.recorded is not None:
        kept = Recording.select(Recording.id).where(Recording.call == Call.id, Recording.purged_at.is_null())
        yield _exists(kept) if wanted.recorded else ~_exists(kept)
