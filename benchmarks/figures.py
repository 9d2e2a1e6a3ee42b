"""What was measured, what was hoped for, and both as a table that can be read anywhere."""

from __future__ import annotations

import json
import math
import operator
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

_TESTS: dict[str, Callable[[float, float], bool]] = {"≥": operator.ge, "≤": operator.le, "<": operator.lt}


@dataclass(frozen=True, slots=True)
class Target:
    """A bound on a number: ``sign`` is ≥, ≤ or <.

    >>> Target("≥", 5.0).met(5.2), str(Target("≤", 10, " ms"))
    (True, '≤ 10 ms')
    """

    sign: str
    bound: float
    unit: str = ""

    def met(self, number: float) -> bool:
        """Whether `number` keeps the bound."""
        return _TESTS[self.sign](number, self.bound)

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:g}{self.unit}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    `ratio` says how many times better fsbridge is than what this line shows; the target is for the
    ratio where there is one, else for the value. `samples` are the single repetitions.
    """

    what: str
    value: float
    unit: str
    ratio: float | None = None
    target: Target | None = None
    samples: tuple[float, ...] = ()
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is kept; None without one."""
        if self.target is None:
            return None
        return self.target.met(self.value if self.ratio is None else self.ratio)

    def row(self) -> tuple[str, ...]:
        """Its cells, as text."""
        mark = {None: "", True: "✔", False: "✘"}[self.met]
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} ×"
        return (
            self.what, f"{number(self.value)} {self.unit}", ratio,
            str(self.target or ""), mark, self.note,
        )  # fmt: skip


@dataclass(slots=True)
class Table:
    """The figures of one benchmark, under a title that says what was done."""

    name: str
    title: str
    figures: list[Figure] = field(default_factory=list)

    def __str__(self) -> str:
        header = ("", "measured", "fsbridge is", "target", "", "")
        return f"{self.title}\n{aligned([header, *(figure.row() for figure in self.figures)])}"


def number(value: float) -> str:
    """Three or more figures that count, thousands apart.

    >>> number(14823.4), number(0.8312), number(47.26)
    ('14,823', '0.83', '47.3')
    """
    return f"{value:,.{0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2}f}"


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows as lines of columns; the second and third stand to the right, as numbers do.

    >>> print(aligned([("a", "1"), ("bb", "10")]))
      a    1
      bb  10
    """
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]

    def line(row: Sequence[str]) -> str:
        cells = []
        for at, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - _width(cell))
            cells.append(space + cell if at in (1, 2) else cell + space)
        return "  " + "  ".join(cells).rstrip()

    return "\n".join(map(line, rows))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """How many times ours is theirs, repetition by repetition, the middle one.

    >>> median_ratio([10, 12, 9], [2, 3, 3])
    4.0
    """
    return median(our / their for our, their in zip(ours, theirs, strict=True))


def percentile(values: Iterable[float], share: float) -> float:
    """The value that `share` of all do not exceed.

    >>> percentile([3, 1, 2, 4], 0.5)
    2
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def write(path: Path, about: dict[str, object], tables: Iterable[Table]) -> None:
    """Everything as JSON, for machines."""
    content = {
        "about": about,
        "tables": [
            {"name": table.name, "title": table.title}
            | {"figures": [asdict(figure) | {"met": figure.met} for figure in table.figures]}
            for table in tables
        ],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
