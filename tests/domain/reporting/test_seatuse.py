"""Seat use: the same as looking at every second."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.figures import SpanRecord, Window, moment
from fsbridge.domain.figures.figures import AWAY
from fsbridge.domain.reporting.seatuse import seat_use

SECOND = 1_000_000
BOUNDS = [Window(moment(start * SECOND), moment((start + 20) * SECOND)) for start in (10, 30)]
STATES = ["ready", "talking", "on break", *AWAY]


@st.composite
def staffs(draw: st.DrawFn) -> list[SpanRecord]:
    spans = []
    for operator in "abcd"[: draw(st.integers(0, 4))]:
        at = draw(st.integers(0, 15))
        for length in draw(st.lists(st.integers(1, 15), max_size=5)):
            spans.append(
                SpanRecord(operator, draw(st.sampled_from(STATES)), at * SECOND, (at + length) * SECOND)
            )
            at += length + draw(st.sampled_from([0, 0, 3]))
        if spans and spans[-1].operator == operator and draw(st.booleans()):
            spans[-1] = spans[-1]._replace(ended=None)
    return spans


@given(staffs(), st.integers(1, 3), st.integers(45, 60))
def test_it_is_what_one_sees_every_second(spans: list[SpanRecord], seats: int, now: int) -> None:
    found = seat_use(spans, BOUNDS, lambda at: seats, moment(now * SECOND))
    for use, bound in zip(found, BOUNDS, strict=True):
        seconds = range(round(bound.start.timestamp()), round(bound.end.timestamp()))
        there = [
            sum(
                one.started <= at * SECOND < (now * SECOND if one.ended is None else one.ended)
                for one in spans
                if one.state not in AWAY
            )
            for at in seconds
        ]
        assert use.most == max(there)
        assert use.full == timedelta(seconds=sum(count >= seats for count in there))
        assert use.over == timedelta(seconds=sum(count > seats for count in there))
        if use.most:
            assert use.at == moment(seconds[there.index(use.most)] * SECOND)


def test_nobody_knows_of_seats_without_a_plan() -> None:
    (use, _) = seat_use([SpanRecord("a", "ready", 0, None)], BOUNDS, lambda at: None, moment(60 * SECOND))
    assert (use.most, use.seats, use.share, use.full) == (1, None, None, timedelta())
