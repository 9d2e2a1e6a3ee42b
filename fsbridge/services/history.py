"""The past kept: records and live events taken in, each once, and a call's rows made from all there is."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from fsbridge.domain.events import CallBridged, DomainEvent, QueueEvent
from fsbridge.domain.history import History, Sighting, fold, history_of, is_about_visit, made, plain
from fsbridge.domain.records import LegRecord
from fsbridge.errors import FsbridgeError

logger = logging.getLogger(__name__)

RECORD, EVENTS = "record", "events"


class RecordRefused(FsbridgeError):
    """The store will never take this record; the text says why."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that was told of a call: a leg's record, or (``events``) a visit as events told of it.

    >>> Item("7f1c", "7f1c", RECORD, {}).root
    '7f1c'
    """

    uuid: str
    root: str
    source: str
    data: Mapping[str, Any]


class PastLedger(Protocol):
    """The past while nobody else writes to it."""

    def item(self, uuid: str) -> Item | None: ...
    def group(self, root: str) -> Sequence[Item]: ...
    def keep(self, item: Item) -> None: ...
    def move(self, root: str, to: str) -> None: ...
    def open_calls(self) -> Sequence[str]: ...
    def short_abandon(self, queue: str) -> timedelta: ...
    def write(self, history: History) -> None: ...


class Archive(Protocol):
    """Where the past is kept; a block under `locked` is written whole or not at all."""

    def locked(self) -> AbstractContextManager[PastLedger]: ...


class Past:
    """Calls, visits, offers and legs, from records and live events in any order and however often.

    What was told is kept as it is; each time something new comes, the rows of its call are made again
    from all of it. Records outweigh events: an event only fills what no record tells.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def take(self, record: LegRecord) -> bool:
        """Take a record in; whether it was new. What the store raises says that it was not kept."""
        with self._archive.locked() as ledger:
            data = plain(record)
            known = ledger.item(record.uuid)
            if known is not None and _weight(known.data) >= _weight(data):
                return False
            root = _root(ledger, record)
            ledger.keep(Item(record.uuid, root, RECORD, data))
            if root != record.uuid:
                ledger.move(record.uuid, root)
            _rebuild(ledger, root)
            return True

    def note(self, event: DomainEvent) -> bool:
        """Take a live event in; whether it told anything new of a queue visit."""
        if not is_about_visit(event):
            return False
        assert isinstance(event, QueueEvent | CallBridged)  # what is_about_visit lets through
        with self._archive.locked() as ledger:
            known = ledger.item(event.visit)
            seen = made(Sighting, known.data) if known else None
            folded = fold(seen, event)
            if folded is None or folded == seen:
                return False
            ledger.keep(Item(folded.visit, folded.call, EVENTS, plain(folded)))
            _rebuild(ledger, folded.call)
            return True

    def open_calls(self) -> frozenset[str]:
        """The calls that have not ended, by their first leg."""
        with self._archive.locked() as ledger:
            return frozenset(ledger.open_calls())

    def gone(self, calls: Iterable[str], at: datetime) -> None:
        """These calls were found to be gone, no record having come: their visits end, as inferred.

        A record that comes after all outweighs it.
        """
        with self._archive.locked() as ledger:
            for call in calls:
                seen = _visits(ledger.group(call))
                for one in seen:
                    found = replace(one, call=call, gone_at=at)
                    ledger.keep(Item(one.visit, call, EVENTS, plain(found)))
                if seen:
                    logger.warning("call %s is gone and has no record: ended as inferred", call)
                    _rebuild(ledger, call)


def _visits(items: Sequence[Item]) -> list[Sighting]:
    """The visits that these tell of, as far as they were seen."""
    seen = {item.uuid: made(Sighting, item.data) for item in items if item.source == EVENTS}
    for item in items:
        if item.source == RECORD:
            for note in made(LegRecord, item.data).visits:
                seen.setdefault(note.uuid, Sighting(visit=note.uuid, call=item.root, queue=note.queue))
    return list(seen.values())


def _weight(data: Mapping[str, Any]) -> tuple[str, str]:
    """Which of two different records of one leg is kept: the one that ended later."""
    return str(data["ended_at"]), json.dumps(data, sort_keys=True)


def _root(ledger: PastLedger, record: LegRecord) -> str:
    """The call a leg belongs to, as far as its legs are known."""
    if not record.parent:
        return record.uuid
    parent = ledger.item(record.parent)
    root = parent.root if parent else record.parent
    return min(record.uuid, record.parent) if root == record.uuid else root


def _rebuild(ledger: PastLedger, root: str) -> None:
    items = ledger.group(root)
    history = history_of(
        root,
        [made(LegRecord, item.data) for item in items if item.source == RECORD],
        [made(Sighting, item.data) for item in items if item.source == EVENTS],
        short_abandon=ledger.short_abandon,
    )
    if history is not None:
        ledger.write(history)
