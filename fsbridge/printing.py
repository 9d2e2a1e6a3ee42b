"""The composition of printed reports: from a store to pages and files. The panel and the commands call it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from fsbridge.config import Settings
from fsbridge.domain.reporting.contents import Contents
from fsbridge.domain.reporting.document import Document
from fsbridge.domain.reporting.layout import laid_out
from fsbridge.domain.reporting.periods import Kind, ReportPeriod, last_over, period_of
from fsbridge.services.reporting import PrintedReports

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store


PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
"""The Content-Security-Policy to serve a report's page with: it has styles of its own, and no script."""


@dataclass(frozen=True)
class PrintedReport:
    """A report as it is read and printed: `page` and `body` for a browser, `file` for the downloads.

    `contents` has its figures, `document` how they are laid out.
    """

    contents: Contents
    document: Document

    @property
    def page(self) -> str:
        """A whole HTML page that needs nothing beside it; serve it with `PAGE_POLICY`."""
        return self.file("html").decode("utf-8")

    @property
    def body(self) -> str:
        """What stands in the body of a page with a frame of its own; it goes with `style`."""
        from fsbridge.adapters.reportfiles.html import content

        return content(self.document)

    @property
    def style(self) -> str:
        """The style sheet of `body`; every rule but the page's own begins at ``.report``."""
        from fsbridge.adapters.reportfiles.html import style

        return style()

    def file(self, form: str) -> bytes:
        """A download: ``html``, ``pdf`` or ``xlsx``; InvalidArgument for another."""
        from fsbridge.adapters.reportfiles import written

        return written(self.document, form)

    def name(self, form: str) -> str:
        """What the download is called, in letters that every system has."""
        return f"{self.contents.period.stem}.{form}"


def report_period(settings: Settings, kind: str | Kind, text: str, now: datetime) -> ReportPeriod:
    """The period that somebody named; without a text the newest that is over. InvalidArgument if none."""
    kind = Kind(kind)
    year_begins = settings.report.year_begins
    if text:
        return period_of(kind, text, year_begins=year_begins)
    today = now.astimezone(ZoneInfo(settings.zone)).date()
    return last_over(kind, today, year_begins=year_begins)


def printed_report(
    settings: Settings,
    store: Store,
    kind: str | Kind,
    text: str = "",
    *,
    now: datetime,
    language: str = "ja",
    made_on: date | None = None,
    moved: Callable[[int], object] = lambda done: None,
) -> PrintedReport:
    """A report out of a store: ``half-year``, ``monthly``, ``weekly``, ``daily`` or ``period``.

    `text` names it (2027-H1, 2027-04, 2027-W14, 2027-04-01, 2023-12-01..2028-11-30); if it is empty, the
    newest that is over is meant.
    `made_on` is printed as the date of making. InvalidArgument for what is no period, NotBegun for one ahead.
    """
    period = report_period(settings, kind, text, now)
    contents = printed_reports(settings, store).contents(period, now, moved=moved)
    return PrintedReport(contents, laid_out(contents, language, made_on=made_on))


def printed_reports(settings: Settings, store: Store) -> PrintedReports:
    """What makes the contents of reports over a store."""
    from fsbridge.adapters.store.chronicle import StoredChronicle
    from fsbridge.adapters.store.figure_days import FigureShelf
    from fsbridge.adapters.store.figures import StoredHistory
    from fsbridge.services.figures import Reporting

    figures = Reporting(StoredHistory(store), FigureShelf(store), settings.zone)
    return PrintedReports(figures, StoredChronicle(store))
