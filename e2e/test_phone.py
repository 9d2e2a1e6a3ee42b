"""The operator desk's softphone in a real Chromium: over the embedded switch, and over a real FreeSWITCH."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from e2e.parts import CHROMIUM, FLAGS
from e2e.softphone import Cable, Desk, Floor, build, served
from e2e.test_verto import Switch
from fsbridge.adapters.switchconf import Operator, a1_hash, find_freeswitch, render
from fsbridge.errors import ConfigError
from fsbridge.esl import Raw
from tests.freeswitch.freeswitch import prepared
from tests.freeswitch.ports import Ports
from tests.waiting import wait_for

CITIZEN = """<!-- A loopback leg would have its own codec, L16, offered to the browser; no trunk has that. -->
<extension name="citizen"><condition field="destination_number" expression="^700$">
  <action application="answer"/>
  <action application="bridge" data="{absolute_codec_string=^^:opus:PCMU}user/1001@kanazawa"/>
</condition></extension>"""


@pytest.fixture(scope="module")
def telephone(browser: Browser) -> Iterator[Browser]:
    """A Chromium with a microphone that beeps."""
    chromium = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*FLAGS, "--autoplay-policy=no-user-gesture-required"]
    )
    yield chromium
    chromium.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(build(tmp_path_factory.mktemp("softphone"))) as address:
        yield address


def embedded() -> Iterator[Floor]:
    switch = Switch()
    citizen = "originate loopback/700/public &park()"
    yield Floor(switch.port, lambda: switch.api(citizen), lambda: switch.api("hupall"), "100", sound=False)
    switch.stop()


def real(home: Path) -> Iterator[Floor]:
    try:
        find_freeswitch()
    except ConfigError as error:
        pytest.skip(str(error))
    ports = Ports()
    switch = prepared(home, ports, verto_detach=30, numbers=["700"])
    people = (Operator("1001", a1_hash("1001", "kanazawa", "secret"), "佐藤"),)
    render(dataclasses.replace(switch.conf, centre=dataclasses.replace(switch.conf.centre, operators=people)))
    try:
        switch.start()
        switch.wait_ready()
        switch.extension("citizen", CITIZEN)

        def call_in() -> None:
            who = "{origination_caller_id_name=Taro,origination_caller_id_number=0761112222}"
            switch.api("bgapi", Raw(f"originate {who}loopback/700/public/XML &echo()"))

        yield Floor(switch.conf.verto_port, call_in, lambda: switch.api("hupall"), "9196", sound=True)
    finally:
        switch.kill()
        ports.release()


@pytest.fixture(scope="module", params=["embedded", pytest.param("freeswitch", marks=pytest.mark.freeswitch)])
def floor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    yield from real(tmp_path_factory.mktemp("switch")) if request.param == "freeswitch" else embedded()


@pytest.fixture
def cable(floor: Floor) -> Iterator[Cable]:
    cable = Cable(floor.port)
    yield cable
    floor.clear()
    cable.close()


@pytest.fixture
def tabs(telephone: Browser) -> Iterator[BrowserContext]:
    """Tabs of one browser; what they complain of fails the test."""
    context = telephone.new_context()
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("console", lambda said: complaints.extend([said.text] * ("Content Security" in said.text)))
    yield context
    context.close()
    assert complaints == []


@pytest.fixture
def desk(tabs: BrowserContext, address: str, cable: Cable) -> Desk:
    """A tab whose line is ready."""
    desk = Desk(tabs.new_page(), address, cable)
    desk.ready()
    return desk


def talk(desk: Desk, floor: Floor) -> dict[str, Any]:
    """A citizen calls, and the operator answers."""
    floor.call_in()
    offered = desk.call("offered")
    desk.run("await desk.phone.answer(a[0])", offered["id"])
    talking = desk.call("talking")
    if floor.sound:
        desk.hears()
    return talking


def hang_up(desk: Desk, call: dict[str, Any]) -> dict[str, Any]:
    """The operator hangs up; the call's last word."""
    desk.run("await desk.phone.hangup(a[0])", call["id"])
    ended = desk.until(lambda seen: [one for one in seen["ended"] if one["id"] == call["id"]], "it ended")
    return dict(ended[0])


