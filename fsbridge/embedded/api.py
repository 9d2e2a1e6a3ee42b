"""The API commands of the switch, with FreeSWITCH's own reply texts."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from fsbridge.embedded.apilegs import leg_commands
from fsbridge.embedded.apishow import show, status
from fsbridge.embedded.arguments import atoi
from fsbridge.embedded.callcenter.config import callcenter_config
from fsbridge.embedded.core import Core

if TYPE_CHECKING:
    from fsbridge.embedded.switch import Switch

Answer = Callable[[str], object]
"""Gets what a command prints."""
Command = Callable[[str, Answer], object]
"""``command(argument, answer)``; it answers at once or later."""


def instantly(run: Callable[[str], str]) -> Command:
    """A command that takes no time."""
    return lambda argument, answer: answer(run(argument))


def run_api(commands: Mapping[str, Command], core: Core, line: str, answer: Answer) -> None:
    """Run one line; the event API follows when it is done."""
    text = line.partition("\0")[0]  # where a text in C ends
    name, _, argument = text.strip().partition(" ")
    command = commands.get(name.lower())

    def done(text: str) -> None:
        about = {"API-Command": name}
        if argument:
            about["API-Command-Argument"] = argument
        core.fire("API", about)
        answer(text)

    if command is None:
        done(f"-ERR {name} Command not found!\n")
    else:
        command(argument, done)


def api_commands(switch: Switch) -> dict[str, Command]:
    """Every command, by name."""
    core = switch.core
    texts: dict[str, Callable[[str], str]] = {
        "status": lambda argument: status(core),
        "show": lambda argument: show(core, argument),
        "version": lambda argument: "FreeSWITCH Version 1.11.1-release~64bit (-release 64bit)\n",
        "uptime": lambda argument: f"{(core.clock.micro() - core.started) // 1_000_000}\n",
        "hostname": lambda argument: core.hostname,
        "echo": lambda argument: argument,
        "eval": lambda argument: argument,
        "create_uuid": lambda argument: core.uuid(),
        "strftime": lambda argument: _strftime(core, argument),
        "global_getvar": lambda argument: core.globals.get(argument.strip(), ""),
        "global_setvar": lambda argument: _set_global(core, argument),
        "reloadxml": lambda argument: "+OK [Success]\n",
        "module_exists": lambda argument: "true" if argument.strip() in _MODULES else "false",
        "fsctl": _fsctl,
        "callcenter_config": lambda argument: callcenter_config(switch.callcenter.tables, argument),
        "callcenter_break": lambda argument: _callcenter_break(core, argument),
        "json": _json,
    }
    commands = {name: instantly(run) for name, run in texts.items()}
    commands["msleep"] = lambda argument, answer: core.clock.later(
        max(0, atoi(argument)) / 1000, lambda: answer("+OK")
    )
    commands.update(leg_commands(switch))
    return commands


_MODULES = frozenset(
    {"mod_callcenter", "mod_event_socket", "mod_json_cdr", "mod_dptools", "mod_commands", "mod_sofia"}
)


def _strftime(core: Core, argument: str) -> str:
    wanted = argument.strip() or "%Y-%m-%d %T"
    return time.strftime(wanted, core.local(core.clock.micro()).timetuple())


def _set_global(core: Core, argument: str) -> str:
    name, _, value = argument.partition("=")
    if not name or not value:
        return "-USAGE: <var>=<value> [=<value2>]\n"
    core.globals[name.strip()] = value
    return "+OK"


def _fsctl(argument: str) -> str:
    word = argument.split(" ", 1)[0]
    if word == "sync_clock":
        return "+OK clock synchronized\n"
    return "+OK\n" if word in ("pause", "resume") else "-ERR Invalid syntax\n"


def _callcenter_break(core: Core, argument: str) -> str:
    words = argument.split()
    if len(words) < 2:
        return "-ERR Usage: callcenter_break agent <uuid>\n"
    leg = core.find(words[1])
    if leg is None:
        return f"-ERR Session not found for uuid {words[1]}\n"
    for tell in list(leg.on_break):
        tell()
    return ""


def _json(argument: str) -> str:
    try:
        asked = json.loads(argument)
    except ValueError:
        asked = None
    command = asked.get("command") if isinstance(asked, dict) else None
    told = {
        "command": command,
        "status": "error",
        "message": "Invalid request or non-existant command",
        "response": None,
    }
    return json.dumps(told, separators=(",", ":")) + "\n"
