"""Comparing what two switches said: per leg, per queue, per agent; ids, addresses and times mapped."""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping

from fsbridge.esl.frames import Event

SAID = (
    *("Event-Subclass", "Channel-State", "Channel-Call-State", "Answer-State", "Call-Direction"),
    *("Unique-ID", "Other-Leg-Unique-ID", "Bridge-A-Unique-ID", "Bridge-B-Unique-ID", "Hangup-Cause"),
    *("Application", "Application-Data", "Application-Response", "DTMF-Digit", "Record-File-Path"),
    *("API-Command", "API-Command-Argument", "Job-Command", "Job-Command-Arg"),
    *("Original-Channel-Call-State", "Channel-HIT-Dialplan", "force-status"),
)
"""The headers compared in every event; those that begin with one of `FAMILIES` are too."""
FAMILIES = ("CC-", "variable_cc_", "variable_hangup_cause", "variable_origination_caller")
AT_FIRST = (
    *("Caller-Caller-ID-Name", "Caller-Caller-ID-Number", "Caller-Orig-Caller-ID-Number"),
    *("Caller-Destination-Number", "Caller-Context", "Caller-Dialplan", "Channel-Name"),
)
"""The headers compared in CHANNEL_CREATE."""
PASSED_OVER = frozenset({"HEARTBEAT", "RE_SCHEDULE", "MODULE_LOAD"})
"""The machine's own, with nothing about calls; they come when they come."""

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DATE = re.compile(r"\b20\d{6}_")
_ADDRESS = re.compile(r"sofia/[a-z]+/([^@]*)@127\.0\.0\.1(:\d+)?")

Line = tuple[str, tuple[tuple[str, str], ...]]


class Told:
    """A run's events but those left out, its ids replaced by the roles of what they stand for.

    Without CHANNEL_STATE, the states in other events are left out too.
    """

    def __init__(self, events: Iterable[Event], without: Container[str] = ()) -> None:
        self._states = "CHANNEL_STATE" not in without
        self.events = [
            event
            for event in events
            if event.name and event.name not in PASSED_OVER and kind(event) not in without
        ]
        self._roles: dict[str, str] = {}
        self._count: Counter[str] = Counter()
        for event in self.events:
            self._note(event)

    def _note(self, event: Event) -> None:
        headers = event.headers
        if event.name == "CHANNEL_CREATE":
            what = f"{headers['Call-Direction']} {headers['Caller-Destination-Number']}"
            self._roles[headers["Unique-ID"]] = self._numbered(what)
        member = headers.get("CC-Member-UUID", "")
        if member and member not in self._roles:
            self._roles[member] = self._numbered("visit")

    def _numbered(self, what: str) -> str:
        self._count[what] += 1
        return f"<{what} {self._count[what]}>"

    def mapped(self, text: str) -> str:
        """A text with roles for ids and one address for all."""
        text = _UUID.sub(lambda found: self._roles.get(found[0], "<id>"), text)
        return _DATE.sub("date_", _ADDRESS.sub(r"sofia/\1", text))

    def streams(self) -> Mapping[str, list[Line]]:
        """What was said about each leg, queue and agent, and beside them; in order."""
        found: dict[str, list[Line]] = defaultdict(list)
        for event in self.events:
            line = self._line(event)
            headers = event.headers
            if headers.get("Unique-ID") in self._roles and "Call-Direction" in headers:
                found[self._roles[headers["Unique-ID"]]].append(line)
            elif "CC-Agent" in headers:
                found[f"agent {headers['CC-Agent']}"].append(line)
            elif event.name == "CUSTOM" and "CC-Action" not in headers:
                found["beside"].append((f"CUSTOM {headers.get('Event-Subclass', '')}", ()))
            else:
                found["commands" if event.name == "API" else "beside"].append(line)
            if "CC-Queue" in headers and headers.get("CC-Hangup-Cause") != "LOSE_RACE":  # that is a race
                found[f"queue {headers['CC-Queue']}"].append((line[0], ()))
        return found

    def _line(self, event: Event) -> Line:
        name = " ".join(filter(None, (event.name, event.headers.get("CC-Action", ""))))
        picked = []
        for header, value in event.headers.items():
            if header == "Channel-State" and not self._states:
                continue
            wanted = header in SAID or header.startswith(FAMILIES)
            if wanted or (event.name == "CHANNEL_CREATE" and header in AT_FIRST):
                time = header.endswith(("-Time", "_epoch"))
                picked.append(
                    (header, ("some time" if value != "0" else "0") if time else self.mapped(value))
                )
        if event.name == "BACKGROUND_JOB":
            picked.append(("body", self.mapped(event.data or "")))
        return name, tuple(sorted(set(picked)))


def kind(event: Event) -> str:
    """An event's name, with the subclass of one that has."""
    return " ".join(filter(None, (event.name, event.headers.get("Event-Subclass", ""))))


def differences(recorded: Told, played: Told) -> Counter[str]:
    """What differs, worded so that the same difference reads the same wherever it occurs."""
    found: Counter[str] = Counter()
    theirs, ours = recorded.streams(), played.streams()
    for stream in sorted({*theirs, *ours}):
        _compare(stream.strip("<>").split()[0], theirs.get(stream, []), ours.get(stream, []), found)
    return found


def _compare(kind: str, theirs: list[Line], ours: list[Line], found: Counter[str]) -> None:
    matcher = difflib.SequenceMatcher(
        a=[line[0] for line in theirs], b=[line[0] for line in ours], autojunk=False
    )
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            for one, other in zip(theirs[a1:a2], ours[b1:b2], strict=True):
                _headers(one, other, found)
            continue
        for line in theirs[a1:a2]:
            found[f"{line[0]} missing ({kind})"] += 1
        for line in ours[b1:b2]:
            found[f"{line[0]} too many ({kind})"] += 1


def _headers(one: Line, other: Line, found: Counter[str]) -> None:
    theirs, ours = dict(one[1]), dict(other[1])
    for header in sorted({*theirs, *ours}):
        if theirs.get(header) != ours.get(header):
            found[f"{one[0]}: {header} {theirs.get(header)!r}, not {ours.get(header)!r}"] += 1
