"""Where a caller waits: by who is there, how full it is, and how long it has lasted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.adapters.planfile import example
from fsbridge.domain.overflow import CUT_OFF, Line, QueueNow, way, where

PLAN = example("kanazawa").plan
LEAK, OPENING, OTHER = "leak@kanazawa", "opening@kanazawa", "other@kanazawa"
STAFFED = QueueNow(working=2)
EMPTY = QueueNow(deserted=10)


def flow(key: str, **changes: object):
    return replace(PLAN.flow(key), **changes)


def test_the_way_leads_from_queue_to_queue() -> None:
    assert way(PLAN, PLAN.flow("leak")) == (LEAK, OPENING, OTHER)
    assert way(PLAN, PLAN.flow("other")) == (OTHER,)


@pytest.mark.parametrize(
    ("queues", "place"),
    [
        ({}, LEAK),  # nothing is known: as if all were well
        ({LEAK: STAFFED, OPENING: STAFFED}, LEAK),
        ({LEAK: EMPTY, OPENING: STAFFED, OTHER: STAFFED}, OPENING),
        ({LEAK: EMPTY, OPENING: EMPTY, OTHER: STAFFED}, OTHER),
        ({LEAK: EMPTY, OPENING: QueueNow(working=1, waiting=20), OTHER: STAFFED}, OTHER),  # full is no help
        ({LEAK: EMPTY, OPENING: EMPTY, OTHER: EMPTY}, LEAK),  # somebody may come back: not told off at once
    ],
)
def test_who_calls_goes_where_somebody_could_answer(queues: dict[str, QueueNow], place: str) -> None:
    assert where(PLAN, PLAN.flow("leak"), queues) == place


def test_busy_is_not_gone() -> None:
    busy = QueueNow(working=1, available=0, waiting=15)
    assert where(PLAN, PLAN.flow("leak"), {LEAK: busy, OPENING: STAFFED}) == LEAK


def test_who_waits_goes_on_when_the_last_operator_leaves_and_back_when_that_queue_is_left_too() -> None:
    leak = PLAN.flow("leak")
    assert where(PLAN, leak, {LEAK: EMPTY, OPENING: STAFFED}, here=LEAK, here_for=5, waited=5) == OPENING
    back = {LEAK: STAFFED, OPENING: EMPTY, OTHER: EMPTY}
    assert where(PLAN, leak, back, here=OPENING, here_for=5, waited=10) == LEAK


def test_a_flow_that_overflows_by_time_alone_stays_in_an_empty_queue_until_then() -> None:
    billing = PLAN.flow("billing")
    queues = {billing.queue: EMPTY, OTHER: STAFFED}
    assert where(PLAN, billing, queues, here=billing.queue, here_for=100, waited=100) == billing.queue
    assert where(PLAN, billing, queues, here=billing.queue, here_for=240, waited=240) == OTHER


def test_after_its_time_a_caller_goes_on_only_where_somebody_has_time() -> None:
    opening = PLAN.flow("opening")
    waits = {"here": OPENING, "here_for": 200, "waited": 200}
    assert where(PLAN, opening, {OPENING: STAFFED, OTHER: STAFFED}, **waits) == OTHER
    assert where(PLAN, opening, {OPENING: STAFFED, OTHER: EMPTY}, **waits) == OPENING
    assert (
        where(PLAN, opening, {OPENING: STAFFED, OTHER: QueueNow(working=1, waiting=20)}, **waits) == OPENING
    )


@pytest.mark.parametrize(("waited", "place"), [(599, OTHER), (600, CUT_OFF)])
def test_the_longest_wait_counts_from_the_first_entry(waited: float, place: str) -> None:
    queues = {OPENING: STAFFED, OTHER: STAFFED}
    assert where(PLAN, PLAN.flow("opening"), queues, here=OTHER, here_for=10, waited=waited) == place


@pytest.mark.parametrize(
    ("deserted", "waited", "place"),
    [(119, 500, OTHER), (500, 119, OTHER), (120, 120, CUT_OFF)],
)
def test_nobody_there_for_too_long_means_the_guidance(deserted: float, waited: float, place: str) -> None:
    queues = {OTHER: QueueNow(deserted=deserted)}
    assert where(PLAN, PLAN.flow("other"), queues, here=OTHER, here_for=waited, waited=waited) == place


def test_a_full_queue_lets_nobody_in_and_nobody_out() -> None:
    full = {OTHER: QueueNow(working=3, waiting=20)}
    assert where(PLAN, PLAN.flow("other"), full) == CUT_OFF
    assert where(PLAN, PLAN.flow("other"), full, here=OTHER, here_for=9, waited=9) == OTHER


def test_nought_is_no_limit() -> None:
    patient = flow("other", max_wait=0, max_wait_without_operator=0, max_length=0)
    endless = replace(PLAN, flows=[patient if one.key == "other" else one for one in PLAN.flows])
    queues = {OTHER: QueueNow(waiting=10_000, deserted=10_000)}
    assert where(endless, patient, queues) == OTHER
    assert where(endless, patient, queues, here=OTHER, here_for=10_000, waited=10_000) == OTHER


def test_a_line_counts_from_its_first_entry_and_from_the_present_queue() -> None:
    line = Line(PLAN, PLAN.flow("opening"))
    assert line.waited(99.0) == 0
    assert line.place({OPENING: STAFFED}, 100.0) == OPENING
    assert line.stays({OPENING: STAFFED, OTHER: STAFFED}, 279.0)
    assert not line.stays({OPENING: STAFFED, OTHER: STAFFED}, 280.0)
    assert line.place({OPENING: STAFFED, OTHER: STAFFED}, 280.0) == OTHER
    assert line.waited(300.0) == 200
    assert line.stays({OTHER: STAFFED}, 699.0)
    assert line.place({OTHER: STAFFED}, 700.0) == CUT_OFF


NOW = st.builds(
    QueueNow,
    waiting=st.integers(0, 40),
    working=st.integers(0, 3),
    deserted=st.sampled_from([0.0, 1.0, 119.0, 120.0, 400.0]),
)


@given(
    queues=st.dictionaries(st.sampled_from([one.key for one in PLAN.queues]), NOW),
    key=st.sampled_from([one.key for one in PLAN.flows]),
    step=st.integers(0, 3),
    here_for=st.floats(0, 1000),
    before=st.floats(0, 1000),
)
def test_nobody_is_ever_moved_to_where_it_is_no_better(
    queues: dict[str, QueueNow], key: str, step: int, here_for: float, before: float
) -> None:
    chosen = PLAN.flow(key)
    line = ("", *way(PLAN, chosen))
    here = line[step % len(line)]
    place = where(PLAN, chosen, queues, here=here, here_for=here_for, waited=here_for + before)
    assert place in line
    if place not in (here, CUT_OFF, line[1]):
        assert queues.get(place, STAFFED).attended
        length = PLAN.flow_of(place).max_length
        assert not length or queues.get(place, STAFFED).waiting < length
    if place == CUT_OFF and here:
        waited = here_for + before
        deserted = queues.get(here, STAFFED).deserted
        assert waited >= chosen.max_wait or deserted >= chosen.max_wait_without_operator
    if place:  # and there the caller stays for a moment at least
        again = where(PLAN, chosen, queues, here=place, here_for=0, waited=here_for + before)
        assert again in (place, CUT_OFF)
