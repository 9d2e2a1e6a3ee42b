"""A schedule to and from plain data (tables, lists, texts), as files and databases keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from fsbridge.domain.schedule.days import Days, date_of
from fsbridge.domain.schedule.holidays import Holidays
from fsbridge.domain.schedule.rules import OUT_OF_HOURS, Override, Season, SpecialDays
from fsbridge.domain.schedule.schedule import Schedule
from fsbridge.domain.schedule.week import Week
from fsbridge.errors import ConfigError

R = TypeVar("R", Season, SpecialDays, Override)

_SEASON = ("name", "days", "hours", "announcement")
_OVERRIDE = ("name", "day", "author", "reason", "hours", "since", "until", "announcement")
_SCHEDULE = ("zone", "seasons", "special_days", "overrides", "holidays")


def schedule_of(data: object, calendars: Iterable[Holidays] = ()) -> Schedule:
    """A schedule from plain data; ConfigError names the place that is wrong, and the cure.

    ``zone`` and ``seasons`` must be there; ``special_days``, ``overrides`` and ``holidays`` (the name of one
    of `calendars`) may be.

    >>> schedule_of({"zone": "Asia/Tokyo", "seasons": [{"name": "all", "days": "01..12", "hours": "8-18"}]})
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: seasons[0].hours '8-18': time '8': write HH:MM from 00:00 to 24:00, for ...
    """
    table = _table(data, "the schedule", _SCHEDULE, needed=("zone", "seasons"))
    return Schedule(
        zone=table["zone"],
        seasons=_rules(table, "seasons", _season),
        special_days=_rules(table, "special_days", _special_days),
        overrides=_rules(table, "overrides", _override),
        calendar=_calendar(table.get("holidays", ""), tuple(calendars)),
    )


def data_of(schedule: Schedule) -> dict[str, Any]:
    """The schedule as plain data (fit for JSON and TOML), of which `schedule_of` makes an equal one.

    What is as usual is left out.

    >>> from fsbridge.domain.schedule import Days
    >>> data_of(Schedule("Asia/Tokyo", [Season("all", Days("01..12"), Week.of("08:45-18:00"))]))
    {'zone': 'Asia/Tokyo', 'seasons': [{'name': 'all', 'days': '01..12', 'hours': '08:45-18:00'}]}
    """
    data: dict[str, Any] = {"zone": schedule.zone}
    if schedule.calendar is not None:
        data["holidays"] = schedule.calendar.name
    data["seasons"] = [_days_data(one) for one in schedule.seasons]
    if schedule.special_days:
        data["special_days"] = [_days_data(one) for one in schedule.special_days]
    if schedule.overrides:
        data["overrides"] = [_override_data(one) for one in schedule.overrides]
    return data


def _season(table: Mapping[str, Any]) -> Season:
    row = _table(table, "", _SEASON, needed=("name", "days", "hours"))
    return Season(**_read(row, days=Days, hours=Week.of))


def _special_days(table: Mapping[str, Any]) -> SpecialDays:
    row = _table(table, "", _SEASON, needed=("name", "days"))
    return SpecialDays(**_read(row, days=Days, hours=Week.of))


def _override(table: Mapping[str, Any]) -> Override:
    row = _table(table, "", _OVERRIDE, needed=("name", "day", "author"))
    return Override(**_read(row, day=date_of, hours=Week.of))


def _read(row: Mapping[str, Any], **readers: Callable[[Any], Any]) -> dict[str, Any]:
    return {key: readers[key](value) if key in readers else value for key, value in row.items()}


def _rules(table: Mapping[str, Any], key: str, read: Callable[[Mapping[str, Any]], R]) -> tuple[R, ...]:
    rows = table.get(key, [])
    if not isinstance(rows, (list, tuple)):
        raise ConfigError(f"{key}: write a list of tables, not {rows!r}")
    rules = []
    for at, row in enumerate(rows):
        try:
            rules.append(read(row))
        except ConfigError as error:
            raise ConfigError(f"{key}[{at}].{error}") from None
    return tuple(rules)


def _table(data: object, where: str, known: tuple[str, ...], needed: tuple[str, ...]) -> Mapping[str, Any]:
    lead = f"{where}: " if where else ""
    if not isinstance(data, Mapping):
        raise ConfigError(f"{lead}write a table, not {data!r}")
    for key in data:
        if key not in known:
            raise ConfigError(f"{lead}{key}: is unknown here; known are {', '.join(known)}")
    for key in needed:
        if key not in data:
            raise ConfigError(f"{lead}{key}: is missing; write it")
    return data


def _calendar(name: object, calendars: tuple[Holidays, ...]) -> Holidays | None:
    if not name:
        return None
    found = next((one for one in calendars if one.name == name), None)
    if found is None:
        known = ", ".join(one.name for one in calendars) or "none"
        raise ConfigError(f"holidays {name!r}: there is no such calendar; there are: {known}")
    return found


def _days_data(rule: Season | SpecialDays) -> dict[str, Any]:
    data: dict[str, Any] = {"name": rule.name, "days": rule.days.text, "hours": rule.hours.data()}
    if rule.announcement != OUT_OF_HOURS:
        data["announcement"] = rule.announcement
    return data


def _override_data(rule: Override) -> dict[str, Any]:
    data: dict[str, Any] = {"name": rule.name, "day": rule.day.isoformat(), "author": rule.author}
    if rule.reason:
        data["reason"] = rule.reason
    data["hours"] = rule.hours.data()
    for key, usual in (("since", "00:00"), ("until", "24:00"), ("announcement", OUT_OF_HOURS)):
        if getattr(rule, key) != usual:
            data[key] = getattr(rule, key)
    return data
