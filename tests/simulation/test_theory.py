"""Where theory knows the answer, the simulator finds it: Erlang C, and Erlang A where callers give up.

The tolerance is three standard errors of the mean over independent repetitions, and what a known overhead of
mod_callcenter (two seconds a call, beside talks of an hour) changes in the formula itself.
"""

from __future__ import annotations

import pytest

from fsbridge.domain.erlang import ErlangA, ErlangC
from tests.simulation.theory import (
    OVERHEAD,
    Case,
    abandoned,
    estimate,
    level,
    mean_wait,
    repetition,
)

HOUR = 3600.0
WITHIN = 600.0
REPETITIONS = range(6)


@pytest.fixture(scope="module")
def patient():
    case = Case(rate=3.5 / HOUR, talk=HOUR, operators=5)
    return case, [repetition(case, seed) for seed in REPETITIONS]


@pytest.fixture(scope="module")
def impatient():
    case = Case(rate=5 / HOUR, talk=HOUR, operators=5, patience=HOUR)
    return case, [repetition(case, seed) for seed in REPETITIONS]


def test_waits_are_those_of_erlang_c(patient) -> None:
    case, runs = patient
    theory = ErlangC(case.rate, case.talk, case.operators)
    slower = ErlangC(case.rate, case.talk + OVERHEAD, case.operators)
    bias = slower.mean_wait - theory.mean_wait + OVERHEAD
    assert estimate(runs, mean_wait).agrees(theory.mean_wait, bias=bias)
    assert estimate(runs, mean_wait).error < theory.mean_wait / 3  # or it would prove nothing


def test_the_service_level_is_that_of_erlang_c(patient) -> None:
    case, runs = patient
    theory = ErlangC(case.rate, case.talk, case.operators)
    slower = ErlangC(case.rate, case.talk + OVERHEAD, case.operators)
    bias = theory.level(WITHIN) - slower.level(WITHIN - OVERHEAD)
    assert estimate(runs, level(WITHIN)).agrees(theory.level(WITHIN), bias=bias)
    assert estimate(runs, abandoned).mean == 0


def test_waits_are_those_of_erlang_a(impatient) -> None:
    case, runs = impatient
    theory = ErlangA(case.rate, case.talk, case.operators, case.patience)
    slower = ErlangA(case.rate, case.talk + OVERHEAD, case.operators, case.patience)
    bias = slower.mean_wait - theory.mean_wait + OVERHEAD
    assert estimate(runs, mean_wait).agrees(theory.mean_wait, bias=bias)
    assert estimate(runs, mean_wait).error < theory.mean_wait / 10


def test_service_level_and_abandonment_are_those_of_erlang_a(impatient) -> None:
    case, runs = impatient
    theory = ErlangA(case.rate, case.talk, case.operators, case.patience)
    slower = ErlangA(case.rate, case.talk + OVERHEAD, case.operators, case.patience)
    bias = theory.level(WITHIN) - slower.level(WITHIN - OVERHEAD)
    assert estimate(runs, level(WITHIN)).agrees(theory.level(WITHIN), bias=bias)
    given_up = estimate(runs, abandoned)
    assert given_up.agrees(theory.abandoned, bias=slower.abandoned - theory.abandoned)
    assert given_up.error < theory.abandoned / 10
