"""On a real FreeSWITCH: it boots, again and again, and callers are served without scripts."""

from __future__ import annotations

from collections.abc import Callable

from tests.freeswitch.freeswitch import NEVER, NUMBER, LocalSwitch, telephones
from tests.freeswitch.sipp import place_calls
from tests.waiting import wait_for


def test_everything_is_loaded_when_the_event_socket_answers(switch: LocalSwitch) -> None:
    queues = {row["name"] for row in switch.table("queue", "list")}
    assert queues == {"opening@kanazawa", "leak@kanazawa", "billing@kanazawa", "other@kanazawa"}
    for module in ("mod_callcenter", "mod_verto", "mod_json_cdr", "mod_spandsp", "mod_local_stream"):
        assert switch.api("module_exists", module) == "true"


def test_without_a_script_a_caller_in_opening_hours_reaches_an_agent(switch: LocalSwitch) -> None:
    earlier = {record["variables"]["uuid"] for record in switch.cdrs()}
    callers = place_calls("caller", switch.sip, dialled=NUMBER, rows=["0761110001;1"], listen=2500, stay=500)
    assert callers.counters["answered"] == callers.successful == 1, callers.errors

    def sides_of_this_call() -> dict[str, dict[str, str]]:
        ours = [record["variables"] for record in switch.cdrs() if record["variables"]["uuid"] not in earlier]
        return {values["cc_side"]: values for values in ours if "cc_side" in values}

    sides = wait_for(lambda: len(found := sides_of_this_call()) == 2 and found, "records of both legs")
    assert sides["member"]["cc_queue"] == "other@kanazawa"
    assert sides["member"]["cc_cause"] == "answered"
    assert sides["member"]["fsbridge_fallback"] == "open"


def test_without_a_script_a_caller_at_night_is_told_so_and_disconnected(
    fresh_switch: Callable[..., LocalSwitch],
) -> None:
    switch = fresh_switch(hours=NEVER)
    callers = place_calls("listener", switch.sip, dialled=NUMBER, stay=30_000)
    assert callers.counters["released"] == callers.successful == 1, callers.errors
    (record,) = wait_for(switch.cdrs, "the record")
    assert record["variables"]["fsbridge_fallback"] == "new-year"
    assert record["variables"]["hangup_cause"] == "NORMAL_CLEARING"
    assert int(record["variables"]["billsec"]) >= 1


def test_an_unknown_number_is_refused(switch: LocalSwitch) -> None:
    callers = place_calls("refused", switch.sip, dialled="999")
    assert callers.counters["refused"] == 1, callers.errors


def test_it_comes_back_on_the_same_ports_after_being_killed(fresh_switch: Callable[..., LocalSwitch]) -> None:
    switch = fresh_switch(telephones_of=lambda ports: telephones(ports, "agent", 1))
    for _ in range(3):
        switch.restart()
        assert [row["status"] for row in switch.table("agent", "list")] == ["Available"]
