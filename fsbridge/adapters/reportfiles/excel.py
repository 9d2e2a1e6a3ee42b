"""A report as an Excel workbook, a sheet for each part; XlsxWriter writes it, whose only home this is."""

from __future__ import annotations

import io
import re
import unicodedata
from datetime import UTC
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from fsbridge.domain.reporting.document import (
    Cell,
    Document,
    HeatTable,
    Mark,
    Notes,
    Section,
    Table,
    Tiles,
    Unit,
)

_FORMATS = {
    Unit.COUNT: "#,##0",
    Unit.CHANGE: '+#,##0;-#,##0;"±"0',
    Unit.SHARE: "0.0%",
    Unit.POINTS: '+0.0"pt";-0.0"pt";"±"0.0"pt"',
    Unit.SECONDS: "0.0",
    Unit.SECONDS_CHANGE: '+0.0;-0.0;"±"0.0',
    Unit.LENGTH: "[m]:ss",
    Unit.HOURS: "[h]:mm:ss",
    Unit.SIZE: '#,##0.0,,"MB"',
}
_DAY = 86_400
_NO_NAME = re.compile(r"[\[\]:*?/\\'（）()]")
_SHEET = 31
"""Characters that Excel lets a sheet's name have."""
_WIDEST = 60


def workbook(document: Document) -> bytes:
    """The file: every text a text and never a formula, every number a number in the format of its unit."""
    kept = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    book = xlsxwriter.Workbook(kept, options)
    book.set_properties(
        {
            "title": f"{document.title} {document.subtitle}",
            "author": document.centre,
            "company": document.centre,
            "created": document.dated.astimezone(UTC).replace(tzinfo=None),
        }
    )
    pen = _Pen(book)
    names: set[str] = set()
    for number, section in enumerate(document.sections):
        sheet = book.add_worksheet(_sheet_name(section.title, names))
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
        sheet.set_footer("&L&8" + document.foot.replace("&", "&&") + "&R&8&P / &N")
        _Sheet(sheet, pen).fill(document, section, first=number == 0)
    book.close()
    return kept.getvalue()


class _Pen:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def __call__(self, **wanted: object) -> Any:
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"font_name": "Yu Gothic", "font_size": 10, **wanted})
        return self._made[key]


class _Sheet:
    """One sheet, filled from the top; the heads of its first table stay in sight."""

    def __init__(self, sheet: Any, pen: _Pen) -> None:
        self._sheet, self._pen = sheet, pen
        self._row = 0
        self._frozen = False
        self._widths: dict[int, int] = {}

    def fill(self, document: Document, section: Section, *, first: bool) -> None:
        if first:
            self._line(document.centre, color="#5b6873")
            self._line(f"{document.title}　{document.subtitle}", bold=True, font_size=16)
            for name, text in document.facts:
                self._write(0, name, color="#5b6873")
                self._write(1, text)
                self._row += 1
            if document.warning:
                self._line(document.warning, bold=True, color="#c0392b")
            self._row += 1
        self._line(section.title, bold=True, font_size=13, color="#1f5fa8")
        for block in section.blocks:
            match block:
                case Table():
                    self._table(block)
                case HeatTable():
                    self._heat(block)
                case Tiles():
                    for name, value, below in block.tiles:
                        self._write(0, name)
                        self._write(1, value, bold=True, align="right")
                        self._write(2, below, color="#5b6873")
                        self._row += 1
                case Mark():
                    sign, colour = ("○", "#1d5a37") if block.holds else ("×", "#c0392b")
                    self._line(f"{sign} {block.text}", bold=True, color=colour)
                case Notes():
                    for line in block.lines:
                        self._line(line, color="#4c5862")
                case _:  # a chart: its figures are in the table beside it
                    continue
            self._row += 1
        for column, width in self._widths.items():
            self._sheet.set_column(column, column, min(_WIDEST, width + 2))

    def _line(self, text: str, **look: object) -> None:
        self._sheet.write_string(self._row, 0, text, self._pen(**look))
        self._row += 1

    def _write(self, column: int, text: str, **look: object) -> None:
        self._sheet.write_string(self._row, column, text, self._pen(**look))
        self._widths[column] = max(self._widths.get(column, 8), _width(text))

    def _head(self, heads: list[str], numbers: list[bool]) -> None:
        for column, (head, number) in enumerate(zip(heads, numbers, strict=True)):
            align = "right" if number else "left"
            self._write(column, head, bold=True, bottom=1, bg_color="#eef2f6", align=align)
        if not self._frozen:
            self._sheet.freeze_panes(self._row + 1, 1)
            self._sheet.repeat_rows(self._row)
            self._frozen = True
        self._row += 1

    def _table(self, table: Table) -> None:
        every = (*table.rows, *table.foot)
        self._head(
            list(table.heads), [any(row[at].number for row in every) for at in range(len(table.heads))]
        )
        for number, row in enumerate(every):
            last = number >= len(table.rows)
            look: dict[str, object] = {"bold": True} if last else {}
            if number == len(table.rows):
                look["top"] = 1
            for column, cell in enumerate(row):
                self._cell(column, cell, **look)
            self._row += 1

    def _cell(self, column: int, cell: Cell, **look: object) -> None:
        value = cell.value
        if value is None or isinstance(value, str):
            align = "right" if cell.number else "left"
            self._write(column, cell.shown, align=align, **look)
            return
        if cell.unit in (Unit.LENGTH, Unit.HOURS):
            value = value / _DAY
        elif cell.unit is Unit.POINTS:
            value = value * 100
        form = _FORMATS.get(cell.unit, "General")
        self._sheet.write_number(self._row, column, value, self._pen(num_format=form, **look))
        self._widths[column] = max(self._widths.get(column, 8), len(cell.shown))

    def _heat(self, block: HeatTable) -> None:
        heat = block.heat
        heads = ["", *(f"{hour}:00" for hour in heat.hours), block.total]
        self._head(heads, [False, *(True for _ in heads[1:])])
        first = self._row
        for day, counts in zip(block.days, heat.counts, strict=True):
            self._write(0, day, bold=True)
            for column, count in enumerate(counts, 1):
                self._cell(column, Cell(count, Unit.COUNT))
            self._cell(len(counts) + 1, Cell(sum(counts), Unit.COUNT), bold=True)
            self._row += 1
        colours = {"type": "2_color_scale", "min_color": "#ffffff", "max_color": "#5b93cf"}
        self._sheet.conditional_format(first, 1, self._row - 1, len(heat.hours), colours)
        self._write(0, block.total, bold=True, top=1)
        sums = [sum(day[at] for day in heat.counts) for at in range(len(heat.hours))]
        for column, count in enumerate([*sums, heat.total], 1):
            self._cell(column, Cell(count, Unit.COUNT), bold=True, top=1)
        self._row += 1


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel takes, and that no other sheet has.

    >>> _sheet_name("用語の定義（第1版）", set()), _sheet_name("a/b", {"a b"})
    ('用語の定義 第1版', 'a b 2')
    """
    plain = _NO_NAME.sub(" ", title).strip()[: _SHEET - 3] or "-"
    name, number = plain, 2
    while name.lower() in taken:
        name, number = f"{plain} {number}", number + 1
    taken.add(name.lower())
    return name


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
