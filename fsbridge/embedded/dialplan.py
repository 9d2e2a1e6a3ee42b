"""The dialplan: contexts of extensions, from Python values or from FreeSWITCH's own XML."""

from __future__ import annotations

import dataclasses
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fsbridge.embedded.hours import matches_time
from fsbridge.embedded.leg import Leg, Steps
from fsbridge.errors import ConfigError

_HOURS = (
    "year",
    "mon",
    "mday",
    "wday",
    "hour",
    "minute",
    "minute-of-day",
    "time-of-day",
    "date-time",
    "yday",
    "week",
)


@dataclass(frozen=True)
class Action:
    """An application and its argument; an `inline` one runs while the dialplan is being read."""

    app: str
    data: str = ""
    inline: bool = False


@dataclass(frozen=True)
class Condition:
    """A field (or ``${variable}``) that must match an expression, and when: the time attributes."""

    field: str = ""
    expression: str = ""
    actions: tuple[Action, ...] = ()
    anti: tuple[Action, ...] = ()
    halt: str = "on-false"
    """When reading this extension ends: ``on-false``, ``on-true``, ``always``, ``never``."""
    hours: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            re.compile(self.expression)
        except re.error as error:
            raise ConfigError(f"dialplan: {self.expression!r} is no regular expression: {error}") from None


@dataclass(frozen=True)
class Extension:
    """Conditions read in order; with `go_on` the extensions after it are read too."""

    name: str
    conditions: tuple[Condition, ...]
    go_on: bool = False


def extension(pattern: str, *steps: tuple[str, str] | tuple[str], name: str = "") -> Extension:
    """The usual extension: a number's pattern, and what is done.

    >>> extension("^100$", ("answer",), ("playback", "hello.wav")).name
    '^100$'
    """
    actions = tuple(Action(step[0], step[1] if len(step) > 1 else "") for step in steps)
    return Extension(name or pattern, (Condition("destination_number", pattern, actions),))


class Dialplan:
    """The contexts; `local` is the switch's wall clock, for conditions on hours.

    >>> Dialplan({"public": [extension("^1$", ("answer",))]}).contexts["public"][0].name
    '^1$'
    """

    def __init__(self, contexts: Mapping[str, Sequence[Extension]] | None = None) -> None:
        self.contexts: dict[str, list[Extension]] = {
            name: list(extensions) for name, extensions in (contexts or {}).items()
        }

    def add(self, context: str, *extensions: Extension) -> None:
        """Put extensions before all others of a context."""
        self.contexts[context] = [*extensions, *self.contexts.get(context, [])]

    def route(self, leg: Leg, now: Callable[[str], datetime]) -> Steps:
        """What is to be done with a leg; `now` gives the time in a zone (empty: the switch's own)."""
        if leg.profile.dialplan.lower() == "inline":
            return inline(leg.profile.number)
        steps: list[tuple[str, str]] = []
        for one in self.contexts.get(leg.profile.context, []):
            matched, found = _read(one, leg, now)
            steps += found
            if matched and not one.go_on:
                break
        return steps


def inline(text: str) -> Steps:
    """``app:data,app:data``, the dialplan written where the number would stand.

    >>> inline("answer,playback:hello.wav,park")
    [('answer', ''), ('playback', 'hello.wav'), ('park', '')]
    """
    separator = ","
    if text.startswith("m:") and len(text) > 3:
        separator, text = text[2], text[4:]
    return [(part.partition(":")[0], part.partition(":")[2]) for part in text.split(separator) if part]


def read_contexts(xml: str, source: str = "the dialplan") -> dict[str, list[Extension]]:
    """The contexts in FreeSWITCH's XML, whatever stands around them.

    >>> xml = '<context name="public"><extension name="a"><condition field="destination_number" '
    >>> xml += 'expression="^1$"><action application="answer"/></condition></extension></context>'
    >>> read_contexts(xml)["public"][0].conditions[0].actions
    (Action(app='answer', data='', inline=False),)
    """
    try:
        root = ET.fromstring(xml)
    except ET.ParseError as error:
        raise ConfigError(f"{source}: not well-formed XML: {error}") from None
    found: dict[str, list[Extension]] = {}
    for context in root.iter("context"):
        extensions = found.setdefault(context.get("name", ""), [])
        extensions += [_extension(node) for node in context.iter("extension")]
    return found


def _extension(node: ET.Element) -> Extension:
    conditions = tuple(
        Condition(
            field=child.get("field", ""),
            expression=child.get("expression", "") or (child.findtext("expression") or ""),
            actions=_actions(child, "action"),
            anti=_actions(child, "anti-action"),
            halt=child.get("break", "on-false"),
            hours={name: child.attrib[name] for name in _HOURS if name in child.attrib},
        )
        for child in node.findall("condition")
    )
    return Extension(node.get("name", ""), conditions, node.get("continue") == "true")


def _actions(node: ET.Element, kind: str) -> tuple[Action, ...]:
    return tuple(
        Action(
            one.get("application", ""), one.get("data", "") or (one.text or ""), one.get("inline") == "true"
        )
        for one in node.findall(kind)
    )


def _read(one: Extension, leg: Leg, now: Callable[[str], datetime]) -> tuple[bool, list[tuple[str, str]]]:
    steps: list[tuple[str, str]] = []
    matched = False
    for condition in one.conditions:
        groups = _matches(condition, leg, now)
        held = groups is not None
        for action in condition.actions if held else condition.anti:
            matched = True
            data = _fill(action.data, groups or [])
            if action.inline:
                name, _, value = leg.filled(data).partition("=")
                leg.set(name, value)
            else:
                steps.append((action.app, data))
        if condition.halt == "always" or condition.halt == ("on-true" if held else "on-false"):
            break
    return matched, steps


def _matches(condition: Condition, leg: Leg, now: Callable[[str], datetime]) -> list[str] | None:
    """The groups of the match; None if the condition does not hold."""
    if condition.hours and not matches_time(condition.hours, now(leg.variables.get("timezone", ""))):
        return None
    if not condition.field:
        return []
    name = condition.field
    value = leg.filled(name) if "${" in name else leg.lookup(name)
    match = re.search(condition.expression, value)
    return [match[0], *(group or "" for group in match.groups())] if match else None


def _fill(data: str, groups: list[str]) -> str:
    """The argument with ``$1`` … put in."""
    return re.sub(r"\$(\d)", lambda found: groups[int(found[1])] if int(found[1]) < len(groups) else "", data)
