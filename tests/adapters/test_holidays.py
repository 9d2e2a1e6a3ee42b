"""Japan's public holidays, as a schedule asks for them."""

from __future__ import annotations

import datetime as dt

from fsbridge.adapters.holidays import CALENDARS, JapaneseHolidays
from fsbridge.domain.schedule import data_of, schedule_of

IN_2026 = """
01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23
"""  # the Cabinet Office's list


def test_the_year_s_holidays_are_those_of_the_law() -> None:
    assert [f"{day:%m-%d}" for day in sorted(JapaneseHolidays().of(2026))] == IN_2026.split()


def test_every_holiday_lies_in_the_year_asked_for_and_has_a_name() -> None:
    for year in (2023, 2028, 2032, 2059):
        holidays = JapaneseHolidays().of(year)
        assert len(holidays) >= 16
        assert all(day.year == year and name for day, name in holidays.items())


def test_a_schedule_asks_for_the_calendar_by_name() -> None:
    schedule = schedule_of(
        {
            "zone": "Asia/Tokyo",
            "holidays": "jp",
            "seasons": [{"name": "all", "days": "01..12", "hours": "08:45-18:00"}],
            "special_days": [{"name": "public-holidays", "days": "holidays"}],
        },
        CALENDARS,
    )
    assert schedule_of(data_of(schedule), [JapaneseHolidays()]) == schedule
    substitute = dt.datetime(2027, 3, 22, 10, tzinfo=dt.timezone(dt.timedelta(hours=9)))
    assert schedule.status(substitute).rule == "public-holidays"
    assert schedule.status(substitute + dt.timedelta(days=1)).rule == "all"
