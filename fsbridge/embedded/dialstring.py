"""FreeSWITCH's dial strings, taken apart: ``{a=b}[c=d]sofia/internal/1000@host|user/op01,user/op02``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Target:
    """One address to call, with the variables of its leg alone.

    >>> Target("user/op01").kind, Target("user/op01").rest
    ('user', 'op01')
    """

    address: str
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The endpoint: ``sofia``, ``user``, ``loopback``, ``error`` …"""
        return self.address.partition("/")[0]

    @property
    def rest(self) -> str:
        """What follows the endpoint."""
        return self.address.partition("/")[2]


@dataclass(frozen=True)
class DialString:
    """Groups to try one after the other, the targets of each at once; variables for all of them."""

    groups: tuple[tuple[Target, ...], ...]
    variables: dict[str, str]


def read_dial_string(text: str) -> DialString:
    """The groups and variables of a dial string.

    >>> dial = read_dial_string("{a=1}[leg_timeout=4]user/op01,user/op02|error/USER_BUSY")
    >>> [[target.address for target in group] for group in dial.groups], dial.variables
    ([['user/op01', 'user/op02'], ['error/USER_BUSY']], {'a': '1'})
    """
    everywhere: dict[str, str] = {}
    rest = text.strip()
    for opening, closing in ("<>", "{}"):
        while rest.startswith(opening) and closing in rest:
            inside, _, rest = rest[1:].partition(closing)
            everywhere.update(_variables(inside))
            rest = rest.lstrip()
    groups = tuple(
        tuple(_target(part) for part in _split(group, ",") if part.strip()) for group in _split(rest, "|")
    )
    return DialString(tuple(group for group in groups if group), everywhere)


def _target(text: str) -> Target:
    own: dict[str, str] = {}
    rest = text.strip()
    while rest.startswith("[") and "]" in rest:
        inside, _, rest = rest[1:].partition("]")
        own.update(_variables(inside))
        rest = rest.lstrip()
    return Target(rest, own)


def _variables(text: str) -> dict[str, str]:
    separator = ","
    if text.startswith("^^") and len(text) > 2:
        separator, text = text[2], text[3:]
    found = {}
    for pair in _split(text, separator):
        name, _, value = pair.strip().partition("=")
        if name:
            found[name] = re.sub(r"\A'(.*)'\Z", r"\1", value.strip())
    return found


def _split(text: str, separator: str) -> list[str]:
    """The parts between separators that stand in no brackets and no quotes."""
    parts, depth, quoted = [""], 0, False
    for char in text:
        if char == "'":
            quoted = not quoted
        elif char in "[{<(":
            depth += 1
        elif char in "]}>)":
            depth -= 1
        elif char == separator and depth <= 0 and not quoted:
            parts.append("")
            continue
        parts[-1] += char
    return parts
