"""The time attributes of a dialplan condition, read as FreeSWITCH reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from fsbridge.embedded.arguments import atoi

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def matches_time(attributes: Mapping[str, str], now: datetime) -> bool:
    """Whether all of the attributes hold at a moment.

    >>> matches_time({"wday": "mon-fri", "time-of-day": "08:45-18:00"}, datetime(2027, 3, 3, 9, 0))
    True
    >>> matches_time({"mon": "1", "mday": "1-3"}, datetime(2027, 1, 4))
    False
    """
    weekday = now.isoweekday() % 7 + 1
    numbers = {
        "year": now.year,
        "yday": now.timetuple().tm_yday,
        "mon": now.month,
        "mday": now.day,
        "wday": weekday,
        "hour": now.hour,
        "minute": now.minute,
        "minute-of-day": now.hour * 60 + now.minute + 1,  # FreeSWITCH counts from 1
        "week": (now.timetuple().tm_yday - 1) // 7 + 1,
    }
    for name, text in attributes.items():
        if name == "time-of-day":
            held = any(_in_day(part, now) for part in text.split(","))
        elif name == "date-time":
            held = any(_in_dates(part, now) for part in text.split(","))
        else:
            held = any(_in_range(part, numbers[name]) for part in text.split(","))
        if not held:
            return False
    return True


def _in_range(text: str, value: int) -> bool:
    first, _, last = text.strip().partition("-")
    low, high = _number(first), _number(last or first)
    return low <= value <= high if low <= high else value >= low or value <= high


def _number(text: str) -> int:
    name = text.strip().lower()[:3]
    return _DAYS.index(name) + 1 if name in _DAYS else atoi(text)


def _in_day(text: str, now: datetime) -> bool:
    first, _, last = text.strip().partition("-")
    at = now.hour * 3600 + now.minute * 60 + now.second
    low, high = _seconds(first), _seconds(last or first)
    return low <= at <= high if low <= high else at >= low or at <= high


def _seconds(text: str) -> int:
    parts = [atoi(part) for part in text.split(":")] + [0, 0]
    return parts[0] * 3600 + parts[1] * 60 + parts[2]


def _in_dates(text: str, now: datetime) -> bool:
    first, range_, last = text.partition("~")
    local = now.replace(tzinfo=None)
    if not range_:
        return False
    return datetime.fromisoformat(first.strip()) <= local < datetime.fromisoformat(last.strip())
