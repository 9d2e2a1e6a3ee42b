"""The formulas of queueing, held against the chain of states they come from, and against printed tables."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fsbridge.domain.erlang import ErlangA, ErlangC, blocked, needed
from fsbridge.errors import InvalidArgument

rates = st.floats(0.001, 0.2)
handlings = st.floats(30, 600)
patiences = st.floats(10, 1200)


def chain(rate: float, handling: float, operators: int, patience: float) -> tuple[float, float]:
    """The share that waits and the share that gives up, from the probabilities of 0, 1, 2 … calls."""
    state, states = 1.0, [1.0]
    while len(states) < operators + 5000 and (len(states) <= operators or state > 1e-16 * max(states)):
        calls = len(states)
        gone = min(calls, operators) / handling + max(0, calls - operators) / patience
        state *= rate / gone
        states.append(state)
    whole = math.fsum(states)
    waiting = math.fsum(states[operators:]) / whole
    length = math.fsum((at - operators) * p for at, p in enumerate(states) if at > operators) / whole
    return waiting, length / patience / rate


@pytest.mark.parametrize(
    ("load", "operators", "share"), [(1.0, 1, 0.5), (10.0, 10, 0.2146), (20.0, 30, 0.0085), (5.0, 0, 1.0)]
)
def test_erlang_b_is_that_of_the_tables(load: float, operators: int, share: float) -> None:
    assert blocked(load, operators) == pytest.approx(share, abs=5e-5)


def test_one_operator_is_the_simplest_queue() -> None:
    """M/M/1: a call waits with the chance of finding the operator busy."""
    one = ErlangC(rate=0.8 / 60, handling=60, operators=1)
    assert one.waiting == pytest.approx(0.8)
    assert one.mean_wait == pytest.approx(0.8 * 60 / 0.2)
    assert one.level(0) == pytest.approx(0.2)


def test_too_few_operators_never_get_through() -> None:
    one = ErlangC(rate=0.1, handling=60, operators=6)
    assert not one.stable
    assert (one.waiting, one.mean_wait, one.level(1e9), one.occupancy) == (1.0, math.inf, 0.0, 1.0)


@settings(max_examples=60, deadline=None)
@given(rates, handlings, st.integers(1, 60), patiences)
@example(0.125, 110.0, 1, 10.0)  # little patience beside long talks
@example(0.2, 600.0, 1, 10.0)
def test_erlang_a_is_the_chain_it_stands_for(
    rate: float, handling: float, operators: int, patience: float
) -> None:
    one = ErlangA(rate, handling, operators, patience)
    waiting, abandoned = chain(rate, handling, operators, patience)
    assert one.waiting == pytest.approx(waiting, abs=1e-5)
    assert one.abandoned == pytest.approx(abandoned, abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(rates, handlings, st.integers(1, 40), patiences, st.floats(0, 120))
def test_every_call_is_answered_given_up_or_still_waiting(
    rate: float, handling: float, operators: int, patience: float, within: float
) -> None:
    one = ErlangA(rate, handling, operators, patience)
    assert 0 <= one.level(within) + one.given_up(within) <= 1 + 1e-6
    assert one.level(1e6) + one.given_up(1e6) == pytest.approx(1, abs=1e-3)
    assert one.level(within) <= one.level(within + 10) + 1e-6


@settings(max_examples=40, deadline=None)
@given(rates, handlings, st.integers(1, 40))
def test_endless_patience_is_erlang_c(rate: float, handling: float, operators: int) -> None:
    patient = ErlangC(rate, handling, operators)
    if patient.occupancy < 0.9:
        one = ErlangA(rate, handling, operators, 1e7)
        assert one.level(20) == pytest.approx(patient.level(20), abs=2e-3)


@given(rates, handlings, st.floats(0.1, 0.99))
def test_the_operators_needed_are_the_fewest(rate: float, handling: float, target: float) -> None:
    operators = needed(rate, handling, within=20, target=target)
    assert ErlangC(rate, handling, operators).level(20) >= target
    fewer = ErlangC(rate, handling, operators - 1)
    assert not fewer.stable or fewer.level(20) < target


def test_nobody_there_means_that_everybody_gives_up() -> None:
    one = ErlangA(rate=0.01, handling=60, operators=0, patience=100)
    assert (one.waiting, one.abandoned, one.level(20)) == (1.0, 1.0, 0.0)
    assert one.given_up(100) == pytest.approx(1 - math.exp(-1))


def test_numbers_that_mean_nothing_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="rate is 0"):
        ErlangC(0, 60, 1)
    with pytest.raises(InvalidArgument, match="patience is nan"):
        ErlangA(0.1, 60, 1, math.nan)
    with pytest.raises(InvalidArgument, match="target is 1"):
        needed(0.1, 60, within=20, target=1)
