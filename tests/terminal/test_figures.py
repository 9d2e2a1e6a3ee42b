"""The report as it is drawn: what is red, what is marked, and hours that the clock shows twice."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from rich.console import Console

from fsbridge.domain.figures import Answer, Basis, Figures, Label, Question, Row, Step, Window, intervals
from fsbridge.domain.tally import Targets
from fsbridge.terminal.figures import Report

NOW = datetime(2027, 12, 1, tzinfo=UTC)


def answer(zone: str, day: date, step: Step, figures: Figures, *, now: datetime = NOW) -> Answer:
    clock = ZoneInfo(zone)
    window = Window.of_days(day, day, clock)
    cut = intervals(step, window, clock)
    basis = Basis(zone=zone, flows={"leak": Targets(), "bill": Targets(timedelta(seconds=3))}, schedule="c 1")
    return Answer(
        question=Question(window=window, step=step),
        at=now,
        zone=zone,
        rows=tuple(Row(one, None, None, figures, one.end > now) for one in cut),
        total=figures,
        bases=((day - timedelta(days=9), basis), (day, Basis(zone=zone, schedule="c 2"))),
        kept_days=1,
        labels={"flow": {"leak": Label("漏水\x1b[31m", "leak")}},
    )


def drawn(shown: Answer, language: str = "ja", *, colours: bool = False) -> str:
    out = io.StringIO()
    Console(
        width=140, file=out, force_terminal=colours, color_system="standard" if colours else None
    ).print(Report(shown, language))  # fmt: skip
    return out.getvalue()


GOOD = Figures({"offered": 2, "answered": 1, "abandoned": 1}, [4_000_000])
BAD = Figures({"offered": 3, "answered": 1, "abandoned": 1, "unclear": 1}, [4_000_000])
MARCH = date(2027, 3, 1)


def test_a_hole_is_red_and_says_its_size() -> None:
    good = drawn(answer("Asia/Tokyo", MARCH, Step.DAY, GOOD), colours=True)
    bad = drawn(answer("Asia/Tokyo", MARCH, Step.DAY, BAD), colours=True)
    assert "\x1b[1;31m✘" in bad
    assert "内訳と1件合いません" in bad
    assert "✘" not in good
    assert "内訳と一致" in good


def test_an_hour_shown_twice_is_told_apart() -> None:
    shown = drawn(answer("Europe/Lisbon", date(2027, 10, 31), Step.HOUR, GOOD))
    assert "01:00–01:00 WEST" in shown
    assert "01:00–02:00 WET" in shown


def test_what_goes_on_is_marked() -> None:
    now = datetime(2027, 3, 1, 3, 30, tzinfo=UTC)
    shown = drawn(answer("Asia/Tokyo", MARCH, Step.HOUR, GOOD, now=now))
    assert "11:00–12:00 " in shown
    assert "12:00–13:00*" in shown
    assert "* 速報値" in shown


def test_the_foot_says_what_held_since_when() -> None:
    shown = drawn(answer("Asia/Tokyo", MARCH, Step.DAY, GOOD), "en")
    assert "Definitions, version 1" in shown
    assert "since 2027-03-01 opening hours c 2" in shown
    assert "1 days from kept figures" in shown


def test_a_name_cannot_steer_the_screen() -> None:
    assert "\x1b" not in drawn(answer("Asia/Tokyo", MARCH, Step.DAY, GOOD))
