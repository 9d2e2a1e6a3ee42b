"""Contacts in the store: found at once whoever wrote them, whole or not at all, every change in the log."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import gevent
import pytest

from fsbridge.adapters.contactfile import encoded, parsed
from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.adapters.store.models import AuditEntry, Call
from fsbridge.domain.contacts import Card, Contact, ContactError, NoSuchContact
from fsbridge.errors import FsbridgeError
from fsbridge.services.contact_export import export
from fsbridge.services.contact_import import ContactImport, Duplicates, ImportReport
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


def take_in(
    book: StoredContacts, text: str, *, duplicates: Duplicates = Duplicates.SKIP, **options: bool
) -> ImportReport:
    sheet = parsed(text.encode())
    taking = ContactImport(book, PLAN, duplicates=duplicates, **options)
    return taking.run(sheet.heading, sheet.rows, by="sato", now=NOON, source="c.csv")


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


@pytest.mark.parametrize("number", ["0762202722", "+81762202722", "81762202722", "sip:0762202722@192.0.2.1"])
def test_a_caller_is_known_by_any_form_of_the_number(contacts: Contacts, number: str) -> None:
    add(contacts, "北陸設備", "０７６−２２０−２７２２", "090-1234-5678", tags=("業者", "大口"))
    add(contacts, "ほか", "076-220-2723")
    assert names(contacts.caller(number)) == ["北陸設備"]


def test_a_shared_number_gives_both_in_kana_order(contacts: Contacts) -> None:
    add(contacts, "守衛室", "076-220-2722", kana="シュエイ")
    add(contacts, "会議室", "076-220-2722", kana="かいぎ")
    assert names(contacts.caller("0762202722")) == ["会議室", "守衛室"]


@pytest.mark.parametrize("number", ["", "anonymous", "非通知", "0"])
def test_an_anonymous_caller_is_nobody(contacts: Contacts, number: str) -> None:
    add(contacts, "番号なし")
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


@pytest.mark.parametrize(
    "text", ["ｻﾄ", "さとう", "佐藤", "2202722", "076-220", "ぎょうしゃ", "業者", "佐藤 業者"]
)
def test_anything_written_finds(contacts: Contacts, text: str) -> None:
    add(contacts, "佐藤", "076-220-2722", kana="サトウ", tags=("業者", "ギョウシャ"))
    add(contacts, "鈴木", "03-1234-5678", kana="スズキ")
    assert names(contacts.find(text).contacts) == ["佐藤"]


@pytest.mark.parametrize("text", ["%", "_", "'", "\\", "x' OR 1=1 --", "?", "トウ"])
def test_what_nobody_wrote_finds_nobody(contacts: Contacts, text: str) -> None:
    add(contacts, "佐藤", kana="サトウ")
    assert contacts.find(text).total == 0


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
    take_in(book, "name\na\nb\n")
    assert add(contacts, "鈴木").id == made.id + 3


def test_a_sheet_is_taken_in_with_a_log_entry_each(book: StoredContacts, contacts: Contacts) -> None:
    report = take_in(book, "名前,電話,タグ\n佐藤,0762202722,業者;大口\n鈴木,,\n")
    assert (report.added, report.problems, report.written) == (2, [], True)
    (found,) = contacts.caller("0762202722")
    assert (found.card.name, found.card.tags) == ("佐藤", ("大口", "業者"))
    assert [(one.actor, one.action, one.reason) for one in contacts.log(found.id)] == [
        ("sato", "added", "c.csv:2")
    ]


BAD = "名前,電話\n佐藤,076-220-2722\n鈴木,7.62203E+08\n加藤,090-1234-5678\n"


def test_a_bad_row_keeps_all_out_or_itself_alone(book: StoredContacts, contacts: Contacts) -> None:
    report = take_in(book, BAD)
    assert (report.written, report.bad_rows, contacts.find().total) == (False, 1, 0)
    assert report.problems[0].place("en") == "row 3, 電話 (B)"
    report = take_in(book, BAD, good_rows=True)
    assert (report.written, report.added) == (True, 2)
    assert names(contacts.find().contacts) == ["佐藤", "加藤"]


def test_a_trial_says_the_same_and_writes_nothing(book: StoredContacts, contacts: Contacts) -> None:
    trial = take_in(book, BAD, good_rows=True, trial=True)
    assert (trial.added, trial.bad_rows, trial.written) == (2, 1, False)
    assert contacts.find().total == 0
    assert contacts.log() == ()


def test_what_a_spreadsheet_took_is_given_back_when_told_so(book: StoredContacts, contacts: Contacts) -> None:
    text = "name,number\na,762202722\n"
    assert take_in(book, text).bad_rows == 1
    report = take_in(book, text, restore_zeros=True)
    assert (report.added, report.mended) == (1, 1)
    assert names(contacts.caller("0762202722")) == ["a"]


TWICE = "name,number,note\na,0762202722,x\nＡ,076-220-2722,y\nb,076-220-2722,z\n"


def test_duplicates_within_a_sheet_are_reported(book: StoredContacts) -> None:
    report = take_in(book, TWICE)
    assert (report.added, report.skipped) == (2, 1)
    assert [(one.row.number, one.problem.fault.name, one.problem.hint) for one in report.notices] == [
        (3, "REPEATED", "2"),
        (4, "SHARED", "a (2)"),
    ]


def test_what_is_there_already_is_left_out(book: StoredContacts, contacts: Contacts) -> None:
    made = add(contacts, "a", "076-220-2722")
    report = take_in(book, "name,number\nA,0762202722\nb,0762202722\n")
    assert (report.added, report.skipped) == (1, 1)
    assert [(one.problem.fault.name, one.problem.hint) for one in report.notices] == [
        ("ALREADY_THERE", made.title),
        ("SHARED", made.title),
    ]


def test_what_is_there_already_is_updated_when_told_so(book: StoredContacts, contacts: Contacts) -> None:
    made = add(contacts, "a", "076-220-2722", kana="エー", tags=("業者",))
    same = add(contacts, "same", "076-220-2723")
    text = "name,number 1,number 2,note\na,0762202722,0312345678,昼\nsame,0762202723,,\n"
    report = take_in(book, text, duplicates=Duplicates.UPDATE)
    assert (report.added, report.updated, report.unchanged) == (0, 1, 1)
    card = contacts.get(made.id).card
    assert (card.note, [one.shown for one in card.numbers]) == ("昼", ["076-220-2722", "03-1234-5678"])
    assert (card.kana, card.tags) == ("エー", ("業者",))  # of these the sheet has no column
    assert [one.action for one in contacts.log(made.id)] == ["changed", "added"]
    assert [one.action for one in contacts.log(same.id)] == ["added"]


def test_what_is_there_twice_is_not_updated_by_guess(book: StoredContacts, contacts: Contacts) -> None:
    add(contacts, "a", "076-220-2722")
    add(contacts, "a", "076-220-2722")
    report = take_in(book, "name,number\na,0762202722\n", duplicates=Duplicates.UPDATE)
    assert [one.problem.fault.name for one in report.problems] == ["AMBIGUOUS"]


def test_a_contact_without_a_number_is_told_by_its_name(book: StoredContacts) -> None:
    assert take_in(book, "name\na\n").added == 1
    assert take_in(book, "name\na\nb\n").added == 1


def exported(contacts: Contacts, encoding: str = "utf-8") -> bytes:
    rows, lost = export(contacts.everything(), "ja", lambda text, field: [])
    assert lost == []
    return encoded(rows, encoding)


def test_a_round_trip_loses_nothing(contacts: Contacts, book: StoredContacts) -> None:
    for at, text in enumerate(["=1+1", "+81", "-x", "@a", "'=x", "''", "#N/A", 'a"b', "a,b", "＝1", "佐藤;"]):
        card = Card(
            name=text,
            kana=text,
            organisation=text,
            note=f"{text}\r\n\t",
            numbers=contacts.numbers([(f"076-220-{at:04}", text), ("+12125550100", "")]),
            tags=(text.replace(";", ""), "x"),
        )
        contacts.add(card, by="x", now=NOON)
    for first in "=+-@\t\r\n'":
        contacts.add(Card(name="n", note=f"{first}x"), by="x", now=NOON)
    for encoding in ("utf-8", "shift_jis"):
        before = exported(contacts, encoding)
        for one in list(contacts.everything()):
            contacts.remove(one.id, by="x", now=NOON)
        sheet = parsed(before)
        taking = ContactImport(book, PLAN, duplicates=Duplicates.ADD)
        report = taking.run(sheet.heading, sheet.rows, by="x", now=NOON, source="x")
        assert report.problems == []
        assert sheet.encoding == encoding
        assert exported(contacts, encoding) == before


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


def test_many_rows_are_written_and_read_in_pages(contacts: Contacts, book: StoredContacts) -> None:
    rows = "".join(f"n{at:05},076-{at // 10000 + 220}-{at % 10000:04}\n" for at in range(1203))
    assert take_in(book, f"name,number\n{rows}").added == 1203
    assert [one.card.name for one in contacts.everything()] == [f"n{at:05}" for at in range(1203)]
    assert take_in(book, f"name,number\n{rows}").skipped == 1203
