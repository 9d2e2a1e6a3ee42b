"""The program is restarted while a citizen talks: the talk goes on, the browser comes back by itself."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, expect

from e2e.conftest import CHROMIUM
from e2e.desk import FLAGS, ROOT, Tab
from fsbridge.adapters.switchconf import find_freeswitch
from fsbridge.demonstration import free_port
from fsbridge.errors import ConfigError
from tests.freeswitch.freeswitch import NUMBER, LocalSwitch, prepared
from tests.freeswitch.ports import Ports
from tests.freeswitch.program import Program
from tests.freeswitch.sipp import Sipp
from tests.waiting import wait_for

FIRST, SECOND = "0761000001", "0761000002"
FILL = "import sys, pathlib; from e2e.desk_program import filled; filled(pathlib.Path(sys.argv[1]))"
pytestmark = pytest.mark.freeswitch


class House:
    """A FreeSWITCH and the program beside it, both of a test's own."""

    def __init__(self, home: Path, switch: LocalSwitch) -> None:
        self.switch = switch
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.program = Program(
            switch,
            home,
            FSBRIDGE_SCRIPT="e2e.morning:app",
            FSBRIDGE_ZONE="Asia/Tokyo",
            FSBRIDGE_PANEL_PORT=str(self.port),
            FSBRIDGE_SWITCH_VERTO_PORT=str(switch.conf.verto_port),
            FSBRIDGE_CDR_PORT="0",
            FSBRIDGE_CDR_SWEEP="1",
            FSBRIDGE_DRAIN="2",
        )

    def start(self) -> None:
        """Start the program; it is ready when this returns."""
        self.program.start()
        wait_for(lambda: self.ready() and self.ready()["ready"], f"ready: {self.ready()}", 60)

    def ready(self) -> dict[str, Any]:
        """What /ready says; nothing while nobody answers."""
        try:
            with urlopen(f"{self.address}/ready", timeout=5) as answer:
                return dict(json.load(answer))
        except HTTPError as refused:
            return dict(json.load(refused))
        except (URLError, ConnectionError, TimeoutError):
            return {}

    def listening(self, page: str) -> bool:
        """Whether a browser is linked to a page's live part."""
        with urlopen(f"{self.address}/metrics", timeout=5) as answer:
            return f'fsbridge_panel_clients{{page="{page}"}} 1.0' in answer.read().decode()

    def call(self, number: str) -> Sipp:
        """A citizen calls, presses 1 and talks for a minute."""
        return Sipp(
            "caller", self.switch.sip, dialled=NUMBER, rows=[(number, "1")], listen=1500, stay=60_000
        ).start()

    def talk(self) -> set[str]:
        """The legs that hear each other."""
        return {row["uuid"] for row in self.switch.channels() if row["callstate"] == "ACTIVE"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    try:
        find_freeswitch()
    except ConfigError as error:
        pytest.skip(str(error))
    # the store has one home in a process, and gevent's patches do not go with this one's browser
    subprocess.run([sys.executable, "-c", FILL, str(tmp_path)], cwd=ROOT, check=True)
    ports = Ports()
    switch = prepared(tmp_path / "switch", ports)
    house = House(tmp_path, switch)
    try:
        switch.start()
        switch.wait_ready()
        yield house
    finally:
        house.program.kill()
        switch.kill()
        ports.release()


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
