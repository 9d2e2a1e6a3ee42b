"""Contacts in the browser: found in kana, never written over silently, taken in from sheets row by row."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.domain.contacts import Card
from fsbridge.services.contacts import Contacts
from tests.webpanel.browsing import Browser

Open = Callable[..., Browser]
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.fixture
def contacts(store: Store) -> Contacts:
    contacts = Contacts(StoredContacts(store), PhoneNumbers("JP"))
    for name, kana, number, tags in (
        ("北陸設備", "ホクリクセツビ", "076-220-0001", ("業者",)),
        ("加賀商店", "カガショウテン", "076-220-0002", ()),
        ("能登工業", "ノトコウギョウ", "090-1234-5678", ("業者", "水道")),
    ):
        card = Card(name=name, kana=kana, tags=tags, numbers=contacts.numbers([(number, "代表")]))
        contacts.add(card, by="test", now=datetime.now(UTC))
    return contacts


def names(page: str) -> list[str]:
    return re.findall(r'<a href="/admin/contacts/\d+"><strong>(.*?)</strong>', page)


def seen_of(page: str) -> str:
    return page.partition('name="seen" value="')[2].partition('"')[0]


def fields(**given: object) -> dict[str, object]:
    return {"name": "x", "kana": "", "organisation": "", "note": "", "tags": "", "number": "", "label": "",
            "seen": "", **given}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["加賀商店", "能登工業", "北陸設備"]),
        ("ほくりく", ["北陸設備"]),
        ("ﾉﾄ", ["能登工業"]),
        ("０７６－２２０", ["加賀商店", "北陸設備"]),
        ("0902", []),
        ("09012345678", ["能登工業"]),
        ("商店 かが", ["加賀商店"]),
    ],
)
def test_they_are_found_in_kana_and_digits_of_any_kind(
    browser: Open, contacts: Contacts, typed: str, found: list[str]
) -> None:
    assert names(browser("boss").get("/admin/contacts", query_string={"q": typed}).text) == found


def test_a_tag_and_pages_narrow_the_list(browser: Open, contacts: Contacts) -> None:
    for number in range(60):
        contacts.add(Card(name=f"会社{number:02}", kana="ア"), by="test", now=datetime.now(UTC))
    boss = browser("boss")
    assert names(boss.get("/admin/contacts?tag=水道").text) == ["能登工業"]
    first, second = boss.get("/admin/contacts").text, boss.get("/admin/contacts?page=2").text
    assert (len(names(first)), len(names(second))) == (50, 13)
    assert not set(names(first)) & set(names(second))


def test_a_supervisor_adds_changes_and_removes_one_and_all_of_it_is_in_the_log(
    browser: Open, contacts: Contacts
) -> None:
    boss = browser("boss")
    sent = fields(name="輪島屋", kana="ワジマヤ", tags="業者、大口", number=["０７６７（２２）００００", ""],
                  label=["店", ""], note="一行目\r\n二行目")  # fmt: skip
    answer = boss.post("/admin/contacts/new", sent)
    assert answer.status_code == 302
    which = int(answer.location.rpartition("/")[2])
    made = contacts.get(which).card
    assert (made.numbers[0].shown, made.numbers[0].label, made.tags) == (
        "0767-22-0000",
        "店",
        ("大口", "業者"),
    )
    assert made.note == "一行目\n二行目"
    page = boss.get(answer.location).text
    boss.post(f"/admin/contacts/{which}", fields(name="輪島屋本店", seen=seen_of(page)))
    assert contacts.get(which).card.name == "輪島屋本店"
    boss.post(f"/admin/contacts/{which}/remove", {"reason": "閉店"})
    assert [(one.actor, one.action, one.reason) for one in contacts.log(which)] == [
        ("boss", "removed", "閉店"),
        ("boss", "changed", ""),
        ("boss", "added", ""),
    ]
    assert boss.get(f"/admin/contacts/{which}").status_code == 404


def test_two_who_write_at_the_same_time_are_told_and_nothing_is_lost(
    browser: Open, contacts: Contacts
) -> None:
    mine, theirs = browser("boss"), browser("chief")
    page, other = mine.get("/admin/contacts/1").text, theirs.get("/admin/contacts/1").text
    theirs.post("/admin/contacts/1", fields(name="北陸設備", note="夜間は当番へ", seen=seen_of(other)))
    answer = mine.post("/admin/contacts/1", fields(name="北陸設備株式会社", seen=seen_of(page)))
    assert answer.status_code == 409
    assert "chief さんがこの連絡先を変更しました" in answer.text
    assert "いまの値：夜間は当番へ" in answer.text
    assert 'value="北陸設備株式会社"' in answer.text
    assert contacts.get(1).card.note == "夜間は当番へ"
    assert (
        mine.post("/admin/contacts/1", fields(name="北陸設備株式会社", seen=seen_of(answer.text))).status_code
        == 302
    )
    assert contacts.get(1).card.name == "北陸設備株式会社"


def test_what_is_wrong_stands_at_its_field_with_its_cure(browser: Open, contacts: Contacts) -> None:
    answer = browser("boss").post("/admin/contacts/new", fields(name=" ", number="762202722"))
    assert answer.status_code == 400
    assert "先頭の0が落ちています" in answer.text
    assert (
        'value="762202722" inputmode="tel" autocomplete="off" placeholder="076-220-2722" aria-invalid="true"'
        in (answer.text)
    )
    empty = browser("boss").post("/admin/contacts/new", fields(name=""))
    assert "名前がありません" in empty.text


def test_nothing_that_is_written_runs(browser: Open, contacts: Contacts) -> None:
    boss = browser("boss")
    sent = fields(name=EVIL, kana=EVIL, organisation=EVIL, note=EVIL, tags="<b>alert(1)</b>")
    answer = boss.post("/admin/contacts/new", sent)
    for page in (boss.get(answer.location), boss.get("/admin/contacts?q=script"),
                 browser("admin").get("/admin/audit?subject=contact")):  # fmt: skip
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "alert(1)" in page.text


def test_without_the_page_s_token_nothing_is_changed(browser: Open, contacts: Contacts) -> None:
    boss = browser("boss")
    answer = boss.client.post("/admin/contacts/1/remove", base_url="https://panel.example")
    assert answer.status_code == 400
    assert contacts.get(1).card.name == "北陸設備"


SHEET = (
    "氏名,フリガナ,電話番号1,タグ\n"
    "金沢配管,カナザワハイカン,076-220-0009,業者\n"
    "北陸設備,ホクリクセツビ,076-220-0001,大口\n"
    "白山水道,ハクサンスイドウ,762200002,\n"
)


def sheet(text: str, encoding: str, **more: str) -> dict[str, object]:
    return {"file": (io.BytesIO(text.encode(encoding)), "list.csv"), "duplicates": "update", **more}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_sheet_is_tried_row_by_row_before_anything_is_written(
    browser: Open, contacts: Contacts, encoding: str
) -> None:
    admin = browser("admin")
    answer = admin.post("/admin/contacts/import", sheet(SHEET, encoding))
    assert answer.status_code == 200
    assert "4行目 電話番号1 (C)" in answer.text
    assert "先頭の0が落ちています" in answer.text
    rows = re.findall(
        r'<td class="num right">(\d+)</td><td><span class="pill \w+">\S+ (\S+)</span>', answer.text
    )
    assert rows == [("2", "追加"), ("3", "更新")]
    assert "<dt>タグ</dt>" in answer.text
    assert contacts.find().total == 3
    done = admin.post("/admin/contacts/import/apply", {"good_rows": "1"})
    assert done.status_code == 302
    assert [one.card.name for one in contacts.find("金沢").contacts] == ["金沢配管"]
    assert contacts.get(1).card.tags == ("大口",)
    assert admin.post("/admin/contacts/import/apply").location == "/admin/contacts/import"


def test_a_bad_row_keeps_all_out_unless_it_is_left_out_on_purpose(browser: Open, contacts: Contacts) -> None:
    admin = browser("admin")
    admin.post("/admin/contacts/import", sheet(SHEET, "utf-8"))
    assert admin.post("/admin/contacts/import/apply").status_code == 409
    assert contacts.find().total == 3


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "ファイルを選んでください"),
        (b"\xff\xfea\x00", "UTF-16"),
        ("名前,住所\nあ,い\n".encode(), "項目ではありません"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_with_its_cure(browser: Open, content: bytes, why: str) -> None:
    answer = browser("admin").post("/admin/contacts/import", {"file": (io.BytesIO(content), "a.csv")})
    assert answer.status_code == 400
    assert why in answer.text


def test_an_export_holds_no_formula_and_is_in_the_log(browser: Open, contacts: Contacts) -> None:
    contacts.add(Card(name="=HYPERLINK(1)", note="〜"), by="test", now=datetime.now(UTC))
    admin = browser("admin")
    answer = admin.post("/admin/contacts/export", {"encoding": "utf-8"})
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "'=HYPERLINK(1)" in answer.text
    assert contacts.log()[0].action == "exported"
    refused = admin.post("/admin/contacts/export", {"encoding": "shift_jis"})
    assert refused.status_code == 302
    assert "Shift_JISで失われる文字" in admin.get("/admin/contacts").text
    assert admin.post("/admin/contacts/export", {"encoding": "x"}).status_code == 400
