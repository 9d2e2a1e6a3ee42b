"""What a schedule is made of: seasons, special days, overrides; and what holds at one moment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from fsbridge.domain.schedule.days import Days
from fsbridge.domain.schedule.week import DAY, Week, minute_of
from fsbridge.errors import ConfigError

OUT_OF_HOURS = "out-of-hours"
"""The announcement while closed, where a rule names no other."""
NO_SEASON = "no-season"
"""The rule that holds on days without a season: closed."""

_CLOSED = Week.of("closed")


@dataclass(frozen=True)
class Season:
    """Days with the same weekly hours; seats and tiers are kept under its name.

    `announcement` is what callers hear while it is closed.

    >>> Season("busy", Days("03..04"), Week.of("08:00-19:00")).announcement
    'out-of-hours'
    """

    name: str
    days: Days
    hours: Week
    announcement: str = OUT_OF_HOURS

    def __post_init__(self) -> None:
        _texts(self, "name", "announcement")


@dataclass(frozen=True)
class SpecialDays:
    """An exception: days on which other hours hold than the season's, or (by default) none at all.

    >>> SpecialDays("new-year", Days("01-01..01-03"), announcement="new-year").hours.data()
    'closed'
    """

    name: str
    days: Days
    hours: Week = _CLOSED
    announcement: str = OUT_OF_HOURS

    def __post_init__(self) -> None:
        _texts(self, "name", "announcement")


@dataclass(frozen=True)
class Override:
    """Somebody's decision about one day; it expires at `until` of that day, on the wall clock.

    From `since` to `until` its `hours` are the only ones that count; before and after, and on every other
    day, everything is as usual.

    >>> storm = Override("storm", dt.date(2027, 2, 11), "sato", "snow storm", since="13:00")
    >>> storm.since, storm.until, storm.hours.data()
    ('13:00', '24:00', 'closed')
    """

    name: str
    day: dt.date
    author: str
    reason: str = ""
    hours: Week = _CLOSED
    since: str = "00:00"
    until: str = "24:00"
    announcement: str = OUT_OF_HOURS

    def __post_init__(self) -> None:
        _texts(self, "name", "author", "announcement")
        begins, ends = self.window
        if begins >= ends:
            raise ConfigError(
                f"override {self.name}: expires at {self.until}, not after it begins ({self.since}); "
                "write a later until, at most 24:00"
            )

    @property
    def window(self) -> tuple[int, int]:
        """Minutes since midnight between which it holds."""
        return minute_of(self.since), minute_of(self.until)

    def holds(self, date: dt.date, minute: int) -> bool:
        """Whether it decides at this minute of the wall clock."""
        begins, ends = self.window
        return date == self.day and begins <= minute < ends

    def expires(self, zone: dt.tzinfo) -> dt.datetime:
        """The moment, in UTC, from which it is over for good.

        >>> Override("x", dt.date(2027, 2, 11), "sato").expires(dt.UTC).isoformat()
        '2027-02-12T00:00:00+00:00'
        """
        wall = dt.datetime.combine(self.day, dt.time(), zone) + dt.timedelta(minutes=self.window[1])
        # When the clock goes back the time comes twice: the later one counts.
        return max(wall.replace(fold=fold).astimezone(dt.UTC) for fold in (0, 1))


Rule = Season | SpecialDays | Override


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds at one moment.

    `season` is the season of the day (empty on a day without), `rule` the name of the rule that decides,
    `announcement` what a caller hears: empty while open.

    >>> Standing(open=True, season="busy", rule="busy", announcement="").data()
    {'open': True, 'season': 'busy', 'rule': 'busy', 'announcement': ''}
    """

    open: bool
    season: str
    rule: str
    announcement: str

    def data(self) -> dict[str, bool | str]:
        """The same as plain data."""
        return {
            "open": self.open,
            "season": self.season,
            "rule": self.rule,
            "announcement": self.announcement,
        }


def kind_of(rule: Rule) -> str:
    """What a rule is, in a word or two.

    >>> kind_of(Season("busy", Days("03..04"), Week.of("08:00-19:00")))
    'season'
    """
    return {Season: "season", SpecialDays: "special days", Override: "override"}[type(rule)]


def open_minutes(rule: Rule, date: dt.date) -> tuple[tuple[int, int], ...]:
    """The minutes of this day during which the rule opens, if it is the one that decides.

    >>> open_minutes(Season("busy", Days("03..04"), Week.of("08:00-19:00")), dt.date(2027, 3, 1))
    ((480, 1140),)
    """
    first, last = rule.window if isinstance(rule, Override) else (0, DAY)
    clipped = (
        (max(opens, first), min(closes, last)) for opens, closes in rule.hours.on(date.weekday()).ranges
    )
    return tuple((opens, closes) for opens, closes in clipped if opens < closes)


def _texts(rule: object, *names: str) -> None:
    for name in names:
        value = getattr(rule, name)
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise ConfigError(f"{name} {value!r}: write a text of one line, not empty")
