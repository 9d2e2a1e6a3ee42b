"""Printed reports: every figure is what one counts by hand, and what the reference counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsbridge.domain.figures import Question, Step
from fsbridge.domain.reporting.contents import Incident, Outage
from fsbridge.domain.reporting.periods import REGULAR, Kind, period_at
from fsbridge.domain.tally import Targets
from fsbridge.services.figures import Reporting
from fsbridge.services.reporting import SHOWN, NotBegun
from tests.domain.figures.comparing import is_something, same
from tests.domain.figures.histories import SECONDS, History, histories
from tests.domain.figures.reference import Asked, interval_of, report
from tests.services.reports import NOW, TOKYO, Past, contents_of, local, reports_of, town

FLOWS = {
    flow: Targets(short_abandon=timedelta(seconds=short), answer_within=timedelta(seconds=within))
    for flow, (short, within) in SECONDS.items()
}


def test_the_figures_are_those_one_counts_by_hand() -> None:
    found = contents_of(town())
    tally = found.total.tally
    assert (tally.offered, tally.answered, tally.abandoned, tally.short_abandoned) == (7, 4, 1, 1)
    assert (tally.overflowed, tally.waiting, tally.in_time) == (1, 0, 3)
    assert found.total.service_level == 3 / 6
    assert found.total.asa == timedelta(seconds=(10 + 30 + 20 + 8) / 4)
    assert found.total.handling() == timedelta(seconds=(60 + 120 + 60 + 30) / 4)
    assert [row.figures.tally.offered for row in found.course.rows] == [3, 1, 1, 0, 0, 2]
    assert {row.key: row.figures.tally.offered for row in found.flows.rows if row.key} == {
        "any": 5,
        "leak": 2,
    }
    assert {row.key: row.figures.handled for row in found.operators.rows if row.key} == {"op1": 3, "op2": 1}
    assert {row.key: row.figures.tally.offered for row in found.cases.rows} == {"open": 2, "road": 1, "": 4}
    assert found.total.arrived == 8
    assert found.balanced
    assert not found.provisional


def test_hours_and_weekdays_show_when_calls_came() -> None:
    heat = contents_of(town()).heat
    assert heat.hours == range(9, 18)
    assert heat.counts[0][0] == 3  # Mondays from nine to ten
    assert heat.counts[1] == (0, 1, 0, 0, 1, 0, 0, 0, 0)
    assert heat.counts[3][8] == 2
    assert heat.total == 7


def test_earlier_periods_are_counted_too_or_said_to_be_missing() -> None:
    found = contents_of(town())
    assert found.before.figures is not None
    assert found.before.figures.tally.offered == 2
    assert found.before.since == local("2027-02-01T10:00"), "records begin inside that period"
    assert found.year_before.figures is None
    assert contents_of(Past()).before.figures is None


def test_opening_hours_and_outages_make_the_availability() -> None:
    past = town()
    found = contents_of(past).availability
    assert found.open_days == 183
    assert found.open_time == 183 * timedelta(hours=9, minutes=15)
    assert found.out == timedelta(minutes=10)
    assert found.share == 1 - timedelta(minutes=10) / found.watched
    past.gone = [
        Outage("program", local("2027-06-03T06:00"), local("2027-06-03T08:50")),
        Outage("link", local("2027-06-03T08:48"), local("2027-06-03T08:51")),
    ]
    assert contents_of(past).availability.out == timedelta(minutes=6), "in opening hours, and once"


def test_what_nobody_watched_is_not_known() -> None:
    past = town()
    past.watched, past.gone = None, []
    assert contents_of(past).availability.share is None
    past.watched = local("2027-09-01T00:00")
    found = contents_of(past).availability
    assert found.watched == 30 * timedelta(hours=9, minutes=15)
    assert found.share == 1.0
    past.watched = local("2027-10-05T00:00")
    assert contents_of(past).availability.share is None


def test_seats_are_those_of_the_season() -> None:
    april = contents_of(town()).seats[0]
    assert (april.most, april.seats, april.at) == (2, 2, local("2027-04-05T09:30"))
    assert (april.full, april.over) == (timedelta(hours=1), timedelta())


def test_recordings_are_those_made_purged_and_kept() -> None:
    found = contents_of(town())
    april, may = (counts for _, counts in found.recordings[:2])
    assert (april.made, april.purged, april.purged_size, april.kept) == (1, 1, 1_000_000, 1)
    assert (may.made, may.kept, may.kept_size) == (1, 2, 5_000_000)
    assert found.purges[0].certificate == "purge-000001.jsonl"


def test_more_incidents_than_one_reads_are_counted() -> None:
    past = town()
    past.noted = [Incident(local("2027-04-20T10:00"), "alarm", text=f"{n}") for n in range(SHOWN + 5)]
    found = contents_of(past)
    assert (len(found.incidents), found.incidents_left_out) == (SHOWN, 5)


def test_a_call_in_no_part_breaks_the_identity() -> None:
    past = town()
    call = past.records[2]
    past.records[2] = replace(call, visits=[call.visits[0]._replace(outcome="waiting")])
    found = contents_of(past)
    assert (found.balanced, found.off_by) == (False, 1)


def test_a_period_that_is_over_is_the_same_whenever_it_is_asked_for() -> None:
    later = datetime(2030, 1, 1, tzinfo=UTC)
    assert contents_of(town()).data() == {
        **contents_of(town(), now=later).data(),
        "figures": {**contents_of(town(), now=later).data()["figures"], "at": NOW.isoformat()},
    }


def test_a_period_that_goes_on_is_provisional_and_one_ahead_is_refused() -> None:
    assert contents_of(town(), now=local("2027-05-01T12:00")).provisional
    with pytest.raises(NotBegun, match="2028-H1 begins on 2028-04-01"):
        contents_of(town(), key="2028-H1")


def test_without_a_plan_hours_and_seats_are_not_known() -> None:
    past = town()
    past.centre = None
    found = contents_of(past)
    assert (found.availability.open_time, found.seats[0].seats, found.registered_limit) == (None, None, None)


@pytest.mark.parametrize("kind", REGULAR)
@pytest.mark.parametrize("step", [None, Step.DAY])
def test_the_total_is_that_of_the_report_on_figures(kind: Kind, step: Step | None) -> None:
    past = town()
    period = period_at(kind, local("2027-04-05T12:00").date())
    found = reports_of(past).contents(period, NOW)
    answer = Reporting(past, past, "Asia/Tokyo").answer(Question(window=period.window(TOKYO), step=step), NOW)
    assert found.total == answer.total
    assert found.data()["figures"]["total"] == answer.data()["total"]


@given(histories(), st.sampled_from([Kind.DAY, Kind.WEEK, Kind.MONTH]))
@settings(max_examples=60, deadline=None)
def test_every_table_equals_the_reference(history: History, kind: Kind) -> None:
    past = Past(records=history.calls, states=history.spans, flows=FLOWS, centre=None)
    past.names = {group: {} for group in ("flow", "queue", "operator", "case")}
    period = period_at(kind, history.day.date())
    found = reports_of(past, history.zone.key).contents(period, history.now)
    window = period.window(history.zone)
    tables = [(found.course, period.step, None), (found.flows, None, "flow")]
    tables += [(found.operators, None, "operator"), (found.cases, None, "case")]
    for answer, step, by in tables:
        asked = Asked(window.start, window.end, history.zone, history.now, SECONDS, step, by)
        rows, total = report(history.calls, history.spans, asked)
        assert same(answer.total, total)
        real = {
            (interval_of(row.interval.start, step, history.zone) if row.interval else None, row.key): row
            for row in answer.rows
        }
        for place, line in rows.items():
            if is_something(line):
                assert same(real[place].figures, line)
    assert found.heat.total == found.total.tally.offered
