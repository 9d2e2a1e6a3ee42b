"""The year calendar says every day's state by colour and by mark, in columns that stand."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from fsbridge.adapters.planfile import example
from fsbridge.domain.schedule import Override, Schedule, Week
from fsbridge.terminal.calendar import days_of, year_calendar

KANAZAWA = example("kanazawa").plan.schedule
PORTO = example("porto").plan.schedule


def printed(schedule: Schedule, year: int, lang: str, columns: int = 3) -> str:
    console = Console(width=110, file=io.StringIO(), color_system=None)
    console.print(year_calendar(schedule, year, lang=lang, columns=columns))
    return console.file.getvalue()  # type: ignore[attr-defined]


def mark(schedule: Schedule, date: dt.date) -> str:
    return next(one.mark for one in days_of(schedule, date.year) if one.date == date)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        (dt.date(2027, 1, 3), "x"),
        (dt.date(2027, 1, 4), "."),
        (dt.date(2027, 3, 1), "^"),
        (dt.date(2027, 4, 30), "^"),
        (dt.date(2027, 5, 1), "."),
    ],
)
def test_without_colour_the_mark_says_the_season_and_closed_days(date: dt.date, expected: str):
    assert mark(KANAZAWA, date) == expected


def test_weekly_rest_holidays_other_hours_and_overrides_differ():
    schedule = PORTO.with_override(Override("open", dt.date(2027, 2, 14), "x", hours=Week.of("10:00-12:00")))
    marks = [mark(schedule, dt.date(2027, *day)) for day in ((1, 3), (1, 1), (2, 14), (2, 15), (6, 15))]
    assert marks == ["-", "x", "!", ".", "^"]


@pytest.mark.parametrize("year", [2027, 2028])
def test_every_day_of_the_year_is_there_once(year: int):
    days = list(days_of(KANAZAWA, year))
    assert len({one.date for one in days}) == len(days) == (366 if year == 2028 else 365)


def test_minutes_are_those_of_the_schedule():
    open_minutes = sum(one.minutes for one in days_of(KANAZAWA, 2027))
    assert open_minutes == 61 * 660 + (365 - 61 - 3) * 555


def test_weeks_begin_on_sunday_in_japanese_and_on_monday_in_english():
    japanese, english = printed(KANAZAWA, 2027, "ja"), printed(KANAZAWA, 2027, "en")
    assert "日 月 火 水 木 金 土" in japanese
    assert "Mo Tu We Th Fr Sa Su" in english
    assert " 3x 4. 5." in japanese  # 3 January 2027 is a Sunday
    assert " 4. 5. 6. 7. 8. 9.10." in english


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("columns", [1, 3, 4])
def test_months_stand_beside_each_other(lang: str, columns: int):
    lines = printed(PORTO, 2027, lang, columns).splitlines()
    heads = [line for line in lines if line.startswith(("日", "Mo"))]
    assert len(heads) == 12 // columns
    for line in heads:
        assert cell_len(line.rstrip()) == 24 * (columns - 1) + 20


def test_the_legend_says_what_the_marks_mean():
    said = printed(KANAZAWA, 2027, "ja")
    assert "受付なし" in said
    assert "301 日" in said
    assert "受付 362 日、3,455.2 時間" in said
