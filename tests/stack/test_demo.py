"""`fsbridge demo --switch`: a FreeSWITCH lent for a while, and given back as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fsbridge.demonstration import Demonstration, free_port
from fsbridge.domain.facts import AgentRow
from fsbridge.errors import ConfigError
from fsbridge.stages.found import look
from tests.freeswitch.freeswitch import LocalSwitch, prepared
from tests.freeswitch.ports import Ports
from tests.waiting import wait_for


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., LocalSwitch]]:
    running: list[LocalSwitch] = []

    def start(**changes: Any) -> LocalSwitch:
        switch = prepared(tmp_path / "switch", Ports(), **changes)
        running.append(switch)
        switch.start()
        switch.wait_ready()
        return switch

    yield start
    for switch in running:
        switch.kill()
        switch.ports.release()


def test_a_switch_that_cannot_be_reached_is_refused_with_the_cure() -> None:
    with pytest.raises(ConfigError, match="fsbridge switch run"):
        look("127.0.0.1", free_port(), "any")


@pytest.mark.freeswitch
def test_a_switch_without_telephones_is_refused_with_the_cure(started: Callable[..., LocalSwitch]) -> None:
    conf = started(phones_port=0).conf
    with pytest.raises(ConfigError, match="has no telephones"):
        look(conf.host, conf.port, conf.password)


@pytest.mark.freeswitch
def test_nothing_of_a_demonstration_stays_in_freeswitch(
    started: Callable[..., LocalSwitch], tmp_path: Path
) -> None:
    switch = started()
    conf = switch.conf
    switch.api("callcenter_config", "agent", "add", "op01", "callback")
    switch.api("callcenter_config", "tier", "add", "leak@kanazawa", "op01", "3", "3")
    before = sorted((row["queue"], row["agent"], row["level"]) for row in switch.table("tier", "list"))
    shown = Demonstration(
        tmp_path / "demo", rate=120, seed=7, found=look(conf.host, conf.port, conf.password)
    )
    shown.start()
    try:
        wait_for(lambda: shown.running.watch.floor.snapshot().total.answered >= 2, "callers are answered", 60)
    finally:
        shown.stop()
    switch.idle()
    left = [AgentRow(name=row["name"], contact=row["contact"]) for row in switch.table("agent", "list")]
    assert left == [AgentRow(name="op01")]
    assert (
        sorted((row["queue"], row["agent"], row["level"]) for row in switch.table("tier", "list")) == before
    )
    assert not list((conf.home / "cdr").glob("*.json"))
    assert not list((conf.home / "recordings").rglob("*.wav"))
