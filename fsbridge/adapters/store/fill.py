"""A new centre filled from a data set: the plan, and what people start with, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.planfile import CaseTypeEntry, DataSet
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.adapters.store.models import CaseType, Flow, TalkScript
from fsbridge.adapters.store.plan import StoredPlan
from fsbridge.adapters.store.recordings import StoredRecordings
from fsbridge.adapters.store.store import Store
from fsbridge.domain.contacts import Card
from fsbridge.errors import FsbridgeError
from fsbridge.services.contacts import Contacts


class AlreadyFilled(FsbridgeError):
    """The store holds a centre already, and nothing was written."""


def fill(
    store: Store,
    data: DataSet,
    *,
    by: str,
    at: datetime,
    also: Callable[[], object] = lambda: None,
) -> None:
    """Put a data set into a store whose tables are there; AlreadyFilled if it holds a centre.

    `also` is done in the same transaction: all of it happens, or nothing.
    """
    with store.writing() as database:
        database.lock("setting", "schedule", "schedule_override")
        refuse_filled(store)
        StoredPlan(store).save(data.plan, by=by, at=at, reason="init")
        for position, one in enumerate(data.case_types):
            _case_type(one, position)
        for script in data.talk_scripts:
            TalkScript.create(
                flow=Flow.get(Flow.key == script.flow),
                version=1,
                title=script.title,
                body=script.body.strip() + "\n",
                author=by,
                created_at=at,
                published_at=at,
            )
        if data.retention is not None:
            StoredRecordings(store).set_rule(data.retention, at, by=by)
        also()


def fill_contacts(store: Store, data: DataSet, *, by: str, at: datetime) -> None:
    """Put a data set's contacts into the book; for `also` of `fill`."""
    contacts = Contacts(StoredContacts(store), PhoneNumbers(data.plan.region))
    for one in data.contacts:
        numbers = contacts.numbers((number, "") for number in one.numbers)
        card = Card(
            name=one.name,
            kana=one.kana,
            organisation=one.organisation,
            note=one.note,
            numbers=numbers,
            tags=one.tags,
        )
        contacts.add(card, by=by, now=at)


def refuse_filled(store: Store) -> None:
    """AlreadyFilled if the store holds a centre."""
    plan = StoredPlan(store)
    if plan.exists():
        raise AlreadyFilled(
            f"{store.url} holds a centre already ({plan.load().name}); name another FSBRIDGE_HOME, or change "
            "it with fsbridge schedule, season, flows, queues and tiers"
        )


def _case_type(one: CaseTypeEntry, position: int) -> None:
    CaseType.create(
        key=one.key,
        parent=CaseType.get(CaseType.key == one.parent) if one.parent else None,
        flow=Flow.get(Flow.key == one.flow) if one.flow else None,
        name=one.name,
        name_en=one.name_en,
        kana=one.kana,
        position=position,
        system=one.system,
    )
