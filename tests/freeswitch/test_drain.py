"""On a real FreeSWITCH: callers on the line while fsbridge is asked to end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.freeswitch.freeswitch import NUMBER, LocalSwitch, telephones
from tests.freeswitch.program import Program
from tests.freeswitch.sipp import Sipp
from tests.waiting import wait_for

TALKS, WAITS, LISTENS = "0761000001", "0761000002", "0761000003"
"""Who calls."""


@pytest.fixture
def switch_with_one(fresh_switch: Callable[..., LocalSwitch]) -> LocalSwitch:
    """A single operator, who talks until the caller hangs up."""
    return fresh_switch(telephones_of=lambda ports: telephones(ports, "agent", 1))


@pytest.fixture
def program(switch_with_one: LocalSwitch, tmp_path: Path) -> Iterator[Program]:
    program = Program(switch_with_one, tmp_path, FSBRIDGE_DRAIN="1")
    yield program
    program.kill()


def test_only_who_needs_the_script_is_handed_to_the_fallback(
    switch_with_one: LocalSwitch, program: Program
) -> None:
    switch = switch_with_one
    program.start()

    def calls(number: str, listen: int, stay: int) -> Sipp:
        return Sipp(
            "caller", switch.sip, dialled=NUMBER, rows=[(number, "1")], listen=listen, stay=stay
        ).start()

    def states() -> list[str]:
        return sorted(row["state"] for row in rows(switch))

    talker = calls(TALKS, 800, 8000)
    wait_for(lambda: states() == ["Answered"], "one talks")
    waiter = calls(WAITS, 800, 14_000)
    wait_for(lambda: states() == ["Answered", "Waiting"], "one waits")
    members = {row["uuid"] for row in rows(switch)}
    listener = calls(LISTENS, 60_000, 0)
    wait_for(lambda: any(one["cid_num"] == LISTENS for one in switch.channels()), "one listens to the menu")
    code, log = program.end()
    assert code == 0, log
    assert "1 handed to the fallback" in log
    assert "2 left to FreeSWITCH" in log
    assert members <= {row["uuid"] for row in rows(switch)}, "nobody lost the place in the queue"

    assert talker.wait().counters["left"] == 1, "the talk lasts until the caller hangs up"
    assert waiter.wait().counters["left"] == 1, "who waited is served next"
    listener.stop()
    first, second = record_of(switch, TALKS), record_of(switch, WAITS)
    for record in (first, second):
        assert (record["cc_cause"], record["hangup_cause"]) == ("answered", "NORMAL_CLEARING")
        assert "fsbridge_fallback" not in record
    switch.api("hupall")
    assert record_of(switch, LISTENS)["fsbridge_fallback"] == "open"


def rows(switch: LocalSwitch) -> list[dict[str, str]]:
    """Everybody in any queue."""
    queues = switch.conf.centre.queues
    return [row for queue in queues for row in switch.table("queue", "list", "members", queue.name)]


def record_of(switch: LocalSwitch, caller: str) -> dict[str, str]:
    """The variables in a caller's record."""

    def found() -> dict[str, str] | None:
        for record in switch.cdrs():
            variables: dict[str, str] = record["variables"]
            if variables.get("sip_from_user") == caller and variables.get("sip_req_user") == NUMBER:
                return variables
        return None

    record = wait_for(found, f"the record of {caller}")
    assert record is not None
    return record