def test_an_operator_hears_himself(desk: Desk, floor: Floor) -> None:
    call = desk.run("return desk.phone.dial(a[0])", floor.echo)
    talking = desk.call("talking", id=call, direction="out", number=floor.echo)
    if floor.sound:
        desk.hears()
        wait_for(lambda: desk.run("return desk.sound.level()") > 0.1, "the microphone's level")
        counted = ("sent", "received")
        desk.until(lambda seen: all(seen["views"][0]["summary"][one] > 100 for one in counted), "two seconds")
    ended = hang_up(desk, talking)
    assert ended["cause"] == "NORMAL_CLEARING"
    if floor.sound:
        summary = ended["summary"]
        assert summary["loss"] is not None
        assert summary["jitterMax"] is not None
        assert (summary["silentYou"], summary["silentCaller"]) == (0, 0)


def test_a_number_nobody_has(desk: Desk) -> None:
    desk.run("await desk.phone.dial('555')")
    ended = desk.until(lambda seen: seen["ended"], "it ended")[0]
    assert ended["cause"] == "NO_ROUTE_DESTINATION"


def test_hold_twice_a_reload_and_the_call_goes_on(desk: Desk, floor: Floor) -> None:
    call = talk(desk, floor)
    for held in (True, False, True, False, True):
        desk.run("await desk.phone.hold(a[0], a[1])", call["id"], held)
        desk.call("talking", held=held)
    desk.page.reload()
    back = desk.call("talking", id=call["id"], restored=True, held=True)
    assert back["answeredAt"] == call["answeredAt"]
    desk.run("await desk.phone.hold(a[0], false)", call["id"])
    desk.call("talking", held=False)
    if floor.sound:
        desk.hears()
    assert hang_up(desk, call)["cause"] == "NORMAL_CLEARING"


def test_a_reload_while_it_rings_is_no_refusal(desk: Desk, floor: Floor) -> None:
    floor.call_in()
    call = desk.call("offered")
    desk.page.reload()
    desk.ready()
    assert [(one["id"], one["interrupted"]) for one in desk.seen["ended"]] == [(call["id"], True)]


def test_a_cable_pulled_for_ten_seconds_costs_no_call(desk: Desk, floor: Floor, cable: Cable) -> None:
    call = talk(desk, floor)
    cable.pull()
    plug = threading.Timer(10, cable.plug)
    plug.start()
    desk.call("away", id=call["id"])
    desk.ready()
    plug.join()
    desk.call("talking", id=call["id"], restored=False)
    if floor.sound:
        desk.hears()
    hang_up(desk, call)


def test_a_cut_socket_comes_back_with_its_call(desk: Desk, floor: Floor, cable: Cable) -> None:
    call = talk(desk, floor)
    cable.cut()
    desk.until(lambda seen: seen["lines"].count("ready") == 2, "the line is back")
    desk.call("talking", id=call["id"])
    if floor.sound:
        desk.hears()
    assert hang_up(desk, call)["cause"] == "NORMAL_CLEARING"


def test_two_callers_are_joined_one_of_them_on_hold(desk: Desk, floor: Floor) -> None:
    first = talk(desk, floor)
    floor.call_in()
    second = desk.call("offered")
    desk.run("await desk.phone.answer(a[0])", second["id"])
    desk.call("talking", id=first["id"], held=True)
    desk.call("talking", id=second["id"], held=False)
    desk.run("await desk.phone.join(a[0], a[1])", first["id"], second["id"])
    desk.until(lambda seen: len(seen["ended"]) == 2 and not seen["views"], "both left the operator")


def test_a_caller_is_sent_elsewhere(desk: Desk, floor: Floor) -> None:
    call = talk(desk, floor)
    desk.run("await desk.phone.dtmf(a[0], '1')", call["id"])
    desk.run("await desk.phone.transfer(a[0], '700')", call["id"])  # the same number: it rings here again
    desk.until(lambda seen: [one["id"] for one in seen["ended"]] == [call["id"]], "the call left")
    assert desk.call("offered")["id"] != call["id"]


def test_a_second_tab_takes_the_call_over(
    desk: Desk, floor: Floor, tabs: BrowserContext, address: str, cable: Cable
) -> None:
    call = talk(desk, floor)
    other = Desk(tabs.new_page(), address, cable)
    other.until(lambda seen: seen["leaders"][-1] == "elsewhere", "another tab telephones")
    other.run("await desk.leader.takeOver()")
    other.call("talking", id=call["id"], restored=True)
    desk.until(lambda seen: seen["leaders"][-1] == "elsewhere" and not seen["views"], "the first gave it up")
    if floor.sound:
        other.hears()
    hang_up(other, call)
