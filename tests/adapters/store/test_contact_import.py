"""Sheets of contacts in the store: told from what is there, whole or in part, and back unchanged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fsbridge.adapters.contactfile import encoded, parsed
from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.domain.contacts import Card, Contact
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


def test_many_rows_are_written_and_read_in_pages(contacts: Contacts, book: StoredContacts) -> None:
    rows = "".join(f"n{at:05},076-{at // 10000 + 220}-{at % 10000:04}\n" for at in range(1203))
    assert take_in(book, f"name,number\n{rows}").added == 1203
    assert [one.card.name for one in contacts.everything()] == [f"n{at:05}" for at in range(1203)]
    assert take_in(book, f"name,number\n{rows}").skipped == 1203


def test_every_good_row_says_what_becomes_of_it(book: StoredContacts, contacts: Contacts) -> None:
    add(contacts, "佐藤", "0762202722", tags=("業者",))
    add(contacts, "鈴木", "0762202111")
    sheet = "名前,電話,タグ\n佐藤,0762202722,大口\n鈴木,0762202111,\n加藤,,\n加藤,,\n,,x\n"
    report = take_in(book, sheet, duplicates=Duplicates.UPDATE, trial=True)
    assert [(one.row, one.what, one.card.name) for one in report.outcomes] == [
        (2, "updated", "佐藤"),
        (3, "unchanged", "鈴木"),
        (4, "added", "加藤"),
        (5, "skipped", "加藤"),
    ]
    first = report.outcomes[0]
    assert (first.before.tags, first.card.tags) == (("業者",), ("大口",))
    assert report.bad_rows == 1
