"""A real FreeSWITCH killed in the middle of calls comes back clean, on the same ports, every time."""

from __future__ import annotations

from collections.abc import Callable

from tests.freeswitch.freeswitch import NUMBER, LocalSwitch, telephones
from tests.freeswitch.sipp import Sipp, place_calls
from tests.waiting import wait_for


def present(switch: LocalSwitch) -> list[dict[str, str]]:
    """The callers in the queue; for a minute FreeSWITCH still lists those who are gone, as Abandoned."""
    rows = switch.table("queue", "list", "members", "other@kanazawa")
    return [row for row in rows if row["state"] != "Abandoned"]


def test_nothing_is_left_of_the_calls_a_power_cut_ended(fresh_switch: Callable[..., LocalSwitch]) -> None:
    switch = fresh_switch(telephones_of=lambda ports: telephones(ports, "agent", 2))
    for _ in range(3):
        callers = Sipp("listener", switch.sip, dialled=NUMBER, calls=5, rate=20, stay=60_000).start()
        wait_for(
            lambda: (
                [row["state"] for row in switch.table("agent", "list")] == ["In a queue call"] * 2
                and len(present(switch)) == 5
            ),
            "two callers served, three waiting",
        )
        switch.restart()
        callers.stop()
        assert switch.channels() == []
        assert present(switch) == []
        assert {row["state"] for row in switch.table("agent", "list")} == {"Waiting"}
    last = place_calls("listener", switch.sip, dialled=NUMBER, stay=2_000)
    assert last.counters["answered"] == last.successful == 1, last.errors
