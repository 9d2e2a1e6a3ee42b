"""Reports: kept days answer from what was kept, the rest is counted, and nothing is restated unasked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fsbridge.domain.figures import (
    Basis,
    CallRecord,
    Kept,
    Label,
    Labels,
    Question,
    SpanRecord,
    Step,
    VisitRecord,
    Window,
    day_start,
    micros,
)
from fsbridge.domain.tally import Targets
from fsbridge.errors import FsbridgeError
from fsbridge.services.figures import AlreadyKept, Reporting, StillGoingOn

TOKYO = ZoneInfo("Asia/Tokyo")
MONDAY = date(2027, 3, 1)
MINUTE = 60_000_000


class History:
    """A history in lists; what one reads of it may change between two questions."""

    def __init__(self) -> None:
        self.seconds = 20
        self.all: list[CallRecord] = []
        self.states: list[SpanRecord] = []
        self.read: list[Window] = []

    def call(self, day: date, minute: int, waited: int, outcome: str = "answered") -> None:
        at = micros(day_start(day, TOKYO)) + minute * MINUTE
        end = at + waited * 1_000_000
        open_ended = outcome == "waiting"
        visit = VisitRecord(
            f"v{len(self.all)}", "leak@x", "leak", at, at, end if outcome == "answered" else None,
            None if open_ended else end + MINUTE, "op01", outcome,
        )  # fmt: skip
        self.all.append(CallRecord(f"c{len(self.all)}", at, number="+8176", outcome="queued", visits=[visit]))

    @contextmanager
    def reading(self) -> Iterator[None]:
        yield

    def basis(self, zone: str) -> Basis:
        targets = Targets(answer_within=timedelta(seconds=self.seconds))
        return Basis(zone=zone, flows={"leak": targets}, schedule="centre 1")

    def labels(self) -> Labels:
        return {
            "flow": {"leak": Label("漏水")},
            "queue": {"leak@x": Label("漏水", parent="leak")},
            "operator": {"op01": Label("佐藤")},
            "case": {"leak": Label("漏水"), "leak.road": Label("道路", parent="leak")},
        }

    def calls(self, window: Window, *, cases: bool = False) -> Iterator[CallRecord]:
        self.read.append(window)
        start, end = micros(window.start), micros(window.end)
        yield from (call for call in self.all if start <= call.started < end)

    def spans(self, window: Window, cuts: Sequence[Window] = ()) -> Iterator[SpanRecord]:
        yield from self.states


class Shelf:
    """Kept days in a list, every revision."""

    def __init__(self) -> None:
        self.all: list[Kept] = []

    def heads(self, first: date, last: date) -> list[Kept]:
        newest = {kept.day: kept for kept in self.all if first <= kept.day <= last}
        return [replace(newest[day], cells={}) for day in sorted(newest)]

    def load(self, first: date, last: date, scope: str, key: str | None) -> list[Kept]:
        newest = {kept.day: kept for kept in self.all if first <= kept.day <= last}
        return [
            replace(
                kept,
                cells={
                    place: cells
                    for place, cells in kept.cells.items()
                    if place[0] == scope and key in (None, place[1])
                },
            )
            for kept in newest.values()
        ]

    def keep(self, kept: Kept) -> Kept:
        before = sum(one.day == kept.day for one in self.all)
        self.all.append(replace(kept, revision=before + 1))
        return self.all[-1]


@pytest.fixture
def history() -> History:
    return History()


@pytest.fixture
def works(history: History) -> Reporting:
    return Reporting(history, Shelf(), "Asia/Tokyo")


def noon(day: date) -> datetime:
    return day_start(day, TOKYO) + timedelta(hours=12)


def days(first: date, last: date) -> Question:
    return Question(window=Window.of_days(first, last, TOKYO), step=Step.DAY)


TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=number) for number in (1, 2, 3))


def test_what_was_kept_is_not_counted_again(history: History, works: Reporting) -> None:
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        history.call(day, 600, 10)
    works.aggregate(TUESDAY, noon(THURSDAY))
    history.read.clear()
    answer = works.answer(days(MONDAY, WEDNESDAY), noon(THURSDAY))
    assert [row.figures.tally.answered for row in answer.rows] == [1, 1, 1]
    assert answer.kept_days == 1
    assert [window.length for window in history.read] == [timedelta(days=1)] * 2


def test_a_call_that_comes_in_late_changes_no_kept_day_by_itself(history: History, works: Reporting) -> None:
    history.call(MONDAY, 600, 10)
    works.aggregate(MONDAY, noon(WEDNESDAY))
    history.call(MONDAY, 601, 10)
    assert works.answer(days(MONDAY, MONDAY), noon(WEDNESDAY)).total.tally.offered == 1
    assert works.answer(days(MONDAY, MONDAY), noon(WEDNESDAY), fresh=True).total.tally.offered == 2
    assert len(list(works.listing(days(MONDAY, MONDAY), "offered"))) == 2
    works.aggregate(MONDAY, noon(WEDNESDAY), again="late records")
    assert works.answer(days(MONDAY, MONDAY), noon(WEDNESDAY)).total.tally.offered == 2


def test_a_day_that_no_longer_agrees_with_the_history_is_found(history: History, works: Reporting) -> None:
    for day in (MONDAY, TUESDAY):
        history.call(day, 600, 15)
        works.aggregate(day, noon(THURSDAY))
    history.seconds = 10  # another target alone is no difference
    assert not list(works.differing(MONDAY, TUESDAY, noon(THURSDAY)))
    history.call(TUESDAY, 601, 10)
    ((kept, was, now),) = works.differing(MONDAY, TUESDAY, noon(THURSDAY))
    assert (kept.day, was.tally.offered, now.tally.offered) == (TUESDAY, 1, 2)


def test_an_answer_says_which_definitions_held_when(history: History, works: Reporting) -> None:
    history.call(MONDAY, 600, 15)
    history.call(TUESDAY, 600, 15)
    works.aggregate(MONDAY, noon(WEDNESDAY))
    history.seconds = 10
    answer = works.answer(days(MONDAY, TUESDAY), noon(WEDNESDAY))
    assert [since for since, _ in answer.bases] == [MONDAY, TUESDAY]
    assert [basis.of("leak").answer_within.seconds for _, basis in answer.bases] == [20, 10]
    assert [row.figures.tally.in_time for row in answer.rows] == [1, 0]


def test_a_night_keeps_every_day_that_is_missing_and_over(history: History, works: Reporting) -> None:
    works.aggregate(TUESDAY, noon(THURSDAY))
    kept = [one.day for one in works.aggregate_until(WEDNESDAY, noon(THURSDAY), first=MONDAY)]
    assert kept == [MONDAY, WEDNESDAY]
    assert not list(works.aggregate_until(WEDNESDAY, noon(THURSDAY), first=MONDAY))
    with pytest.raises(FsbridgeError, match="2027-03-04 is not over yet"):
        works.aggregate(THURSDAY, noon(THURSDAY))


def test_a_day_waits_for_callers_who_still_wait_but_not_for_ever(history: History, works: Reporting) -> None:
    history.call(MONDAY, 1439, 0, "waiting")
    just_after = day_start(TUESDAY, TOKYO) + timedelta(minutes=5)
    with pytest.raises(StillGoingOn, match="1 calls of 2027-03-01 still go on"):
        works.aggregate(MONDAY, just_after)
    assert not list(works.aggregate_until(MONDAY, just_after, first=MONDAY))
    assert works.aggregate(MONDAY, noon(WEDNESDAY)).revision == 1


def test_a_kept_day_is_not_counted_again_without_a_reason(works: Reporting) -> None:
    works.aggregate(MONDAY, noon(WEDNESDAY))
    with pytest.raises(AlreadyKept, match="give a reason"):
        works.aggregate(MONDAY, noon(WEDNESDAY))


def test_the_interval_that_goes_on_is_provisional(history: History, works: Reporting) -> None:
    history.call(MONDAY, 1439, 0, "waiting")
    answer = works.answer(days(MONDAY, WEDNESDAY), noon(WEDNESDAY))
    assert [row.provisional for row in answer.rows] == [True, False, True]
    assert answer.provisional
    assert not works.answer(days(TUESDAY, TUESDAY), noon(WEDNESDAY)).provisional


def test_a_case_stands_for_those_below_it(history: History, works: Reporting) -> None:
    history.call(MONDAY, 600, 10)
    history.all[0].cases = ["leak.road"]
    history.call(MONDAY, 601, 10)
    question = replace(days(MONDAY, MONDAY), cases=frozenset({"leak"}))
    assert works.answer(question, noon(TUESDAY)).total.tally.offered == 1


@pytest.mark.parametrize("group", ["flow", "queue", "operator"])
def test_a_filter_that_nobody_knows_is_named(works: Reporting, group: str) -> None:
    question = replace(days(MONDAY, MONDAY), **{group: "x"})
    with pytest.raises(FsbridgeError, match=f"no {group} 'x'; known:"):
        works.answer(question, noon(TUESDAY))


def test_a_window_may_begin_and_end_within_kept_days(history: History, works: Reporting) -> None:
    for minute in (1, 700, 1438):
        history.call(MONDAY, minute, 15)
    works.aggregate(MONDAY, noon(WEDNESDAY))
    history.seconds = 10
    part = Question(window=Window(noon(MONDAY), day_start(TUESDAY, TOKYO)))
    answer = works.answer(part, noon(WEDNESDAY))
    assert (answer.total.tally.offered, answer.total.tally.in_time) == (1, 1), "by what the day was kept with"
    assert answer.kept_days == 0


def test_the_figures_are_counted_on_the_centre_s_clock(history: History) -> None:
    history.call(MONDAY, 30, 10)  # half past midnight in Tokyo: still Sunday in UTC
    utc = Reporting(history, Shelf(), "UTC")
    sunday = MONDAY - timedelta(days=1)
    asked = Question(window=Window.of_days(sunday, sunday, UTC))
    assert utc.answer(asked, noon(TUESDAY)).total.tally.offered == 1
