"""Recordings given to people: each opening is in the audit log, with its reason, before a byte flows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO, Protocol

from fsbridge.errors import FsbridgeError
from fsbridge.services.recordings_pause import Span
from fsbridge.services.retention import RecordingMissing, RecordingRefused


class ReasonNeeded(FsbridgeError):
    """Nobody has said why a recording is to be opened."""


class NoRecording(FsbridgeError):
    """There is no such recording (any more), or not yet; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A recording and the conversation it is of; `pauses` are stretches of silence on purpose.

    >>> Recorded(number=7, path="2027-04-01/9a.flac", call="7f1c", began=datetime(2027, 4, 1)).verified
    False
    """

    number: int
    path: str
    call: str
    began: datetime
    ended: datetime | None = None
    length: timedelta | None = None
    direction: str = ""
    caller: str = ""
    dialled: str = ""
    flow: str = ""
    operator: str = ""
    operator_name: str = ""
    size: int = 0
    sha256: str = ""
    verified: bool = False
    fault: str = ""
    held_for: str = ""
    purged_at: datetime | None = None
    pauses: Sequence[Span] = field(default=())


class Library(Protocol):
    """What is written down of recordings, and where it is written who opened them."""

    def of(self, call: str) -> Sequence[Recorded]: ...
    def named(self, which: str) -> Sequence[Recorded]: ...
    def log(
        self, action: str, one: Recorded, now: datetime, *, by: str, why: str, after: Mapping[str, object]
    ) -> None: ...


class Sounds(Protocol):
    """Where the files are. RecordingMissing, RecordingRefused, StorageFailed."""

    def open(self, path: str) -> IO[bytes]: ...


class Case(Protocol):
    """What recordings are handed over in: whole or not at all. FsbridgeError for a file that is not whole."""

    def pack(self, recordings: Sequence[Recorded], sounds: Sounds, heading: Mapping[str, object]) -> str: ...


class Recordings:
    """The recordings of a centre, for whoever may hear them (who that is, the caller of this knows)."""

    def __init__(self, library: Library, sounds: Sounds) -> None:
        self._library = library
        self._sounds = sounds

    def of(self, call: str) -> Sequence[Recorded]:
        """A call's recordings in order, purged ones too."""
        return self._library.of(call)

    def open(self, number: int, now: datetime, *, by: str, why: str) -> IO[bytes]:
        """A recording's bytes, seekable; who, why and when is written down first.

        ReasonNeeded without a reason, NoRecording for one that is not there.
        """
        _reason(why)
        (one,) = self._there(str(number), only=True)
        self._library.log("opened", one, now, by=by, why=why, after={"path": one.path})
        try:
            return self._sounds.open(one.path)
        except (RecordingMissing, RecordingRefused) as error:
            raise NoRecording(f"the file of recording {number} cannot be opened: {error}") from None

    def disclose(self, which: Sequence[str], case: Case, now: datetime, *, by: str, why: str) -> Disclosure:
        """Recordings packed for somebody who has a right to them, with what is known of each.

        `which` are numbers, paths or calls' uuids; all are packed, or (NoRecording) none. Each is written
        down before the first byte, and the finished case's hash after the last.
        """
        _reason(why)
        found = {one.number: one for name in which for one in self._there(name)}
        recordings = sorted(found.values(), key=lambda one: (one.began, one.number))
        for one in recordings:
            self._library.log("disclosed", one, now, by=by, why=why, after={"path": one.path})
        heading = {"disclosed_at": now.isoformat(), "by": by, "why": why}
        try:
            sha256 = case.pack(recordings, self._sounds, heading)
        except (RecordingMissing, RecordingRefused) as error:
            raise NoRecording(f"a recording's file cannot be opened: {error}; nothing was packed") from None
        for one in recordings:
            self._library.log("handed over", one, now, by=by, why=why, after={"case": sha256})
        return Disclosure(recordings, sha256)

    def _there(self, which: str, *, only: bool = False) -> Sequence[Recorded]:
        found = [one for one in self._library.named(which) if not only or str(one.number) == which]
        if not found:
            raise NoRecording(
                f"there is no recording {which!r}; give its number, its path or its call's uuid, "
                "as `fsbridge recordings list` shows them"
            )
        there = [one for one in found if one.purged_at is None]
        if not there:
            raise NoRecording(f"recording {which!r} was purged at {found[0].purged_at:%Y-%m-%d %H:%M} UTC")
        if unready := next((one for one in there if not one.verified), None):
            raise NoRecording(f"recording {unready.number} is not finished yet; `fsbridge recordings finish`")
        return there


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What was packed, and what the case hashes to.

    >>> Disclosure([], "e3b0").recordings
    []
    """

    recordings: Sequence[Recorded]
    sha256: str


def _reason(why: str) -> None:
    if not why.strip():
        raise ReasonNeeded("a recording is opened for a reason, which is written down: say why")
