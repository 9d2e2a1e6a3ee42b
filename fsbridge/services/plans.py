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
        new = values_of(made, values)

        def added(plan: CentrePlan) -> CentrePlan:
            wanted = full_name(plan, key) if kind == "queue" else key
            one = _made(made, {"key": wanted, **new}, kind)
            changed: dict[str, Any] = {KINDS[kind][0]: (*getattr(plan, KINDS[kind][0]), one)}
            return replace(plan, **changed)

        return self._room.change(added, by=by, at=at)

    def edit(
        self, kind: str, key: str, values: Mapping[str, str], *, by: str, at: datetime
    ) -> Sequence[object]:
        """Give one other values; ConfigError if there is none, or the plan would not fit."""
        _, made = KINDS[kind]
        new = values_of(made, values)

        def edited(plan: CentrePlan) -> CentrePlan:
            rows, wanted = getattr(plan, KINDS[kind][0]), _key(plan, kind, key)
            changed: dict[str, Any] = {
                KINDS[kind][0]: tuple(replace(one, **new) if one.key == wanted else one for one in rows)
            }
            return replace(plan, **changed)

        return self._room.change(edited, by=by, at=at)

    def remove(self, kind: str, key: str, *, by: str, at: datetime) -> Sequence[object]:
        """Take one out of use, with its tiers; ConfigError if something still needs it."""

        def without(plan: CentrePlan) -> CentrePlan:
            wanted = _key(plan, kind, key)
            left = tuple(one for one in getattr(plan, KINDS[kind][0]) if one.key != wanted)
            tiers = tuple(one for one in plan.tiers if getattr(one, kind, "") != wanted)
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
        new = values_of(FlowPlan, values)

        def added(plan: CentrePlan) -> CentrePlan:
            name = full_name(plan, queue)
            flow = _made(FlowPlan, {"key": key, "queue": name, **new}, "flow")
            queues = (*plan.queues, QueuePlan(name, flow=key, name=flow.name))
            return replace(plan, flows=(*plan.flows, flow), queues=queues)

        return self._room.change(added, by=by, at=at)

    def serve(
        self,
        season: str,
        queue: str,
        operators: Sequence[str],
        values: Mapping[str, str],
        *,
        by: str,
        at: datetime,
    ) -> Sequence[object]:
        """Let operators serve a queue in a season, or change how; without a position, as the last ones."""
        given = values_of(TierPlan, values)

        def served(plan: CentrePlan) -> CentrePlan:
            for operator in operators:
                plan = _served(plan, season, full_name(plan, queue), operator, given)
            return plan

        return self._room.change(served, by=by, at=at)

    def release(
        self, season: str, queue: str, operators: Sequence[str], *, by: str, at: datetime
    ) -> Sequence[object]:
        """Let operators no longer serve a queue in a season; ConfigError for one who does not."""

        def released(plan: CentrePlan) -> CentrePlan:
            place = (season, full_name(plan, queue))
            there = {one.operator for one in plan.tiers_of(*place)}
            for operator in operators:
                if operator not in there:
                    raise ConfigError(f"{operator} does not serve {queue} in season {season}")
            left = tuple(
                one for one in plan.tiers if (one.season, one.queue) != place or one.operator not in operators
            )
            return replace(plan, tiers=left)

        return self._room.change(released, by=by, at=at)

    def arrange(
        self, season: str, order: Mapping[str, Sequence[Sequence[str]]], *, by: str, at: datetime
    ) -> Sequence[object]:
        """Let exactly these serve in a season: by queue, the operators of level 1, of level 2 and so on.

        The order within a level is their position; skills stay. Queues not named stay as they are.
        """

        def arranged(plan: CentrePlan) -> CentrePlan:
            plan.season(season)
            queues = {full_name(plan, queue): levels for queue, levels in order.items()}
            old = {(one.queue, one.operator): one for one in plan.tiers if one.season == season}
            new = [
                replace(
                    old.get((queue, operator), TierPlan(season, queue, operator)), level=level, position=place
                )
                for queue, levels in queues.items()
                for level, people in enumerate(levels, start=1)
                for place, operator in enumerate(people, start=1)
            ]
            kept = (one for one in plan.tiers if one.season != season or one.queue not in queues)
            return replace(plan, tiers=(*kept, *new))

        return self._room.change(arranged, by=by, at=at)

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


def _served(plan: CentrePlan, season: str, queue: str, operator: str, given: dict[str, Any]) -> CentrePlan:
    there = plan.tiers_of(season, queue)
    old = next((one for one in there if one.operator == operator), None)
    level = given.get("level", old.level if old else 1)
    last = max((one.position for one in there if one.level == level and one is not old), default=0)
    # Who changes the level comes last in the new one.
    stays = old is not None and old.level == level
    one = old if old and stays else TierPlan(season, queue, operator, level=level, position=last + 1)
    rest = tuple(tier for tier in plan.tiers if tier is not old)
    return replace(plan, tiers=(*rest, replace(one, **given)))


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


def full_name(plan: CentrePlan, queue: str) -> str:
    """A queue's key, of which people may leave out the centre.

    >>> from fsbridge.testing.plans import small_plan
    >>> full_name(small_plan(), "leak")
    'leak@town'
    """
    return queue if "@" in queue else f"{queue}@{plan.key}"


def _key(plan: CentrePlan, kind: str, key: str) -> str:
    wanted = full_name(plan, key) if kind == "queue" else key
    keys = [one.key for one in getattr(plan, KINDS[kind][0])]
    if wanted not in keys:
        raise ConfigError(f"there is no {kind} {key!r}; there are: {', '.join(keys) or 'none'}")
    return wanted
