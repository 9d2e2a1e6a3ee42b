"""The figures as files: the page's table, its check and its definitions; no text is ever a formula."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo

from fsbridge.adapters.callfile import FORMS, csv_pieces
from fsbridge.adapters.reportfiles import written as written_report
from fsbridge.domain.figures import Answer, Figures, Row, Window
from fsbridge.domain.reporting.document import (
    Cell,
    Document,
    HeatTable,
    Mark,
    Notes,
    Section,
    Table,
    Unit,
)
from fsbridge.domain.reporting.heat import Heat
from fsbridge.domain.reporting.words import weekday
from fsbridge.errors import InvalidArgument
from webpanel.reports.asking import Asked
from webpanel.reports.columns import BY_KEY, PARTS, Column
from webpanel.reports.shown import Showing, span_name

Say = Callable[..., str]
_IN_SECONDS = (Unit.SECONDS, Unit.LENGTH, Unit.HOURS)


def file_of(
    form: str, asked: Asked, answer: Answer, heat: Heat, language: str, centre: str, say: Say
) -> bytes:
    """The file: ``csv``, ``csv-sjis`` or ``xlsx``; InvalidArgument for another. `say` gives labels.

    In CSV, shares are per cent and lengths seconds, so that a program can read them.
    """
    if form not in FORMS:
        raise InvalidArgument("form", f"is {form[:20]!r}; give one of {', '.join(FORMS)}")
    sheet = _Sheet(asked, answer, language, say)
    if form == "xlsx":
        return written_report(sheet.document(heat, centre), "xlsx")
    return b"".join(csv_pieces(sheet.lines(), form))


class _Sheet:
    """The table with the names of its rows, and everything that stands below it."""

    def __init__(self, asked: Asked, answer: Answer, language: str, say: Say) -> None:
        self._asked, self._answer, self._language, self._say = asked, answer, language, say
        self._showing = Showing(asked, answer, language, say("reports.nobody"))
        self._columns = self._showing.columns
        self._rows = [row for row in answer.rows if any(row.figures.counts.values())]

    def lines(self) -> Iterable[Sequence[object]]:
        """The lines of a CSV file, the heading first, the whole last."""
        yield [*self._names(), *(self._head(one, plain=True) for one in self._columns), *self._ends()]
        for leading, figures, end in self._whole_table():
            yield [*leading, *(_plain(one.cell(figures)) for one in self._columns), *end]

    def document(self, heat: Heat, centre: str) -> Document:
        """The workbook: the table, the heat map, the definitions."""
        say, answer = self._say, self._answer
        made = [
            (
                *(Cell(text) for text in leading),
                *(one.cell(figures) for one in self._columns),
                *(Cell(text) for text in end),
            )
            for leading, figures, end in self._whole_table()
        ]
        heads = (*self._names(), *(self._head(one, plain=False) for one in self._columns), *self._ends())
        foot = 1 if self._showing.sum() is None else 2
        blocks = (Mark(answer.balanced, self._identity()),
                  Table(say("reports.table"), heads, tuple(made[:-foot]), tuple(made[-foot:])))  # fmt: skip
        days = tuple(weekday(number, self._language) for number in range(7))
        sections = [
            Section(say("reports.table"), blocks),
            Section(say("reports.heat"), (HeatTable(say("reports.heat"), heat, days, say("reports.sum")),)),
            Section(say("reports.definitions"), (Notes(tuple(self._notes())),)),
        ]
        return Document(
            title=say("reports.title"),
            subtitle=span_name(self._asked.window, self._showing.zone),
            centre=centre,
            facts=tuple(self._facts()),
            sections=tuple(one for one in sections if one.title != say("reports.heat") or heat.total),
            foot=f"{centre} {say('reports.title')}",
            dated=answer.at,
            language=self._language,
            warning=say("reports.provisional_note") if answer.provisional else "",
        )

    def _names(self) -> list[str]:
        by = [self._say(f"reports.by_{self._asked.by}")] if self._asked.by else []
        return [self._say("reports.from"), self._say("reports.until"), *by]

    def _ends(self) -> list[str]:
        return [self._say(f"reports.{name}") for name in ("check", "provisional", "version")]

    def _head(self, column: Column, *, plain: bool) -> str:
        name = self._say(f"reports.c_{column.key}")
        unit = self._say("reports.second")
        if column.unit is Unit.SHARE and plain:
            return f"{name} (%)"
        in_seconds = column.unit is Unit.SECONDS or (plain and column.unit in _IN_SECONDS)
        return f"{name} ({unit})" if in_seconds else name

    def _whole_table(self) -> Iterable[tuple[list[str], Figures, list[str]]]:
        for row in self._rows:
            name = [self._showing.name(row)] if self._asked.by else []
            yield [*_bounds(row, self._asked.window, self._showing.zone), *name], row.figures, self._end(row)
        whole = self._answer.sum
        bounds = _window(self._asked.window, self._showing.zone)
        blank = [self._say("reports.total")] if self._asked.by else []
        if self._showing.sum() is not None and whole is not None:
            yield [*bounds, self._say("reports.sum_of_rows")], whole, self._checked(whole, provisional=False)
        total = self._answer.total
        leading = [*bounds, *blank] if blank else [f"{self._say('reports.total')} {bounds[0]}", bounds[1]]
        yield leading, total, self._checked(total, provisional=self._answer.provisional)

    def _end(self, row: Row) -> list[str]:
        return self._checked(row.figures, provisional=row.provisional)

    def _checked(self, figures: Figures, *, provisional: bool) -> list[str]:
        off = figures.unclear
        mark = self._say("reports.balanced") if not off else self._say("reports.off_by", n=abs(off))
        return [
            mark,
            self._say("reports.provisional") if provisional else "",
            str(self._answer.basis.version),
        ]

    def _identity(self) -> str:
        total = self._answer.total
        counted = " + ".join(
            f"{self._say(f'reports.c_{part}')} {BY_KEY[part].cell(total).shown}" for part in PARTS
        )
        sign = "=" if not total.unclear else "≠"
        return f"{self._say('reports.c_offered')} {total.tally.offered:,} {sign} {counted}"

    def _facts(self) -> Iterable[tuple[str, str]]:
        answer, say = self._answer, self._say
        for group, key in self._asked.filters.items():
            label = answer.labels.get(group, {}).get(key)
            yield say(f"reports.by_{group}"), label.of(self._language) if label else key
        yield (
            say("reports.counted_at"),
            f"{answer.at.astimezone(self._showing.zone):%Y-%m-%d %H:%M} {answer.zone}",
        )

    def _notes(self) -> Iterable[str]:
        answer, say = self._answer, self._say
        yield say("reports.definitions_version", version=answer.basis.version)
        yield from answer.basis.texts(self._language).values()
        for since, basis in answer.bases:
            if since is not None or basis.schedule:
                yield say(
                    "reports.basis_since",
                    day=since or span_name(self._asked.window, self._showing.zone)[:10],
                    schedule=basis.schedule or "–",
                    version=basis.version,
                )
        if answer.kept_days:
            yield say("reports.kept_days", n=answer.kept_days)


def _bounds(row: Row, window: Window, zone: tzinfo) -> list[str]:
    return _window(row.interval or window, zone)


def _window(window: Window, zone: tzinfo) -> list[str]:
    return [f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (window.start, window.end)]


def _plain(cell: Cell) -> object:
    """A figure as a program reads it."""
    if cell.value is None or isinstance(cell.value, str):
        return cell.value
    if cell.unit is Unit.SHARE:
        return round(cell.value * 100, 2)
    return round(cell.value, 1) if cell.unit in _IN_SECONDS else int(cell.value)
