"""Contacts in the store: the ports of `fsbridge.services.contacts`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from fsbridge.adapters.store.bulk import insert, reserve
from fsbridge.adapters.store.databases import Backend
from fsbridge.adapters.store.fields import micros, moment
from fsbridge.adapters.store.models import AuditEntry, Call, ContactNumber, ContactTag
from fsbridge.adapters.store.models import Contact as ContactRow
from fsbridge.adapters.store.store import Store
from fsbridge.domain.contacts import Card, Contact, Entry, Number, reading, search_text, spoken
from fsbridge.domain.contacts.folding import EDGE
from fsbridge.services.contacts import Holder

_PAGE = 500
"""Contacts read or asked for at a time."""
_CONTACTS = (
    "SELECT c.id, c.name, c.kana, c.organisation, c.note, c.created_at, c.changed_at,"
    " n.number, n.shown, n.label, t.tag {start}"
    " LEFT JOIN contact_number n ON n.contact_id = c.id LEFT JOIN contact_tag t ON t.contact_id = c.id"
    " WHERE {where} ORDER BY c.reading, c.id, n.position, n.id"
)
_BY_NUMBER = _CONTACTS.format(
    start="FROM contact_number asked JOIN contact c ON c.id = asked.contact_id", where="asked.number = ?"
)

_TAGGED = "EXISTS (SELECT 1 FROM contact_tag t WHERE t.contact_id = contact.id AND t.tag = ?)"


class StoredContacts:
    """The contacts of a store. Whoever changes them does so one after the other; nobody waits to read.

    An arriving number is one statement by an index, so that what any process wrote is found at once.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def changing(self) -> Iterator[Ledger]:
        """The contacts while nobody else changes them; undone if the block raises."""
        with self._store.writing() as database:
            database.lock("contact", "contact_number", "contact_tag")
            yield Ledger(database)

    @contextmanager
    def looking(self) -> Iterator[Ledger]:
        """The contacts as of one moment; nothing can be written."""
        with self._store.reading() as database:
            yield Ledger(database)

    def get(self, which: int) -> Contact | None:
        """A contact by its number; None if there is none."""
        with self._store.connection() as database:
            return Ledger(database).get(which)

    def by_number(self, number: str) -> tuple[Contact, ...]:
        """Everybody who has this normalised number, in kana order."""
        with self._store.connection() as database:
            return tuple(_assembled(_rows(database, _BY_NUMBER, [number])))

    def find(
        self, words: Sequence[str], tags: Sequence[str], limit: int, offset: int
    ) -> tuple[int, tuple[Contact, ...]]:
        """How many there are for which every word and tag holds, and a page of them, in kana order."""
        within = "instr" if self._store.kind == "sqlite" else "strpos"
        conditions = [f"({within}(search, ?) > 0 OR {within}(reading, ?) > 0)"] * len(words)
        conditions += [_TAGGED] * len(tags)
        values: list[Any] = [value for word in words for value in (word, EDGE + spoken(word))]
        values += tags
        where = " AND ".join(conditions) or "1 = 1"
        page = f"SELECT id FROM contact WHERE {where} ORDER BY reading, id LIMIT ? OFFSET ?"
        with self._store.reading() as database:
            ids = [row[0] for row in _rows(database, page, [*values, limit, offset])]
            total = len(ids) + offset
            if len(ids) == limit or (offset and not ids):
                ((total,),) = _rows(database, f"SELECT count(*) FROM contact WHERE {where}", values)
            return total, tuple(_by_ids(database, ids))

    def tags(self) -> list[str]:
        """Every tag there is."""
        with self._store.connection():
            return [row.tag for row in ContactTag.select(ContactTag.tag).distinct().order_by(ContactTag.tag)]

    def everything(self) -> Iterator[Contact]:
        """Every contact in kana order, as of one moment."""
        with self._store.reading() as database:
            ids = [row[0] for row in _rows(database, "SELECT id FROM contact ORDER BY reading, id", [])]
            for start in range(0, len(ids), _PAGE):
                yield from _by_ids(database, ids[start : start + _PAGE])

    def log(self, which: int | None, limit: int) -> tuple[Entry, ...]:
        """The latest changes of one contact or of all, the newest first."""
        query = AuditEntry.select().where(AuditEntry.subject == "contact")
        if which is not None:
            query = query.where(AuditEntry.which == str(which))
        with self._store.connection():
            return tuple(
                Entry(row.at, row.actor, row.action, int(row.which), row.reason, row.before, row.after)
                for row in query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)
            )


