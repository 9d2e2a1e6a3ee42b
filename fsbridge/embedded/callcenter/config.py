"""The API command ``callcenter_config``, with mod_callcenter's own replies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict

from fsbridge.embedded.arguments import atoi, tokens
from fsbridge.embedded.callcenter.model import Member
from fsbridge.embedded.callcenter.tables import Refused, Tables

OK = "+OK\n"
INVALID = "-ERR Invalid!\n"
_GETTABLE = ("status", "state", "uuid")


def callcenter_config(tables: Tables, argument: str) -> str:
    """What the command prints, and does.

    >>> from fsbridge.embedded.clock import VirtualClock
    >>> from fsbridge.embedded.core import Core
    >>> tables = Tables(Core(VirtualClock()))
    >>> callcenter_config(tables, "agent add op01 callback"), callcenter_config(tables, "agent add op01 x")
    ('+OK\\n', '-ERR Agent type invalid!\\n')
    """
    words = tokens(argument)
    if not words:
        return USAGE
    if len(words) < 2:
        return INVALID
    command = _COMMANDS.get((words[0].lower(), words[1].lower()))
    if command is None:
        return ""
    least, run = command
    if len(words) - 2 < least:
        return INVALID
    try:
        return run(tables, words[2:])
    except Refused as refusal:
        return f"-ERR {refusal}\n"


def table(rows: Iterable[Mapping[str, object]]) -> str:
    """A list as mod_callcenter prints it; without rows it has no header either.

    >>> table([{"name": "op01", "level": 1, "there": True}])
    'name|level|there\\nop01|1|true\\n+OK\\n'
    """
    lines: list[str] = []
    for row in rows:
        if not lines:
            lines.append("|".join(row))
        lines.append("|".join(_cell(value) for value in row.values()))
    return "".join(f"{line}\n" for line in (*lines, "+OK"))


def _cell(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


# -- agents -----------------------------------------------------------------------------------------


def _agent_add(tables: Tables, words: list[str]) -> str:
    tables.add_agent(words[0], words[1])
    return OK


def _agent_del(tables: Tables, words: list[str]) -> str:
    tables.remove_agent(words[0])
    return OK


def _agent_set(tables: Tables, words: list[str]) -> str:
    tables.set_agent(words[0], words[2], words[1])
    return OK


def _agent_get(tables: Tables, words: list[str]) -> str:
    key, name = words[0].lower(), words[1]
    agent = tables.agents.get(name)
    if agent is None:
        raise Refused("Agent not found!")
    if key not in _GETTABLE:
        raise Refused("Invalid Agent Update KEY!")
    value = str(getattr(agent, key))
    shown = "Agent-UUID" if key == "uuid" else f"Agent-{key.capitalize()}"
    tables.fire(f"agent-{key}-get", Agent=name, **{shown: value})
    return value


def _agent_list(tables: Tables, words: list[str]) -> str:
    if len(words) > 1:
        return INVALID
    return table(asdict(agent) for agent in tables.agents.values() if not words or agent.name == words[0])


# -- tiers ------------------------------------------------------------------------------------------


def _tier_add(tables: Tables, words: list[str]) -> str:
    level, position = (atoi(word) for word in (*words[2:4], "1", "1")[:2])
    tables.add_tier(words[0], words[1], level, position)
    return OK


def _tier_set(tables: Tables, words: list[str]) -> str:
    tables.set_tier(words[0], words[3], words[1], words[2])
    return OK


def _tier_del(tables: Tables, words: list[str]) -> str:
    tables.remove_tier(words[0], words[1])
    return OK


def _tier_list(tables: Tables, words: list[str]) -> str:
    rows = sorted(tables.tiers.values(), key=lambda tier: (tier.level, tier.position))
    return table(asdict(tier) for tier in rows)


# -- queues -----------------------------------------------------------------------------------------


def _queue_load(tables: Tables, words: list[str]) -> str:
    if tables.load(words[0]) is None:
        raise Refused("Invalid Queue not found!")
    return OK


def _queue_unload(tables: Tables, words: list[str]) -> str:
    tables.queues.pop(words[0], None)
    return OK


def _queue_list(tables: Tables, words: list[str]) -> str:
    if not words:
        return table(tables.queues[name].row() for name in sorted(tables.queues)) or OK
    rows = _of_queue(tables, words)
    return INVALID if rows is None else table(rows)


def _queue_count(tables: Tables, words: list[str]) -> str:
    if not words:
        return f"{len(tables.queues)}\n"
    rows = _of_queue(tables, words)
    return INVALID if rows is None else f"{len(rows)}\n"


def _of_queue(tables: Tables, words: list[str]) -> list[dict[str, object]] | None:
    """The rows of one kind that belong to a queue; None for a kind that does not exist."""
    kind, queue = words[0].lower(), words[1] if len(words) > 1 else None
    if kind == "agents":
        return [
            asdict(agent)
            for agent, _ in tables.tiers_of(queue or "")
            if all(
                value == wanted
                for value, wanted in zip((agent.status, agent.state), words[2:4], strict=False)
            )
        ]
    if kind == "tiers":
        return [asdict(tier) for tier in tables.tiers.values() if tier.queue == queue]
    if kind == "members":
        now = tables.core.second()
        members = [member for member in tables.members.values() if queue is None or member.queue == queue]
        members.sort(key=lambda member: ("" if queue else member.queue, -member.score(now)))
        return [_member(member, now) for member in members]
    return None


def _member(member: Member, now: int) -> dict[str, object]:
    return {**asdict(member), "score": member.score(now)}


_Run = Callable[[Tables, list[str]], str]
_COMMANDS: Mapping[tuple[str, str], tuple[int, _Run]] = {
    ("agent", "add"): (2, _agent_add),
    ("agent", "del"): (1, _agent_del),
    ("agent", "reload"): (1, lambda tables, words: OK),
    ("agent", "set"): (3, _agent_set),
    ("agent", "get"): (2, _agent_get),
    ("agent", "list"): (0, _agent_list),
    ("tier", "add"): (2, _tier_add),
    ("tier", "set"): (4, _tier_set),
    ("tier", "del"): (2, _tier_del),
    ("tier", "reload"): (1, lambda tables, words: OK),
    ("tier", "list"): (0, _tier_list),
    ("queue", "load"): (1, _queue_load),
    ("queue", "unload"): (1, _queue_unload),
    ("queue", "reload"): (1, _queue_load),
    ("queue", "list"): (0, _queue_list),
    ("queue", "count"): (0, _queue_count),
}
"""Each command with the fewest arguments it takes."""

_SYNTAX = (
    "agent add [name] [type]",
    "agent del [name]",
    "agent reload [name]",
    "agent set status [agent_name] [status]",
    "agent set state [agent_name] [state]",
    "agent set contact [agent_name] [contact]",
    "agent set ready_time [agent_name] [wait till epoch]",
    "agent set reject_delay_time [agent_name] [wait second]",
    "agent set busy_delay_time [agent_name] [wait second]",
    "agent set no_answer_delay_time [agent_name] [wait second]",
    "agent get status [agent_name]",
    "agent get state [agent_name]",
    "agent get uuid [agent_name]",
    "agent list [[agent_name]]",
    "tier add [queue_name] [agent_name] [[level]] [[position]]",
    "tier set state [queue_name] [agent_name] [state]",
    "tier set level [queue_name] [agent_name] [level]",
    "tier set position [queue_name] [agent_name] [position]",
    "tier del [queue_name] [agent_name]",
    "tier reload [queue_name] [agent_name]",
    "tier list",
    "queue load [queue_name]",
    "queue unload [queue_name]",
    "queue reload [queue_name]",
    "queue list",
    "queue list agents [queue_name] [status] [state]",
    "queue list members [queue_name]",
    "queue list tiers [queue_name]",
    "queue count",
    "queue count agents [queue_name] [status] [state]",
    "queue count members [queue_name]",
    "queue count tiers [queue_name]",
)
USAGE = (
    "-USAGE: \ncallcenter_config <target> <args>,\n"
    + " | \n".join(f"\tcallcenter_config {line}" for line in _SYNTAX)
    + "\n"
)
"""What the command says about itself."""
