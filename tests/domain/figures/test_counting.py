"""The count equals the slow, obvious one on every history, window, interval and filter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fsbridge.domain.figures import Basis, Count, Figures, Question, Step, Window, intervals, members, micros
from fsbridge.domain.tally import Targets
from tests.domain.figures.comparing import is_something, same
from tests.domain.figures.histories import SECONDS, History, filters, groups, histories, steps
from tests.domain.figures.reference import Asked, interval_of, report

FLOWS = {
    flow: Targets(timedelta(seconds=short), timedelta(seconds=within))
    for flow, (short, within) in SECONDS.items()
}


def asked_of(question: Question, history: History) -> Asked:
    return Asked(
        question.window.start, question.window.end, history.zone, history.now, SECONDS, question.step,
        question.by, question.flow, question.queue, question.operator, "".join(question.cases),
    )  # fmt: skip


def question_of(window: Window, step: Step | None, by: str | None, chosen: dict[str, str]) -> Question:
    cases = frozenset({chosen["case"]} if "case" in chosen else ())
    rest = {name: key for name, key in chosen.items() if name != "case"}
    return Question(window=window, step=step, by=by, cases=cases, **rest)


def count_of(question: Question, history: History) -> Count:
    basis = Basis(zone=history.zone.key, flows=FLOWS)
    step = question.step
    bounds = tuple(intervals(step, question.window, history.zone)) if step else ()
    count = Count(question, lambda at: basis, bounds)
    for call in history.calls:
        count.add(call)
    for span in history.spans:
        count.spend(span, micros(history.now))
    return count


windows = st.tuples(st.integers(-1, 1), st.integers(0, 2))


@given(histories(), windows, steps, groups, filters)
@settings(max_examples=400)
def test_it_equals_the_reference(
    history: History, days: tuple[int, int], step: Step | None, by: str | None, chosen: dict[str, str]
) -> None:
    question = question_of(history.window(days[0], days[0] + days[1]), step, by, chosen)
    count = count_of(question, history)
    rows, total = report(history.calls, history.spans, asked_of(question, history))
    assert same(count.total, total)
    real = {}
    for (index, key), figures in count.rows.items():
        name = interval_of(count.bounds[index].start, step, history.zone) if index is not None else None
        real[(name, key)] = figures
    for place, line in rows.items():
        if is_something(line):
            assert same(real[place], line), place
    for place, figures in real.items():
        assert place in rows or not any(figures.counts.values())


@given(histories(), windows, steps, groups, filters)
def test_every_figure_lists_as_many_as_it_counts(
    history: History, days: tuple[int, int], step: Step | None, by: str | None, chosen: dict[str, str]
) -> None:
    question = question_of(history.window(days[0], days[0] + days[1]), step, by, chosen)
    count = count_of(question, history)
    items = [item for call in history.calls for item in count.items(call, question.scope)]
    data = count.total.data()

    def listed(figure: str) -> int:
        return sum(members(figure, item) for item in items)

    for figure in ("offered", "answered", "abandoned", "short abandoned", "overflowed", "timed out",
                   "no operator", "exit key", "taken out", "waiting", "in time", "out of hours",
                   "lines busy", "arrived", "repeat", "inferred"):  # fmt: skip
        assert listed(figure) == data[figure.replace(" ", "_")], figure
    assert listed("left in IVR") == data["left_in_ivr"]
    assert listed("unclear") == data["off_by"]
    assert listed("handled") == data["handled"]["legs"]
    assert listed("outbound") == data["outbound"]["legs"]
    assert listed("open") == data["handled"]["open"] + data["outbound"]["open"]


@given(histories(), filters)
def test_quarters_make_hours_and_hours_make_days(history: History, chosen: dict[str, str]) -> None:
    window = history.window(-1, 2)
    wholes = [count_of(question_of(window, step, None, chosen), history).total.data() for step in Step]
    assert all(whole == wholes[0] for whole in wholes)
    for step in Step:
        count = count_of(question_of(window, step, None, chosen), history)
        summed = Figures()
        for figures in count.rows.values():
            summed.add(figures)
        assert summed == count.total


@given(histories())
def test_queues_together_never_have_less_than_the_centre(history: History) -> None:
    window = history.window(-1, 2)
    by_queue = count_of(question_of(window, None, "queue", {}), history)
    by_flow = count_of(question_of(window, None, "flow", {}), history)

    def offered(count: Count) -> int:
        return sum(figures.tally.offered for figures in count.rows.values())

    assert offered(by_queue) >= offered(by_flow) >= by_flow.total.tally.offered


def test_a_call_across_midnight_belongs_to_its_entry_day(tokyo_night: Any) -> None:
    count = tokyo_night(Step.DAY, None)
    first, second = (count.rows.get((index, None)) for index in (0, 1))
    assert (first.tally.answered, first.handled) == (1, 2), "the transfer after midnight too"
    assert (second.tally.offered, second.handled) == (0, 0)
    assert first.counts["state talking"] == 60_000_000, "the operator's time is cut at midnight"
    assert second.counts["state talking"] == 540_000_000


def test_an_overflow_counts_in_both_queues_and_once_in_the_centre(tokyo_night: Any) -> None:
    count = tokyo_night(None, "queue")
    assert count.rows[(None, "leak@x")].tally.timed_out == 1
    assert count.rows[(None, "bill@x")].tally.answered == 1
    assert (count.total.tally.offered, count.total.tally.answered) == (1, 1)


def test_a_wait_begins_with_the_first_entry(tokyo_night: Any) -> None:
    bill = tokyo_night(None, "queue").rows[(None, "bill@x")]
    assert bill.asa == timedelta(seconds=70), "not the 5 seconds in the second queue"
    assert bill.service_level == 0


def test_monitoring_is_no_call(tokyo_night: Any) -> None:
    assert tokyo_night(None, "operator").rows.get((None, "boss")) is None


def test_a_caller_sent_outside_is_handled_by_the_operators_alone(tokyo_night: Any) -> None:
    assert tokyo_night(None, None).total.handled == 2
    assert "" not in {key for _, key in tokyo_night(None, "operator").rows}
