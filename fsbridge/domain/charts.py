"""Small charts as SVG, drawn without a library: columns that stand on each other, and lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, TALL = 760, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 54, 16, 14, 34
_TICKS = 5
_FONTS = "'Noto Sans CJK JP','Noto Sans JP','Hiragino Sans','Yu Gothic',sans-serif"
_STYLE = (
    f"svg text{{font:12px {_FONTS};fill:#5b6873}}svg .grid{{stroke:#e3e7ea}}"
    "svg line.goal{stroke:#d9822b;stroke-dasharray:5 4}"
    "svg text.goal{fill:#a85d10}"
)


@dataclass(frozen=True)
class Series:
    """Values of one kind, one for each place along the bottom, None where there is none; `colour` is CSS."""

    name: str
    values: Sequence[float | None]
    colour: str
    dashed: bool = False


@dataclass(frozen=True)
class Drawing:
    """A chart: its SVG, which needs nothing beside it, and what its colours stand for.

    >>> Drawing("<svg></svg>", (("answered", "green"),)).figure.count("answered")
    1
    """

    svg: str
    key: tuple[tuple[str, str], ...]

    @property
    def figure(self) -> str:
        """The chart with its key, for a page."""
        key = "".join(
            f'<span><i style="background:{colour}"></i>{escape(name)}</span>' for name, colour in self.key
        )
        return f"<figure>{self.svg}<figcaption>{key}</figcaption></figure>"


def columns(
    labels: Sequence[str], series: Sequence[Series], *, unit: str = "", height: int = TALL
) -> Drawing:
    """Columns, each series standing on the one before; what a column comes to is in its title.

    >>> columns(["Mon"], [Series("answered", [3], "green")]).svg.count("<rect")
    1
    """
    heights = [sum(one.values[at] or 0 for one in series) for at in range(len(labels))]
    frame = _Frame(labels, 0, max(heights, default=0), unit, height)
    width = frame.step * 0.72
    drawn = []
    for at, label in enumerate(labels):
        base = 0.0
        for one in series:
            value = one.values[at] or 0
            if value:
                top, bottom = frame.y(base + value), frame.y(base)
                drawn.append(
                    f'<rect x="{frame.x(at) - width / 2:.1f}" y="{top:.1f}" width="{width:.1f}" '
                    f'height="{bottom - top:.1f}" fill="{one.colour}">'
                    f"<title>{escape(f'{label}  {one.name} {value:g}{unit}')}</title></rect>"
                )
                base += value
    return frame.drawing("".join(drawn), series)


def lines(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str = "",
    top: float | None = None,
    goal: tuple[float, str] | None = None,
    height: int = TALL,
) -> Drawing:
    """A line for each series, with a gap where a value is missing, and one across for a `goal`.

    >>> lines(["8", "9"], [Series("SL", [90, None], "navy")], unit="%", top=100).svg.count("<circle")
    1
    """
    found = [value for one in series for value in one.values if value is not None]
    frame = _Frame(labels, 0, top if top is not None else max(found, default=0), unit, height)
    drawn = []
    if goal is not None:
        at = frame.y(goal[0])
        drawn.append(
            f'<line class="goal" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>'
            f'<text class="goal" x="{_LEFT + 4}" y="{at + 13:.1f}">'
            f"{escape(goal[1])}</text>"
        )
    for one in series:
        dashes = ' stroke-dasharray="6 4"' if one.dashed else ""
        for part in _unbroken(one.values):
            points = " ".join(f"{frame.x(at):.1f},{frame.y(value):.1f}" for at, value in part)
            drawn.append(
                f'<polyline points="{points}" fill="none" stroke="{one.colour}" stroke-width="2.2"{dashes}/>'
            )
            drawn += [
                f'<circle cx="{frame.x(at):.1f}" cy="{frame.y(value):.1f}" r="3" fill="{one.colour}">'
                f"<title>{escape(f'{labels[at]}  {one.name} {value:.1f}{unit}')}</title></circle>"
                for at, value in part
            ]
    return frame.drawing("".join(drawn), series)


class _Frame:
    """The axes: places along the bottom, round numbers up the side."""

    def __init__(self, labels: Sequence[str], low: float, high: float, unit: str, height: int) -> None:
        self._labels, self._unit, self._height = labels, unit, height
        self._each = _round((high - low) / _TICKS)
        self._high = max(self._each, math.ceil(high / self._each - 1e-9) * self._each)
        self.step = (WIDTH - _LEFT - _RIGHT) / max(1, len(labels))

    def x(self, at: int) -> float:
        return _LEFT + self.step * (at + 0.5)

    def y(self, value: float) -> float:
        share = min(1.0, max(0.0, value / self._high))
        return self._height - _BOTTOM - share * (self._height - _TOP - _BOTTOM)

    def drawing(self, inside: str, series: Sequence[Series]) -> Drawing:
        names = escape(", ".join(one.name for one in series))
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self._height}" role="img" '
            f'aria-label="{names}"><style>{_STYLE}</style>{self._axes()}{inside}</svg>'
        )
        return Drawing(svg, tuple((one.name, one.colour) for one in series))

    def _axes(self) -> str:
        parts = []
        for tick in range(round(self._high / self._each) + 1):
            value = tick * self._each
            at = self.y(value)
            parts.append(
                f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>'
                f'<text x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">'
                f"{value:,g}{escape(self._unit)}</text>"
            )
        every = max(1, math.ceil(len(self._labels) * 34 / (WIDTH - _LEFT - _RIGHT)))
        for at, label in enumerate(self._labels):
            if at % every == 0:
                parts.append(
                    f'<text x="{self.x(at):.1f}" y="{self._height - _BOTTOM + 18}" text-anchor="middle">'
                    f"{escape(label)}</text>"
                )
        return "".join(parts)


def _round(step: float) -> float:
    """A step of 1, 2 or 5 times a power of ten that is at least so large."""
    if step <= 0:
        return 1.0
    power: float = 10 ** math.floor(math.log10(step))
    return next(power * times for times in (1, 2, 5, 10) if power * times >= step - 1e-12)


def _unbroken(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    parts: list[list[tuple[int, float]]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            parts.append([])
        else:
            parts[-1].append((at, value))
    return [part for part in parts if part]
