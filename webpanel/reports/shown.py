"""An answer as the page shows it: rows with names, and every figure with the address of what it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from fsbridge.domain.figures import Answer, Figures, Row, Step, Window
from fsbridge.domain.reporting.document import Unit
from fsbridge.domain.reporting.words import weekday
from webpanel.calls import calls_of
from webpanel.reports.asking import Asked
from webpanel.reports.columns import BY_KEY, PARTS, Column, columns_of

_OF = "&figure="
_UNCLEAR = Column("unclear", "", Unit.COUNT, lambda of: of.unclear, "unclear")
_Calls = Callable[[str], str]
"""The address of what a figure counts."""


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A figure in words; `href` lists the calls it counts, empty where there are none to list."""

    key: str
    text: str
    href: str
    none: bool
    first: bool
    """Whether a heading begins with it."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A line of the table; `off_by` is by how many calls the identity fails, `unclear` where they are listed.

    `again` says that the line before has the same interval.
    """

    interval: str
    name: str
    cells: tuple[ShownCell, ...]
    off_by: int
    unclear: str
    provisional: bool
    again: bool = False


class Showing:
    """Makes lines of an answer; `nobody` is what a row without a flow, operator or case is called."""

    def __init__(self, asked: Asked, answer: Answer, language: str, nobody: str) -> None:
        self._asked = asked
        self._answer = answer
        self._language = language
        self._nobody = nobody
        self.zone = ZoneInfo(answer.zone)
        states = answer.question.has_states
        by = answer.question.by
        self.columns = columns_of(states=states and by in (None, "operator"))
        self._figures = {
            one.figure: calls_of(one.figure, asked.window, self.zone).rpartition(_OF)[2]
            for one in (*BY_KEY.values(), _UNCLEAR)
            if one.figure
        }

    def rows(self) -> list[ShownRow]:
        """Every row in which anything happened."""
        happened = [row for row in self._answer.rows if any(row.figures.counts.values())]
        made = []
        before = None
        for row, interval in zip(happened, self.intervals(happened), strict=True):
            again = before is not None and before.interval == row.interval
            made.append(self._row(row, interval, again=again))
            before = row
        return made

    def name(self, row: Row) -> str:
        """What people call a row's flow, queue, operator or case."""
        if self._asked.by is None:
            return ""
        return row.label.of(self._language) if row.label else row.key or self._nobody

    def intervals(self, rows: Sequence[Row]) -> Iterator[str]:
        """What the rows' intervals are called; the date is left out where there is but one."""
        one_day = self._asked.window.length <= timedelta(hours=25)
        step = self._answer.question.step
        for row in rows:
            if row.interval is None or step is None:
                yield ""
            else:
                yield interval_name(row.interval, step, self.zone, self._language, dated=not one_day)

    def total(self) -> ShownRow:
        """The whole, each call once."""
        figures, window = self._answer.total, self._asked.window
        cells, unclear = self.cells(figures, window), self._unclear(figures, window)
        return ShownRow("", "", cells, figures.unclear, unclear, self._answer.provisional)

    def sum(self) -> ShownRow | None:
        """The rows together, if that is more than the whole: it counts no calls of its own to list."""
        whole = self._answer.sum
        if whole is None or whole.tally.offered == self._answer.total.tally.offered:
            return None
        cells = tuple(
            ShownCell(one.key, one.cell(whole).shown, "", False, first)
            for one, first in _marked(self.columns)
        )
        return ShownRow("", "", cells, whole.unclear, "", False)

    def cells(self, figures: Figures, window: Window, row: Row | None = None) -> tuple[ShownCell, ...]:
        """The figures of a row, or of the whole."""
        calls = self._calls(window, row)
        return tuple(self._cell(one, first, figures, calls) for one, first in _marked(self.columns))

    def of(self, key: str) -> ShownCell:
        """One figure of the whole."""
        return self._cell(BY_KEY[key], False, self._answer.total, self._calls(self._asked.window, None))

    def parts(self) -> list[ShownCell]:
        """What the offered calls of the whole came to."""
        return [self.of(key) for key in PARTS]

    def _row(self, row: Row, interval: str, *, again: bool) -> ShownRow:
        window = row.interval or self._asked.window
        figures = row.figures
        return ShownRow(
            interval, self.name(row), self.cells(figures, window, row), figures.unclear,
            self._unclear(figures, window, row), row.provisional, again,
        )  # fmt: skip

    def _cell(self, column: Column, first: bool, figures: Figures, calls: _Calls) -> ShownCell:
        cell = column.cell(figures)
        none = cell.value is None or (cell.value == 0 and column.unit in (Unit.COUNT, Unit.HOURS))
        href = "" if none or not column.figure else calls(column.figure)
        return ShownCell(column.key, cell.shown, href, none, first)

    def _unclear(self, figures: Figures, window: Window, row: Row | None = None) -> str:
        return self._calls(window, row)("unclear") if figures.unclear else ""

    def _calls(self, window: Window, row: Row | None) -> _Calls:
        """The addresses of a row's figures: they differ in the figure's name alone."""
        chosen = self._asked.filters
        by = self._asked.by or ""
        if row is None or not by:
            address = calls_of("offered", window, self.zone, **chosen)
        else:
            address = calls_of("offered", window, self.zone, by=by, row=row.key or "", **chosen)
        before, _, after = address.partition(f"{_OF}offered")
        return lambda figure: f"{before}{_OF}{self._figures[figure]}{after}"


def _marked(columns: Sequence[Column]) -> Iterator[tuple[Column, bool]]:
    before = ""
    for column in columns:
        yield column, column.group != before
        before = column.group


def interval_name(window: Window, step: Step, zone: ZoneInfo, language: str, *, dated: bool) -> str:
    """What an interval is called; the zone's own name is added where the clock shows one twice.

    >>> from datetime import date
    >>> tokyo = ZoneInfo("Asia/Tokyo")
    >>> day = Window.of_days(date(2027, 3, 4), date(2027, 3, 4), tokyo)
    >>> interval_name(day, Step.DAY, tokyo, "ja", dated=True)
    '2027-03-04（木）'
    """
    start, end = window.start.astimezone(zone), window.end.astimezone(zone)
    if step is Step.MONTH and start.day == end.day == 1:
        return f"{start:%Y-%m}"
    if step is Step.DAY or (not step.minutes and window.length <= timedelta(hours=25)):
        day = weekday(start.weekday(), language)
        return f"{start:%Y-%m-%d}（{day}）" if language == "ja" else f"{start:%Y-%m-%d} {day}"
    if not step.minutes:
        return span_name(window, zone)
    twice = start.replace(fold=0).utcoffset() != start.replace(fold=1).utcoffset()
    name = f"{start:%H:%M}–{end:%H:%M}" + (f" {start:%Z}" if twice else "")
    return f"{start:%m-%d} {name}" if dated else name


def span_name(window: Window, zone: ZoneInfo) -> str:
    """A window in whole days, or its two moments where it is cut elsewhere.

    >>> from datetime import date
    >>> tokyo = ZoneInfo("Asia/Tokyo")
    >>> span_name(Window.of_days(date(2027, 3, 1), date(2027, 3, 7), tokyo), tokyo)
    '2027-03-01 – 2027-03-07'
    """
    start, end = window.start.astimezone(zone), window.end.astimezone(zone)
    if (start.hour, start.minute, end.hour, end.minute) != (0, 0, 0, 0):
        return f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}"
    last = (window.end - timedelta(microseconds=1)).astimezone(zone)
    return f"{start:%Y-%m-%d}" + (f" – {last:%Y-%m-%d}" if last.date() != start.date() else "")
