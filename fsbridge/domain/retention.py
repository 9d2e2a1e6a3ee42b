"""How long recordings are kept, to the day, and when a purge must not believe its clock."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fsbridge.errors import ConfigError, FsbridgeError

_PERIOD = ("years", "months", "days")
_LIMITS = ("share", "few", "gap")
_DAY = dt.timedelta(days=1)
_SKEW = dt.timedelta(minutes=10)  # clocks of two machines may differ by so much


class PurgeRefused(FsbridgeError):
    """A purge did not begin: clock, share or folder look wrong; the text says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Retention:
    """For how long a recording is kept, and what one purge may do without being told twice.

    The day of the recording does not count, and the last day counts whole; where the month has no such day,
    its last one is meant (the Japanese Civil Code's way, articles 140 to 143). One purge takes `few`
    recordings at most, or `share` per cent of those kept if that is more; the time since the purge before is
    believed up to `gap` days.

    >>> from zoneinfo import ZoneInfo
    >>> rule = Retention(ZoneInfo("Asia/Tokyo"), years=3)
    >>> rule.goes_from(dt.datetime(2024, 2, 29, 1, 0, tzinfo=dt.UTC)).astimezone(rule.zone).isoformat()
    '2027-03-01T00:00:00+09:00'
    """

    zone: dt.tzinfo
    years: int = 0
    months: int = 0
    days: int = 0
    share: int = 5
    few: int = 100
    gap: int = 7

    def __post_init__(self) -> None:
        for name in (*_PERIOD, *_LIMITS):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100_000:
                raise ConfigError(f"retention: {name} is {value!r}; give a whole number, 0 or more")
        if not (self.years or self.months or self.days):
            raise ConfigError("retention: no period; give years, months or days, for example --years 3")
        if self.years + self.months // 12 + self.days // 365 > 100:
            raise ConfigError("retention: more than 100 years; give a shorter period")
        if self.share > 100:
            raise ConfigError(f"retention: share is {self.share}; give per cent, 0 to 100")

    def data(self) -> dict[str, int]:
        """As plain data, without the zone; `retention_of` reads it."""
        return {name: getattr(self, name) for name in (*_PERIOD, *_LIMITS)}

    def last_day(self, day: dt.date) -> dt.date:
        """The last day on which a recording of `day` is kept."""
        months = day.month - 1 + self.months
        year, month = day.year + self.years + months // 12, months % 12 + 1
        return day.replace(
            year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])
        ) + dt.timedelta(days=self.days)

    def goes_from(self, started_at: dt.datetime) -> dt.datetime:
        """The moment from which a recording that began then may go."""
        return self._begins(self.last_day(started_at.astimezone(self.zone).date()) + _DAY)

    def cutoff(self, now: dt.datetime) -> dt.datetime:
        """What began before this moment may go at `now`, and nothing else may."""
        today = now.astimezone(self.zone).date()
        day = today - dt.timedelta(days=366 * self.years + 31 * self.months + self.days + 3)
        while self.last_day(day + _DAY) < today:
            day += _DAY
        return self._begins(day + _DAY)

    def most(self, kept: int) -> int:
        """How many of so many kept recordings one purge takes without being told twice."""
        return max(self.few, kept * self.share // 100)

    def _begins(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), self.zone).astimezone(dt.UTC)


def retention_of(data: Mapping[str, Any], zone: dt.tzinfo) -> Retention:
    """The rule written as plain data; ConfigError names a word that is none of it.

    >>> retention_of({"years": 3}, dt.UTC).share
    5
    """
    for name in data:
        if name not in (*_PERIOD, *_LIMITS):
            raise ConfigError(f"retention: there is no {name!r}; write {', '.join((*_PERIOD, *_LIMITS))}")
    return Retention(zone, **data)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known before a purge: recordings still there, those whose time is over, what time it was last.

    `kept` counts those under a hold too, `due` does not. `newest` is the beginning of the latest recording,
    `last_run` when a purge ran last; None for none.

    >>> Facts(kept=200_000, due=180).held
    0
    """

    kept: int
    due: int
    size: int = 0
    held: int = 0
    newest: dt.datetime | None = None
    last_run: dt.datetime | None = None


def refusal(
    rule: Retention, now: dt.datetime, facts: Facts, *, clock_checked: bool = False, share: int | None = None
) -> str:
    """Why a purge must not begin, with the cure; empty if it may.

    A clock that jumped shows in the time since the last purge (or, before the first one, since the latest
    recording); whatever else went wrong, in how much would go. A person who has looked says `clock_checked`,
    or which `share` per cent may go.

    >>> rule = Retention(dt.UTC, years=3)
    >>> refusal(rule, dt.datetime(2030, 5, 1, tzinfo=dt.UTC), Facts(kept=900, due=0))
    ''
    >>> refusal(rule, dt.datetime(2030, 5, 1, tzinfo=dt.UTC), Facts(kept=900, due=450))
    '450 of 900 recordings (50 %) would go, one purge takes 100; look at the dry run, then say --share 50'
    """
    if not clock_checked and (why := _clock(rule, now, facts)):
        return f"{why}; look at the clock, and if it is right say --clock-is-right"
    most = rule.most(facts.kept) if share is None else facts.kept * share / 100
    if facts.due > most:
        needed = -(-facts.due * 100 // facts.kept) if facts.kept else 100
        return (
            f"{facts.due} of {facts.kept} recordings ({needed} %) would go, one purge takes {int(most)}; "
            f"look at the dry run, then say --share {needed}"
        )
    return ""


def _clock(rule: Retention, now: dt.datetime, facts: Facts) -> str:
    known = [
        (facts.last_run, "the last purge ran"),
        (facts.newest, "the latest recording began"),
    ]
    shown = _shown(now, rule.zone)
    for at, what in known:
        if at is not None and now + _SKEW < at:
            return f"the clock shows {shown}, but {what} at {_shown(at, rule.zone)}, later than that"
    for at, what in known:
        if at is not None:
            days = (now - at).days
            if days >= rule.gap:
                return f"the clock shows {shown}, {days} days after {what} ({_shown(at, rule.zone)})"
            return ""
    return ""


def _shown(at: dt.datetime, zone: dt.tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
