"""The history and its figures after ten years: a search, a half-year's reports, a night's work, memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks import history
from benchmarks.databases import databases
from benchmarks.figures import Figure, Table, Target, percentile
from benchmarks.resident import forget_peak, peak
from benchmarks.scale import Scale
from fsbridge.adapters.reportfiles import written
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.chronicle import StoredChronicle
from fsbridge.adapters.store.figure_days import FigureShelf
from fsbridge.adapters.store.figures import StoredHistory
from fsbridge.adapters.store.history_search import StoredPast
from fsbridge.domain.figures import Answer, Question, Step, Window
from fsbridge.domain.reporting.layout import laid_out
from fsbridge.domain.reporting.periods import Kind, period_of
from fsbridge.services.calls import Calls, Wanted
from fsbridge.services.figures import Reporting
from fsbridge.services.reporting import PrintedReports

SEARCH = Target("≤", 50, " ms")
REPORT = Target("≤", 2, " s")
PRINT = Target("≤", 10, " s")
GROWTH = Target("<", 100, " MB")
ZONE = ZoneInfo("Asia/Tokyo")
HALF_YEAR = (date(2029, 4, 1), date(2029, 9, 30))
_SEARCHES = 200


def measure(scale: Scale, say: Callable[[str], None]) -> Table:
    """Every database there is, one after the other."""
    table = Table("figures", f"Figures and history over {scale.visits:,} queue visits in ten years")
    for name, store in databases(say):
        table.figures += (
            Figure(f"{name}: {one.what}", one.value, one.unit, target=one.target, samples=one.samples)
            for one in _measured(name, store, scale, say)
        )
        store.close()
    return table


def _measured(name: str, store: Store, scale: Scale, say: Callable[[str], None]) -> Iterator[Figure]:
    say(f"{name}: making {scale.visits:,} visits")
    history.fill(store, scale.visits)
    say(f"{name}: measuring")
    works = Reporting(StoredHistory(store), FigureShelf(store), ZONE.key)
    calls = Calls(StoredPast(store))
    spent = [1000 * _timed(lambda number=number: _search(calls, number)) for number in range(_SEARCHES)]
    yield Figure("an operator's calls of a day, 95 in 100", percentile(spent, 0.95), "ms", target=SEARCH)

    window = Window.of_days(*HALF_YEAR, ZONE)
    questions = {
        "by month": Question(window=window, step=Step.MONTH),
        "by flow": Question(window=window, by="flow"),
        "by hour": Question(window=window, step=Step.HOUR),
    }
    counted = {}
    for what, question in questions.items():
        began = time.perf_counter()
        counted[what] = _answer(works, question)
        yield Figure(f"a half-year {what}, counted", time.perf_counter() - began, "s", target=REPORT)

    printed = PrintedReports(works, StoredChronicle(store))
    yield Figure("a half-year's printed report, counted", _timed(lambda: _print(printed)), "s", target=PRINT)

    now = window.end + timedelta(days=2)
    began = time.perf_counter()
    days = sum(1 for _ in works.aggregate_until(HALF_YEAR[1], now, first=HALF_YEAR[0]))
    yield Figure("a night's count of a day", (time.perf_counter() - began) / days * 1000, "ms")
    began = time.perf_counter()
    for what, question in questions.items():
        answer = _answer(works, question)
        assert answer.kept_days == days
        assert answer.total.data() == counted[what].total.data()
    yield Figure(
        "a half-year by month, by flow and by hour, kept", time.perf_counter() - began, "s", target=REPORT
    )

    yield Figure("a half-year's printed report, kept", _timed(lambda: _print(printed)), "s", target=PRINT)

    everything = Window.of_days(history.FIRST.date(), date(2034, 1, 1), ZONE)
    before = forget_peak()
    began = time.perf_counter()
    _answer(works, Question(window=everything, step=Step.MONTH), fresh=True)
    yield Figure("ten years by month, counted", time.perf_counter() - began, "s")
    yield Figure("memory they took", peak() - before, "MB", target=GROWTH)


def _answer(works: Reporting, question: Question, *, fresh: bool = False) -> Answer:
    answer = works.answer(question, question.window.end + timedelta(days=2), fresh=fresh)
    assert answer.balanced
    return answer


def _print(printed: PrintedReports) -> None:
    """The PDF, and with it the half-years it is compared with."""
    contents = printed.contents(period_of(Kind.HALF_YEAR, "2029-H1"), datetime(2029, 11, 1, tzinfo=UTC))
    assert contents.balanced
    assert written(laid_out(contents), "pdf").startswith(b"%PDF")


def _search(calls: Calls, number: int) -> None:
    day = history.day(number * 17 % history.DAYS).date()
    operator = f"op{1 + number % history.OPERATORS:02}"
    calls.find(Wanted(operator=operator, window=Window.of_days(day, day, ZONE)))


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
