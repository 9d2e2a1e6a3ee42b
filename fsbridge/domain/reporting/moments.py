"""How moments and intervals are written in a report."""

from __future__ import annotations

from datetime import datetime

from fsbridge.domain.figures import Step
from fsbridge.domain.reporting.eras import era_date, era_year
from fsbridge.domain.reporting.words import weekday


def interval_name(local: datetime, step: Step, language: str) -> str:
    """The month, day or hour that begins at a local time, as a row is called.

    >>> at = datetime(2027, 4, 1, 9)
    >>> [interval_name(at, step, "ja") for step in (Step.MONTH, Step.DAY, Step.HOUR)]
    ['令和9年4月', '4月1日（木）', '09:00～10:00']
    """
    if step is Step.MONTH:
        return f"{era_year(local.date())}{local.month}月" if language == "ja" else f"{local:%Y-%m}"
    if step is Step.DAY:
        day = weekday(local.weekday(), language)
        return f"{local.month}月{local.day}日（{day}）" if language == "ja" else f"{local:%m-%d} {day}"
    until = f"{(local.hour + 1):02}:00"
    return f"{local:%H:%M}～{until}" if language == "ja" else f"{local:%H:%M}–{until}"


def interval_mark(local: datetime, step: Step, language: str) -> str:
    """The same in the little room below a chart.

    >>> [interval_mark(datetime(2027, 4, 1, 9), step, "ja") for step in (Step.MONTH, Step.DAY, Step.HOUR)]
    ['4月', '4/1', '9:00']
    """
    if step is Step.MONTH:
        return f"{local.month}月" if language == "ja" else f"{local:%b}"
    return f"{local.month}/{local.day}" if step is Step.DAY else f"{local.hour}:00"


def moment_name(local: datetime, language: str, *, year: bool = False) -> str:
    """A moment to the minute; the year where the period does not say it.

    >>> moment_name(datetime(2027, 4, 1, 9, 5), "ja"), moment_name(datetime(2027, 4, 1, 9), "ja", year=True)
    ('4月1日 9:05', '令和9年4月1日 9:00')
    """
    if language == "en":
        return f"{local:%Y-%m-%d %H:%M}"
    day = era_date(local.date()) if year else f"{local.month}月{local.day}日"
    return f"{day} {local.hour}:{local:%M}"
