"""An operator's shift from the first ring to the recording that is played, by two operators' own browsers.

It is worked on the embedded switch, where a citizen is a telephone without a voice, and on a FreeSWITCH,
where a citizen is SIPp and sends back all that is heard: what an operator's browser hears has been to the
citizen's socket and back.
"""

from __future__ import annotations

import json
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from e2e.conftest import Shoot
from e2e.desk import CITIZEN, DeskProgram, Tab
from e2e.house import House, Keys, built
from e2e.parts import CHROMIUM, FLAGS, PASSWORD
from e2e.softphone import EAR, hears
from fsbridge.adapters.switchconf import find_freeswitch
from fsbridge.errors import ConfigError
from tests.freeswitch.sipp import Sipp
from tests.waiting import wait_for

NAME = "金沢住宅管理 広岡営業所"
NOTE = "広岡3-3-30 2F 開栓希望"
COLLEAGUE = "中村 和子"
LEAVE = "退席（ログアウト）"
SILENCE = 0.003
"""The level below which nobody would hear anything, of 1."""
LOUDNESS = """async audio => {
    const bytes = await (await fetch(audio.src, { cache: "no-store" })).arrayBuffer();
    const sound = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(bytes);
    return [...Array(sound.numberOfChannels).keys()].map(number => {
        const samples = sound.getChannelData(number);
        return Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
    });
}"""
Tabs = Callable[[], BrowserContext]


class Centre(Protocol):
    """A centre for a shift."""

    @property
    def address(self) -> str: ...

    sound: bool
    """Whether citizens have voices, and are recorded."""

    def calls(self, number: str) -> None:
        """A citizen calls, and chooses the first flow."""

    def keys(self) -> str:
        """The keys the citizen has heard."""

    def there(self) -> bool:
        """Whether the citizen is on the telephone."""

    def secrets(self) -> int:
        """How many telephones may log in."""


class Embedded:
    """On the embedded switch."""

    sound = False

    def __init__(self, home: Path) -> None:
        self._program = DeskProgram(home)
        self.address = self._program.address
        self._number = ""

    def calls(self, number: str) -> None:
        self._number = number
        self._program.tell("call", number, "1")

    def keys(self) -> str:
        return str(self._program.tell("keys", self._number))

    def there(self) -> bool:
        return not self._program.tell("over", self._number)

    def secrets(self) -> int:
        return int(self._program.tell("secrets"))

    def close(self) -> None:
        self._program.stop()


class Real:
    """On a FreeSWITCH."""

    sound = True

    def __init__(self, house: House) -> None:
        house.start()
        self.address = house.address
        self._house = house
        self._keys = Keys(house.switch)
        self._citizens: list[Sipp] = []
        self._leg = ""

    def calls(self, number: str) -> None:
        before = {one["uuid"] for one in self._house.switch.channels()}
        self._citizens.append(self._house.call(number))

        def came() -> list[str]:
            rows = self._house.switch.channels()
            return [row["uuid"] for row in rows if row["cid_num"] == number and row["uuid"] not in before]

        self._leg = wait_for(came, "the call is on FreeSWITCH")[0]

    def keys(self) -> str:
        return self._keys.of(self._leg).removeprefix("1")  # the citizen's own, in the menu

    def there(self) -> bool:
        return self._leg in self._house.talk()

    def secrets(self) -> int:
        folder = self._house.switch.conf.home / "conf" / "directory" / "operators.d"
        return len(list(folder.glob("*.xml")))

    def close(self) -> None:
        self._keys.close()
        for one in self._citizens:
            one.stop()


