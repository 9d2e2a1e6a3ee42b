"""SIPp places 200 calls against the Kanazawa script; every figure agrees with FreeSWITCH's own records."""

from __future__ import annotations

import gc
import os

import gevent
import pytest

from fsbridge.adapters.switchconf import Queue
from tests.freeswitch.centre import NIGHT, Centre, outcomes
from tests.freeswitch.freeswitch import NUMBER, telephones
from tests.freeswitch.sipp import Sipp, place_calls
from tests.waiting import wait_for

ANSWERED, TIMED_OUT, ABANDONED, SHORT, AT_NIGHT = 130, 25, 15, 10, 20
QUEUES = (
    Queue("opening@kanazawa"),
    Queue("leak@kanazawa", strategy="round-robin"),
    Queue("billing@kanazawa", max_wait=3, max_wait_without_agent=0),
    Queue("other@kanazawa", max_wait=600, max_wait_without_agent=0),
)


def rows(key: str, count: int, first: int = 1) -> list[tuple[str, str]]:
    return [(f"0761{key}{number:05d}", key) for number in range(first, first + count)]


@pytest.mark.freeswitch
def test_two_hundred_calls_end_as_intended_and_the_counts_agree(fresh_switch):
    switch = fresh_switch(
        queues=QUEUES,
        telephones_of=lambda ports: telephones(
            ports, "agent", 16, queues=("opening@kanazawa", "leak@kanazawa")
        ),
    )
    before = left_over()
    with Centre(switch) as centre:
        day = [
            caller(switch, rows=rows("1", 65) + rows("2", 65), rate=5, stay=2500),
            caller(switch, rows=rows("3", TIMED_OUT), rate=2, stay=60_000),
            caller(switch, rows=rows("4", ABANDONED), rate=1, stay=9000),
            caller(switch, rows=rows("4", SHORT, 500), rate=1, stay=2000),
        ]
        answered, timed_out, abandoned, short = [callers.wait(180) for callers in day]
        centre.clock = NIGHT
        night = place_calls(
            "listener", switch.sip, dialled=NUMBER, calls=AT_NIGHT, rate=5, stay=60_000
        )
        switch.idle()
        wait_for(lambda: centre.server.connection_count == 0, "every script has ended")
        centre.in_step()
        figures = centre.floor.snapshot().total
        served = centre.server.served

    for callers, placed in ((answered, 130), (timed_out, 25), (abandoned, 15), (short, 10), (night, 20)):
        assert callers.created == callers.successful == placed, callers.errors
    assert served == 200
    assert answered.counters["left"] == 130  # they talked and hung up themselves
    assert timed_out.counters["released"] == TIMED_OUT  # told so, and disconnected
    assert abandoned.counters["left"] == ABANDONED
    assert night.counters["released"] == AT_NIGHT

    truth = outcomes(wait_for(lambda: len(switch.cdrs()) >= 330 and switch.cdrs(), "a record of every leg"))
    assert truth == {
        "visits": 180,
        "answered": ANSWERED,
        "timed out": TIMED_OUT,
        "abandoned": ABANDONED + SHORT,
        "abandoned after more than 6 s": ABANDONED,
        "without a visit": AT_NIGHT,
    }
    assert figures.balanced
    assert (figures.offered, figures.answered, figures.waiting) == (180, ANSWERED, 0)
    assert (figures.abandoned, figures.short_abandoned) == (ABANDONED, SHORT)
    assert figures.overflowed == TIMED_OUT
    wait_for(lambda: left_over() <= before, f"nothing is left over: {left_over()}, before {before}")


def caller(switch, *, rows: list[tuple[str, str]], rate: float, stay: int) -> Sipp:
    return Sipp(
        "caller",
        switch.sip,
        dialled=NUMBER,
        calls=len(rows),
        rows=rows,
        rate=rate,
        listen=1200,
        stay=stay,
    ).start()


def left_over() -> tuple[int, int]:
    """Living greenlets and open descriptors of this process."""
    gc.collect()
    greenlets = [thing for thing in gc.get_objects() if isinstance(thing, gevent.Greenlet)]
    return sum(not one.dead for one in greenlets), len(os.listdir("/proc/self/fd"))
