"""The course of the figures as charts: where each bar, line and word stands; the template draws them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fsbridge.domain.figures import Figures
from fsbridge.domain.reporting.document import Unit
from webpanel.reports.columns import BY_KEY, PARTS

WIDE, TALL = 760.0, 250.0
LEFT, RIGHT, TOP, BOTTOM = 50.0, 14.0, 14.0, 30.0
_TICKS = 4


@dataclass(frozen=True, slots=True)
class Place:
    """One interval along the bottom: its name, the short word below it, its figures, where its calls are."""

    name: str
    mark: str
    figures: Figures
    href: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of a column."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """An unbroken piece of a line; a piece of one place is a dot alone."""

    kind: str
    points: tuple[tuple[float, float], ...]

    @property
    def path(self) -> str:
        """The points as SVG writes them."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.points)


@dataclass(frozen=True, slots=True)
class Spot:
    """An interval's stretch of the chart: `said` is its figures in lines, `href` its calls."""

    x: float
    width: float
    said: str
    href: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart. `kinds` are its series in order, `goals` lines across with their words."""

    key: str
    kinds: tuple[str, ...]
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    goals: tuple[tuple[float, str], ...]
    up: tuple[tuple[float, str], ...]
    along: tuple[tuple[float, str], ...]
    spots: tuple[Spot, ...]
    dots: bool


class Plots:
    """Draws places; `say` gives a label of the page."""

    def __init__(self, places: Sequence[Place], say: Callable[[str], str]) -> None:
        self._places = places
        self._say = say
        self._step = (WIDE - LEFT - RIGHT) / max(1, len(places))

    def calls(self) -> Plot:
        """Offered calls, as columns of what they came to."""
        tops = [sum(self._value(part, place) or 0 for part in PARTS) for place in self._places]
        scale = _Scale(max(tops, default=0.0), Unit.COUNT)
        width = max(0.6, self._step * 0.74)
        bars = []
        for at, place in enumerate(self._places):
            base = 0.0
            for part in PARTS:
                if value := self._value(part, place):
                    top, bottom = scale.y(base + value), scale.y(base)
                    bars.append(Bar(part, self._x(at) - width / 2, top, width, bottom - top))
                    base += value
        return self._plot("calls", ("offered", *PARTS), scale, bars=tuple(bars), drawn=PARTS)

    def rates(self, goals: Sequence[tuple[float, str]]) -> Plot:
        """Answer rate and service level, with the goals they are held against."""
        scale = _Scale(1.0, Unit.SHARE)
        across = tuple((scale.y(goal), text) for goal, text in goals)
        return self._lines("rates", ("answer_rate", "service_level"), scale, across)

    def waits(self) -> Plot:
        """How long answered callers waited."""
        return self._lines("waits", ("median_wait", "wait_90"))

    def occupancy(self) -> Plot:
        """How busy operators were."""
        return self._lines("occupancy", ("occupancy",), _Scale(1.0, Unit.SHARE))

    def _lines(
        self,
        key: str,
        kinds: tuple[str, ...],
        scale: _Scale | None = None,
        goals: tuple[tuple[float, str], ...] = (),
    ) -> Plot:
        if scale is None:
            found = [self._value(kind, place) or 0 for kind in kinds for place in self._places]
            scale = _Scale(max(found, default=0.0), BY_KEY[kinds[0]].unit)
        lines = []
        for kind in kinds:
            piece: list[tuple[float, float]] = []
            for at, place in enumerate(self._places):
                value = self._value(kind, place)
                if value is not None:
                    piece.append((self._x(at), scale.y(value)))
                if piece and (value is None or at == len(self._places) - 1):
                    lines.append(Line(kind, tuple(piece)))
                    piece = []
        return self._plot(key, kinds, scale, lines=tuple(lines), goals=goals)

    def _plot(
        self,
        key: str,
        said: tuple[str, ...],
        scale: _Scale,
        *,
        bars: tuple[Bar, ...] = (),
        lines: tuple[Line, ...] = (),
        goals: tuple[tuple[float, str], ...] = (),
        drawn: tuple[str, ...] = (),
    ) -> Plot:
        spots = tuple(
            Spot(
                self._x(at) - self._step / 2,
                self._step,
                "\n".join(
                    [place.name]
                    + [f"{self._say(f'c_{kind}')} {BY_KEY[kind].cell(place.figures).shown}" for kind in said]
                ),
                place.href,
            )
            for at, place in enumerate(self._places)
        )
        widest = max((_width(place.mark) for place in self._places), default=1)
        every = max(1, math.ceil(widest / self._step))
        along = tuple((self._x(at), place.mark) for at, place in enumerate(self._places) if at % every == 0)
        return Plot(
            key, drawn or said, bars, lines, goals, scale.ticks(), along, spots, len(self._places) <= 62
        )

    def _x(self, at: int) -> float:
        return LEFT + self._step * (at + 0.5)

    def _value(self, kind: str, place: Place) -> float | None:
        return BY_KEY[kind].value(place.figures)


class _Scale:
    """Up the side: from nothing to a round number that holds everything."""

    def __init__(self, most: float, unit: Unit) -> None:
        self._unit = unit
        self._each = _round(most / _TICKS, whole=unit is Unit.COUNT)
        self._top = max(1, math.ceil(most / self._each - 1e-9)) * self._each

    def y(self, value: float) -> float:
        share = min(1.0, max(0.0, value / self._top))
        return TALL - BOTTOM - share * (TALL - TOP - BOTTOM)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        values = [number * self._each for number in range(round(self._top / self._each) + 1)]
        return tuple((self.y(value), self._word(value)) for value in values)

    def _word(self, value: float) -> str:
        return f"{value:.0%}" if self._unit is Unit.SHARE else f"{value:,g}"


def _round(step: float, *, whole: bool) -> float:
    """A step of 1, 2, 2.5 or 5 times a power of ten that is at least so large."""
    if step <= 0:
        return 1.0
    power: float = 10 ** math.floor(math.log10(step))
    found = next(power * times for times in (1, 2, 2.5, 5, 10) if power * times >= step - 1e-12)
    return float(max(1, math.ceil(found))) if whole else found


def _width(text: str) -> float:
    """How much room a word takes along the bottom."""
    return 14.0 + sum(11.0 if ord(char) > 255 else 6.5 for char in text)
