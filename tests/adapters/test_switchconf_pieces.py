"""Days cut into pieces that a dialplan condition can name: together they are the same days."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsbridge.adapters.switchconf.hours import Rule
from fsbridge.adapters.switchconf.pieces import pieces
from fsbridge.domain.schedule import Days
from tests.adapters.test_switchconf_hours import holds
from tests.domain.schedule.strategies import TOWN, yearly

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2031, 12, 31)
EVERY_DAY = [FIRST + dt.timedelta(days=step) for step in range((LAST - FIRST).days + 1)]
long_spans = st.lists(st.dates(FIRST, LAST), min_size=2, max_size=2).map(
    lambda days: "..".join(map(str, sorted(days)))
)


def assert_the_same_days(days: Days) -> None:
    rules = [Rule("x", *piece) for piece in pieces(days, TOWN, range(FIRST.year, LAST.year + 1))]
    for date in EVERY_DAY:
        midnight = dt.datetime.combine(date, dt.time())
        assert any(holds(rule.attributes, midnight) for rule in rules) == days.holds(date, TOWN), date


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(yearly, long_spans, st.just("holidays")), min_size=1, max_size=2))
def test_pieces_are_the_same_days(parts: list[str]) -> None:
    assert_the_same_days(Days(", ".join(parts)))


@pytest.mark.parametrize(
    "text",
    [
        "02-29",
        "02-28..02-29",
        "02..02",
        "12-31..01-01",
        "01..12",
        "03-02..03-01",
        "2027-12-31..2029-01-01",
        "2027-12-31..2030-01-01",
        "holidays",
    ],
)
def test_the_edges_are_the_same_days(text: str) -> None:
    assert_the_same_days(Days(text))
