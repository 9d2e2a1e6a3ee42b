"""Talk scripts: what operators read out, in versions; a draft is shown to nobody until it is published."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from fsbridge.errors import FsbridgeError

LONGEST_TITLE, LONGEST_BODY = 100, 20_000
"""Characters."""


class ScriptRefused(FsbridgeError):
    """The script will not do as it is; the text says what to change."""


class ScriptChanged(FsbridgeError):
    """Somebody else has written a newer version, `number`, since this one was looked at."""

    def __init__(self, number: int, author: str) -> None:
        super().__init__(f"{author} has written version {number} meanwhile; look at it, then write yours")
        self.number = number
        self.author = author


@dataclass(frozen=True, slots=True)
class ScriptVersion:
    """One version of a flow's script; a draft as long as `published_at` is None.

    >>> from datetime import UTC
    >>> ScriptVersion("leak", 1, "漏水", "…", "sato", datetime(2027, 4, 1, tzinfo=UTC)).published_at is None
    True
    """

    flow: str
    number: int
    title: str
    body: str
    author: str
    at: datetime
    published_at: datetime | None = None


class ScriptLedger(Protocol):
    """The scripts while nobody else changes them."""

    def history(self, flow: str) -> Sequence[ScriptVersion]: ...
    def add(self, version: ScriptVersion) -> None: ...
    def publish(self, flow: str, number: int, at: datetime) -> None: ...
    def record(
        self, at: datetime, by: str, action: str, flow: str, before: object, after: object
    ) -> None: ...


class ScriptRoom(Protocol):
    """Where scripts are kept."""

    def locked(self) -> AbstractContextManager[ScriptLedger]: ...
    def history(self, flow: str) -> Sequence[ScriptVersion]: ...


class TalkScripts:
    """The talk scripts of a centre; every step is in the audit log. `by` is who does it, `at` is aware."""

    def __init__(self, room: ScriptRoom) -> None:
        self._room = room

    def history(self, flow: str) -> Sequence[ScriptVersion]:
        """All versions of a flow's script, the oldest first."""
        return self._room.history(flow)

    def shown(self, flow: str) -> ScriptVersion | None:
        """The version that operators see: the highest that was published."""
        return next((one for one in reversed(self.history(flow)) if one.published_at), None)

    def write(self, flow: str, title: str, body: str, *, seen: int, by: str, at: datetime) -> ScriptVersion:
        """A new draft over version `seen` (0: the first); the same text again is no new version.

        ScriptChanged if there is a later version, ScriptRefused for a text that will not do.
        """
        neat, text = _checked(title, body)
        with self._room.locked() as ledger:
            versions = ledger.history(flow)
            newest = versions[-1] if versions else None
            if newest is not None and newest.number != seen:
                raise ScriptChanged(newest.number, newest.author)
            if newest is not None and (newest.title, newest.body) == (neat, text):
                return newest
            made = ScriptVersion(flow, seen + 1, neat, text, by, at)
            ledger.add(made)
            ledger.record(at, by, "drafted", flow, _data(newest), _data(made))
        return made

    def publish(self, flow: str, number: int, *, by: str, at: datetime) -> ScriptVersion:
        """Let operators see a version; an earlier one than they see now comes once more as the newest."""
        with self._room.locked() as ledger:
            versions = {one.number: one for one in ledger.history(flow)}
            if number not in versions:
                raise ScriptRefused(f"the script of {flow} has no version {number}")
            shown = max((one.number for one in versions.values() if one.published_at), default=0)
            wanted = versions[number]
            if number == shown:
                return wanted
            if number < shown:
                wanted = replace(wanted, number=max(versions) + 1, author=by, at=at, published_at=None)
                ledger.add(wanted)
            ledger.publish(flow, wanted.number, at)
            ledger.record(at, by, "published", flow, _data(versions.get(shown)), _data(wanted))
        return replace(wanted, published_at=at)


def _checked(title: str, body: str) -> tuple[str, str]:
    neat = title.strip()
    if not neat or not neat.isprintable() or len(neat) > LONGEST_TITLE:
        raise ScriptRefused(f"title: write one line of at most {LONGEST_TITLE} characters")
    text = body.replace("\r\n", "\n").replace("\r", "\n").strip() + "\n"
    if not text.strip() or len(text) > LONGEST_BODY:
        raise ScriptRefused(f"text: write 1 to {LONGEST_BODY} characters")
    if any(not char.isprintable() and char not in "\n\t\u3000" for char in text):
        raise ScriptRefused("text: holds a control character; take it out")
    return neat, text


def _data(version: ScriptVersion | None) -> object:
    if version is None:
        return None
    return {"version": version.number, "title": version.title, "body": version.body}
