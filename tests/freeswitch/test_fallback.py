"""On a real FreeSWITCH: what callers get while no script is running, or when one dies under them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import socket
import struct
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import pytest

from fsbridge.adapters.cdr import parse
from fsbridge.adapters.switchconf import render
from fsbridge.domain.schedule import Days, Override, Schedule, Season, SpecialDays, Week
from tests.freeswitch.freeswitch import NUMBER, LocalSwitch, telephones
from tests.freeswitch.sipp import Sipp, place_calls
from tests.waiting import wait_for

Start = Callable[..., LocalSwitch]


class Script:
    """A script's end of the socket, bare: it commands, and it can die at any moment."""

    def __init__(self, listener: socket.socket) -> None:
        self.sock, _ = listener.accept()
        self.sock.settimeout(20)
        described = self.send("connect")
        uuid = next(line[11:] for line in described.splitlines() if line.startswith("Unique-ID: "))
        self.send(f"api uuid_setvar {uuid} socket_resume")
        self.send("myevents")

    def send(self, text: str) -> str:
        self.sock.sendall(f"{text}\n\n".encode())
        return self.until("\n\n")

    def execute(self, application: str, argument: str = "") -> None:
        self.send(
            f"sendmsg\ncall-command: execute\nexecute-app-name: {application}\nexecute-app-arg: {argument}"
        )

    def until(self, text: str) -> str:
        seen = ""
        while text not in seen:
            chunk = self.sock.recv(65536)
            assert chunk, f"FreeSWITCH closed the socket before {text!r}"
            seen += chunk.decode("utf-8", "replace")
        return seen

    def die(self) -> None:
        self.sock.close()


@pytest.fixture
def scripts() -> Iterator[Callable[[LocalSwitch], Callable[[], Script]]]:
    """``scripts(switch)()`` is the script that gets the next call."""
    listeners = []

    def listen(switch: LocalSwitch) -> Callable[[], Script]:
        listener = socket.create_server(("127.0.0.1", switch.conf.script_port))
        listener.settimeout(20)
        listeners.append(listener)
        return lambda: Script(listener)

    yield listen
    for listener in listeners:
        listener.close()


def test_a_script_that_dies_before_it_has_said_a_word_leaves_its_caller_to_the_queue(
    fresh_switch: Start,
) -> None:
    switch = fresh_switch(telephones_of=lambda ports: telephones(ports, "short", 1))
    listener = socket.create_server(("127.0.0.1", switch.conf.script_port))
    listener.settimeout(20)
    caller = Sipp("listener", switch.sip, dialled=NUMBER, stay=30_000).start()
    connected, _ = listener.accept()
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connected.close()  # as the kernel does for a process that was killed
    listener.close()
    statistics = caller.wait()
    assert statistics.counters["released"] == statistics.successful == 1, statistics.errors
    assert member(switch)["cc_cause"] == "answered"


def member(switch: LocalSwitch) -> dict[str, str]:
    """The variables in the one record of a caller."""

    def found() -> list[dict[str, str]]:
        return [
            record["variables"]
            for record in switch.cdrs()
            if record["variables"].get("sip_req_user") == NUMBER
        ]

    (variables,) = wait_for(found, "the caller's record")
    return variables


def test_a_script_that_dies_in_an_announcement_leaves_its_caller_to_the_queue(
    fresh_switch: Start, scripts: Callable[[LocalSwitch], Callable[[], Script]]
) -> None:
    switch = fresh_switch(telephones_of=lambda ports: telephones(ports, "short", 1))
    next_script = scripts(switch)
    caller = Sipp("listener", switch.sip, dialled=NUMBER, stay=30_000).start()
    script = next_script()
    script.execute("answer")
    script.execute("playback", "tone_stream://%(1500,0,440)")
    script.until("CHANNEL_EXECUTE\n")
    script.die()
    statistics = caller.wait()
    assert statistics.counters["released"] == statistics.successful == 1, statistics.errors
    variables = member(switch)
    assert (variables["cc_queue"], variables["cc_cause"]) == ("other@kanazawa", "answered")


def test_a_caller_who_has_been_served_is_not_queued_again_when_the_script_is_gone(
    fresh_switch: Start, scripts: Callable[[LocalSwitch], Callable[[], Script]]
) -> None:
    switch = fresh_switch(telephones_of=lambda ports: telephones(ports, "short", 1))
    next_script = scripts(switch)
    caller = Sipp("listener", switch.sip, dialled=NUMBER, stay=30_000).start()
    script = next_script()
    script.execute("answer")
    script.execute("callcenter", "opening@kanazawa")
    wait_for(lambda: switch.table("queue", "list", "members", "opening@kanazawa"), "the caller in the queue")
    script.die()
    assert caller.wait().counters["released"] == 1
    variables = member(switch)
    assert variables["cc_queue"] == "opening@kanazawa"
    assert "fsbridge_fallback" not in variables


def test_a_caller_who_is_sent_to_a_number_is_served_again_and_told_of_the_recording_once(
    fresh_switch: Start,
) -> None:
    switch = fresh_switch(telephones_of=lambda ports: telephones(ports, "agent", 2))
    greeting = "tone_stream://%(300,0,500)"
    render_again(switch, greeting=greeting)
    caller = Sipp("listener", switch.sip, dialled=NUMBER, stay=30_000).start()
    first = talks(switch)
    switch.api("uuid_transfer", first["session_uuid"], NUMBER, "XML", "public")
    second = talks(switch, but=first["uuid"])
    assert second["session_uuid"] == first["session_uuid"]
    switch.api("uuid_kill", first["session_uuid"])
    caller.wait()
    (record,) = wait_for(
        lambda: [one for one in switch.cdrs() if one["variables"].get("sip_req_user") == NUMBER],
        "the caller's record",
    )
    told = parse(json.dumps(record).encode())
    assert [(one.uuid, one.answered) for one in told.visits] == [
        (first["uuid"], True),
        (second["uuid"], True),
    ]
    ran = [(one["app_name"], one["app_data"]) for one in record["app_log"]["applications"]]
    assert [one for one in ran if one[0] in ("playback", "callcenter")] == [
        ("playback", greeting),
        ("callcenter", "other@kanazawa"),
        ("callcenter", "other@kanazawa"),
    ], ran


