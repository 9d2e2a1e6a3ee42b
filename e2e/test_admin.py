"""The administration in a browser: dragged and typed, seen before it is saved, heard before it is public."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.conftest import ROOT
from e2e.parts import PASSWORD

PAGES = {
    "start": "", "contacts": "/contacts", "contact": "/contacts/2", "import": "/contacts/import",
    "schedule": "/schedule?year=2027", "day": "/schedule/2027-03-04", "rules": "/schedule/rules",
    "rule": "/schedule/rules/busy", "tiers": "/tiers", "scripts": "/scripts", "script": "/scripts/opening",
    "announcements": "/announcements", "announcement": "/announcements/out-of-hours", "flows": "/flows",
    "flow": "/flows/leak", "queue": "/queues/leak@kanazawa", "seasons": "/seasons", "cases": "/cases",
    "users": "/users", "user": "/users/op01", "tokens": "/tokens", "audit": "/audit",
}  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One panel for all of these; each works on something of its own."""
    home = tmp_path_factory.mktemp("centre")
    process = subprocess.Popen(
        [sys.executable, "-m", "e2e.admin_program", str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    process.kill()
    process.communicate()


def opened(browser: Browser, address: str, login: str = "admin", **how: object) -> Page:
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **how})
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{address}/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("main button.primary")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


@pytest.fixture
def admin(browser: Browser, address: str) -> Iterator[Page]:
    """An administrator's browser; what it complains of fails the test."""
    page = opened(browser, address)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    yield page
    page.context.close()
    assert complaints == []


def queue(page: Page, name: str) -> list[list[str]]:
    """Who stands in a queue, level by level."""
    expect(page.locator(".board .chip").first).to_be_visible()
    levels = page.locator(f"section.queue:has(h2:has-text('{name}')) .level:has(ol)")
    return [
        [_name(text) for text in levels.nth(at).locator(".chip").all_inner_texts()]
        for at in range(levels.count())
    ]


def _name(text: str) -> str:
    """A person's name on a chip, between the place and what only a screen reader says."""
    return text.split(maxsplit=1)[1].partition("、")[0].strip()


def chip(page: Page, name: str, who: str):
    return page.locator(f"section.queue:has(h2:has-text('{name}')) .chip:has-text('{who}')")


def test_people_are_dragged_between_levels_and_queues_and_saved_as_one(admin: Page, address: str) -> None:
    admin.goto(f"{address}/admin/tiers?season=normal")
    billing = queue(admin, "料金")
    admin.locator(".people .chip:has-text('op03')").drag_to(
        admin.locator("section.queue:has(h2:has-text('料金')) .level.fresh")
    )
    assert queue(admin, "料金") == [*billing, ["吉田 美咲"]]
    first = billing[0]
    chip(admin, "料金", first[-1]).drag_to(chip(admin, "料金", first[0]))
    assert queue(admin, "料金")[0] == [first[-1], *first[:-1]]
    admin.get_by_role("button", name="元に戻す").click()
    assert queue(admin, "料金")[0] == first
    admin.get_by_role("button", name="変更を確認して保存").click()
    dialog = admin.get_by_role("dialog")
    expect(dialog).to_contain_text("吉田 美咲")
    expect(dialog.locator("li")).to_have_count(1)
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_have_count(0)
    expect(admin.locator("#said")).to_contain_text("保存しました")
    admin.reload()
    assert queue(admin, "料金")[-1] == ["吉田 美咲"]


def test_the_keyboard_does_all_of_it_and_says_so(admin: Page, address: str) -> None:
    admin.goto(f"{address}/admin/tiers?season=busy")
    before = queue(admin, "その他")
    who = before[0][0]
    chip(admin, "その他", who).focus()
    for key, said in (
        ("Enter", ""),
        ("ArrowDown", "2番目に移しました"),
        ("ArrowUp", "1番目に移しました"),
        ("ArrowUp", "これ以上動かせません"),
        ("ArrowLeft", "料金の第1順位、1番目に移しました"),
    ):
        admin.keyboard.press(key)
        expect(admin.locator("#said")).to_contain_text(said)
    expect(chip(admin, "料金", who)).to_be_focused()
    admin.keyboard.press("Delete")
    expect(admin.locator("#said")).to_contain_text(f"{who}を料金から外しました")
    expect(admin.get_by_role("status")).to_contain_text("1件の変更")
    admin.get_by_role("button", name="すべて取り消す").click()
    assert queue(admin, "その他") == before


def test_any_minute_of_a_day_is_explained_as_it_is_picked(admin: Page, address: str) -> None:
    admin.goto(f"{address}/admin/schedule?year=2027")
    admin.locator("a[href='/admin/schedule/2027-03-01']").click()
    slider = admin.locator("input[name=minute]")
    slider.fill("479")
    expect(admin.locator("[data-word]")).to_have_text("受付時間外")
    slider.focus()
    admin.keyboard.press("ArrowRight")
    expect(admin.locator("output")).to_have_text("08:00")
    expect(admin.locator("[data-word]")).to_have_text("受付中")
    expect(admin.locator("[data-next]")).to_have_text("2027-03-01 19:00")
    bar = admin.locator("svg.bar").bounding_box()
    assert bar is not None
    admin.mouse.click(bar["x"] + bar["width"] * 0.9, bar["y"] + 10)
    expect(admin.locator("[data-word]")).to_have_text("受付時間外")
    expect(admin.locator("[data-considered] tr.decides")).to_contain_text("繁忙期")


