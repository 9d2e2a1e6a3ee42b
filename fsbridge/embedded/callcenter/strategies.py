"""In which order a member is offered to agents, under each of mod_callcenter's strategies."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

from fsbridge.embedded.callcenter.model import Agent, Tier

Served = tuple[Agent, Tier]
Key = Callable[[Served], tuple[int, ...]]

_KEYS: Mapping[str, Key] = {
    "longest-idle-agent": lambda one: (one[1].level, one[0].last_bridge_end, one[1].position),
    "agent-with-least-talk-time": lambda one: (one[1].level, one[0].talk_time, one[1].position),
    "agent-with-fewest-calls": lambda one: (one[1].level, one[0].calls_answered, one[1].position),
    "ring-all": lambda one: (one[1].level, one[1].position),
    "ring-progressively": lambda one: (one[1].level, one[1].position),
}


def in_order(
    strategy: str, everybody: Sequence[Served], *, last: tuple[int, int] = (0, 0), dice: random.Random
) -> list[Served]:
    """The agents to try, the first one first.

    `everybody` serves the queue, present or not. `last` is, for ``top-down``, the level and position of
    the agent the member was offered to last. A strategy mod_callcenter does not know counts as
    ``sequentially-by-agent-order``.

    >>> one = Agent("op1", status="Available", last_bridge_end=9)
    >>> two = Agent("op2", status="Available", last_bridge_end=5)
    >>> served = [(one, Tier("q", "op1")), (two, Tier("q", "op2"))]
    >>> [agent.name for agent, _ in in_order("longest-idle-agent", served, dice=random.Random(1))]
    ['op2', 'op1']
    """
    served = [one for one in everybody if one[0].present]
    if strategy == "top-down":
        level, position = last
        same = [one for one in served if one[1].level == level and one[1].position > position]
        below = [one for one in served if one[1].level > level]
        return sorted(same, key=_sequence) + sorted(below, key=_sequence)
    if strategy == "round-robin":
        return _after_the_last_offered(everybody, served) + sorted(served, key=_sequence)
    if strategy == "random":
        shuffled = list(served)
        dice.shuffle(shuffled)
        return sorted(shuffled, key=lambda one: one[1].level)
    key = _KEYS.get(strategy)
    return sorted(served, key=key) if key is not None else sorted(served, key=_plain)


def _plain(one: Served) -> tuple[int, int, int]:
    return one[1].level, one[1].position, one[0].last_offered_call


def _sequence(one: Served) -> tuple[int, int, int, str]:
    return one[1].level, one[1].position, one[0].last_offered_call, one[0].name


def _after_the_last_offered(everybody: Sequence[Served], served: Sequence[Served]) -> list[Served]:
    """Those on the level of the agent who was offered a call last, in positions behind it."""
    offered = [one for one in everybody if one[0].last_offered_call > 0]
    if not offered:
        return []
    latest = max(offered, key=lambda one: one[0].last_offered_call)
    behind = [
        one for one in served if one[1].level == latest[1].level and one[1].position > latest[1].position
    ]
    return sorted(behind, key=_sequence)
