"""FreeSWITCH and Python killed in the middle of traffic: everybody is served, everything comes back.

The suite does it a few times; RESTARTS=30 says how often instead.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import gevent
import pytest

from fsbridge.app import Watch
from fsbridge.errors import CommandFailed, CommandTimeout, NotConnectedError
from tests.freeswitch.centre import Centre
from tests.freeswitch.freeswitch import NUMBER, LocalSwitch, telephones
from tests.freeswitch.program import Program
from tests.freeswitch.sipp import Sipp
from tests.waiting import wait_for

TIMES = int(os.environ.get("RESTARTS", "3"))


def traffic(switch: LocalSwitch) -> Sipp:
    """Callers at three a second until stopped, patient enough that nearly all are hung up on."""
    rows = [(f"0761{number:06d}", "12"[number % 2]) for number in range(500)]
    return Sipp(
        "caller", switch.sip, dialled=NUMBER, calls=100_000, rows=rows, rate=3, listen=800, stay=9000
    ).start()  # fmt: skip


@pytest.fixture
def busy_switch(fresh_switch) -> LocalSwitch:
    """Operators who hang up by themselves: mod_callcenter leaves the leg of one who answers in the very
    moment the caller hangs up, and such legs would pile up.
    """
    return fresh_switch(telephones_of=lambda ports: telephones(ports, "short", 12))


class Asking:
    """Somebody who asks without end; every question ends, with an answer or an error."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._stopped = False
        self.answered = self.failed = 0
        self._jobs = [gevent.spawn(self._ask, kind) for kind in ("api", "bgapi")]

    def _ask(self, kind: str) -> None:
        link = self._watch.link
        while not self._stopped:
            try:
                link.api("status") if kind == "api" else link.bgapi("msleep", "100", timeout=10)
                self.answered += 1
            except (NotConnectedError, CommandTimeout, CommandFailed):
                self.failed += 1
            gevent.sleep(0.02)

    def stop(self) -> bool:
        """Whether both came to their end."""
        self._stopped = True
        gevent.joinall(self._jobs, timeout=30)
        return all(job.successful() for job in self._jobs)


def test_freeswitch_killed_in_traffic(busy_switch):
    switch = busy_switch
    with Centre(switch) as centre:
        asking = Asking(centre.watch)
        callers = traffic(switch)
        for number in range(1, TIMES + 1):
            wait_for(lambda: len(centre.floor.snapshot().calls) > 5, "calls are under way", 60)
            connects = centre.watch.link.connects
            switch.restart()
            wait_for(lambda connects=connects: centre.watch.link.connects > connects, "reconnected", 60)
            centre.watch.link.wait_ready(30)
            centre.in_step()
            snapshot = centre.floor.snapshot()
            assert snapshot.balanced
            assert len(snapshot.link.gaps) == min(number, 20)
        callers.stop()
        switch.api("hupall")
        switch.idle(60)
        wait_for(lambda: centre.server.connection_count == 0, "no script outlives its call")
        centre.in_step()
        assert asking.stop(), "somebody still waits for an answer"
        assert asking.answered
        assert asking.failed
        assert centre.watch.link.failure is None


@pytest.fixture
def program(busy_switch, tmp_path) -> Iterator[Program]:
    program = Program(busy_switch, tmp_path)
    yield program
    program.kill()


def test_python_killed_in_traffic(busy_switch, program):
    switch = busy_switch
    callers = traffic(switch)
    try:
        for number in range(1, TIMES + 1):
            program.start()
            served = counted(switch, by_script=True)
            wait_for(lambda served=served: counted(switch, by_script=True) > served + 2, "scripts serve", 60)
            program.kill()
            fallen_back = counted(switch, by_script=False)
            wait_for(
                lambda before=fallen_back: counted(switch, by_script=False) > before + 2,
                "callers in Python's absence get the static fallback",
                60,
            )
            watch = Watch(switch.conf.host, switch.conf.port, switch.conf.password)
            watch.start()
            watch.link.wait_ready(30)

            def same(watch=watch) -> bool:
                return not any(watch.floor.differences(watch.callcenter.facts()) for _ in range(2))

            wait_for(same, f"round {number}: the live copy equals what FreeSWITCH reports", 60)
            watch.stop()
    finally:
        statistics = callers.stop()
    assert statistics.failed == 0, statistics.errors


def test_sigterm_lets_calls_finish(busy_switch, program):
    program.start()
    callers = traffic(busy_switch)
    wait_for(lambda: counted(busy_switch, by_script=True) > 3, "scripts serve", 60)
    code, log = program.end()
    callers.stop()
    busy_switch.api("hupall")
    assert code == 0, log
    assert "0 handed to the fallback" in log
    assert "Traceback" not in log


def counted(switch: LocalSwitch, *, by_script: bool) -> int:
    """Ended calls that an operator answered, brought there by a script or by the static fallback."""
    members = [one["variables"] for one in switch.cdrs() if one["variables"].get("cc_side") == "member"]
    answered = [one for one in members if one.get("cc_cause") == "answered"]
    return sum(("fsbridge_fallback" not in one) == by_script for one in answered)
