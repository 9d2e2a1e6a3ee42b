"""The schedule: whether callers are let in at a moment, until when, and all the changes of a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from fsbridge.domain.schedule.clock import aware, stretches, zone_of
from fsbridge.domain.schedule.dayplan import Span, plan_of, possible
from fsbridge.domain.schedule.holidays import Holidays
from fsbridge.domain.schedule.rules import NO_SEASON, Override, Rule, Season, SpecialDays, Standing
from fsbridge.errors import ConfigError

_ONE_DAY = dt.timedelta(days=1)
_INSTANT = dt.timedelta(microseconds=1)
_YEARS_ALIKE = 41
"""After so many years every date has met every weekday, 29 February and 2100 included."""
_PLANS_KEPT = 1024


@dataclass(frozen=True)
class Period:
    """A stretch of time, in UTC, in which the same holds; `end` is the first moment after.

    >>> day = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    >>> Period(day, day + dt.timedelta(hours=1), Standing(True, "all", "all", "")).standing.open
    True
    """

    start: dt.datetime
    end: dt.datetime
    standing: Standing


@dataclass(frozen=True)
class Change:
    """The moment, in UTC, at which something else begins to hold.

    >>> shut, open_ = Standing(False, "all", "all", "out-of-hours"), Standing(True, "all", "all", "")
    >>> Change(dt.datetime(2027, 1, 1), shut, open_).after.open
    True
    """

    at: dt.datetime
    before: Standing
    after: Standing


@dataclass(frozen=True)
class Schedule:
    """Opening hours as rules on the wall clock of one time zone.

    Who decides: the newest override of the day (the last in the list), else the first special days that
    hold the day, else the first season that does; on a day without any it is closed. ConfigError for rules
    that share a name, and for holidays without a calendar.

    >>> from fsbridge.domain.schedule import Days, Week
    >>> schedule = Schedule(
    ...     zone="Asia/Tokyo",
    ...     seasons=(Season("all", Days("01..12"), Week.of("08:45-18:00")),),
    ...     special_days=(SpecialDays("new-year", Days("01-01..01-03"), announcement="new-year"),),
    ... )
    >>> schedule.status(dt.datetime(2027, 1, 4, 0, 0, tzinfo=dt.UTC))
    Standing(open=True, season='all', rule='all', announcement='')
    >>> schedule.status(dt.datetime(2027, 1, 2, 3, 0, tzinfo=dt.UTC)).announcement
    'new-year'
    >>> schedule.next_change(dt.datetime(2027, 1, 4, 0, 0, tzinfo=dt.UTC)).at.isoformat()
    '2027-01-04T09:00:00+00:00'
    """

    zone: str
    seasons: Sequence[Season]
    special_days: Sequence[SpecialDays] = ()
    overrides: Sequence[Override] = ()
    calendar: Holidays | None = None
    clock: ZoneInfo = field(init=False, repr=False, compare=False)
    _plan: Callable[[dt.date], tuple[Span, ...]] = field(init=False, repr=False, compare=False)
    _possible: Callable[[], frozenset[Standing]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("seasons", "special_days", "overrides"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "clock", zone_of(self.zone))
        if not self.seasons:
            raise ConfigError("seasons: there is none; name at least one, with its days and hours")
        names = [rule.name for rule in self.rules]
        for name in names:
            if name == NO_SEASON or names.count(name) > 1:
                raise ConfigError(f"name {name!r}: is taken by another rule; give each rule its own name")
        for rule in self.standing_rules:
            if rule.days.by_holidays and self.calendar is None:
                raise ConfigError(
                    f"{rule.name}: holidays are asked for without a calendar; "
                    "name one (for example holidays = 'jp') or write dates"
                )
        plan = lru_cache(_PLANS_KEPT)(
            lambda date: plan_of(date, self.overrides, self.special_days, self.seasons, self.calendar)
        )
        object.__setattr__(self, "_plan", plan)
        standings = cache(lambda: possible(self.overrides, self.special_days, self.seasons))
        object.__setattr__(self, "_possible", standings)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, the first to be asked first."""
        return (*reversed(self.overrides), *self.standing_rules)

    @property
    def standing_rules(self) -> tuple[SpecialDays | Season, ...]:
        """The rules that are no overrides, the first to be asked first."""
        return (*self.special_days, *self.seasons)

    def day(self, date: dt.date) -> tuple[Span, ...]:
        """What holds on one local day, in minutes of its wall clock from 0 to 1440."""
        return self._plan(date)

    def status(self, at: dt.datetime) -> Standing:
        """What holds at `at`, an aware time of any zone; ValueError for a naive one."""
        local = aware(at, self.clock)
        minute = local.hour * 60 + local.minute
        return next(span.standing for span in self._plan(local.date()) if minute < span.ends)

    def timeline(self, start: dt.datetime, end: dt.datetime) -> Iterator[Period]:
        """What holds from `start` to `end`, period by period, without gap or overlap.

        Two periods that touch differ. Days on which the clock changes have the length they really have.
        """
        begun: Period | None = None
        for one in self._spans(aware(start), aware(end)):
            if begun is not None and begun.standing == one.standing:
                begun = replace(begun, end=one.end)
            else:
                if begun is not None:
                    yield begun
                begun = one
        if begun is not None:
            yield begun

    def next_change(
        self, at: dt.datetime, *, of: Callable[[Standing], object] = lambda standing: standing
    ) -> Change | None:
        """The first moment after `at` when something else holds; None when nothing will ever change.

        `of` says what to look at: ``lambda standing: standing.open`` finds the next opening or closing,
        ``lambda standing: standing.season`` the next change of season.
        """
        window = aware(at)
        wanted = of(self.status(window))
        if all(of(standing) == wanted for standing in self._possible()):
            return None
        horizon = self._horizon(window)
        while window < horizon:
            ahead = window + _ONE_DAY
            if not self._alike_around(window.date(), of, wanted):
                for one in self._spans(window, ahead):
                    if of(one.standing) != wanted:
                        return Change(one.start, self.status(one.start - _INSTANT), one.standing)
            window = ahead
        return None

    def with_override(self, override: Override) -> Schedule:
        """The same schedule with one more override, which outranks the older ones."""
        return replace(self, overrides=(*self.overrides, override))

    def without_expired(self, at: dt.datetime) -> Schedule:
        """The same schedule without the overrides that are over for good at `at`."""
        moment = aware(at)
        left = tuple(one for one in self.overrides if one.expires(self.clock) > moment)
        return replace(self, overrides=left)

    def _alike_around(self, date: dt.date, of: Callable[[Standing], object], wanted: object) -> bool:
        """Whether nothing else holds on any local day that the day from this UTC date on may touch."""
        near = (date + step * _ONE_DAY for step in (-1, 0, 1, 2))
        return all(of(span.standing) == wanted for day in near for span in self._plan(day))

    def _spans(self, start: dt.datetime, end: dt.datetime) -> Iterator[Period]:
        """As `timeline`, but cut at midnights and changes of the clock too; both ends in UTC."""
        window = start
        while window < end:
            ahead = min(window + _ONE_DAY, end)
            for first, last, offset in stretches(window, ahead, self.clock):
                yield from self._beside(first, last, offset)
            window = ahead

    def _beside(self, first: dt.datetime, last: dt.datetime, offset: dt.timedelta) -> Iterator[Period]:
        """The spans of a stretch in which wall time is UTC and `offset`."""
        wall, wall_end = first + offset, last + offset
        midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
        while midnight < wall_end:
            for span in self._plan(midnight.date()):
                begins = max(midnight + dt.timedelta(minutes=span.begins), wall)
                ends = min(midnight + dt.timedelta(minutes=span.ends), wall_end)
                if begins < ends:
                    yield Period(begins - offset, ends - offset, span.standing)
            midnight += _ONE_DAY

    def _horizon(self, at: dt.datetime) -> dt.datetime:
        years: Iterable[int] = (rule.days.last_year for rule in self.standing_rules)
        last = max(at.year, *years, *(one.day.year for one in self.overrides))
        return dt.datetime(min(last + _YEARS_ALIKE, 9998), 1, 1, tzinfo=dt.UTC)
