"""The supervisor's page in a real browser, on a whole centre with the embedded switch."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from e2e.conftest import Shoot
from e2e.desk import CITIZEN, DeskProgram
from e2e.parts import CHROMIUM, FLAGS, PASSWORD
from tests.waiting import wait_for

PEOPLE = ("op01", "op02", "op03", "op04")
NAMES = {"op01": "中村 和子", "op02": "山本 健一", "op03": "吉田 美咲", "op04": "北村 陽子"}


class Supervisor:
    """A supervisor's page, and what is done there."""

    def __init__(self, page: Page, centre: DeskProgram, login: str = "boss") -> None:
        self.page, self.centre = page, centre
        page.set_default_timeout(15_000)
        page.goto(f"{centre.address}/login?next=/supervise")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/supervise")
        expect(page.locator(".strip")).to_be_visible()

    def card(self, key: str) -> Locator:
        return self.page.locator("li.operator", has=self.page.locator(f"[data-operator={key}]"))

    def open(self, key: str) -> Locator:
        self.page.locator(f"[data-operator={key}]").click()
        dialog = self.page.locator("dialog.deeds")
        expect(dialog.locator("h2")).to_have_text(NAMES[key])
        return dialog

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def says(self, text: str) -> None:
        expect(self.page.locator(".toast")).to_contain_text(text)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProgram]:
    program = DeskProgram(tmp_path_factory.mktemp("supervise"), "e2e.supervise_program")
    yield program
    program.stop()


@pytest.fixture(scope="module")
def telephone(browser: Browser) -> Iterator[Browser]:
    """A Chromium with a microphone that beeps."""
    chromium = browser.browser_type.launch(executable_path=CHROMIUM, args=list(FLAGS))
    yield chromium
    chromium.close()


@pytest.fixture
def computer(telephone: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Computers; what any of them complains of fails the test."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def another(width: int = 1440, height: int = 900) -> BrowserContext:
        context = telephone.new_context(
            viewport={"width": width, "height": height}, locale="ja-JP", timezone_id="Europe/London"
        )
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda said: "Content Security" in said.text and complaints.append(said.text))
        opened.append(context)
        return context

    yield another
    for context in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def boss(computer: Callable[..., BrowserContext], centre: DeskProgram) -> Iterator[Supervisor]:
    """A supervisor over four operators, who are ready."""
    centre.tell("sit", *PEOPLE)
    for one in PEOPLE:
        centre.tell("choose", one, "ready")
    boss = Supervisor(computer().new_page(), centre)
    yield boss
    for one in PEOPLE:
        if centre.tell("status", one) != "logged out":
            centre.tell("rest", one)
        centre.until("logged out", "status", one)


def talk(centre: DeskProgram, number: str = CITIZEN) -> str:
    """A citizen calls and is answered; by whom."""
    centre.tell("call", number, "1")
    found: list[str] = []

    def answered() -> bool:
        found[:] = [one for one in PEOPLE if centre.tell("status", one) == "talking"]
        return bool(found)

    wait_for(answered, "somebody talks")
    return found[0]


def test_what_operators_do_is_seen_and_changed(boss: Supervisor, centre: DeskProgram, shoot: Shoot) -> None:
    expect(boss.card("op01")).to_contain_text("待受")
    centre.tell("choose", "op02", "on break")
    expect(boss.card("op02")).to_contain_text("休憩")
    dialog = boss.open("op01")
    dialog.get_by_role("button", name="休憩").click()
    dialog.locator("select").first.select_option("昼休み")
    dialog.get_by_role("button", name="変更する").first.click()
    boss.says("中村 和子 を「休憩」にしました")
    centre.until("on break", "status", "op01")
    shoot(boss.page, "supervise-deeds")
    boss.page.keyboard.press("Escape")
    expect(boss.card("op01")).to_contain_text("昼休み")
    assert "set on break op01" in centre.tell("log", "boss")


def test_who_is_logged_out_is_gone_after_a_question(boss: Supervisor, centre: DeskProgram) -> None:
    boss.open("op03").get_by_role("button", name="ログアウトさせる").click()
    question = boss.page.locator("dialog.question")
    expect(question).to_contain_text("すぐにログアウトし、席が空きます")
    question.get_by_role("button", name="ログアウトさせる").click()
    expect(boss.card("op03")).to_have_count(0)
    expect(boss.page.locator("dialog")).to_have_count(0)
    assert centre.tell("status", "op03") == "logged out"


def test_hands_come_first_and_are_answered(boss: Supervisor, centre: DeskProgram) -> None:
    centre.tell("hand", "op04", 65)
    first = boss.page.locator("li.operator").first
    expect(first).to_contain_text("北村 陽子")
    expect(first.locator(".hand")).to_contain_text("1:0")
    expect(boss.page.locator("[aria-live=polite]").first).to_have_text("北村 陽子 が手を上げています")
    boss.press("返事")
    boss.page.fill("dialog textarea", "いま行きます")
    boss.press("送る")
    boss.says("送りました")
    assert centre.tell("messages", "op04") == ["いま行きます"]
    boss.press("対応済み")
    expect(boss.page.locator(".hand")).to_have_count(0)
    assert "lowered the hand op04" in centre.tell("log", "boss")


def test_a_message_reaches_everybody(boss: Supervisor, centre: DeskProgram) -> None:
    boss.page.keyboard.press("Alt+m")
    boss.page.fill("dialog textarea", "漏水の電話が増えています")
    boss.press("送る")
    expect(boss.page.locator("dialog")).to_have_count(0)
    assert "漏水の電話が増えています" in centre.tell("messages", "op02")


