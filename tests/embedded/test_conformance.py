"""The embedded switch beside recordings of a real FreeSWITCH, and a real FreeSWITCH beside them too.

Every scenario is played again and what was said compared. Whatever differs stands in
docs/embedded-differences.md, and nothing stands there that does not.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from fsbridge.adapters.switchconf import find_freeswitch
from fsbridge.errors import ConfigError
from fsbridge.esl.frames import Event
from tests import recordings
from tests.embedded import recordings as own
from tests.embedded.conformance import Told, differences
from tests.embedded.live import LiveStage, recorded_one
from tests.embedded.scenarios import SCENARIOS, Facts, over
from tests.embedded.stages import EmbeddedStage
from tests.freeswitch.freeswitch import LocalSwitch
from tests.freeswitch.ports import Ports

DOCUMENT = Path(__file__).parents[2] / "docs" / "embedded-differences.md"
LISTED = re.findall(r"^\| `([^`]+)` \|", DOCUMENT.read_text(), re.MULTILINE)
NOT_COMPARED = ("caller", "agent leg", "show channels", "status", "eavesdrop", "bgapi reply")
"""Facts made of ids and of the machine's own figures alone."""
COUNTERS = re.compile(r"\|\d+\|\d+\|0\|true\|On Break$", re.MULTILINE)
"""Answered and abandoned calls of a queue: the recorded FreeSWITCH had a history."""
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def kept(name: str) -> ModuleType:
    """Where a scenario's recording is."""
    return own if name in own.SCENARIOS else recordings


@functools.cache
def recorded(name: str) -> tuple[Event, ...]:
    events: tuple[Event, ...] = kept(name).esl_events(name)
    return events


def began(name: str) -> float:
    """When a recording began, in seconds since 1970."""
    return int(recorded(name)[0].headers["Event-Date-Timestamp"]) / 1_000_000


@functools.cache
def played(name: str) -> tuple[EmbeddedStage, Facts]:
    """A scenario on the embedded switch, begun at the moment of its recording."""
    stage, facts = EmbeddedStage(dt.datetime.fromtimestamp(began(name), dt.UTC)), Facts()
    SCENARIOS[name](stage, facts)
    stage.wait(1)
    return stage, facts


@functools.cache
def found(name: str) -> Counter[str]:
    return differences(Told(recorded(name)), Told(played(name)[0].events))


def test_every_recording_has_its_scenario():
    assert set(SCENARIOS) == {*recordings.SCENARIOS, *own.SCENARIOS}


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_embedded_switch_says_what_freeswitch_said(name):
    assert sorted(set(found(name)) - set(LISTED)) == []


def test_every_difference_that_is_listed_still_occurs():
    occurring = {difference for name in SCENARIOS for difference in found(name)}
    assert [difference for difference in LISTED if difference not in occurring] == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_answers_to_questions_are_freeswitch_s(name):
    facts = kept(name).told(name)["facts"]
    answers = played(name)[1]
    for key, value in facts.items():
        if key in NOT_COMPARED:
            continue
        assert near(flat(value), flat(answers[key])), f"{key}: {value!r}, not {answers[key]!r}"


def flat(answer: object) -> list[str]:
    """An answer's words; ids and a queue's history mapped."""
    return re.split(r"[|\n]", COUNTERS.sub("|n|n", UUID.sub("id", str(answer))))


def near(theirs: list[str], ours: list[str]) -> bool:
    """Equal, whole seconds give or take one: the recorded machine needed time of its own."""
    return len(theirs) == len(ours) and all(
        one == other or (one.isdigit() and other.isdigit() and abs(int(one) - int(other)) <= 1)
        for one, other in zip(theirs, ours, strict=True)
    )


@pytest.fixture(scope="module")
def freeswitch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSwitch]:
    try:
        find_freeswitch()
    except ConfigError as error:
        pytest.skip(str(error))
    ports = Ports()
    switch = recorded_one(tmp_path_factory.mktemp("recorded"), ports)
    switch.start()
    switch.wait_ready()
    yield switch
    switch.kill()
    ports.release()


@pytest.mark.freeswitch
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_real_freeswitch_says_the_same_again(name, freeswitch):
    # A state that lasts no time is passed over by FreeSWITCH's own threads when the machine is busy.
    without = {difference.partition(" missing")[0] for difference in LISTED} | {"CHANNEL_STATE"}
    told = Told(recorded(name), without)
    # What two of its threads say at the same time comes in either order; each order is one it may take.
    for _ in range(3):
        found = differences(told, Told(played_live(name, freeswitch), without))
        if not found:
            break
    assert found == {}


def played_live(name, freeswitch):
    stage = LiveStage(freeswitch)
    try:
        SCENARIOS[name](stage, {})
        if any(event.name == "CHANNEL_CREATE" for event in stage.events):
            stage.until(lambda: over(stage))
        stage.wait(0.2)
        return list(stage.events)
    finally:
        stage.close()