@pytest.fixture(scope="module", params=["embedded", pytest.param("freeswitch", marks=pytest.mark.freeswitch)])
def centre(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    home = tmp_path_factory.mktemp("shift")
    if request.param == "embedded":
        with closing(Embedded(home)) as embedded:
            yield embedded
        return
    try:
        find_freeswitch()
    except ConfigError as error:
        pytest.skip(str(error))
    with built(home) as house, closing(Real(house)) as real:
        yield real


on_freeswitch = pytest.mark.parametrize(
    "centre", [pytest.param("freeswitch", marks=pytest.mark.freeswitch)], indirect=True
)
"""What `test_desk` shows on the embedded switch already."""


@pytest.fixture(scope="module")
def telephone(browser: Browser) -> Iterator[Browser]:
    """A Chromium with a microphone that beeps; sound needs a click."""
    chromium = browser.browser_type.launch(executable_path=CHROMIUM, args=list(FLAGS))
    yield chromium
    chromium.close()


@pytest.fixture
def tabs(telephone: Browser) -> Iterator[Tabs]:
    """``tabs()`` is another computer; what any of them complains of fails the test."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def computer() -> BrowserContext:
        context = telephone.new_context(viewport={"width": 1440, "height": 900})
        context.add_init_script(EAR)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda said: "Content Security" in said.text and complaints.append(said.text))
        opened.append(context)
        return context

    yield computer
    for context in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def desk(tabs: Tabs, centre: Centre) -> Iterator[Tab]:
    """op13, who takes calls; at the end the seat is free again."""
    tab = sits(tabs, centre, "op13")
    yield tab
    if tab.button(LEAVE).is_visible():
        leaves(tab)


def sits(tabs: Tabs, centre: Centre, login: str) -> Tab:
    """An operator at a computer of their own, ready."""
    tab = Tab(tabs(), centre, login)
    tab.sit()
    return tab


def leaves(tab: Tab) -> None:
    """The operator logs out."""
    tab.button(LEAVE).click()
    expect(tab.page.get_by_role("heading", name="ログアウトしました")).to_be_visible()


def wrap_up(tab: Tab, case: str = "使用開始") -> None:
    """What is left after a call."""
    tab.shows("後処理")
    tab.case(case).click()
    tab.page.keyboard.press("Control+Enter")
    tab.shows("待受")


def speaks(tab: Tab, centre: Centre) -> None:
    """The operator and who is on the other end are in a call; where there is sound, it passes both ways."""
    tab.shows("通話中")
    if centre.sound:
        hears(tab.page)


class Network:
    """The network of a Chromium, all of it: web pages, WebSockets and voice go through one process."""

    def __init__(self, chromium: Browser) -> None:
        known = chromium.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
        started = {one["id"]: Path(f"/proc/{one['id']}/cmdline").read_text() for one in known}
        (self._process,) = [pid for pid, line in started.items() if "network.mojom.NetworkService" in line]

    def cut(self, seconds: float) -> threading.Timer:
        """Nothing passes, and neither end is told; join the timer to wait for the end of it."""
        os.kill(self._process, signal.SIGSTOP)
        timer = threading.Timer(seconds, os.kill, (self._process, signal.SIGCONT))
        timer.start()
        return timer


def test_a_call_from_the_first_ring_to_its_recording(
    desk: Tab, tabs: Tabs, centre: Centre, telephone: Browser, shoot: Shoot
) -> None:
    page = desk.page
    centre.calls(CITIZEN)
    card = page.get_by_role("alertdialog")
    expect(card).to_contain_text(NAME)
    expect(card).to_contain_text("開閉栓受付")
    desk.answer()
    expect(page.locator(".caller")).to_contain_text("鍵預かり")
    speaks(desk, centre)

    page.get_by_role("button", name="5", exact=True).click()
    page.get_by_role("button", name="＃", exact=True).click()
    wait_for(lambda: centre.keys() == "5#", f"the keys: {centre.keys()}")
    desk.note.fill(NOTE)
    expect(page.get_by_text("自動保存しました")).to_be_visible()
    for _ in range(2):
        page.keyboard.press("Alt+h")
        desk.shows("保留")
        page.keyboard.press("Alt+h")
        speaks(desk, centre)

    page.reload()
    expect(page.get_by_text("通話を引き継ぎました。")).to_be_visible()
    expect(desk.note).to_have_value(NOTE)
    speaks(desk, centre)

    back = Network(telephone).cut(10)
    lost = page.locator(".strips .notice")
    expect(lost.first).to_be_visible(timeout=10_000)
    back.join()
    expect(lost).to_have_count(0, timeout=30_000)
    speaks(desk, centre)
    assert centre.there()

    colleague = sits(tabs, centre, "op01")
    page.keyboard.press("Alt+t")
    desk.button(COLLEAGUE).click()
    desk.button("相談してから転送").click()
    colleague.answer()
    speaks(colleague, centre)
    desk.button("転送する").click()
    wrap_up(desk)
    assert centre.there()
    expect(colleague.page.locator(".caller")).to_contain_text(NAME)
    speaks(colleague, centre)
    shoot(colleague.page, "shift-transferred")
    colleague.page.keyboard.press("Alt+e")
    wrap_up(colleague)
    wait_for(lambda: not centre.there(), "the citizen is let go")

    history = tells(colleague, CITIZEN, NAME, NOTE, "使用開始", "小林 拓也", COLLEAGUE)
    if centre.sound:
        plays(history)
        shoot(history, "shift-recording")
    leaves(colleague)


def tells(tab: Tab, number: str, *told: str) -> Page:
    """The history, in a second tab: of a number's last call, once it is over, it tells these things."""
    page = tab.page.context.new_page()
    page.goto(f"{tab.centre.address}/calls?number={number}")
    page.locator("tbody a").first.click()

    def whole() -> bool:
        page.reload()
        text = page.locator("main").text_content() or ""
        return "終了通話中" not in text and all(one in text for one in told)

    wait_for(whole, f"{told} in the history")
    return page


def plays(page: Page) -> None:
    """The recording is opened for a reason, and heard: on one side the citizen, on the other the operator."""
    ready = page.get_by_role("button", name="再生の準備").first

    def finished() -> bool:
        page.reload()
        return ready.is_visible()

    wait_for(finished, "the recording is finished", 30)
    page.get_by_label("再生する理由").first.select_option(label="応対品質の確認・研修")
    ready.click()
    audio = page.locator("audio").first
    wait_for(lambda: audio.evaluate("audio => audio.readyState") > 0, "the sound is there")
    levels = audio.evaluate(LOUDNESS)
    assert len(levels) == 2
    assert min(levels) > SILENCE, levels
    page.get_by_role("button", name="再生").first.click()
    wait_for(lambda: audio.evaluate("audio => audio.currentTime") > 1, "a second of it was heard")


def test_a_reload_while_it_rings_is_no_missed_call(desk: Tab, centre: Centre) -> None:
    number = "0761000003"
    centre.calls(number)
    expect(desk.page.get_by_role("alertdialog")).to_be_visible()
    desk.page.reload()
    expect(desk.page.get_by_role("alertdialog")).to_be_visible(timeout=15_000)
    desk.answer()
    speaks(desk, centre)
    desk.page.keyboard.press("Alt+e")
    wrap_up(desk)
    history = tells(desk, number, "小林 拓也の呼出が終わる：電話機に届かず")
    expect(history.locator("main")).not_to_contain_text("不応答")


@on_freeswitch
def test_two_tabs_and_one_telephone(desk: Tab, centre: Centre) -> None:
    centre.calls(CITIZEN)
    desk.answer()
    second = Tab(desk.page.context, centre)
    expect(second.page.get_by_role("heading", name="他のタブで使用中です")).to_be_visible()
    second.button("このタブで使う").click()
    speaks(second, centre)
    expect(desk.page.get_by_role("heading", name="他のタブで使用中です")).to_be_visible()
    second.page.keyboard.press("Alt+e")
    wrap_up(second)
    second.page.close()
    desk.button("このタブで使う").click()


@on_freeswitch
def test_the_seventeenth_is_told_who_sits_until_one_logs_out(desk: Tab, tabs: Tabs, centre: Centre) -> None:
    others = [Colleague(centre, number) for number in range(1, 17) if number != 13]
    late = Tab(tabs(), centre, "op17")
    late.button("着席して準備を始める").click()
    expect(late.page.get_by_role("heading", name="空いている席がありません")).to_be_visible()
    expect(late.page.locator("tbody tr")).to_have_count(16)
    expect(late.page.locator("tbody")).to_contain_text("小林 拓也")
    leaves(desk)
    wait_for(lambda: centre.secrets() == 0, "the secret is gone")
    late.button("もう一度試す").click()
    expect(late.page.get_by_role("heading", name="音声の確認")).to_be_visible()
    leaves(late)
    for one in others:
        one.leave()


class Colleague:
    """Somebody who has a seat, at a computer of their own, in a browser without a face or a telephone."""

    def __init__(self, centre: Centre, number: int) -> None:
        port = urlsplit(centre.address).port
        self._web = HTTPConnection("127.0.0.1", port, source_address=(f"127.0.1.{number}", 0))
        self._cookie = ""
        token = re.findall(r'name="csrf-token" content="([^"]+)"', self._ask("/login"))[0]
        login = {"login": f"op{number:02}", "password": PASSWORD, "csrf_token": token}
        self._ask("/login", urlencode(login), **{"Content-Type": "application/x-www-form-urlencoded"})
        live = "/socket.io/?EIO=4&transport=polling"
        self._live = f"{live}&sid={json.loads(self._ask(live)[1:])['sid']}"
        self._say("40/desk,")
        self._say('42/desk,1["log_in",{}]', until='43/desk,1[{"seat"')

    def leave(self) -> None:
        """Give the seat back; it may be lost already."""
        self._say('42/desk,2["log_out"]', until="43/desk,2")
        self._web.close()

    def _say(self, packet: str, until: str = "40/desk,") -> None:
        self._ask(self._live, packet)
        wait_for(lambda: until in self._ask(self._live), f"{packet} is answered by {until}")

    def _ask(self, path: str, body: str | None = None, **headers: str) -> str:
        said = {"Cookie": self._cookie, **headers}
        self._web.request("POST" if body is not None else "GET", path, body, said)
        answer = self._web.getresponse()
        if cookie := re.findall(r"fsbridge=[^;]+", answer.headers.get("Set-Cookie", "")):
            self._cookie = cookie[0]
        text = answer.read().decode()
        assert answer.status < 400, f"{path}: {answer.status} {text}"
        return text
