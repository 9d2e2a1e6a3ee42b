"""The plan edited one thing at a time: values arrive as texts, nothing is saved that does not fit."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.planparts import FlowPlan, OperatorPlan, QueuePlan, SeasonPlan, TierPlan
from fsbridge.errors import ConfigError

KINDS: Mapping[str, tuple[str, type[Any]]] = {
    "season": ("seasons", SeasonPlan),
    "flow": ("flows", FlowPlan),
    "queue": ("queues", QueuePlan),
    "operator": ("operators", OperatorPlan),
}
"""What can be edited by its key: the plan's list, and what is in it."""
_YES, _NO = ("true", "yes", "on", "1", "はい"), ("false", "no", "off", "0", "いいえ")


class PlanRoom(Protocol):
    """Where the plan is kept."""

    def load(self) -> CentrePlan: ...
    def change(
        self, edit: Callable[[CentrePlan], CentrePlan], *, by: str, at: datetime, reason: str = ""
    ) -> Sequence[object]: ...


class Plans:
    """Seasons, flows, queues, operators and tiers, added, changed and removed; each answer says what changed.

    >>> from fsbridge.testing.plans import PlanInMemory, small_plan
    >>> plans = Plans(PlanInMemory(small_plan()))
    >>> at = datetime(2027, 4, 1)
    >>> _ = plans.edit("season", "all", {"seats": "3"}, by="sato", at=at)
    >>> plans.load().season("all").seats
    3
    >>> plans.edit("flow", "any", {"target": "many"}, by="sato", at=at)
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: target=many: write a whole number
    """

    def __init__(self, room: PlanRoom) -> None:
        self._room = room

    def load(self) -> CentrePlan:
        """The plan as it is."""
        return self._room.load()

    def add(
        self, kind: str, key: str, values: Mapping[str, str], *, by: str, at: datetime
    ) -> Sequence[object]:
        """One more; ConfigError if the key is taken."""
        _, made = KINDS[kind]
        one = _made(made, {"key": key, **values_of(made, values)}, kind)
        return self._change(kind, lambda rows: (*rows, one), by, at)

    def edit(
        self, kind: str, key: str, values: Mapping[str, str], *, by: str, at: datetime
    ) -> Sequence[object]:
        """Give one other values; ConfigError if there is none, or the plan would not fit."""
        _, made = KINDS[kind]
        new = values_of(made, values)

        def edited(rows: tuple[Any, ...]) -> tuple[Any, ...]:
            _known(kind, key, rows)
            return tuple(replace(one, **new) if one.key == key else one for one in rows)

        return self._change(kind, edited, by, at)

    def remove(self, kind: str, key: str, *, by: str, at: datetime) -> Sequence[object]:
        """Take one out of use, with its tiers; ConfigError if something still needs it."""

        def without(plan: CentrePlan) -> CentrePlan:
            rows = getattr(plan, KINDS[kind][0])
            _known(kind, key, rows)
            left = tuple(one for one in rows if one.key != key)
            tiers = tuple(one for one in plan.tiers if getattr(one, kind, "") != key)
            if kind == "flow":
                gone = {queue.key for queue in plan.queues if queue.flow == key}
                tiers = tuple(one for one in plan.tiers if one.queue not in gone)
                queues = tuple(one for one in plan.queues if one.flow != key)
                return replace(plan, flows=left, queues=queues, tiers=tiers)
            changed: dict[str, Any] = {KINDS[kind][0]: left, "tiers": tiers}
            return replace(plan, **changed)

        return self._room.change(without, by=by, at=at)

    def add_flow(
        self, key: str, queue: str, values: Mapping[str, str], *, by: str, at: datetime
    ) -> Sequence[object]:
        """One more flow, made together with its queue: neither can be without the other."""
        flow = _made(FlowPlan, {"key": key, "queue": queue, **values_of(FlowPlan, values)}, "flow")

        def added(plan: CentrePlan) -> CentrePlan:
            queues = (*plan.queues, QueuePlan(queue, flow=key, name=flow.name))
            return replace(plan, flows=(*plan.flows, flow), queues=queues)

        return self._room.change(added, by=by, at=at)

    def serve(
        self, season: str, queue: str, operator: str, values: Mapping[str, str], *, by: str, at: datetime
    ) -> Sequence[object]:
        """Let an operator serve a queue in a season, or change how; without a position, as the last one."""
        given = values_of(TierPlan, values)

        def served(plan: CentrePlan) -> CentrePlan:
            old = next(
                (
                    one
                    for one in plan.tiers
                    if (one.season, one.queue, one.operator) == (season, queue, operator)
                ),
                None,
            )
            level = given.get("level", old.level if old else 1)
            beside = [one.position for one in plan.tiers_of(season, queue) if one.level == level]
            first = TierPlan(season, queue, operator, level=level, position=max(beside, default=0) + 1)
            one = replace(old or first, **given)
            return replace(plan, tiers=(*(tier for tier in plan.tiers if tier is not old), one))

        return self._room.change(served, by=by, at=at)

    def release(self, season: str, queue: str, operator: str, *, by: str, at: datetime) -> Sequence[object]:
        """Let an operator no longer serve a queue in a season; ConfigError if that was not so."""
        place = (season, queue, operator)

        def released(plan: CentrePlan) -> CentrePlan:
            left = tuple(one for one in plan.tiers if (one.season, one.queue, one.operator) != place)
            if len(left) == len(plan.tiers):
                raise ConfigError(f"{operator} does not serve {queue} in season {season}")
            return replace(plan, tiers=left)

        return self._room.change(released, by=by, at=at)

    def copy_tiers(self, source: str, target: str, *, by: str, at: datetime) -> Sequence[object]:
        """Let everybody serve in season `target` as in `source`; what stood there before is replaced."""

        def copied(plan: CentrePlan) -> CentrePlan:
            for season in (source, target):
                plan.season(season)
            kept = tuple(one for one in plan.tiers if one.season != target)
            new = (replace(one, season=target) for one in plan.tiers if one.season == source)
            return replace(plan, tiers=(*kept, *new))

        if source == target:
            raise ConfigError(f"season {source} is to be copied onto itself; name two")
        return self._room.change(copied, by=by, at=at)

    def _change(
        self, kind: str, edit: Callable[[tuple[Any, ...]], tuple[Any, ...]], by: str, at: datetime
    ) -> Sequence[object]:
        def changed(plan: CentrePlan) -> CentrePlan:
            field = KINDS[kind][0]
            new: dict[str, Any] = {field: edit(getattr(plan, field))}
            return replace(plan, **new)

        return self._room.change(changed, by=by, at=at)


