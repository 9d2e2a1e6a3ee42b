"""A report laid out for whatever prints it: sections of tables, charts and notes, with typed cells."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from fsbridge.domain.charts import Drawing
from fsbridge.domain.reporting.heat import Heat


class Unit(enum.Enum):
    """What a cell's value is: shares from 0 to 1, lengths in seconds, sizes in bytes.

    >>> Unit.SHARE.name
    'SHARE'
    """

    TEXT = "text"
    COUNT = "count"
    CHANGE = "change"
    SHARE = "share"
    POINTS = "points"
    SECONDS = "seconds"
    SECONDS_CHANGE = "seconds change"
    LENGTH = "length"
    HOURS = "hours"
    SIZE = "size"


class Cell(NamedTuple):
    """A value and what it is; None where there is none.

    >>> Cell(0.8774, Unit.SHARE).shown, Cell(1234, Unit.COUNT).shown, Cell(None).shown
    ('87.7%', '1,234', '–')
    >>> Cell(330.4, Unit.LENGTH).shown, Cell(330_000, Unit.HOURS).shown, Cell(-0.012, Unit.POINTS).shown
    ('5:30', '91:40:00', '−1.2pt')
    """

    value: str | float | None
    unit: Unit = Unit.TEXT

    @property
    def number(self) -> bool:
        """Whether it stands on the right."""
        return self.unit is not Unit.TEXT

    @property
    def shown(self) -> str:
        """The value as people read it."""
        value = self.value
        if value is None:
            return "–"
        if isinstance(value, str):
            return value
        match self.unit:
            case Unit.COUNT:
                return f"{value:,.0f}"
            case Unit.CHANGE:
                return _signed(value, f"{abs(value):,.0f}")
            case Unit.SHARE:
                return f"{value * 100:.1f}%"
            case Unit.POINTS:
                return _signed(round(value, 3), f"{abs(value) * 100:.1f}pt")
            case Unit.SECONDS:
                return f"{value:.1f}"
            case Unit.SECONDS_CHANGE:
                return _signed(round(value, 1), f"{abs(value):.1f}")
            case Unit.LENGTH:
                minutes, seconds = divmod(round(value), 60)
                return f"{minutes}:{seconds:02}"
            case Unit.HOURS:
                minutes, seconds = divmod(round(value), 60)
                hours, minutes = divmod(minutes, 60)
                return f"{hours:,}:{minutes:02}:{seconds:02}"
            case Unit.SIZE if not value:
                return "0"
            case Unit.SIZE:
                return f"{value / 1e9:,.2f}GB" if value >= 1e8 else f"{value / 1e6:,.1f}MB"
            case _:
                return f"{value:g}"


def _signed(value: float, shown: str) -> str:
    return f"{'−' if value < 0 else '+' if value > 0 else '±'}{shown}"


Row = tuple[Cell, ...]
_FULL = (0x1F, 0x5F, 0xA8)
"""The colour of the fullest place of a heat map."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads; `foot` rows are totals. `name` is short, for a sheet's tab; `widths` are shares."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    foot: tuple[Row, ...] = ()
    widths: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class HeatTable:
    """Days of the week down, hours across, the deeper the colour the more calls.

    >>> week = HeatTable("heat", Heat(range(9, 10), ((4,), *((0,),) * 6)), tuple("月火水木金土日"), "計")
    >>> week.colour(0), week.colour(4), week.dark(4)
    ('#ffffff', '#1f5fa8', True)
    """

    name: str
    heat: Heat
    days: tuple[str, ...]
    total: str

    def colour(self, count: int) -> str:
        """The colour of a place, white for none."""
        share = count / self.heat.most if self.heat.most else 0
        return "#" + "".join(f"{round(255 + (full - 255) * share):02x}" for full in _FULL)

    def dark(self, count: int) -> bool:
        """Whether what is written on it has to be light."""
        return count > self.heat.most * 0.55


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart with what it shows."""

    title: str
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class Tiles:
    """The few figures that are seen first: what, its value, and a line below."""

    tiles: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """The identity: whether it holds, in a line that shows it."""

    holds: bool
    text: str


@dataclass(frozen=True, slots=True)
class Notes:
    """Sentences, each a line of its own; `small` at the foot of something."""

    lines: tuple[str, ...]
    small: bool = True


Block = Table | HeatTable | Plot | Tiles | Mark | Notes


@dataclass(frozen=True, slots=True)
class Section:
    """A part with a title; `new_page` where paper begins a new sheet with it."""

    title: str
    blocks: Sequence[Block]
    new_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report. `dated` is the date its files carry inside; `cover` whether it has a sheet of its own.

    >>> from datetime import UTC
    >>> at = datetime(2027, 10, 1, tzinfo=UTC)
    >>> whole = Document(title="運用報告書", subtitle="", centre="", facts=(), sections=(), foot="", dated=at)
    >>> list(whole.tables)
    []
    """

    title: str
    subtitle: str
    centre: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    foot: str
    dated: datetime
    language: str = "ja"
    cover: bool = False
    warning: str = ""

    @property
    def tables(self) -> list[tuple[Section, Table | HeatTable]]:
        """Every table with the section it is in, in order."""
        return [
            (section, block)
            for section in self.sections
            for block in section.blocks
            if isinstance(block, (Table, HeatTable))
        ]
