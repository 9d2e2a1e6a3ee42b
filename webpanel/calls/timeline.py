"""A call drawn along the time: who did what, when, for how long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fsbridge.services.callstory import Stretch
from webpanel.calls.shown import duration

WIDE = 1000.0
LABEL = 150.0
"""Where the time begins, beside the lanes' names."""
LANE = 34.0
BAR = 20.0
TOP = 26.0
_RIGHT = 14.0
_THINNEST = 3.0
_ROOM_FOR_WORDS = 52.0
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
_MOST_TICKS = 9
_OVER = {"hold": 1, "pause": 1}
"""Drawn over what they interrupt."""
_LAST = {"recording": 1, "pause": 1, "monitoring": 2}
"""Rows below those of the people who spoke."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch as a bar: `kind` names its colour, `title` says it whole, `text` is in it if it fits."""

    x: float
    y: float
    width: float
    kind: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of the picture."""

    name: str
    y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture, in units of its own; `ticks` are places along the time with their words."""

    height: float
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, str], ...]


def draw(
    stretches: Iterable[Stretch],
    start: datetime,
    now: datetime,
    name: Callable[[Stretch], tuple[str, str, str]],
) -> Picture:
    """The picture of a call that began at `start`; what goes on lasts until `now`.

    `name` gives a stretch's row, its words in the bar, and what it is in a sentence.

    >>> from datetime import UTC
    >>> noon = datetime(2027, 3, 1, 3, tzinfo=UTC)
    >>> talk = Stretch(lane="talk", start=noon, end=noon + timedelta(seconds=90), operator="op01")
    >>> picture = draw([talk], noon, noon, lambda one: (one.operator, "talk", "op01 talks"))
    >>> [lane.name for lane in picture.lanes], [words for _, words in picture.ticks][:3]
    (['op01'], ['0:00', '0:10', '0:20'])
    """
    in_order = sorted(stretches, key=lambda one: (_LAST.get(one.lane, 0), one.start))
    known = [(one, max(one.end or now, one.start)) for one in in_order]
    last = max((end for _, end in known), default=start)
    length = max((last - start).total_seconds(), 1.0)
    scale = (WIDE - LABEL - _RIGHT) / length

    def place(at: datetime) -> float:
        return LABEL + max(0.0, (at - start).total_seconds()) * scale

    rows: dict[str, list[tuple[Stretch, datetime]]] = {}
    words = {}
    for one, end in known:
        words[id(one)] = name(one)
        rows.setdefault(words[id(one)][0], []).append((one, end))
    lanes = []
    for number, (label, within) in enumerate(rows.items()):
        y = TOP + number * LANE + (LANE - BAR) / 2
        bars = []
        for one, end in sorted(within, key=lambda pair: (_OVER.get(pair[0].lane, 0), pair[0].start)):
            x, width = place(one.start), max(_THINNEST, place(end) - place(one.start))
            _, text, title = words[id(one)]
            fits = width >= max(_ROOM_FOR_WORDS, 13 * len(text))
            spent = f"{duration(one.start - start)} – {duration(end - start)}（{duration(end - one.start)}）"
            bars.append(
                Bar(round(x, 1), y, round(width, 1), one.lane, f"{title} {spent}", text if fits else "")
            )
        lanes.append(Lane(label, TOP + number * LANE, tuple(bars)))
    return Picture(TOP + len(lanes) * LANE + 8, tuple(lanes), _ticks(length, scale))


def _ticks(length: float, scale: float) -> tuple[tuple[float, str], ...]:
    step = next((one for one in _STEPS if length / one <= _MOST_TICKS), _STEPS[-1])
    places: Sequence[int] = range(0, int(length) + 1, step)
    return tuple((round(LABEL + at * scale, 1), duration(timedelta(seconds=at))) for at in places)
