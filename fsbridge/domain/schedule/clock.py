"""A zone's wall clock: the stretches of time between its changes, and the moments a wall time stands for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from fsbridge.errors import ConfigError

_STEP = dt.timedelta(hours=6)
_EXACT = dt.timedelta(microseconds=1)


def zone_of(name: object) -> ZoneInfo:
    """An IANA time zone; ConfigError for a name that is none.

    >>> zone_of("Asia/Kanazawa")
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: zone 'Asia/Kanazawa': no such time zone; write an IANA name, for example ...
    """
    try:
        return ZoneInfo(name)  # type: ignore[arg-type]  # what is no text is refused here as well
    except (KeyError, ValueError, OSError, TypeError, AttributeError):
        raise ConfigError(
            f"zone {name!r}: no such time zone; write an IANA name, for example Asia/Tokyo"
        ) from None


def aware(at: dt.datetime, zone: dt.tzinfo = dt.UTC) -> dt.datetime:
    """The moment on the clock of `zone`; ValueError if nobody can know which moment it is.

    >>> aware(dt.datetime(2027, 1, 1))
    Traceback (most recent call last):
    ValueError: a schedule is asked with an aware time (with a time zone), not 2027-01-01 00:00:00
    """
    if at.utcoffset() is None:
        raise ValueError(f"a schedule is asked with an aware time (with a time zone), not {at}")
    return at.astimezone(zone)


def stretches(
    start: dt.datetime, end: dt.datetime, zone: dt.tzinfo
) -> Iterator[tuple[dt.datetime, dt.datetime, dt.timedelta]]:
    """The time from `start` to `end` (both UTC) cut where the zone's offset changes, with each offset.

    Between two cuts wall time and UTC run side by side; changes lie at least six hours apart.

    >>> berlin, day = ZoneInfo("Europe/Berlin"), dt.datetime(2027, 3, 28, tzinfo=dt.UTC)
    >>> for first, last, offset in stretches(day, day + dt.timedelta(days=1), berlin):
    ...     print(f"{first:%H:%M}", f"{last:%H:%M}", offset)
    00:00 01:00 1:00:00
    01:00 00:00 2:00:00
    """
    begins, offset = start, _offset(start, zone)
    known = start
    while known < end:
        ahead = min(known + _STEP, end)
        if _offset(ahead, zone) != offset:
            change = _first_with_other_offset(known, ahead, zone)
            if change < end:
                yield begins, change, offset
                begins, offset = change, _offset(change, zone)
        known = ahead
    if begins < end:
        yield begins, end, offset


def _offset(at: dt.datetime, zone: dt.tzinfo) -> dt.timedelta:
    return at.astimezone(zone).utcoffset() or dt.timedelta()


def _first_with_other_offset(low: dt.datetime, high: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    before = _offset(low, zone)
    while high - low > _EXACT:
        middle = low + (high - low) / 2
        if _offset(middle, zone) == before:
            low = middle
        else:
            high = middle
    return high
