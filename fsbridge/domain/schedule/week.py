"""Opening hours: of one day, and of the seven days of a week. Times to the minute, closing time excluded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from fsbridge.errors import ConfigError

CLOSED = "closed"
"""How a day without opening hours is written."""
DAY = 24 * 60
"""The minutes of a day on the wall clock."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of a week as they are written, in Python's order."""

_TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")
_CURE = "write 08:45-18:00, several with commas (09:00-12:00, 13:00-17:00), 00:00-24:00 or closed"

Range = tuple[int, int]
"""Minutes since midnight on the wall clock: the first that counts, and the first that does not."""


def minute_of(text: object) -> int:
    """Minutes since midnight from ``HH:MM``, up to ``24:00``; ConfigError for anything else.

    >>> minute_of("08:45"), minute_of("24:00")
    (525, 1440)
    """
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    minute = int(match[1]) * 60 + int(match[2]) if match else DAY + 1
    if minute > DAY:
        raise ConfigError(f"time {text!r}: write HH:MM from 00:00 to 24:00, for example 08:45")
    return minute


def time_of(minute: int) -> str:
    """A minute since midnight as ``HH:MM``.

    >>> time_of(525)
    '08:45'
    """
    return f"{minute // 60:02}:{minute % 60:02}"


@dataclass(frozen=True)
class Hours:
    """The opening hours of one day, written as text.

    Ranges that touch become one; ranges that overlap, end before they begin or run over midnight are
    refused with a ConfigError.

    >>> Hours("09:00-12:00, 13:00-17:30").ranges
    ((540, 720), (780, 1050))
    >>> Hours("closed").ranges
    ()
    >>> Hours("22:00-02:00")
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: hours '22:00-02:00': ... write 22:00-24:00, and 00:00-02:00 on the next day
    """

    text: str
    ranges: tuple[Range, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise ConfigError(f"hours {self.text!r}: {_CURE}")
        ranges: tuple[Range, ...] = ()
        if self.text.strip() != CLOSED:
            ranges = self._joined(sorted(_range(part.strip(), self.text) for part in self.text.split(",")))
        object.__setattr__(self, "ranges", ranges)
        written = ", ".join(f"{time_of(opens)}-{time_of(closes)}" for opens, closes in ranges)
        object.__setattr__(self, "text", written or CLOSED)

    def _joined(self, ranges: list[Range]) -> tuple[Range, ...]:
        joined = [ranges[0]]
        for (_, before), (opens, closes) in pairwise(ranges):
            if opens < before:
                raise ConfigError(
                    f"hours {self.text!r}: {time_of(opens)} lies before {time_of(before)}, "
                    "so two ranges overlap; join them"
                )
            if opens == before:
                joined[-1] = (joined[-1][0], closes)
            else:
                joined.append((opens, closes))
        return tuple(joined)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Week:
    """The hours of the seven weekdays, Monday first.

    >>> Week.of("08:45-18:00").on(6).text
    '08:45-18:00'
    >>> week = Week.of({"mon-fri": "09:00-17:00", "sat": "09:00-12:00"})
    >>> week.on(5).text, week.on(6).text
    ('09:00-12:00', 'closed')
    """

    days: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]

    @classmethod
    def of(cls, data: object) -> Week:
        """A week from plain data: one text for every day, or a table of days; days not named are closed.

        >>> Week.of({"sat-mon": "10:00-16:00"}).on(0).text
        '10:00-16:00'
        """
        if not isinstance(data, Mapping):
            hours = Hours(data)  # type: ignore[arg-type]  # refuses what is no text, naming it
            return cls((hours,) * 7)
        found: dict[int, Hours] = {}
        for key, value in data.items():
            for day in _weekdays(key):
                if day in found:
                    raise ConfigError(f"hours: {WEEKDAYS[day]} is there twice ({key!r}); name each day once")
                try:
                    found[day] = Hours(value)
                except ConfigError as error:
                    raise ConfigError(f"hours.{key}: {error}") from None
        if not found:
            raise ConfigError(f"hours: the table is empty; {_CURE}")
        closed = Hours(CLOSED)
        mon, tue, wed, thu, fri, sat, sun = (found.get(day, closed) for day in range(7))
        return cls((mon, tue, wed, thu, fri, sat, sun))

    def on(self, weekday: int) -> Hours:
        """The hours of one weekday, 0 for Monday."""
        return self.days[weekday]

    def data(self) -> str | dict[str, str]:
        """The week as plain data, from which `of` makes the same week again.

        >>> Week.of({"mon": "09:00-17:00", "tue": "09:00-17:00", "sun": "10:00-11:00"}).data()
        {'mon-tue': '09:00-17:00', 'sun': '10:00-11:00'}
        """
        if len(set(self.days)) == 1:
            return self.days[0].text
        return {key: hours.text for key, hours in self._groups() if hours.ranges}

    def _groups(self) -> Iterator[tuple[str, Hours]]:
        first = 0
        for day in range(1, 8):
            if day == 7 or self.days[day] != self.days[first]:
                last = day - 1
                key = WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}-{WEEKDAYS[last]}"
                yield key, self.days[first]
                first = day

    def __str__(self) -> str:
        data = self.data()
        if isinstance(data, str):
            return data
        return "; ".join(f"{days} {hours}" for days, hours in data.items())


def _range(text: str, whole: str) -> Range:
    first, dash, last = (part.strip() for part in text.partition("-"))
    if not dash:
        raise ConfigError(f"hours {whole!r}: {_CURE}")
    try:
        opens, closes = minute_of(first), minute_of(last)
    except ConfigError as error:
        raise ConfigError(f"hours {whole!r}: {error}") from None
    if opens == closes:
        raise ConfigError(f"hours {whole!r}: opens and closes at {first}; {_CURE}")
    if opens > closes:
        tomorrow = f", and 00:00-{last} on the next day" if closes else ""
        raise ConfigError(
            f"hours {whole!r}: closes at {last}, before it opens; to stay open over midnight "
            f"write {first}-24:00{tomorrow}"
        )
    return opens, closes


def _weekdays(key: object) -> list[int]:
    first, dash, last = str(key).partition("-")
    last = last if dash else first
    if first not in WEEKDAYS or last not in WEEKDAYS:
        raise ConfigError(f"hours: {key!r} is no weekday; write {', '.join(WEEKDAYS)}, or mon-fri")
    start = WEEKDAYS.index(first)
    length = (WEEKDAYS.index(last) - start) % 7 + 1
    return [(start + step) % 7 for step in range(length)]