def values_of(kind: type[Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """Values of the types a part of the plan has, from texts; ConfigError names those that may be written.

    >>> values_of(SeasonPlan, {"seats": "20", "name": "繁忙期"})
    {'seats': 20, 'name': '繁忙期'}
    """
    hints = typing.get_type_hints(kind)
    names = [one.name for one in dataclasses.fields(kind) if one.name != "key"]
    values: dict[str, Any] = {}
    for name, text in texts.items():
        if name not in names:
            raise ConfigError(f"{name}: is unknown here; write one of {', '.join(names)}")
        values[name] = _value(name, text.strip(), hints[name])
    return values


def _value(name: str, text: str, hint: Any) -> Any:
    if hint is bool:
        if text.lower() not in (*_YES, *_NO):
            raise ConfigError(f"{name}={text}: write true or false")
        return text.lower() in _YES
    if hint is int:
        if not (text.isascii() and text.isdigit()):
            raise ConfigError(f"{name}={text}: write a whole number")
        return int(text)
    if hint is str:
        return text
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _made(kind: type[Any], values: dict[str, Any], what: str) -> Any:
    for one in dataclasses.fields(kind):
        if one.default is dataclasses.MISSING and one.name not in values:
            raise ConfigError(f"{what} {values['key']}: {one.name} is missing; write {one.name}=…")
    return kind(**values)


def _known(kind: str, key: str, rows: Sequence[Any]) -> None:
    if all(one.key != key for one in rows):
        known = ", ".join(one.key for one in rows) or "none"
        raise ConfigError(f"there is no {kind} {key!r}; there are: {known}")
