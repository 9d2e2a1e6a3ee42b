"""Why something holds: one rule decides, and every rule is accounted for."""

from __future__ import annotations

import datetime as dt
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fsbridge.domain.schedule import (
    NO_SEASON,
    Days,
    Override,
    Schedule,
    Season,
    SpecialDays,
    Verdict,
    Week,
    explain,
)
from tests.domain.schedule.strategies import TOWN, moments, schedules

SCHEDULE = Schedule(
    "Asia/Tokyo",
    [Season("spring", Days("03..05"), Week.of("09:00-17:00"))],
    [SpecialDays("holidays", Days("holidays"), Week.of("10:00-12:00"))],
    [Override("storm", dt.date(2027, 3, 11), "sato", "snow", since="13:00", until="15:00")],
    TOWN,
)


def why(text: str) -> dict[str, tuple[Verdict, str]]:
    explanation = explain(SCHEDULE, dt.datetime.fromisoformat(f"{text}+09:00"))
    return {one.name: (one.verdict, one.why) for one in explanation.considered}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schedules(), st.data())
def test_every_rule_is_considered_and_the_one_that_decides_is_the_one_of_status(
    schedule: Schedule, data: st.DataObject
) -> None:
    moment = data.draw(moments(schedule.zone))
    explanation = explain(schedule, moment)
    assert explanation.standing == schedule.status(moment)
    assert [one.name for one in explanation.considered] == [rule.name for rule in schedule.rules]
    deciding = [one.name for one in explanation.considered if one.verdict is Verdict.DECIDES]
    assert deciding == ([] if explanation.standing.rule == NO_SEASON else [explanation.standing.rule])
    assert all(one.why for one in explanation.considered)
    verdicts = [one.verdict for one in explanation.considered if one.verdict is not Verdict.DOES_NOT_HOLD]
    assert verdicts == [Verdict.DECIDES, *[Verdict.OUTRANKED] * (len(verdicts) - 1)][: len(verdicts)]
    json.dumps(explanation.data())


def test_an_override_says_who_decided_why_and_until_when() -> None:
    assert why("2027-03-11T14:00")["storm"] == (
        Verdict.DECIDES,
        "holds 2027-03-11 (thu) from 13:00 to 15:00 (by sato: snow); closed in that time",
    )
    assert why("2027-03-11T14:00")["spring"] == (
        Verdict.OUTRANKED,
        "03..05 includes 2027-03-11 (thu), but storm comes first",
    )
    assert why("2027-03-11T12:59")["storm"][1] == "begins only at 13:00 (by sato: snow)"
    assert why("2027-03-11T15:00")["storm"][1] == "expired at 15:00 (by sato: snow)"
    assert why("2027-03-12T14:00")["storm"][1] == "is for 2027-03-11 (thu), not 2027-03-12 (by sato: snow)"


def test_a_holiday_is_named() -> None:
    assert why("2027-05-03T09:30")["holidays"] == (
        Verdict.DECIDES,
        "holidays includes 2027-05-03 (mon, holiday 1); closed at 09:30, open 10:00-12:00",
    )


def test_without_a_rule_it_says_so() -> None:
    explanation = explain(SCHEDULE, dt.datetime(2027, 7, 1, tzinfo=dt.UTC))
    assert explanation.why == "no rule includes 2027-07-01 (thu), so it is closed (no-season, out-of-hours)"
    assert explanation.data()["rule"] == NO_SEASON
