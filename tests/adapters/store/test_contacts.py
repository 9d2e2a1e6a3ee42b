"""Contacts in the store: found at once whoever wrote them, whole or not at all, every change in the log."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import gevent
import pytest

from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.adapters.store.models import AuditEntry, Call
from fsbridge.domain.contacts import Card, Contact, ContactError, NoSuchContact
from fsbridge.errors import FsbridgeError
from fsbridge.services.contacts import Contacts
from tests.adapters.store.making import NOON

PLAN = PhoneNumbers("JP")
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def book(store: Store) -> StoredContacts:
    return StoredContacts(store)


@pytest.fixture
def contacts(book: StoredContacts) -> Contacts:
    return Contacts(book, PLAN)


def add(contacts: Contacts, name: str, *numbers: str, kana: str = "", tags: tuple[str, ...] = ()) -> Contact:
    read = contacts.numbers((number, "") for number in numbers)
    return contacts.add(Card(name=name, kana=kana, numbers=read, tags=tags), by="sato", now=NOON)


def names(found: tuple[Contact, ...]) -> list[str]:
    return [one.card.name for one in found]


def test_what_was_kept_comes_back_whole(contacts: Contacts) -> None:
    card = Card(
        name="北陸設備",
        kana="ホクリク",
        organisation="北陸",
        note="\t一行目\r\n二行目",
        numbers=contacts.numbers([("076-220-2722", "代表"), ("090-1234-5678", "")]),
        tags=("大口", "業者"),
    )
    made = contacts.add(card, by="sato", now=NOON)
    assert contacts.get(made.id) == made == Contact(made.id, card, NOON, NOON)


def test_a_caller_is_known_by_any_form_of_the_number(contacts: Contacts) -> None:
    add(contacts, "北陸設備", "０７６−２２０−２７２２", "090-1234-5678", tags=("業者", "大口"))
    add(contacts, "ほか", "076-220-2723")
    for number in ("0762202722", "+81762202722", "81762202722", "sip:0762202722@192.0.2.1"):
        assert names(contacts.caller(number)) == ["北陸設備"]


def test_a_shared_number_gives_both_in_kana_order(contacts: Contacts) -> None:
    add(contacts, "守衛室", "076-220-2722", kana="シュエイ")
    add(contacts, "会議室", "076-220-2722", kana="かいぎ")
    assert names(contacts.caller("0762202722")) == ["会議室", "守衛室"]


def test_an_anonymous_caller_is_nobody(contacts: Contacts) -> None:
    add(contacts, "番号なし")
    for number in ("", "anonymous", "非通知", "0"):
        assert contacts.caller(number) == ()


ADD = """
import sys
from datetime import UTC, datetime
from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.domain.contacts import Card
from fsbridge.services.contacts import Contacts
contacts = Contacts(StoredContacts(Store(sys.argv[1])), PhoneNumbers("JP"))
numbers = contacts.numbers([("076-220-2722", "")])
contacts.add(Card(name="x", numbers=numbers), by="sato", now=datetime.now(UTC))
"""


def test_what_another_process_wrote_is_found_at_once(contacts: Contacts, url: str) -> None:
    assert contacts.caller("0762202722") == ()
    subprocess.run([sys.executable, "-c", ADD, url], check=True, timeout=60)
    assert names(contacts.caller("0762202722")) == ["x"]


def test_finding_pages_in_kana_order(contacts: Contacts) -> None:
    for kana in ("ガイ", "カワ", "カイ", "ンダ"):
        add(contacts, f"設備{kana}", kana=kana)
    first, second = contacts.find("設備", limit=2), contacts.find("設備", limit=2, offset=2)
    assert (first.total, second.total) == (4, 4)
    assert [one.card.kana for one in (*first.contacts, *second.contacts)] == ["カイ", "ガイ", "カワ", "ンダ"]
    assert contacts.find("設備", offset=9).total == 4


def test_anything_written_finds(contacts: Contacts) -> None:
    add(contacts, "佐藤", "076-220-2722", kana="サトウ", tags=("業者", "ギョウシャ"))
    add(contacts, "鈴木", "03-1234-5678", kana="スズキ")
    for text in ("ｻﾄ", "さとう", "佐藤", "2202722", "076-220", "ぎょうしゃ", "業者", "佐藤 業者"):
        assert names(contacts.find(text).contacts) == ["佐藤"], text


def test_what_nobody_wrote_finds_nobody(contacts: Contacts) -> None:
    add(contacts, "佐藤", kana="サトウ")
    for text in ("%", "_", "'", "\\", "x' OR 1=1 --", "?", "トウ"):
        assert contacts.find(text).total == 0, text


def test_tags_are_found_whole_and_together(contacts: Contacts) -> None:
    add(contacts, "a", tags=("業者", "大口"))
    add(contacts, "b", tags=("業者",))
    assert names(contacts.find(tags=["業者"]).contacts) == ["a", "b"]
    assert names(contacts.find(tags=["業者", "大口"]).contacts) == ["a"]
    assert names(contacts.find(tags=["業"]).contacts) == []


def test_an_edit_changes_what_it_says_and_is_found_by_it(contacts: Contacts) -> None:
    made = add(contacts, "佐藤", "076-220-2722", tags=("業者",))
    changed = contacts.edit(
        made.id,
        lambda card: replace(card, name="加藤", numbers=contacts.numbers([("03-1234-5678", "")])),
        by="suzuki",
        now=LATER,
    )
    assert contacts.get(made.id) == changed
    assert (changed.created_at, changed.changed_at) == (NOON, LATER)
    assert changed.card.tags == ("業者",)
    assert contacts.caller("0762202722") == ()
    assert names(contacts.find("加藤").contacts) == ["加藤"]
    assert contacts.find("佐藤").total == 0


def test_edits_at_once_are_all_kept(contacts: Contacts) -> None:
    made = add(contacts, "佐藤")

    def tag(number: int) -> None:
        contacts.edit(
            made.id, lambda card: replace(card, tags=(*card.tags, f"t{number:02}")), by="x", now=LATER
        )

    gevent.joinall([gevent.spawn(tag, number) for number in range(12)], raise_error=True, timeout=60)
    assert len(contacts.get(made.id).card.tags) == 12
    assert len(contacts.log(made.id)) == 13


def test_a_refused_edit_changes_nothing(contacts: Contacts) -> None:
    made = add(contacts, "佐藤", "076-220-2722")
    with pytest.raises(ContactError, match="the name is missing"):
        contacts.edit(made.id, lambda card: replace(card, name=" "), by="x", now=LATER)
    assert contacts.get(made.id) == made
    assert len(contacts.log(made.id)) == 1


def test_every_number_that_is_none_is_named(contacts: Contacts) -> None:
    with pytest.raises(ContactError, match=r"'abc' is no telephone number.*'762202722' lost its leading 0"):
        contacts.numbers([("abc", ""), ("076-220-2722", ""), ("762202722", "")])


def test_the_log_says_who_did_what_with_before_and_after(contacts: Contacts) -> None:
    made = add(contacts, "佐藤")
    contacts.edit(made.id, lambda card: replace(card, name="加藤"), by="suzuki", now=LATER)
    contacts.edit(made.id, lambda card: card, by="nobody", now=LATER)
    contacts.remove(made.id, by="boss", now=LATER, reason="退職")
    removed, changed, added = contacts.log(made.id)
    assert (added.actor, added.action, added.before, added.at) == ("sato", "added", None, NOON)
    assert changed.before is not None
    assert changed.after is not None
    assert (changed.before["name"], changed.after["name"]) == ("佐藤", "加藤")
    assert (removed.actor, removed.action, removed.reason, removed.after) == ("boss", "removed", "退職", None)
    with pytest.raises(NoSuchContact, match=f"there is no contact {made.id}"):
        contacts.get(made.id)
    assert contacts.log(limit=1) == (removed,)


def make_call(store: Store, uuid: str, contact: int) -> None:
    with store.writing():
        Call.create(uuid=uuid, direction="inbound", started_at=NOON, contact=contact)


def owners(store: Store) -> list[int | None]:
    with store.reading():
        return [row.contact_id for row in Call.select().order_by(Call.uuid)]


def test_merging_keeps_everything_and_moves_the_calls(contacts: Contacts, store: Store) -> None:
    keep = add(contacts, "北陸設備", "076-220-2722", tags=("業者",))
    other = add(contacts, "北陸設備㈱", "090-1234-5678", "076-220-2722", tags=("大口",))
    make_call(store, "a", keep.id)
    make_call(store, "b", other.id)
    merger = contacts.merge(keep.id, other.id, by="boss", now=LATER)
    assert merger.calls == 1
    assert owners(store) == [keep.id, keep.id]
    card = contacts.get(keep.id).card
    assert [one.shown for one in card.numbers] == ["076-220-2722", "090-1234-5678"]
    assert (card.tags, card.note) == (("大口", "業者"), "(北陸設備㈱)")
    assert [one.id for one in contacts.caller("09012345678")] == [keep.id]
    assert [entry.action for entry in contacts.log(other.id)] == ["merged into", "added"]
    assert contacts.log(keep.id)[0].action == "merged"
    with pytest.raises(NoSuchContact):
        contacts.merge(keep.id, other.id, by="boss", now=LATER)
    with pytest.raises(FsbridgeError, match="with itself"):
        contacts.merge(keep.id, keep.id, by="boss", now=LATER)


def test_a_removed_contact_leaves_its_calls(contacts: Contacts, store: Store) -> None:
    made = add(contacts, "佐藤")
    make_call(store, "a", made.id)
    contacts.remove(made.id, by="boss", now=LATER)
    assert owners(store) == [None]


def test_a_number_is_never_given_twice(contacts: Contacts, book: StoredContacts) -> None:
    made = add(contacts, "佐藤")
    contacts.remove(made.id, by="boss", now=LATER)
    with book.changing() as ledger:
        ledger.add([Card(name="a"), Card(name="b")], NOON)
    assert add(contacts, "鈴木").id == made.id + 3


def test_an_import_that_fails_leaves_nothing(contacts: Contacts, book: StoredContacts, store: Store) -> None:
    def fail() -> None:
        with book.changing() as ledger:
            ledger.add([Card(name="a"), Card(name="b")], NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert contacts.find().total == 0
    with store.reading():
        assert AuditEntry.select().count() == 0
