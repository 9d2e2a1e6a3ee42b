"""One call whole: its moments and stretches of time, what was written about it, its recordings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from fsbridge.domain.figures import Labels
from fsbridge.services.calls import Calls, Past, Story

LANES = ("ivr", "queue", "offer", "talk", "hold", "wrap-up", "recording", "pause", "monitoring")
"""What a stretch of time in a call can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of time in a call; `lane` is one of `LANES`, `end` None while it goes on.

    `what` is its outcome (a visit's, an offer's) or, for a talk, the kind of leg.

    >>> from datetime import UTC
    >>> Stretch(lane="talk", start=datetime(2027, 3, 1, tzinfo=UTC), end=None, operator="op01").what
    ''
    """

    lane: str
    start: datetime
    end: datetime | None
    operator: str = ""
    queue: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a note said before it was changed.

    >>> from datetime import UTC
    >>> Version(until=datetime(2027, 3, 1, tzinfo=UTC), text="折り返し", by="op01").case
    ''
    """

    until: datetime
    by: str
    text: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A note of a call as it is, and the versions before it, the oldest first.

    >>> from datetime import UTC
    >>> Written(at=datetime(2027, 3, 1, tzinfo=UTC), text="折り返し").versions
    ()
    """

    at: datetime
    operator: str = ""
    case: str = ""
    text: str = ""
    by_system: bool = False
    versions: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A recording of a call; `path` is where it lies among the recordings, to be heard once `verified`.

    >>> from datetime import UTC
    >>> at = datetime(2027, 3, 1, tzinfo=UTC)
    >>> Recorded(number=1, path="a.wav", started_at=at, ended_at=at + timedelta(seconds=9)).length.seconds
    9
    """

    number: int
    path: str
    started_at: datetime
    ended_at: datetime | None
    call: str = ""
    operator: str = ""
    size: int = 0
    fault: str = ""
    held: bool = False
    purged_at: datetime | None = None
    verified: bool = False

    @property
    def length(self) -> timedelta | None:
        """How long it is, if it has ended."""
        return None if self.ended_at is None else self.ended_at - self.started_at


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeCall:
    """A call with all that is known of it; `contact` is the contact's number in the store.

    `spoke` are the operators who took part: those whose call it is.
    """

    story: Story
    stretches: tuple[Stretch, ...]
    notes: tuple[Written, ...]
    recordings: tuple[Recorded, ...]
    contact: int | None
    spoke: tuple[str, ...]

    @property
    def labels(self) -> Labels:
        """What people call each flow, queue, operator and case."""
        return self.story.labels


class WholePast(Past, Protocol):
    """Where calls are looked up, with everything about one."""

    def stretches(self, uuid: str) -> Sequence[Stretch]: ...
    def notes(self, uuid: str) -> Sequence[Written]: ...
    def recordings(self, uuid: str) -> Sequence[Recorded]: ...
    def contact(self, uuid: str) -> int | None: ...


class WholeCalls:
    """Tells single calls with everything about them."""

    def __init__(self, past: WholePast) -> None:
        self._past = past

    def show(self, uuid: str) -> WholeCall:
        """A call by its uuid, or as much of it as no other call shares; FsbridgeError if there is none."""
        with self._past.reading():
            story = Calls(self._past).show(uuid)
            key = story.call.uuid
            return WholeCall(
                story=story,
                stretches=tuple(sorted(self._past.stretches(key), key=lambda one: one.start)),
                notes=tuple(self._past.notes(key)),
                recordings=tuple(self._past.recordings(key)),
                contact=self._past.contact(key),
                spoke=story.call.operators,
            )
