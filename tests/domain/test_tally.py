"""The figures' definitions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from fsbridge.domain.tally import Counted, Definitions, Ledger, Outcome, Tally, Targets

moves = st.lists(
    st.tuples(
        st.sampled_from("abcdef"),
        st.none() | st.builds(Counted, st.sampled_from(Outcome), st.booleans(), st.booleans()),
    )
)


@settings(deadline=None)
@given(moves)
def test_the_identity_holds_however_keys_move(history: list[tuple[str, Counted | None]]) -> None:
    ledger = Ledger()
    last: dict[str, Counted] = {}
    for key, counted in history:
        ledger.put(key, counted)
        last.pop(key, None)
        if counted is not None:
            last[key] = counted
        tally = ledger.tally()
        assert tally.balanced
        assert tally.offered == len(last)
        assert tally.inferred == sum(one.inferred for one in last.values())
        assert min(tally.answered, tally.abandoned, tally.overflowed, tally.waiting, tally.in_time) >= 0


def test_rates_leave_the_short_abandons_out_where_they_should() -> None:
    tally = Tally(offered=10, answered=6, in_time=4, short_abandoned=2, abandoned=1, exit_key=1)
    assert tally.balanced
    assert (tally.answer_rate, tally.net_answer_rate, tally.service_level) == (0.6, 0.75, 0.5)


def test_no_rate_before_the_first_call() -> None:
    assert (Tally().answer_rate, Tally().net_answer_rate, Tally().service_level) == (None, None, None)


def test_a_figure_that_is_wrong_is_noticed() -> None:
    assert not Tally(offered=2, answered=1).balanced


def test_the_day_is_cut_where_the_centre_stands() -> None:
    tokyo = Definitions(zone=ZoneInfo("Asia/Tokyo"))
    assert tokyo.day(datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC)) == date(2026, 3, 31)
    assert tokyo.day(datetime(2026, 3, 31, 15, 0, tzinfo=UTC)) == date(2026, 4, 1)


def test_each_queue_may_have_its_own_targets() -> None:
    definitions = Definitions(by_queue={"leak@city": Targets(short_abandon=timedelta(seconds=2))})
    assert definitions.of("leak@city").short_abandon == timedelta(seconds=2)
    assert definitions.of("other@city").short_abandon == timedelta(seconds=5)