def test_an_emergency_announcement_is_put_on_and_stopped(
    boss: Supervisor, centre: DeskProgram, shoot: Shoot
) -> None:
    boss.press("緊急アナウンス")
    sheet = boss.page.locator("dialog.emergency-sheet")
    sheet.get_by_role("button", name="漏水・緊急").click()
    sheet.locator("textarea").fill("広岡地区で断水しています。")
    sheet.get_by_role("button", name="2時間後").click()
    sheet.get_by_role("button", name="放送を始める").click()
    strip = boss.page.locator(".emergency")
    expect(strip).to_contain_text("広岡地区で断水しています。")
    expect(strip).to_contain_text("漏水・緊急")
    shoot(boss.page, "supervise-emergency")
    strip.get_by_role("button", name="止める").click()
    boss.page.locator("dialog.question").get_by_role("button", name="止める").click()
    expect(strip).to_have_count(0)
    assert centre.tell("announced") == []
    assert centre.tell("log", "boss")[-2:] == ["put on leak", "took off leak"]


def test_a_call_is_heard_whispered_into_and_joined_on_one_leg(
    boss: Supervisor, centre: DeskProgram, shoot: Shoot
) -> None:
    who = talk(centre)
    expect(boss.card(who)).to_contain_text("076-000-0002")
    boss.card(who).get_by_role("button", name="聴く").click()
    monitor = boss.page.locator(".monitor")
    expect(monitor).to_contain_text(f"{NAMES[who]} の通話")
    centre.until([[False, False]], "spied")
    monitor.get_by_role("button", name="ささやく").click()
    expect(monitor.get_by_role("button", name="ささやく")).to_have_attribute("aria-pressed", "true")
    centre.until([[True, False]], "spied")
    shoot(boss.page, "supervise-whisper")
    monitor.get_by_role("button", name="参加").click()
    expect(boss.page.locator("dialog.question")).to_contain_text("お客様に聞こえ")
    assert centre.tell("spied") == [[True, False]]
    boss.page.locator("dialog.question").get_by_role("button", name="参加").click()
    centre.until([[True, True]], "spied")
    assert centre.tell("listening") == [["boss", who, "barge"]]
    boss.press("やめる")
    expect(monitor).to_have_count(0)
    centre.until([], "spied")
    assert centre.tell("status", who) == "talking"
    centre.tell("hang_up", CITIZEN)


def test_it_ends_with_the_call(boss: Supervisor, centre: DeskProgram) -> None:
    number = "09012345678"
    who = talk(centre, number)
    boss.page.locator(f"[data-operator={who}]").focus()
    boss.page.keyboard.press("Alt+l")
    expect(boss.page.locator(".monitor")).to_contain_text("の通話")
    centre.tell("hang_up", number)
    expect(boss.page.locator(".monitor")).to_have_count(0)
    assert centre.tell("listening") == []


def test_queues_are_assigned_for_today_and_given_back(boss: Supervisor, centre: DeskProgram) -> None:
    dialog = boss.open("op01")
    row = dialog.locator("tbody tr", has_text="料金")
    row.locator("select").select_option("4")
    dialog.locator("form.queues").get_by_role("button", name="変更する").click()
    expect(row).to_contain_text("まで")
    assert "assigned op01" in centre.tell("log", "boss")
    row.get_by_role("button", name="元に戻す").click()
    expect(row.locator("button")).to_have_count(0)
    assert centre.tell("log", "boss")[-1] == "released op01"


def test_everything_is_reached_by_keys(boss: Supervisor) -> None:
    page = boss.page
    page.locator("[data-operator=op01]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-operator=op02]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("dialog.deeds[open] h2")).to_have_text(NAMES["op02"])
    page.keyboard.press("Escape")
    expect(page.locator("[data-operator=op02]")).to_be_focused()
    page.keyboard.press("Alt+v")
    expect(page.locator(".place.free").first).to_contain_text("空席")
    page.keyboard.press("Alt+v")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_contain_text("手上げ")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    page.keyboard.press("Alt+f")
    page.keyboard.type("やまもと")
    expect(page.locator("li.operator")).to_have_count(1)


def test_an_alarm_is_acknowledged(boss: Supervisor, centre: DeskProgram) -> None:
    centre.tell("alarm", "7f1c")
    alarms = boss.page.locator("details", has_text="録音の警報")
    row = alarms.locator("li", has=boss.page.locator("a[href='/calls/7f1c']"))
    expect(row).to_contain_text("録音がありません")
    row.get_by_role("button", name="確認").click()
    row.locator("input").fill("回線障害のため")
    row.get_by_role("button", name="確認").click()
    boss.says("確認済み")
    expect(row).to_have_count(0)


def test_twice_as_large_it_reflows(
    computer: Callable[..., BrowserContext], centre: DeskProgram, boss: Supervisor, shoot: Shoot
) -> None:
    page = Supervisor(computer(720, 450).new_page(), centre, "keeper").page
    expect(page.locator("li.operator").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shoot(page, "supervise-large")
    shoot(boss.page, "supervise")


def test_a_silent_server_is_said_over_the_figures_until_it_is_heard_again(
    boss: Supervisor, centre: DeskProgram
) -> None:
    lost = boss.page.locator(".lost")
    centre.freeze()
    expect(lost).to_contain_text("サーバーとの接続が切れました")
    expect(boss.page.locator(".floor.stale")).to_be_visible()
    centre.thaw()
    expect(lost).to_have_count(0)
