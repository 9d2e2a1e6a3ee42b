"""A browser's secret on the embedded switch and on a real FreeSWITCH: good while its session lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from fsbridge.adapters.credentials import FOLDER, DirectoryFiles
from fsbridge.adapters.switchconf import render
from fsbridge.config import load
from fsbridge.domain.monitoring import monitoring_leg
from fsbridge.embedded import EmbeddedSwitch
from fsbridge.embedded.verto import Verto, VertoConf
from fsbridge.embedded.vertoserver import VertoServer
from fsbridge.esl import InboundESL
from fsbridge.following import conf_in_force
from fsbridge.services.credentials import Credential, Credentials
from tests.freeswitch.browsers import Browser, Message
from tests.waiting import wait_for

EXTENSIONS = {"op01": "1001", "op02": "1002"}


class Stage:
    """A switch, and who may log in there."""

    def __init__(self, home: Path, client: InboundESL, browsers: tuple[str, int]) -> None:
        self.home, self.api, self.send, self.browsers = home, client.api, client.send, browsers
        self.directory = DirectoryFiles(
            home, "kanazawa", client.api, browsers, names=lambda: {"op01": "佐藤"}
        )
        self.credentials = Credentials(self.directory, lambda: EXTENSIONS)
        self.tabs: list[Browser] = []
        self.restart: Callable[[], None] | None = None

    def mint(self, operator: str = "op01", session: str = "tab") -> Credential:
        return self.credentials.mint(operator, session, datetime.now(UTC))

    def enters(self, credential: Credential, sessid: str = "s") -> tuple[Browser, Message]:
        """A tab that tries to log in."""
        tab = Browser(*self.browsers)
        self.tabs.append(tab)
        return tab, tab.log_in(credential.login.partition("@")[0], credential.password, sessid)

    def clear(self) -> None:
        for tab in self.tabs:
            tab.leave()
        for operator in EXTENSIONS:
            self.credentials.revoke(operator)
        self.tabs.clear()
        wait_for(lambda: "error/" in self.api("verto_contact", "1001@kanazawa"), "nobody is logged in")


def embedded(home: Path) -> Iterator[Stage]:
    conf = conf_in_force(load(home=home, environment={}))
    render(conf)
    switch = EmbeddedSwitch()
    verto = Verto(switch, VertoConf(directory=conf.home / "conf" / "directory"))
    with (
        switch,
        VertoServer(verto) as server,
        InboundESL("127.0.0.1", switch.port, switch.conf.password) as client,
    ):
        yield Stage(conf.home, client, ("127.0.0.1", server.port))


def real(start: Callable[..., Any]) -> Iterator[Stage]:
    switch = start()
    conf = switch.conf
    with InboundESL(conf.host, conf.port, conf.password) as client:
        yield Stage(conf.home, client, (conf.host, conf.verto_port))
    switch.kill()


@pytest.fixture(scope="module", params=["embedded", pytest.param("freeswitch", marks=pytest.mark.freeswitch)])
def the_stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    if request.param == "freeswitch":
        yield from real(request.getfixturevalue("_starter"))
    else:
        yield from embedded(tmp_path_factory.mktemp("embedded"))


@pytest.fixture
def stage(the_stage: Stage) -> Iterator[Stage]:
    yield the_stage
    the_stage.clear()


REFUSED = (-32001, "Authentication Failure")
UNKNOWN = (-32001, "Login Incorrect")


def why(answer: Message) -> tuple[int, str]:
    return answer["error"]["code"], answer["error"]["message"]


def test_a_secret_opens_one_telephone_and_no_earlier_one_does(stage: Stage) -> None:
    first = stage.mint()
    tab, answer = stage.enters(first)
    assert answer["result"]["message"] == "logged in"
    second = stage.mint()
    assert why(stage.enters(first, "t")[1]) == REFUSED
    assert stage.enters(second, "u")[1]["result"]["message"] == "logged in"
    assert tab.ask("verto.ping")["result"]["message"] == "PONG"


def test_who_is_revoked_is_thrown_out_and_stays_out(stage: Stage) -> None:
    credential, other = stage.mint(), stage.mint("op02", "elsewhere")
    tabs = [stage.enters(credential, sessid)[0] for sessid in ("one", "two")]
    stays, _ = stage.enters(other, "three")
    assert stage.credentials.revoke("op01")
    for tab in tabs:
        assert tab.hears("verto.punt", after=("verto.clientReady",)) == {}
        tab.is_put_out()
    assert stays.ask("verto.ping")["result"]["message"] == "PONG"
    assert why(stage.enters(credential)[1]) == UNKNOWN
    assert "error/" in stage.api("verto_contact", "1001@kanazawa")
    assert not (stage.home / FOLDER / "1001.xml").exists()


def test_another_session_of_the_operator_throws_the_first_one_out(stage: Stage) -> None:
    tab, _ = stage.enters(stage.mint(session="desk 1"), "one")
    taken_over = stage.mint(session="desk 2")
    tab.hears("verto.punt", after=("verto.clientReady",))
    tab.is_put_out()
    assert stage.enters(taken_over, "two")[1]["result"]["message"] == "logged in"


def test_a_secret_that_is_over_drops_its_socket_and_lets_nobody_in(stage: Stage) -> None:
    now = datetime.now(UTC)
    credentials = Credentials(stage.directory, lambda: EXTENSIONS, lifetime=timedelta(seconds=2))
    credential = credentials.mint("op01", "tab", now)
    tab, _ = stage.enters(credential)
    tab.hears("verto.clientReady")
    tab.is_put_out()
    assert credentials.sweep(datetime.now(UTC), {}) == ["op01"]
    assert why(stage.enters(credential)[1]) == UNKNOWN


def test_no_secret_is_written_down(stage: Stage) -> None:
    credential = stage.mint()
    stage.enters(credential)
    written = (stage.home / FOLDER / "1001.xml").read_text()
    assert credential.password not in written
    assert "佐藤" in written
    assert (stage.home / "conf").stat().st_mode & 0o077 == 0 or stage.home.stat().st_mode & 0o077 == 0


@pytest.mark.freeswitch
def test_a_restart_of_freeswitch_forgets_nobody(fresh_switch: Callable[..., Any]) -> None:
    switch = fresh_switch()
    conf = switch.conf
    directory = DirectoryFiles(conf.home, "kanazawa", switch.api, (conf.host, conf.verto_port))
    credentials = Credentials(directory, lambda: EXTENSIONS)
    credential = credentials.mint("op01", "tab", datetime.now(UTC))
    gone = credentials.mint("op02", "tab", datetime.now(UTC))
    switch.kill()
    credentials.revoke("op02")  # while FreeSWITCH is away
    switch.restart()
    with Browser(conf.host, conf.verto_port) as tab:
        assert why(tab.log_in("1002", gone.password, "s")) == UNKNOWN
    with Browser(conf.host, conf.verto_port) as tab:
        assert tab.log_in("1001", credential.password, "s")["result"]["message"] == "logged in"


def test_a_supervisor_s_telephone_needs_no_extension_and_is_called_by_its_log_in(stage: Stage) -> None:
    directory = DirectoryFiles(stage.home, "kanazawa", stage.api, stage.browsers, supervisors=True)
    phones = Credentials(directory, lambda: {"boss.1": "supervisor-boss.1"})
    tab, answer = stage.enters(phones.mint("boss.1", "tab", datetime.now(UTC)), "s")
    assert answer["result"]["message"] == "logged in"
    assert phones.address("boss.1") == "supervisor-boss.1@kanazawa"
    leg, phone = monitoring_leg(uuid4()), phones.address("boss.1")
    stage.send(f"bgapi originate {{originate_timeout=5,origination_uuid={leg}}}user/{phone} &park()")
    assert tab.hears("verto.invite", after=("verto.clientReady",))["callID"] == leg
    assert stage.credentials.sweep(datetime.now(UTC), {}) == []  # the operators' do not sweep it away
    assert phones.revoke("boss.1")
    tab.hears("verto.punt", after=("verto.bye",))
    tab.is_put_out()
