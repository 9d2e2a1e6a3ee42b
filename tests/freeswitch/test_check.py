"""`fsbridge switch check` against a real FreeSWITCH, in good order and out of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

from fsbridge.adapters.switchconf.check import check
from tests.freeswitch.freeswitch import LocalSwitch
from tests.freeswitch.test_switch_run import COMMAND


def failed(switch: LocalSwitch, queues: list[str] | None = None) -> set[str]:
    conf = switch.conf
    names = [queue.name for queue in conf.centre.queues] if queues is None else queues
    return {one.name for one in check(conf.host, conf.port, conf.password, names) if not one.ok}


def test_a_rendered_switch_has_nothing_to_complain_about(switch: LocalSwitch) -> None:
    assert failed(switch) == set()


def test_every_fault_is_found_and_has_a_cure(fresh_switch: Callable[..., LocalSwitch]) -> None:
    switch = fresh_switch()
    conf = switch.conf.home / "conf"
    for path, right, wrong in (
        ("dialplan/public.xml", "async full", "async"),
        ("sip_profiles/trunk.xml", 'timer-name" value="soft"', 'timer-name" value="none"'),
        ("autoload_configs/switch.conf.xml", 'interval" value="20"', 'interval" value="60"'),
        ("autoload_configs/switch.conf.xml", 'loglevel" value="info"', 'loglevel" value="debug"'),
        ("autoload_configs/json_cdr.conf.xml", 'log-b-leg" value="true"', 'log-b-leg" value="false"'),
        ("autoload_configs/event_socket.conf.xml", "127.0.0.1", "0.0.0.0"),
        ("autoload_configs/acl.conf.xml", 'event-socket" default="deny"', 'event-socket" default="allow"'),
    ):
        text = (conf / path).read_text("utf-8")
        assert right in text, path
        (conf / path).write_text(text.replace(right, wrong), "utf-8")
    switch.api("reloadxml")
    switch.api("reloadacl")
    switch.api("unload", "mod_spy")
    assert failed(switch, ["missing@kanazawa"]) == {
        "modules",
        "socket action",
        "voice timers",
        "heartbeat",
        "log level",
        "call records",
        "event socket access list",
        "queues",
    }


def test_an_unreachable_switch_is_a_finding_too(fresh_switch: Callable[..., LocalSwitch]) -> None:
    switch = fresh_switch()
    (wrong,) = check(switch.conf.host, switch.conf.port, "not-the-password")
    assert not wrong.ok
    assert "switch.password" in wrong.cure
    switch.kill()
    (down,) = check(switch.conf.host, switch.conf.port, switch.conf.password)
    assert not down.ok
    assert "fsbridge switch run" in down.cure


def test_the_command_reports_in_json_and_by_its_exit_code(switch: LocalSwitch) -> None:
    def command(*options: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-c", COMMAND, "check", "--json"]
        line += ["--switch-port", str(switch.conf.port), "--home", str(switch.conf.home), *options]
        return subprocess.run(line, capture_output=True, text=True, check=False)

    good = command("--switch-password", switch.conf.password)
    assert good.returncode == 0, good.stdout + good.stderr
    assert {one["ok"] for one in json.loads(good.stdout)} == {True}
    bad = command("--switch-password", "not-the-password")
    assert bad.returncode == 1
    assert [one["name"] for one in json.loads(bad.stdout)] == ["event socket"]
