"""Both clocks do things in order; the virtual one does them the same way every time."""

from __future__ import annotations

import gevent
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.embedded import RealClock, VirtualClock

seconds = st.floats(0, 1000, allow_nan=False).map(lambda value: round(value, 3))


@given(st.lists(seconds, max_size=30))
def test_what_is_due_is_done_at_its_moment_and_in_the_order_of_asking(waits):
    clock, done = VirtualClock(), []
    for number, wait in enumerate(waits):
        clock.later(wait, lambda number=number: done.append((clock.elapsed, number)))
    clock.advance(1001)
    assert [number for _, number in done] == sorted(range(len(waits)), key=lambda n: waits[n])
    assert all(at >= waits[number] for at, number in done), "nobody wakes too early"
    assert all(at - waits[number] < 0.00001 for at, number in done)


def test_what_is_cancelled_is_not_done():
    clock, done = VirtualClock(), []
    timer = clock.later(1, lambda: done.append(1))
    timer.cancel()
    clock.advance(2)
    assert done == []


def test_what_is_done_may_ask_for_more_at_the_same_moment():
    clock, done = VirtualClock(), []
    clock.later(1, lambda: clock.later(0, lambda: done.append(clock.elapsed)))
    clock.advance(1)
    assert done == [1.0]


def test_time_does_not_run_backwards():
    with pytest.raises(ValueError, match="backwards"):
        VirtualClock().advance(-1)


def test_waiting_for_what_never_comes_ends():
    clock = VirtualClock()
    assert not clock.run_until(lambda: False, within=60)
    assert clock.elapsed == 60


@pytest.fixture
def real():
    clock = RealClock()
    clock.start()
    yield clock
    clock.stop()


def test_the_real_clock_keeps_the_order_too(real):
    done: list[int] = []
    over = gevent.event.Event()
    real.later(0.02, over.set)
    real.later(0.01, lambda: done.append(2))
    real.later(0, lambda: done.append(1))
    assert over.wait(5)
    assert done == [1, 2]


def test_one_thing_that_fails_does_not_stop_the_others(real, capfd):
    over = gevent.event.Event()
    real.later(0, lambda: 1 / 0)
    real.later(0.01, over.set)
    assert over.wait(5)
    assert "ZeroDivisionError" in capfd.readouterr().err
