"""Fixtures for script authors; name this module in ``pytest_plugins`` of a ``conftest.py``.

pytest_plugins = ["fsbridge.testing.pytest_plugin"]
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

import pytest

from fsbridge.scripting.app import App, Script
from fsbridge.testing.caller import Caller
from fsbridge.testing.virtual import VirtualSwitch
from fsbridge.testing.wire import FakeSwitch
from fsbridge.testing.world import World


@pytest.fixture
def world() -> World:
    """The surroundings of the test's callers; change its sounds and queues before they dial."""
    return World()


@pytest.fixture
def call_to(world: World) -> Iterator[Callable[..., Caller]]:
    """Makes callers: ``call_to(app)`` or ``call_to(script)``; whoever is left hangs up at the end."""
    callers: list[Caller] = []

    def make(app: App | Script, *, number: str = "0761234567", raise_failures: bool = True) -> Caller:
        caller = Caller(app, number=number, world=world, raise_failures=raise_failures)
        callers.append(caller)
        return caller

    yield make
    for caller in callers:
        caller.leave()


@pytest.fixture
def virtual_switch(world: World) -> Callable[..., VirtualSwitch]:
    """Makes exchanges: ``virtual_switch(app, queues=[…])``, for several callers and operators at once."""
    return functools.partial(VirtualSwitch, world=world)


@pytest.fixture
def fake_switch() -> Iterator[FakeSwitch]:
    """A FreeSWITCH stand-in on a free port, its inbound Event Socket open."""
    with FakeSwitch() as switch:
        yield switch
