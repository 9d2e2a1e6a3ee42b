"""A recording played again: every event, at the recorded pace or a multiple of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fsbridge.adapters.replay import recorded, replay
from fsbridge.services.floor import Floor
from tests.recordings import HERE, SCENARIOS, domain_events, wire


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_recording_is_read_to_its_end(scenario: str) -> None:
    assert tuple(recorded(HERE / f"{scenario}.esl.gz")) == domain_events(scenario)


def test_an_uncompressed_recording_and_one_cut_off_in_a_frame(tmp_path: Path) -> None:
    file = tmp_path / "cut.esl"
    file.write_bytes(wire("exit_key")[:-300])
    assert tuple(recorded(file)) == domain_events("exit_key")[: len(list(recorded(file)))]
    assert len(list(recorded(file))) >= len(domain_events("exit_key")) - 1


def test_the_pace_is_the_recorded_one_times_speed() -> None:
    slept: list[float] = []
    told = []
    floor = Floor()
    path = HERE / "wait_time_exceeded.esl.gz"
    count = replay(path, floor.apply, speed=2, pause=slept.append, longest_pause=60, tell_time=told.append)
    events = domain_events("wait_time_exceeded")
    assert count == len(events)
    assert sum(slept) == pytest.approx((events[-1].at - events[0].at).total_seconds() / 2)
    assert told == sorted(told), "the recorded clock never goes back"
    assert floor.snapshot().total.timed_out == 1


def test_speed_nothing_means_at_once_and_a_long_silence_is_cut_short() -> None:
    slept: list[float] = []
    paths = [HERE / "exit_key.esl.gz", HERE / "hold_and_eavesdrop.esl.gz"]
    replay(paths, Floor().apply, speed=0, pause=slept.append)
    assert slept == []
    replay(paths, Floor().apply, speed=1, pause=slept.append, longest_pause=0.5)
    assert sum(slept) < 12