def test_an_override_is_made_and_ended(admin: Page, address: str) -> None:
    admin.goto(f"{address}/admin/schedule/2027-06-10")
    admin.fill("[name=reason]", "停電")
    admin.fill("[name=since]", "13:00")
    admin.get_by_role("button", name="臨時の変更を登録").click()
    expect(admin.get_by_role("status").first).to_contain_text("臨時の変更を登録しました")
    admin.wait_for_load_state()  # from now on the page asks first
    admin.get_by_role("button", name="終わらせる").click()
    admin.get_by_role("dialog").get_by_role("button", name="はい").click()
    expect(admin.get_by_role("status").first).to_contain_text("終わらせました")


def test_a_talk_script_is_seen_as_operators_see_it(admin: Page, address: str) -> None:
    admin.goto(f"{address}/admin/scripts/leak")
    area = admin.locator("textarea[data-script]")
    area.fill("「<b>はい</b>」\n→ ある：住所\n→ ない：どこか\n## 住所\n1. **町名**")
    preview = admin.locator("#script-preview")
    expect(preview.locator(".aloud")).to_have_text("「<b>はい</b>」")
    expect(preview.get_by_role("button")).to_have_text(["ある → 住所"])
    expect(preview.locator("mark")).to_have_text("町名")
    expect(preview).to_contain_text("行き先の見出しがありません：→ ない：どこか")


def test_an_announcement_is_heard_before_it_is_published(admin: Page, address: str) -> None:
    admin.goto(f"{address}/admin/announcements/new-year")
    admin.locator("form[data-preview] textarea").fill("お正月です。")
    admin.get_by_role("button", name="試聴する").click()
    expect(admin.locator("[data-heard] [data-told]")).to_contain_text("dBFS", timeout=60_000)
    length = admin.locator("[data-heard] audio").evaluate(
        """one => new Promise(done => one.duration ? done(one.duration)
            : (one.onloadedmetadata = () => done(one.duration)))"""
    )
    assert 0.3 < length < 5
    expect(admin.locator(".pill.alarm").first).to_contain_text("未公開")


def test_a_studio_s_file_is_measured_when_it_is_chosen(admin: Page, address: str, tmp_path: Path) -> None:
    admin.goto(f"{address}/admin/announcements/new-year")
    wrong = tmp_path / "picture.wav"
    wrong.write_bytes(b"GIF89a")
    admin.set_input_files("form[data-check] input[type=file]", wrong)
    expect(admin.locator("[data-checked] [data-told]")).to_contain_text("いずれでもありません")


def test_two_people_at_one_contact_both_keep_what_they_wrote(browser: Browser, address: str) -> None:
    pages = [opened(browser, address, login) for login in ("boss", "deputy")]
    for page in pages:
        page.goto(f"{address}/admin/contacts/3")
    for page, note in zip(pages, ("先に書いた", "後から書いた"), strict=True):
        page.fill("[name=note]", note)
        page.get_by_role("button", name="保存").click()
    late = pages[1]
    expect(late.get_by_role("alert")).to_contain_text("boss さんがこの連絡先を変更しました")
    expect(late.locator("[name=note]")).to_have_value("後から書いた")
    expect(late.locator(".theirs")).to_contain_text("先に書いた")
    for page in pages:
        page.context.close()


def test_a_sheet_is_tried_and_taken_in(admin: Page, address: str, tmp_path: Path) -> None:
    sheet = tmp_path / "list.csv"
    sheet.write_bytes(
        "名前,フリガナ,電話番号1\n輪島屋,ワジマヤ,0767-22-0000\n珠洲屋,スズヤ,76200\n".encode("cp932")
    )
    admin.goto(f"{address}/admin/contacts/import")
    admin.set_input_files("input[type=file]", sheet)
    admin.get_by_role("button", name="内容を確認する").click()
    expect(admin.locator("tr.mend")).to_contain_text("3行目 電話番号1 (C)")
    admin.get_by_role("button", name="読めない行を除いて1件を登録する").click()
    admin.fill("[name=q]", "わじま")
    admin.keyboard.press("Enter")
    expect(admin.locator("tbody tr")).to_have_count(1)


def test_no_page_is_wider_than_the_window_at_twice_the_size(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    page.set_viewport_size({"width": 720, "height": 450})
    wider = []
    for name, path in PAGES.items():
        page.goto(f"{address}/admin{path}")
        page.wait_for_selector("h1")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wider.append(name)
    page.context.close()
    assert wider == []
