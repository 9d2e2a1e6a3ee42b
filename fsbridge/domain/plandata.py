"""A centre's plan to and from plain data (tables, lists, texts), as files, JSON and the audit log keep it."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from fsbridge.domain import schedule as schedules
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.planparts import (
    AnnouncementPlan,
    FlowPlan,
    MenuPlan,
    OperatorPlan,
    QueuePlan,
    SeasonPlan,
    TierPlan,
)
from fsbridge.domain.schedule import Holidays, schedule_of
from fsbridge.errors import ConfigError

T = TypeVar("T")

_LISTS: Mapping[str, type[Any]] = {
    "seasons": SeasonPlan,
    "flows": FlowPlan,
    "queues": QueuePlan,
    "operators": OperatorPlan,
}
_GROUP = ("seasons", "queue", "level", "skill", "operators")
"""The keys of a group of tiers: several seasons, several operators in the order in which they are asked."""


def plan_of(data: object, calendars: Iterable[Holidays] = ()) -> CentrePlan:
    """A plan from plain data; ConfigError names the place that is wrong, and the cure.

    The keys are those of `CentrePlan` and its parts, but that ``hours`` holds the schedule, that
    ``announcements`` maps each key to its text (or to a table of text, voice and title), and that a tier may
    name several ``seasons`` and ``operators``, who are asked in their order.

    >>> plan_of({"key": "town", "hours": {"zone": "Asia/Tokio"}})
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: hours: the schedule: seasons: is missing; write it
    """
    table = dict(_table("the data set", data))
    if "hours" not in table:
        raise ConfigError("hours: is missing; write its zone and seasons")
    try:
        table["schedule"] = schedule_of(table.pop("hours"), calendars)
    except ConfigError as error:
        raise ConfigError(f"hours: {error}") from None
    for key, kind in _LISTS.items():
        table[key] = tuple(made(kind, row, f"{key}[{at}]") for at, row in _rows(key, table.get(key, [])))
    table["tiers"] = tuple(
        tier for at, row in _rows("tiers", table.get("tiers", [])) for tier in _tiers(row, f"tiers[{at}]")
    )
    table["announcements"] = tuple(_announcements(table.get("announcements", {})))
    if "menu" in table:
        table["menu"] = made(MenuPlan, table["menu"], "menu")
    return made(CentrePlan, table, "")


def data_of(plan: CentrePlan) -> dict[str, Any]:
    """The plan as plain data, of which `plan_of` makes an equal one; what is as usual is left out.

    >>> from fsbridge.domain.schedule import Days, Season, Schedule, Week
    >>> hours = Schedule("Asia/Tokyo", [Season("all", Days("01..12"), Week.of("08:45-18:00"))])
    >>> plan = CentrePlan(
    ...     "town", "町", numbers=("100",), region="JP", schedule=hours, fallback_queue="any@town",
    ...     seasons=(SeasonPlan("all", seats=2, registered=3),),
    ...     flows=(FlowPlan("any", "受付", queue="any@town"),), queues=(QueuePlan("any@town", flow="any"),),
    ...     announcements=(AnnouncementPlan("out-of-hours", "…"), AnnouncementPlan("cut-off", "…")),
    ... )
    >>> data_of(plan)["flows"], plan_of(data_of(plan)) == plan
    ([{'key': 'any', 'name': '受付', 'queue': 'any@town'}], True)
    """
    data = plain(plan)
    data["hours"] = schedules.data_of(data.pop("schedule"))
    for key in (*_LISTS, "tiers"):
        rows = [plain(one) for one in data.pop(key, ())]
        if rows:
            data[key] = rows
    data["announcements"] = {one.key: _spoken(one) for one in plan.announcements}
    if "menu" in data:
        data["menu"] = plain(plan.menu)
    return data


def plain(part: Any) -> dict[str, Any]:
    """One part of a plan as plain data, without what is as usual.

    >>> plain(SeasonPlan("busy", seats=20, registered=30))
    {'key': 'busy', 'seats': 20, 'registered': 30}
    """
    data = {}
    for field in dataclasses.fields(part):
        value = getattr(part, field.name)
        usual = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
        if value != usual:
            data[field.name] = list(value) if isinstance(value, tuple) else value
    return data


def made(kind: type[T], data: object, place: str) -> T:
    """A part of a plan from plain data; unknown, missing and wrongly typed keys are refused by name.

    >>> made(SeasonPlan, {"key": "busy", "seats": 20, "registered": "30"}, "seasons[1]")
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: seasons[1].registered: write a whole number, not '30'
    """
    lead = f"{place}." if place else ""
    table = _table(place or "the data set", data)
    fields = {one.name: one for one in dataclasses.fields(kind)}  # type: ignore[arg-type]
    for key in table:
        if key not in fields:
            raise ConfigError(f"{lead}{key}: is unknown here; known are {', '.join(fields)}")
    for name, one in fields.items():
        required = one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
        if required and name not in table:
            raise ConfigError(f"{lead}{name}: is missing; write it")
    hints = typing.get_type_hints(kind)
    values = {key: _typed(f"{lead}{key}", value, hints[key]) for key, value in table.items()}
    try:
        return kind(**values)
    except ConfigError as error:
        raise ConfigError(f"{place}: {error}" if place else str(error)) from None


_TYPES = {str: "a text", int: "a whole number", bool: "true or false"}


def _typed(place: str, value: object, hint: Any) -> object:
    """The value if it is of the type its field has; a list of texts becomes a tuple."""
    if typing.get_origin(hint) is tuple or (typing.get_args(hint) == (str,)):
        if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) for one in value):
            raise ConfigError(f"{place}: write a list of texts, not {value!r}")
        return tuple(value)
    wanted = _TYPES.get(hint)
    if wanted and (not isinstance(value, hint) or (hint is int and isinstance(value, bool))):
        raise ConfigError(f"{place}: write {wanted}, not {value!r}")
    return value


def _tiers(row: object, place: str) -> Iterator[TierPlan]:
    """One tier, or a group of them: every operator in every season, positions in the order of the list."""
    table = _table(place, row)
    if "operators" not in table and "seasons" not in table:
        yield made(TierPlan, table, place)
        return
    for key in table:
        if key not in _GROUP:
            raise ConfigError(f"{place}.{key}: is unknown in a group; known are {', '.join(_GROUP)}")
    seasons = _texts(f"{place}.seasons", table.get("seasons"))
    operators = _texts(f"{place}.operators", table.get("operators"))
    rest = {key: value for key, value in table.items() if key not in ("seasons", "operators")}
    for season in seasons:
        for position, operator in enumerate(operators, 1):
            yield made(
                TierPlan, {**rest, "season": season, "operator": operator, "position": position}, place
            )


def _announcements(data: object) -> Iterator[AnnouncementPlan]:
    for key, value in _table("announcements", data).items():
        row = value if isinstance(value, Mapping) else {"text": value}
        yield made(AnnouncementPlan, {"key": key, **row}, f"announcements.{key}")


def _spoken(one: AnnouncementPlan) -> object:
    rest = {key: value for key, value in plain(one).items() if key != "key"}
    return one.text if set(rest) == {"text"} else rest


def _rows(key: str, data: object) -> Iterator[tuple[int, object]]:
    if not isinstance(data, (list, tuple)):
        raise ConfigError(f"{key}: write a list of tables ([[{key}]])")
    return enumerate(data)


def _texts(place: str, value: object) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise ConfigError(f"{place}: write a list of texts, not empty")
    return value


def _table(place: str, data: object) -> Mapping[str, Any]:
    if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
        raise ConfigError(f"{place}: write a table, not {data!r}")
    return data
