"""The program is restarted while a citizen talks: the talk goes on, the browser comes back by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, expect

from e2e.desk import Tab
from e2e.house import House, built
from e2e.parts import CHROMIUM, FLAGS
from fsbridge.adapters.switchconf import find_freeswitch
from fsbridge.errors import ConfigError
from tests.waiting import wait_for

FIRST, SECOND = "0761000001", "0761000002"
pytestmark = pytest.mark.freeswitch


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    try:
        find_freeswitch()
    except ConfigError as error:
        pytest.skip(str(error))
    with built(tmp_path) as house:
        yield house


@pytest.fixture
def tab(browser: Browser, house: House) -> Iterator[Tab]:
    """op13 at the desk, ready."""
    chromium = browser.browser_type.launch(executable_path=CHROMIUM, args=list(FLAGS))
    house.start()
    tab = Tab(chromium.new_context(), SimpleNamespace(address=house.address), "op13")  # type: ignore[arg-type]
    tab.sit()
    yield tab
    chromium.close()


def test_a_talk_and_the_operator_s_page_outlive_a_restart(tab: Tab, house: House) -> None:
    citizen = house.call(FIRST)
    tab.answer()
    talk = wait_for(lambda: len(house.talk()) == 2 and house.talk(), "both hear each other")
    tab.page.evaluate("window.loadedBefore = true")
    tab.note.fill("水が出ない")
    expect(tab.page.get_by_text("自動保存しました")).to_be_visible()

    house.program.terminate()
    wait_for(lambda: house.ready().get("ready") is False, "it drains, and says so")
    assert "asked to end" in house.ready()["parts"]["process"]["why"]
    code, log = house.program.wait()
    assert code == 0, log
    assert "1 left to FreeSWITCH" in log
    assert house.talk() == talk, "nobody was cut off"

    house.start()
    wait_for(lambda: house.listening("desk"), "the browser is back", 30)
    assert tab.page.evaluate("window.loadedBefore"), "without loading the page again"
    assert house.talk() == talk
    tab.shows("通話中")
    expect(tab.note).to_have_value("水が出ない")

    tab.page.keyboard.press("Alt+e")
    tab.shows("後処理")
    tab.page.keyboard.press("Alt+w")
    tab.page.keyboard.type("かい")
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.press("Control+Enter")
    tab.shows("待受")
    other = house.call(SECOND)
    tab.answer()
    for one in (citizen, other):
        one.stop()