def talks(switch: LocalSwitch, *, but: str = "") -> dict[str, str]:
    """The member of the fallback's queue who is being served, in another visit than the one named."""

    def found() -> dict[str, str] | None:
        rows = switch.table("queue", "list", "members", "other@kanazawa")
        return next((one for one in rows if one["state"] == "Answered" and one["uuid"] != but), None)

    return wait_for(found, "a caller is served")


def test_a_caller_who_waited_too_long_is_told_so_and_disconnected(fresh_switch: Start) -> None:
    switch = fresh_switch()
    queues = [dataclasses.replace(queue, max_wait=2) for queue in switch.conf.centre.queues]
    render_again(switch, queues=tuple(queues))
    switch.api("callcenter_config", "queue", "reload", "other@kanazawa")
    callers = place_calls("listener", switch.sip, dialled=NUMBER, stay=30_000)
    assert callers.counters["released"] == callers.successful == 1, callers.errors
    variables = member(switch)
    assert (variables["cc_cancel_reason"], variables["fsbridge_fallback"]) == ("TIMEOUT", "cut-off")


def render_again(switch: LocalSwitch, **changes: object) -> None:
    """The same switch with other data, read by FreeSWITCH while it runs."""
    centre = dataclasses.replace(switch.conf.centre, **changes)  # type: ignore[arg-type]
    switch.conf = dataclasses.replace(switch.conf, centre=centre)
    render(switch.conf)
    switch.api("reloadxml")


def daytime_zone() -> tuple[str, dt.datetime]:
    """A zone where it is far from midnight, and its local time."""
    for zone in ("Asia/Tokyo", "America/New_York", "Europe/London"):
        now = dt.datetime.now(ZoneInfo(zone))
        if dt.time(0, 20) < now.time() < dt.time(23, 40):
            return zone, now
    raise AssertionError("it cannot be midnight everywhere")


def test_the_dialplan_knows_the_opening_hours_as_the_domain_does(fresh_switch: Start) -> None:
    zone, now = daytime_zone()
    days = [now.date() + dt.timedelta(days=step) for step in (-1, 0, 1)]
    yesterday, today, tomorrow = (f"{day:%m-%d}" for day in days)
    soon, before = (f"{now + dt.timedelta(minutes=step):%H:%M}" for step in (10, -10))
    weekday, weekday_after = (f"{day:%a}".lower() for day in days[1:])

    def season(days: str, hours: object, name: str = "one") -> Season:
        return Season(name, Days(days), Week.of(hours))

    def special(name: str, days: str, hours: object = "closed") -> SpecialDays:
        return SpecialDays(name, Days(days), Week.of(hours), announcement=name)

    def override(hours: str, since: str = "00:00", until: str = "24:00") -> Override:
        return Override("o", days[1], "sato", "", Week.of(hours), since, until, announcement="typhoon")

    whole = season("01..12", "00:00-24:00", "whole")
    morning = season("01..12", f"00:00-{before}", "morning")
    cases: dict[str, tuple[list[Season], list[SpecialDays], list[Override]]] = {
        "until soon": ([season(f"{yesterday}..{tomorrow}", f"00:00-{soon}")], [], []),
        "from soon": ([season(today, f"{soon}-24:00")], [], []),
        "just now": ([season(f"{today}..{tomorrow}", f"{before}-{soon}")], [], []),
        "two ranges": ([season(today, f"00:00-{before}, {soon}-24:00")], [], []),
        "tomorrow only": ([season(tomorrow, "00:00-24:00")], [], []),
        "on this weekday": ([season("01..12", {weekday: "00:00-24:00"})], [], []),
        "on the next weekday": ([season("01..12", {weekday_after: "00:00-24:00"})], [], []),
        "the first season counts": ([morning, whole], [], []),
        "closed today": ([whole], [special("new-year", today)], []),
        "closed tomorrow": ([whole], [special("new-year", tomorrow)], []),
        "closed on this date": ([whole], [special("new-year", f"{days[1]}")], []),
        "open on this date": ([morning], [special("fair", f"{days[0]}..{days[2]}", "00:00-24:00")], []),
        "special days without a sound": ([whole], [special("typhoon", f"{yesterday}..{today}")], []),
        "closed by hand": ([whole], [], [override("closed", before, soon)]),
        "open by hand": ([morning], [special("new-year", today)], [override("00:00-24:00")]),
        "the override has expired": ([whole], [], [override("closed", until=before)]),
    }
    switch = fresh_switch()
    expected = []
    for seasons, special_days, overrides in cases.values():
        hours = Schedule(zone, seasons, special_days, overrides)
        standing = hours.status(now)
        expected.append(standing.announcement or "open")
        render_again(switch, hours=hours)
        callers = place_calls("listener", switch.sip, dialled=NUMBER, stay=50)
        assert callers.successful == 1, callers.errors
    wait_for(lambda: len(switch.cdrs()) >= len(cases), "a record of each call")
    records = sorted(switch.cdrs(), key=lambda one: int(one["variables"]["start_uepoch"]))
    got = [record["variables"].get("fsbridge_fallback") for record in records]
    assert dict(zip(cases, got, strict=True)) == dict(zip(cases, expected, strict=True))
