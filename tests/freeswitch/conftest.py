"""Fixtures for tests against a real FreeSWITCH; they skip where none is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fsbridge.adapters.switchconf import find_freeswitch
from fsbridge.errors import ConfigError
from tests.freeswitch.freeswitch import LocalSwitch, prepared, telephones
from tests.freeswitch.ports import Ports

_STARTED = pytest.StashKey[list[LocalSwitch]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever uses a switch is marked `freeswitch`."""
    for item in items:
        if {"switch", "fresh_switch"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.freeswitch)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """A failed test shows the end of FreeSWITCH's log."""
    report = yield
    if report.failed:
        for switch in item.session.stash.get(_STARTED, []):
            if switch.console.exists():
                report.sections.append(("FreeSWITCH", switch.tail()))
    return report


@pytest.fixture(scope="session")
def _starter(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., LocalSwitch]]:
    try:
        find_freeswitch()
    except ConfigError as error:
        pytest.skip(str(error))
    started = request.session.stash.setdefault(_STARTED, [])

    def start(*, telephones_of: Any = None, ready: bool = True, **changes: Any) -> LocalSwitch:
        ports = Ports()
        if telephones_of is not None:
            changes["agents"] = telephones_of(ports)
        values = {key: value(ports) if callable(value) else value for key, value in changes.items()}
        switch = prepared(tmp_path_factory.mktemp("switch"), ports, **values)
        started.append(switch)
        switch.start()
        if ready:
            switch.wait_ready()
        return switch

    yield start
    for switch in list(started):
        _end(switch, started)


def _end(switch: LocalSwitch, started: list[LocalSwitch]) -> None:
    switch.kill()
    switch.ports.release()
    started.remove(switch)


@pytest.fixture(scope="session")
def switch(_starter: Callable[..., LocalSwitch]) -> LocalSwitch:
    """One FreeSWITCH for the whole run, always open, with four answering agents in every queue."""
    return _starter(telephones_of=lambda ports: telephones(ports, "agent", 4))


@pytest.fixture
def fresh_switch(
    request: pytest.FixtureRequest, _starter: Callable[..., LocalSwitch]
) -> Iterator[Callable[..., LocalSwitch]]:
    """``fresh_switch(telephones_of=…, hours=…, …)`` starts one for this test alone; see `prepared`.

    A value that is a function is called with the `Ports` first.
    """
    mine: list[LocalSwitch] = []

    def start(**changes: Any) -> LocalSwitch:
        mine.append(_starter(**changes))
        return mine[-1]

    yield start
    started = request.session.stash[_STARTED]
    for one in mine:
        _end(one, started)