class Ledger:
    """The contacts within a transaction."""

    def __init__(self, database: Backend) -> None:
        self._database = database

    def get(self, which: int) -> Contact | None:
        """A contact by its number; None if there is none."""
        return next(iter(_by_ids(self._database, [which])), None)

    def holders(self, numbers: Collection[str], names: Collection[str]) -> list[Holder]:
        """Who has any of these numbers, and who of these names has no number at all."""
        with_number = (
            "SELECT c.id, c.name, n.number FROM contact_number n JOIN contact c ON c.id = n.contact_id"
            " WHERE {}"
        )
        without = (
            "SELECT c.id, c.name, NULL FROM contact c WHERE {}"
            " AND NOT EXISTS (SELECT 1 FROM contact_number n WHERE n.contact_id = c.id)"
        )
        found: dict[int, tuple[str, list[str]]] = {}
        for statement, column, values in (
            (with_number, "n.number", numbers),
            (without, "c.name", names),
        ):
            for page in _pages(list(values)):
                among, asked = _among(self._database, column, page)
                for which, name, number in _rows(self._database, statement.format(among), asked):
                    found.setdefault(which, (name, []))[1].extend([number] if number else [])
        return [Holder(which, name, tuple(held)) for which, (name, held) in sorted(found.items())]

    def add(self, cards: Sequence[Card], at: datetime) -> list[int]:
        """New contacts; their numbers, one for each card."""
        columns = "id name kana organisation note reading search created_at changed_at"
        when = micros(at)
        ids = reserve(self._database, "contact", len(cards))
        rows = ((which, *_columns_of(card), when, when) for which, card in zip(ids, cards, strict=True))
        insert(self._database, "contact", columns, rows)
        self._add_parts(zip(ids, cards, strict=True))
        return ids

    def put(self, which: int, card: Card, at: datetime) -> None:
        """Make a contact's card this one."""
        columns = ("name", "kana", "organisation", "note", "reading", "search")
        values: dict[str, Any] = dict(zip(columns, _columns_of(card), strict=True))
        ContactRow.update(**values, changed_at=at).where(ContactRow.id == which).execute()
        ContactNumber.delete().where(ContactNumber.contact == which).execute()
        ContactTag.delete().where(ContactTag.contact == which).execute()
        self._add_parts([(which, card)])

    def drop(self, which: int) -> None:
        """Take a contact out, with its numbers and tags; calls lose their reference to it."""
        ContactRow.delete().where(ContactRow.id == which).execute()

    def move_calls(self, other: int, keep: int) -> int:
        """Let one contact's calls be another's; how many there were."""
        return int(Call.update(contact=keep).where(Call.contact == other).execute())

    def record(self, entries: Iterable[Entry]) -> None:
        """Note what was done in the audit log."""
        rows = (
            (
                *(micros(one.at), one.actor, one.action, "contact", str(one.contact), one.reason),
                *(_json(one.before), _json(one.after)),
            )
            for one in entries
        )
        insert(self._database, "audit_log", "at actor action subject which reason before after", rows)

    def _add_parts(self, cards: Iterable[tuple[int, Card]]) -> None:
        numbers: list[Sequence[Any]] = []
        tags: list[Sequence[Any]] = []
        for which, card in cards:
            numbers += [
                (which, one.number, one.shown, one.label, position)
                for position, one in enumerate(card.numbers, start=1)
            ]
            tags += [(which, tag) for tag in card.tags]
        insert(self._database, "contact_number", "contact_id number shown label position", numbers)
        insert(self._database, "contact_tag", "contact_id tag", tags)


def _columns_of(card: Card) -> tuple[str, ...]:
    return card.name, card.kana, card.organisation, card.note, reading(card), search_text(card)


def _by_ids(database: Backend, ids: Sequence[int]) -> Iterator[Contact]:
    if ids:
        among, asked = _among(database, "c.id", ids)
        sql = _CONTACTS.format(start="FROM contact c", where=among)
        yield from _assembled(_rows(database, sql, asked))


def _assembled(rows: Iterable[Sequence[Any]]) -> list[Contact]:
    """Contacts of rows that repeat each for each of its numbers and tags."""
    found: dict[int, tuple[Sequence[Any], dict[str, Number], set[str]]] = {}
    for row in rows:
        _, numbers, tags = found.setdefault(row[0], (row, {}, set()))
        if row[7] is not None:
            numbers[row[7]] = Number(*row[7:10])
        if row[10] is not None:
            tags.add(row[10])
    return [
        Contact(
            which,
            Card(
                name=row[1],
                kana=row[2],
                organisation=row[3],
                note=row[4],
                numbers=tuple(numbers.values()),
                tags=tuple(sorted(tags)),
            ),
            moment(row[5]),
            moment(row[6]),
        )
        for which, (row, numbers, tags) in found.items()
    ]


def _rows(database: Backend, sql: str, values: Sequence[Any]) -> list[Any]:
    return list(database.execute_sql(sql.replace("?", database.param), values).fetchall())


def _pages(values: list[str]) -> Iterator[list[str]]:
    return (values[start : start + _PAGE] for start in range(0, len(values), _PAGE))


def _among(database: Backend, column: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """A condition that a column is one of these, and what is asked with it."""
    if database.kind == "postgresql":
        return f"{column} = ANY(?)", [list(values)]
    return f"{column} IN ({', '.join('?' * len(values))})", list(values)


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
