"""Opening hours as data: seasons, special days, overrides, in any time zone; the time is an argument."""

from fsbridge.domain.schedule.check import Finding, Kind, check
from fsbridge.domain.schedule.days import Days
from fsbridge.domain.schedule.explain import Considered, Explanation, Verdict, explain
from fsbridge.domain.schedule.holidays import Holidays
from fsbridge.domain.schedule.plain import data_of, schedule_of
from fsbridge.domain.schedule.rules import NO_SEASON, OUT_OF_HOURS, Override, Season, SpecialDays, Standing
from fsbridge.domain.schedule.schedule import Change, Period, Schedule
from fsbridge.domain.schedule.week import Hours, Week

__all__ = [
    "NO_SEASON",
    "OUT_OF_HOURS",
    "Change",
    "Considered",
    "Days",
    "Explanation",
    "Finding",
    "Holidays",
    "Hours",
    "Kind",
    "Override",
    "Period",
    "Schedule",
    "Season",
    "SpecialDays",
    "Standing",
    "Verdict",
    "Week",
    "check",
    "data_of",
    "explain",
    "schedule_of",
]
