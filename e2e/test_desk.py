"""A working day at the operator's desk, in a real browser on a whole centre with the embedded switch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from e2e.conftest import Shoot
from e2e.desk import CITIZEN, DeskProgram, Tab
from e2e.parts import CHROMIUM, FLAGS

NOTE = "広岡3-3-30 2F 開栓希望"
Tabs = Callable[[], BrowserContext]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProgram]:
    """A centre for all tests of this file."""
    program = DeskProgram(tmp_path_factory.mktemp("desk"))
    yield program
    program.stop()


@pytest.fixture(scope="module")
def telephone(browser: Browser) -> Iterator[Browser]:
    """A Chromium with a microphone that beeps, and one rule more than the others': sound needs a click."""
    chromium = browser.browser_type.launch(executable_path=CHROMIUM, args=list(FLAGS))
    yield chromium
    chromium.close()


@pytest.fixture
def tabs(telephone: Browser) -> Iterator[Tabs]:
    """``tabs()`` is another computer; what any of them complains of fails the test."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def computer() -> BrowserContext:
        context = telephone.new_context(viewport={"width": 1440, "height": 900}, timezone_id="Europe/London")
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda said: "Content Security" in said.text and complaints.append(said.text))
        opened.append(context)
        return context

    yield computer
    for context in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def desk(tabs: Tabs, centre: DeskProgram) -> Iterator[Tab]:
    """op13, who takes calls; at the end the seat is free again."""
    tab = Tab(tabs(), centre, "op13")
    tab.sit()
    yield tab
    centre.tell("clear")
    centre.tell("rest", "op13")
    centre.until("logged out", "status", "op13")


def talk(desk: Tab, number: str = CITIZEN, key: str = "1") -> None:
    """A citizen calls, and is answered."""
    desk.centre.tell("call", number, key)
    desk.answer()


def wrap_up(desk: Tab, case: str = "使用開始") -> None:
    """What is left after a call."""
    desk.shows("後処理")
    desk.case(case).click()
    desk.page.keyboard.press("Control+Enter")
    desk.shows("待受")


def test_a_desk_says_that_it_lives_though_its_clock_did_not_load_at_first(
    tabs: Tabs, centre: DeskProgram
) -> None:
    """As when the program ends just after it has sent the page."""
    computer, asked, beats = tabs(), [], []

    def clock(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) <= 2:  # the desk's and its telephone's
            route.abort()
        else:
            route.continue_()

    def sent(frame: bytes | str) -> None:
        if "beat" in str(frame):
            beats.append(frame)

    computer.route("**/ticks-*.js", clock)
    computer.on("page", lambda page: page.on("websocket", lambda one: one.on("framesent", sent)))
    tab = Tab(computer, centre, "op14")
    tab.sit()
    for _ in range(2):
        beats.clear()
        tab.until(lambda: beats, "a beat")
    centre.tell("rest", "op14")


def test_a_call_from_the_card_to_the_saved_note(desk: Tab, centre: DeskProgram, shoot: Shoot) -> None:
    page = desk.page
    centre.tell("call", CITIZEN, "1")
    card = page.get_by_role("alertdialog")
    expect(card).to_contain_text("金沢住宅管理 広岡営業所")
    expect(card).to_contain_text("開閉栓受付")
    expect(card).to_contain_text("待ち時間")
    expect(card).to_contain_text("秒で次の担当者に回ります")
    shoot(page, "desk-ringing")
    desk.answer()
    expect(card).to_have_count(0)

    caller = page.locator(".caller")
    expect(caller).to_contain_text("カナザワ ジュウタクカンリ")
    expect(caller).to_contain_text("076-000-0002")
    expect(caller).to_contain_text("鍵預かり")
    page.get_by_role("button", name="開始 → 使用開始").click()
    expect(page.locator(".script mark").first).to_have_text("ご住所")

    desk.note.fill(NOTE)
    expect(page.get_by_text("自動保存しました")).to_be_visible()
    for _ in range(2):
        page.keyboard.press("Alt+h")
        desk.shows("保留")
        page.keyboard.press("Alt+h")
        desk.shows("通話中")
    page.keyboard.press("Alt+h")
    desk.shows("保留")
    page.keyboard.press("Alt+m")
    shoot(page, "desk-talking")

    page.reload()
    expect(page.get_by_text("通話を引き継ぎました。")).to_be_visible()
    expect(desk.note).to_have_value(NOTE)
    desk.shows("保留")
    expect(desk.button("保留中")).to_have_attribute("aria-pressed", "true")
    expect(desk.button("消音中")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Alt+h")
    desk.shows("通話中")
    assert not centre.tell("over", CITIZEN)

    page.get_by_role("button", name="5", exact=True).click()
    centre.until("5", "keys", CITIZEN)
    page.keyboard.press("Alt+e")
    desk.shows("後処理")
    shoot(page, "desk-wrap-up")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("案件の種別を選んでください。")).to_be_visible()
    page.keyboard.press("Alt+w")
    page.keyboard.type("かい")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    desk.shows("待受")
    centre.until(
        [{"text": NOTE, "case": "opening.start", "saved": True, "call": CITIZEN}],
        "notes",
    )


def test_where_nothing_is_recorded_no_recording_is_paused(desk: Tab) -> None:
    """The embedded switch writes no sound."""
    talk(desk)
    desk.button("録音中").click()
    expect(desk.page.get_by_text("この通話は録音されていません。")).to_be_visible()
    desk.page.keyboard.press("Alt+e")
    wrap_up(desk)


def test_what_comes_next_is_chosen_during_the_call(desk: Tab, shoot: Shoot) -> None:
    talk(desk)
    desk.button("休憩").click()
    shoot(desk.page, "desk-reasons")
    desk.button("昼休み").click()
    expect(desk.page.get_by_text("通話後：休憩（昼休み）")).to_be_visible()
    desk.page.keyboard.press("Alt+e")
    desk.shows("後処理")
    desk.case("使用中止").click()
    desk.button("保存して休憩へ").click()
    desk.shows("休憩")
    expect(desk.page.get_by_text("現在、着信は届きません")).to_be_visible()
    shoot(desk.page, "desk-break")


def test_last_calls_and_the_last_kind_of_case_are_at_hand(desk: Tab) -> None:
    talk(desk)
    expect(desk.page.locator(".past tbody tr").first).to_contain_text("小林 拓也")
    desk.page.keyboard.press("Alt+e")
    desk.shows("後処理")
    desk.button("前回と同じ").click()
    desk.page.keyboard.press("Control+Enter")
    desk.shows("待受")


def test_a_wrap_up_without_exit_lasts_as_long_as_its_flow_says(
    desk: Tab, centre: DeskProgram, shoot: Shoot
) -> None:
    centre.tell("rule", "opening", "timed without exit", 4)
    talk(desk)
    desk.page.keyboard.press("Alt+e")
    expect(desk.page.get_by_text("時間まで待受に戻りません")).to_be_visible()
    shoot(desk.page, "desk-wrap-up-timed")
    desk.case("名義変更").click()
    desk.page.keyboard.press("Control+Enter")
    expect(desk.page.get_by_text("この業務の後処理は時間まで終わりません。")).to_be_visible()
    desk.shows("待受")
    centre.tell("rule", "opening", "own pace", 0)
    assert centre.tell("notes")[-1]["saved"] is True


def test_keys_are_the_operator_s_own_and_swallow_no_typing(desk: Tab, shoot: Shoot) -> None:
    page = desk.page
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="キー操作")).to_be_visible()
    shoot(page, "desk-keys")
    row = page.locator(".keys div", has_text="保留").get_by_role("button")
    row.click()
    page.keyboard.press("Alt+A")
    expect(page.get_by_text("そのキーは「応答」に使われています。")).to_be_visible()
    page.keyboard.press("Alt+J")
    expect(row).to_have_text("Alt J")
    page.keyboard.press("Escape")
    talk(desk)
    desk.note.focus()
    page.keyboard.type("a?h")
    expect(desk.note).to_have_value("a?h")
    composing = {"key": "Process", "code": "KeyJ", "altKey": True, "keyCode": 229, "bubbles": True}
    desk.note.dispatch_event("keydown", composing)
    desk.shows("通話中")
    page.keyboard.press("Alt+j")
    desk.shows("保留")
    page.keyboard.press("Alt+e")
    wrap_up(desk)


def test_a_call_to_the_outside(desk: Tab, centre: DeskProgram, shoot: Shoot) -> None:
    desk.page.get_by_role("textbox", name="電話番号").fill("０３-1234-5678")
    expect(desk.page.get_by_role("button", name="発信", exact=True)).to_be_enabled()
    desk.page.keyboard.press("Enter")
    desk.shows("通話中")
    expect(desk.page.locator(".caller")).to_contain_text("03-1234-5678")
    desk.note.fill("折り返しました")
    shoot(desk.page, "desk-outgoing")
    desk.page.keyboard.press("Alt+e")
    desk.shows("待受")
    expect(desk.page.get_by_text("前の通話のメモが未保存です")).to_be_visible()
    desk.case("使用開始").click()
    desk.page.keyboard.press("Control+Enter")
    expect(desk.page.get_by_text("着信をお待ちください")).to_be_visible()
    centre.until("0312345678", "last_call")


def test_a_colleague_is_asked_first_and_takes_the_call(desk: Tab, centre: DeskProgram, shoot: Shoot) -> None:
    centre.tell("sit", "op01")
    talk(desk)
    desk.page.keyboard.press("Alt+t")
    expect(desk.page.get_by_role("button", name="中村 和子")).to_be_visible()
    shoot(desk.page, "desk-transfer")
    desk.button("中村 和子").click()
    desk.button("相談してから転送").click()
    expect(desk.page.get_by_text("相談中")).to_be_visible()
    expect(desk.page.get_by_text("お客様は保留中です。")).to_be_visible()
    shoot(desk.page, "desk-asking")
    desk.button("お客様に戻る").click()
    desk.shows("通話中")
    expect(desk.page.get_by_text("相談中")).to_have_count(0)
    desk.page.keyboard.press("Alt+t")
    desk.button("中村 和子").click()
    desk.button("相談してから転送").click()
    expect(desk.button("転送する")).to_be_enabled()
    desk.button("転送する").click()
    wrap_up(desk)
    assert not centre.tell("over", CITIZEN)
    centre.tell("hang_up", CITIZEN)
    centre.tell("rest", "op01")


def test_a_call_is_sent_on_without_asking(desk: Tab, centre: DeskProgram) -> None:
    centre.tell("sit", "op01")
    talk(desk)
    desk.page.keyboard.press("Alt+t")
    desk.button("中村 和子").click()
    desk.button("そのまま転送").click()
    wrap_up(desk)
    centre.until("talking", "status", "op01")
    centre.tell("hang_up", CITIZEN)
    centre.tell("rest", "op01")


def test_a_reload_while_it_rings_is_no_missed_call(desk: Tab, centre: DeskProgram) -> None:
    centre.tell("call", CITIZEN, "1")
    expect(desk.page.get_by_role("alertdialog")).to_be_visible()
    desk.page.reload()
    desk.answer()
    desk.page.keyboard.press("Alt+e")
    wrap_up(desk)


def test_a_line_that_breaks_costs_no_call_and_no_note(desk: Tab, centre: DeskProgram) -> None:
    talk(desk)
    desk.note.fill("切れる前")
    centre.tell("cut")
    desk.note.fill("切れたあと")
    expect(desk.page.get_by_text("通話をつなぎ直しています…")).to_have_count(0)
    desk.page.keyboard.press("Alt+h")
    desk.shows("保留")
    desk.page.keyboard.press("Alt+e")
    wrap_up(desk)
    assert centre.tell("notes")[-1]["text"] == "切れたあと"


def test_two_tabs_and_one_telephone(desk: Tab, centre: DeskProgram, shoot: Shoot) -> None:
    talk(desk)
    second = Tab(desk.page.context, centre)
    expect(second.page.get_by_role("heading", name="他のタブで使用中です")).to_be_visible()
    shoot(second.page, "desk-other-tab")
    second.button("このタブで使う").click()
    second.shows("通話中")
    expect(desk.page.get_by_role("heading", name="他のタブで使用中です")).to_be_visible()
    second.page.keyboard.press("Alt+e")
    wrap_up(second)


def test_another_computer_takes_the_seat_over(
    desk: Tab, tabs: Tabs, centre: DeskProgram, shoot: Shoot
) -> None:
    other = Tab(tabs(), centre, "op13")
    expect(other.page.get_by_role("heading", name="別の端末で着席しています")).to_be_visible()
    shoot(other.page, "desk-taken")
    other.button("この端末で続ける").click()
    other.shows("待受")
    expect(desk.page.get_by_role("heading", name="別の端末で着席しています")).to_be_visible()
    talk(other)
    other.page.keyboard.press("Alt+e")
    wrap_up(other)


def test_a_hand_and_a_word_from_the_supervisor(desk: Tab, centre: DeskProgram) -> None:
    desk.page.keyboard.press("Alt+r")
    expect(desk.button("手上げ中")).to_have_attribute("aria-pressed", "true")
    centre.tell("message", "op13", "すぐ行きます")
    expect(desk.page.locator(".foot")).to_contain_text("すぐ行きます")
    desk.page.keyboard.press("Alt+r")
    expect(desk.page.get_by_role("button", name="手上げ Alt R")).to_have_attribute("aria-pressed", "false")


def test_a_closed_page_sends_away_and_hangs_nobody_up(desk: Tab, centre: DeskProgram) -> None:
    talk(desk)
    desk.page.close()
    centre.until("talking", "status", "op13")
    back = Tab(desk.page.context, centre)
    expect(back.page.get_by_text("通話を引き継ぎました。")).to_be_visible()
    back.page.keyboard.press("Alt+e")
    wrap_up(back)
    back.page.close()
    centre.until("away", "status", "op13")
    again = Tab(desk.page.context, centre)
    again.shows("待受")


def test_log_out_frees_the_seat_and_voids_the_telephone(tabs: Tabs, centre: DeskProgram) -> None:
    desk = Tab(tabs(), centre, "op13")
    desk.sit()
    desk.button("退席（ログアウト）").click()
    expect(desk.page.get_by_role("heading", name="ログアウトしました")).to_be_visible()
    assert centre.tell("status", "op13") == "logged out"
    assert centre.tell("secrets") == 0


def test_the_seventeenth_is_told_who_sits(tabs: Tabs, centre: DeskProgram, shoot: Shoot) -> None:
    everybody = [f"op{number:02}" for number in range(1, 17)]
    centre.tell("seat", *everybody)
    late = Tab(tabs(), centre, "op17")
    late.button("着席して準備を始める").click()
    expect(late.page.get_by_role("heading", name="空いている席がありません")).to_be_visible()
    expect(late.page.locator("tbody tr")).to_have_count(16)
    expect(late.page.locator("tbody")).to_contain_text("中村 和子")
    shoot(late.page, "desk-full")
    centre.tell("rest", *everybody)
    late.button("もう一度試す").click()
    expect(late.page.get_by_role("heading", name="音声の確認")).to_be_visible()
    late.button("退席（ログアウト）").click()


@pytest.mark.parametrize(("name", "width", "height"), [("desktop", 1440, 900), ("zoomed", 720, 450)])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off(desk: Tab, shoot: Shoot, name: str, width: int, height: int, theme: str) -> None:
    page = desk.page
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    talk(desk)
    page.set_viewport_size({"width": width, "height": height})
    shoot(page, f"desk-{name}-{theme}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if name == "desktop":
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    cut = page.evaluate(
        "[...document.querySelectorAll('button, .pill, h2, h3')]"
        ".filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"
    )
    assert cut == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.keyboard.press("Alt+e")
    wrap_up(desk)


def test_the_first_load_is_small(desk: Tab, tmp_path: Path) -> None:
    """Kilobytes of script, compressed as a web server in front would."""
    sizes = desk.page.evaluate(
        """async () => {
            const scripts = performance.getEntriesByType("resource").filter(one => /\\.js$/.test(one.name));
            let sum = 0;
            for (const one of scripts) {
                const body = (await fetch(one.name)).body.pipeThrough(new CompressionStream("gzip"));
                sum += (await new Response(body).arrayBuffer()).byteLength;
            }
            return sum;
        }"""
    )
    assert 0 < sizes <= 200_000
