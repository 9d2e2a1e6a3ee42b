"""One centre on either switch: ``--switch embedded`` or ``freeswitch`` chooses, without it both are used."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.freeswitch.freeswitch import prepared
from tests.freeswitch.ports import Ports
from tests.stack.centre import MORNING, Centre
from tests.stack.houses import EmbeddedHouse, FreeSwitchHouse

SWITCHES = {
    "embedded": pytest.param("embedded", id="embedded"),
    "freeswitch": pytest.param("freeswitch", id="freeswitch", marks=pytest.mark.freeswitch),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A centre's test runs on each switch that is asked for."""
    if "centre" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--switch", default=None)
        switches = [SWITCHES[asked]] if asked else list(SWITCHES.values())
        metafunc.parametrize("which", switches, scope="module")


@pytest.fixture(scope="module")
def house(which: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A centre on the switch for all tests of a module."""
    home = tmp_path_factory.mktemp(which)
    if which == "embedded":
        with Centre(EmbeddedHouse(), home) as centre:
            yield centre
        return
    ports = Ports()
    switch = prepared(home / "switch", ports)
    switch.start()
    try:
        switch.wait_ready()
        with Centre(FreeSwitchHouse(switch), home) as centre:
            yield centre
    finally:
        switch.kill()
        ports.release()


@pytest.fixture
def centre(house: Centre) -> Iterator[Centre]:
    """The centre, open on an ordinary morning, with nobody seated; after each test it must add up."""
    house.at(MORNING)
    yield house
    house.empty()
    house.adds_up()
