"""A recorded event stream, played again at any speed."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from fsbridge.adapters.translate import translate
from fsbridge.domain.events import DomainEvent
from fsbridge.esl.frames import FrameReader

_CHUNK = 65536


def recorded(path: Path | str) -> Iterator[DomainEvent]:
    """The domain events of a recording (``.esl``, or ``.esl.gz``), read as the Event Socket's reader reads.

    A recording that ends in mid-frame just ends.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile(suffix=".esl") as file:
    ...     list(recorded(file.name))
    []
    """
    opened = gzip.open if str(path).endswith(".gz") else open
    reader = FrameReader()
    with opened(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            for event in reader.feed(chunk):
                happened = translate(event)
                if happened is not None:
                    yield happened


def replay(
    paths: Path | str | Iterable[Path | str],
    on_change: Callable[[DomainEvent], object],
    *,
    speed: float = 1.0,
    pause: Callable[[float], object] = time.sleep,
    longest_pause: float = 2.0,
    tell_time: Callable[[datetime], object] | None = None,
) -> int:
    """Give each recorded event to ``on_change`` at the pace it happened, ``speed`` times as fast.

    Several recordings are played one after the other. A silence longer than ``longest_pause`` seconds of
    listening is cut short. ``tell_time`` hears the recorded time as it passes. Returns how many events there
    were.

    >>> replay([], print)
    0
    """
    if isinstance(paths, str | Path):
        paths = [paths]
    count = 0
    before: datetime | None = None
    for path in paths:
        for event in recorded(path):
            if before is not None and event.at > before and speed > 0:
                _pass_time(before, event.at, speed, pause, longest_pause, tell_time)
            before = event.at if before is None else max(before, event.at)
            if tell_time is not None:
                tell_time(before)
            on_change(event)
            count += 1
    return count


_TICK = 0.25


def _pass_time(
    before: datetime,
    then: datetime,
    speed: float,
    pause: Callable[[float], object],
    longest_pause: float,
    tell_time: Callable[[datetime], object] | None,
) -> None:
    """Wait in small steps, so that the clocks on the screen run."""
    left = total = min((then - before).total_seconds() / speed, longest_pause)
    while left > 0:
        step = min(left, _TICK)
        pause(step)
        left -= step
        if tell_time is not None and left > 0:
            tell_time(before + (then - before) * (1 - left / total))
