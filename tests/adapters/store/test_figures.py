"""The figures out of a store, on both databases: as the reference says, counted afresh or kept."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.figure_days import FigureShelf
from fsbridge.adapters.store.figures import StoredHistory
from fsbridge.adapters.store.models import AuditEntry, FigureDay, Flow, Leg, OperatorSpan
from fsbridge.domain.figures import Question, Step
from fsbridge.services.figures import AlreadyKept, Reporting
from tests.adapters.store.histories import as_read, lay_out, write
from tests.domain.figures.comparing import is_something, same
from tests.domain.figures.histories import SECONDS, History, filters, groups, histories, steps
from tests.domain.figures.reference import interval_of, report
from tests.domain.figures.test_counting import asked_of, question_of, windows
from tests.domain.figures.test_reference import night


@pytest.fixture
def centre(store: Store) -> Store:
    lay_out(store)
    return store


def reporting(store: Store, history: History) -> Reporting:
    return Reporting(StoredHistory(store), FigureShelf(store), history.zone.key)


def agree(store: Store, history: History, question: Question, *, fresh: bool = False) -> None:
    answer = reporting(store, history).answer(question, history.now, fresh=fresh)
    rows, total = report(history.calls, history.spans, asked_of(question, history))
    assert same(answer.total, total)
    assert answer.balanced is (
        total.figures()["off by"] == 0 and all(r.figures.unclear == 0 for r in answer.rows)
    )
    if question.step is None and question.by is None:
        return
    real = {
        (
            interval_of(row.interval.start, question.step, history.zone) if row.interval else None,
            row.key,
        ): row.figures
        for row in answer.rows
    }
    for place, line in rows.items():
        if is_something(line):
            assert same(real[place], line), place
    for place, figures in real.items():
        assert place in rows or not any(figures.counts.values())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories(), windows, steps, groups, filters)
def test_a_store_answers_as_the_reference_does(
    centre: Store,
    history: History,
    days: tuple[int, int],
    step: Step | None,
    by: str | None,
    chosen: dict[str, str],
) -> None:
    write(centre, history)
    question = question_of(history.window(days[0], days[0] + days[1]), step, by, chosen)
    agree(centre, as_read(history), question)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories(), steps, groups, filters)
def test_kept_days_answer_as_counting_does(
    centre: Store, history: History, step: Step | None, by: str | None, chosen: dict[str, str]
) -> None:
    write(centre, history)
    works = reporting(centre, history)
    for day in (history.day - timedelta(days=1), history.day):
        works.aggregate(day.date(), history.now + timedelta(days=1))
    question = question_of(history.window(-1, 1), step, by, chosen)
    closed = [span for span in history.spans if span.ended is not None]
    if len(closed) == len(history.spans):
        agree(centre, as_read(history), question)
    agree(centre, as_read(history), question, fresh=True)


def test_the_kept_figures_stay_when_a_flow_is_measured_otherwise(centre: Store) -> None:
    history = night()
    write(centre, history)
    works = reporting(centre, history)
    works.aggregate(history.day.date(), history.now, by="sato")
    with centre.writing():
        Flow.update(short_abandon=600, answer_within=600).execute()
    question = Question(window=history.window(0, 0), by="flow")
    answer = works.answer(question, history.now)
    assert answer.kept_days == 1
    assert answer.basis.flows["leak"].short_abandon.seconds == SECONDS["leak"][0]
    assert (answer.total.tally.in_time, answer.total.tally.short_abandoned) == (1, 1)
    unkept = works.answer(Question(window=history.window(0, 0), by="flow", operator="op01"), history.now)
    assert unkept.total.tally.in_time == 1, "counted again, but by what the day was kept with"
    afresh = works.answer(question, history.now, fresh=True)
    assert afresh.kept_days == 0
    assert (afresh.total.tally.in_time, afresh.total.tally.short_abandoned) == (2, 2)


def test_a_day_counted_again_is_a_further_revision(centre: Store) -> None:
    history = night()
    write(centre, history)
    works = reporting(centre, history)
    day = history.day.date()
    assert works.aggregate(day, history.now).revision == 1
    with centre.writing():
        Flow.update(short_abandon=600).execute()
    with pytest.raises(AlreadyKept, match=r"revision 1.*give a reason"):
        works.aggregate(day, history.now)
    again = works.aggregate(day, history.now, by="sato", again="目標秒数の訂正")
    assert (again.revision, again.basis.flows["leak"].short_abandon.seconds) == (2, 600)
    assert works.answer(Question(window=history.window(0, 0)), history.now).total.tally.short_abandoned == 2
    with centre.reading():
        assert [
            (row.revision, row.basis["flows"]["leak"]["short_abandon"]) for row in FigureDay.select()
        ] == [
            (1, 5),
            (2, 600),
        ]
        entries = [(row.actor, row.action, row.which, row.reason) for row in AuditEntry.select()]
    assert entries[-1] == ("sato", "counted again", day.isoformat(), "目標秒数の訂正")


def test_the_live_floor_is_measured_by_the_same_seconds(centre: Store) -> None:
    definitions = StoredHistory(centre).definitions(UTC)
    assert definitions.of("leak-night@x").short_abandon.seconds == SECONDS["leak"][0]
    assert definitions.of("bill@x").answer_within.seconds == SECONDS["bill"][1]


def test_a_wrap_up_that_goes_on_leaves_its_leg_open(centre: Store) -> None:
    history = night()
    write(centre, history)
    works = reporting(centre, history)
    question = Question(window=history.window(0, 0))
    closed = works.answer(question, history.now).total.counts.get("handled open", 0)
    with centre.writing():
        leg = Leg.get(Leg.kind == "queue")
        OperatorSpan.create(operator=leg.operator, state="wrap-up", leg=leg, started_at=leg.ended_at)
    assert works.answer(question, history.now).total.counts["handled open"] == closed + 1
