"""The list behind every figure holds exactly what the figure counts, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.call_story import StoredCalls
from fsbridge.adapters.store.figure_days import FigureShelf
from fsbridge.domain.figures import FIGURES, Figures, Question, Step
from fsbridge.services.calllist import PAGE, CallList, Counted
from fsbridge.services.calls import Wanted
from fsbridge.services.figures import Reporting
from tests.adapters.store.histories import lay_out, write
from tests.domain.figures.histories import History, filters, groups, histories, steps
from tests.domain.figures.test_counting import question_of
from tests.domain.figures.test_reference import night


@pytest.fixture
def centre(store: Store) -> Store:
    lay_out(store)
    return store


def parts(store: Store, zone: ZoneInfo) -> tuple[Reporting, CallList]:
    past = StoredCalls(store)
    reporting = Reporting(past, FigureShelf(store), zone.key)
    return reporting, CallList(past, reporting)


def figure_of(figures: Figures, name: str) -> int:
    """What a report shows under a name."""
    if name == "open":
        return figures.counts.get("handled open", 0) + figures.counts.get("outbound open", 0)
    if name == "overflowed":
        return figures.tally.overflowed
    if name == "arrived":
        return figures.arrived
    return figures.counts.get(name, 0)


def wanted_of(question: Question) -> Wanted:
    return Wanted(
        window=question.window, flow=question.flow, queue=question.queue, operator=question.operator,
        case="".join(question.cases),
    )  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories(), steps, groups, filters)
def test_every_figure_of_every_row_opens_so_many_lines(
    centre: Store, history: History, step: Step | None, by: str | None, chosen: dict[str, str]
) -> None:
    write(centre, history)
    reporting, lists = parts(centre, history.zone)
    question = question_of(history.window(-1, 1), step if step is not Step.QUARTER else None, by, chosen)
    answer = reporting.answer(question, history.now)
    for name in FIGURES:
        page = lists.page(wanted_of(question), Counted(name))
        assert page.all == figure_of(answer.total, name), name
    for row in answer.rows[:40]:
        wanted = wanted_of(question)
        if row.interval is not None:
            wanted = Wanted(**{**_values(wanted), "window": row.interval})
        for name in FIGURES:
            if figure_of(row.figures, name) or name in ("offered", "handled"):
                figure = Counted(name, by=by or "", row=row.key if by else None)
                assert lists.page(wanted, figure).all == figure_of(row.figures, name), (name, row.key)


def _values(wanted: Wanted) -> dict:
    return {name: getattr(wanted, name) for name in ("flow", "queue", "operator", "case")}


def test_further_filters_leave_out_what_does_not_fit(centre: Store) -> None:
    history = night()
    write(centre, history)
    _, lists = parts(centre, history.zone)
    window = history.window(0, 0)
    assert lists.page(Wanted(window=window), Counted("offered")).all == 4
    page = lists.page(Wanted(window=window, number="2201"), Counted("offered"))
    assert [line.call.uuid for line in page.lines] == ["c1"]
    assert lists.page(Wanted(window=window, outcome="abandoned"), Counted("answered")).all == 0


def test_pages_and_pieces_together_hold_everything_once(centre: Store) -> None:
    history = night()
    call = history.calls[0]
    many = [
        type(call)(f"m{n:03}", call.started + n, number="+81762201111", outcome="out of hours")
        for n in range(2 * PAGE + 3)
    ]
    write(centre, History(history.zone, datetime(2027, 3, 1), many, []))
    _, lists = parts(centre, history.zone)
    for figure in (None, Counted("out of hours")):
        wanted = Wanted(window=history.window(0, 0))
        pages = [lists.page(wanted, figure, number) for number in (1, 2, 3, 9)]
        assert [(page.number, page.all, len(page.lines)) for page in pages] == [
            (1, 103, 50), (2, 103, 50), (3, 103, 3), (3, 103, 3),
        ]  # fmt: skip
        shown = [line.call.uuid for page in pages[:3] for line in page.lines]
        assert shown == sorted((one.uuid for one in many), reverse=True), "newest first"
        assert [line.call.uuid for piece in lists.pieces(wanted, figure, 1000) for line in piece] == shown
        assert sum(map(len, lists.pieces(wanted, figure, 60))) == 60
        assert pages[0].counts == {("inbound", "out of hours"): 103}
    empty = lists.page(Wanted(window=history.window(5, 5)))
    assert (empty.all, empty.number, empty.last, empty.lines) == (0, 1, 1, ())


def test_a_call_whole_has_its_stretches(centre: Store) -> None:
    from fsbridge.services.callstory import WholeCalls

    history = night()
    write(centre, history)
    whole = WholeCalls(StoredCalls(centre)).show("c0")
    lanes = [(one.lane, one.what, one.operator) for one in whole.stretches]
    assert lanes == [
        ("ivr", "", ""),
        ("queue", "answered", ""),
        ("talk", "queue", "op01"),
        ("wrap-up", "", "op01"),
    ]
    assert whole.stretches[0].end == whole.stretches[0].start + timedelta(seconds=20)
    assert whole.spoke == ("op01",)
