"""Random schedules, and a slow, obvious answer to compare with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from fsbridge.domain.schedule import (
    NO_SEASON,
    OUT_OF_HOURS,
    Days,
    Override,
    Schedule,
    Season,
    SpecialDays,
    Standing,
    Week,
)
from fsbridge.domain.schedule.week import WEEKDAYS, time_of

FIRST, LAST = dt.date(2027, 1, 1), dt.date(2028, 12, 31)
"""The two years random schedules are about, one of them a leap year."""
ZONES = (
    "Asia/Tokyo",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of summer time
    "America/Havana",  # the clock goes back at midnight
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "UTC",
)


class Town:
    """A calendar of holidays that moves with the years."""

    name = "town"

    def of(self, year: int) -> Mapping[dt.date, str]:
        days = [(2, 3 + year % 7), (5, 3), (5, 5), (12, 31)]
        return {dt.date(year, *day): f"holiday {at}" for at, day in enumerate(days)}


TOWN = Town()
dates = st.dates(FIRST, LAST)
month_days = st.dates(dt.date(2028, 1, 1), dt.date(2028, 12, 31)).map(lambda day: f"{day:%m-%d}")
months = st.integers(1, 12).map(lambda month: f"{month:02}")
yearly = st.one_of(
    month_days,
    st.builds("{}..{}".format, months, months),
    st.builds("{}..{}".format, month_days, month_days),
)
dated = st.lists(dates, min_size=1, max_size=2).map(lambda days: "..".join(map(str, sorted(days))))
minutes = st.one_of(st.integers(0, 1440), st.sampled_from([0, 60, 90, 120, 150, 180, 525, 1080, 1439, 1440]))


@st.composite
def hours(draw: st.DrawFn) -> str:
    """The hours of a day, as text."""
    edges = sorted(set(draw(st.lists(minutes, max_size=6))))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return ", ".join(f"{time_of(opens)}-{time_of(closes)}" for opens, closes in pairs) or "closed"


weeks = st.one_of(
    hours(),
    st.dictionaries(st.sampled_from(WEEKDAYS), hours(), min_size=1),
    st.fixed_dictionaries({"mon-fri": hours(), "sat-sun": hours()}),
).map(Week.of)
days = st.lists(st.one_of(yearly, yearly, dated, st.just("holidays")), min_size=1, max_size=3).map(
    lambda parts: Days(", ".join(parts))
)
announcements = st.sampled_from([OUT_OF_HOURS, "new-year", "storm"])


@st.composite
def overrides(draw: st.DrawFn, name: str) -> Override:
    """An override of one of the two years."""
    since, until = sorted(draw(st.lists(minutes, min_size=2, max_size=2, unique=True)))
    return Override(
        name,
        draw(dates),
        "sato",
        draw(st.sampled_from(["", "storm"])),
        draw(weeks),
        time_of(since),
        time_of(until),
        draw(announcements),
    )


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Any schedule: some with gaps, overlaps, and rules that never win."""
    few = st.integers(0, 2)
    return Schedule(
        draw(st.sampled_from(ZONES)),
        [
            Season(f"season{at}", draw(days), draw(weeks), draw(announcements))
            for at in range(draw(st.integers(1, 3)))
        ],
        [
            SpecialDays(f"special{at}", draw(days), draw(weeks), draw(announcements))
            for at in range(draw(few))
        ],
        [draw(overrides(f"override{at}")) for at in range(draw(few))],
        TOWN,
    )


def moments(zone: str) -> st.SearchStrategy[dt.datetime]:
    """Whole minutes of the two years on the clock of a zone, around midnight and its changes more often."""
    clock = ZoneInfo(zone)
    start = dt.datetime(2027, 1, 2, tzinfo=dt.UTC)
    anywhen = st.integers(0, 720 * 1440).map(lambda minute: start + dt.timedelta(minutes=minute))
    shift = st.integers(-300, 300).map(lambda minute: dt.timedelta(minutes=minute))
    around = st.builds(lambda change, by: change + by, st.sampled_from(clock_changes(zone) or [start]), shift)
    return st.one_of(anywhen, around).map(lambda moment: moment.astimezone(clock))


@cache
def clock_changes(zone: str) -> list[dt.datetime]:
    """The hours of 2027 and 2028, in UTC, in which a zone's clock changes."""
    clock = ZoneInfo(zone)
    start = dt.datetime(2027, 1, 2, tzinfo=dt.UTC)
    stamps = [start + dt.timedelta(hours=hour) for hour in range(720 * 24)]
    offsets = [stamp.astimezone(clock).utcoffset() for stamp in stamps]
    return [stamps[at] for at in range(1, len(stamps)) if offsets[at] != offsets[at - 1]]


def obvious(schedule: Schedule, at: dt.datetime) -> Standing:
    """What holds, worked out rule by rule from the texts alone."""
    local = at.astimezone(ZoneInfo(schedule.zone))
    date, clock = local.date(), f"{local:%H:%M}"
    season = next((one for one in schedule.seasons if in_days(one.days.text, date)), None)
    name = season.name if season else ""
    for override in reversed(schedule.overrides):
        if override.day == date and override.since <= clock < override.until:
            rule: Override | SpecialDays | Season | None = override
            break
    else:
        special = next((one for one in schedule.special_days if in_days(one.days.text, date)), None)
        rule = special or season
    if rule is None:
        return Standing(False, name, NO_SEASON, OUT_OF_HOURS)
    ranges = rule.hours.days[date.weekday()].text
    if ranges != "closed" and any(first <= clock < last for first, last in cut(ranges)):
        return Standing(True, name, rule.name, "")
    return Standing(False, name, rule.name, rule.announcement)


def cut(ranges: str) -> list[tuple[str, str]]:
    return [(part[:5], part[6:]) for part in ranges.split(", ")]


def in_days(text: str, date: dt.date) -> bool:
    for part in text.split(", "):
        first, _, last = part.partition("..")
        last = last or first
        if part == "holidays":
            found = date in TOWN.of(date.year)
        elif len(first) == 10:
            found = first <= f"{date}" <= last
        else:
            low, high = (first + "-01")[:5], (last + "-31")[:5]
            day = f"{date:%m-%d}"
            found = low <= day <= high if low <= high else day >= low or day <= high
        if found:
            return True
    return False
