"""A recording that holds silence for a while: the operator's key for card numbers and the like, logged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from fsbridge.errors import FsbridgeError


class NotRecorded(FsbridgeError):
    """There is no recording in progress of this call, or it is not in the state it should be in."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch that holds silence on purpose; None while it goes on.

    >>> Span(datetime(2027, 4, 1, 10), "sato").ended_at is None
    True
    """

    started_at: datetime
    started_by: str
    ended_at: datetime | None = None
    ended_by: str = ""


class Live(Protocol):
    """The recordings FreeSWITCH is writing: each a leg and a path in the folder of recordings."""

    def of(self, call: str) -> Sequence[tuple[str, str]]: ...
    def mask(self, leg: str, path: str) -> None: ...
    def unmask(self, leg: str, path: str) -> None: ...


class Book(Protocol):
    """Where pauses are written down, with who asked for them in the audit log."""

    def begin(self, call: str, path: str, now: datetime, *, by: str, why: str) -> bool: ...
    def end(self, call: str, path: str, now: datetime, *, by: str) -> bool: ...
    def spans(self, call: str) -> Sequence[Span]: ...
    def open(self) -> Mapping[str, datetime]: ...


class Pausing:
    """Silence in recordings in progress. What was said meanwhile is nowhere; the length stays."""

    def __init__(self, live: Live, book: Book) -> None:
        self._live = live
        self._book = book

    def pause(self, call: str, now: datetime, *, by: str, why: str = "") -> None:
        """Record silence from now on; NotRecorded if the call is not being recorded. Twice does no harm."""
        for leg, path in self._running(call):
            self._live.mask(leg, path)
            self._book.begin(call, path, now, by=by, why=why)

    def resume(self, call: str, now: datetime, *, by: str) -> None:
        """Record what is said again; NotRecorded if the call is not being recorded."""
        for leg, path in self._running(call):
            self._live.unmask(leg, path)
            self._book.end(call, path, now, by=by)

    def paused(self, call: str) -> bool:
        """Whether silence is being recorded."""
        return any(span.ended_at is None for span in self._book.spans(call))

    def spans(self, call: str) -> Sequence[Span]:
        """The call's silences, in order."""
        return self._book.spans(call)

    def end_forgotten(self, now: datetime, longest: timedelta) -> Sequence[str]:
        """Record again what was paused for longer than this; the calls it was done for."""
        done = []
        for call, since in self._book.open().items():
            if now - since >= longest:
                try:
                    self.resume(call, now, by="fsbridge")
                except NotRecorded:  # the call is over; what ends its recording ends the pause
                    continue
                done.append(call)
        return done

    def _running(self, call: str) -> Sequence[tuple[str, str]]:
        running = self._live.of(call)
        if not running:
            raise NotRecorded(
                f"call {call} is not being recorded now, so there is nothing to pause or resume"
            )
        return running
