"""The call history in a browser: found by address, told along the time, heard for a reason, by keyboard."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.conftest import ROOT, Shoot
from fsbridge.config import load
from tests.webpanel.browsing import PASSWORD
from tests.webpanel.pasts import STAR

AXE = ROOT / "webpanel" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
HEARD = "audio => ({at: audio.currentTime, paused: audio.paused, rate: audio.playbackRate})"

Enter = Callable[..., Page]


class Program:
    """The panel in a process of its own, over a past in a folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._process = subprocess.Popen(
            [sys.executable, "-m", "e2e.calls_program", str(home)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.address = f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def opened(self) -> list[tuple[str, str]]:
        """Who opened recordings, and why."""
        with sqlite3.connect(
            load(home=self.home, environment={}).database_url.removeprefix("sqlite:///")
        ) as base:
            query = "SELECT actor, reason FROM audit_log WHERE action = 'opened' ORDER BY id"
            return list(base.execute(query))

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("calls"))
    yield program
    program.kill()


@pytest.fixture
def enter(browser: Browser, program: Program) -> Iterator[Enter]:
    """``enter("boss", "/calls")``: a page in a browser of its own; what it complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def entered(login: str, path: str, *, width: int = 1440, height: int = 900, **more: str) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
        page.goto(f"{program.address}/login?next={quote(path)}")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"**{path.partition('?')[0]}*")
        return page

    yield entered
    for context in contexts:
        context.close()
    assert complaints == []


def listen(page: Page) -> None:
    page.get_by_label("再生する理由").select_option(label="応対品質の確認・研修")
    page.get_by_role("button", name="再生の準備").press("Enter")
    expect(page.locator(".clock")).to_have_text("0:00 / 0:12")


def test_a_search_is_made_by_form_and_kept_as_an_address(
    enter: Enter, program: Program, shoot: Shoot
) -> None:
    page = enter("boss", "/calls")
    expect(page.get_by_role("status")).to_contain_text("91 件")
    shoot(page, "calls")
    page.get_by_role("link", name="直近7日").click()
    page.get_by_label("電話番号").fill("０９０-１２３４")
    page.get_by_label("電話番号").press("Enter")
    expect(page.get_by_role("status").locator("strong")).to_have_text("1 件")
    address = page.url
    other = enter("boss", address.removeprefix(program.address))
    expect(other.get_by_role("status").locator("strong")).to_have_text("1 件")
    other.locator("tbody a").press("Enter")
    expect(other.locator("h1")).to_contain_text("090-1234-5678")
    other.go_back()
    expect(other.get_by_label("電話番号")).to_have_value("０９０-１２３４")


def test_a_recording_is_heard_for_a_reason_and_by_keyboard(
    enter: Enter, program: Program, shoot: Shoot
) -> None:
    page = enter("boss", f"/calls/{STAR}")
    expect(page.locator("audio")).to_have_count(0)
    assert program.opened() == []
    listen(page)
    assert program.opened() == [("boss", "再生：応対品質の確認・研修")]
    play = page.get_by_role("button", name="再生")
    expect(play).to_be_focused()
    expect(page.locator(".strip svg")).to_have_count(2)
    audio = page.locator("audio")
    strip = page.get_by_role("slider", name="再生位置")
    strip.press("ArrowRight")
    expect(strip).to_have_attribute("aria-valuenow", "5")
    strip.press("ArrowLeft")
    strip.press("ArrowLeft")
    expect(strip).to_have_attribute("aria-valuenow", "0")
    strip.press("+")
    expect(page.get_by_label("速さ")).to_have_value("1.25")
    page.get_by_label("速さ").select_option("2")
    assert audio.evaluate(HEARD)["rate"] == 2
    strip.press("Space")
    expect(page.locator(".clock")).to_have_text("0:01 / 0:12")
    expect(page.get_by_role("button", name="一時停止")).to_be_visible()
    shoot(page, "call")
    strip.press("Space")
    assert audio.evaluate(HEARD)["paused"]
    box = strip.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + 20)
    expect(strip).to_have_attribute("aria-valuenow", "9")


def test_an_operator_sees_others_masked_and_gets_no_files(enter: Enter, shoot: Shoot) -> None:
    page = enter("op01", "/calls", color_scheme="dark")
    expect(page.locator("body")).to_contain_text("一部を伏せて")
    assert page.locator("tbody .who", has_text="-****-").count() > 3
    expect(page.get_by_role("button", name="Excel")).to_have_count(0)
    shoot(page, "calls-dark")


def test_a_file_comes_down(enter: Enter) -> None:
    page = enter("boss", "/calls?from=2027-03-02&until=2027-03-04")
    with page.expect_download() as coming:
        page.get_by_role("button", name="CSV（UTF-8）").click()
    text = Path(coming.value.path()).read_text("utf-8-sig")
    assert coming.value.suggested_filename == "calls.csv"
    assert text.count("\n") == 3 * 90 + 1 + 1


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("path", ["/calls", f"/calls/{STAR}"])
def test_axe_finds_nothing_serious(enter: Enter, path: str, lang: str) -> None:
    for scheme in ("light", "dark"):
        page = enter("boss", f"{path}?lang={lang}", color_scheme=scheme)
        if STAR in path and lang == "ja":
            listen(page)
        page.locator("details:not(.menu)").evaluate_all("all => all.forEach(one => one.open = true)")
        found = page.evaluate(AXE.read_text("utf-8") + "; axe.run()")
        serious = [
            (one["id"], [node["target"] for node in one["nodes"]])
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        assert serious == [], scheme


@pytest.mark.parametrize("path", ["/calls", f"/calls/{STAR}"])
@pytest.mark.parametrize(("width", "height"), [(960, 540), (420, 900)])
def test_nothing_is_wider_than_the_page(
    enter: Enter, path: str, width: int, height: int, shoot: Shoot
) -> None:
    page = enter("boss", path, width=width, height=height)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shoot(page, f"{'call' if STAR in path else 'calls'}-{width}")
