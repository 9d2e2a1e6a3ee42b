"""The centre's plan: everything the customer decides, as one value that is right in itself or refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from fsbridge.domain.planparts import (
    CUT_OFF,
    MUSIC,
    ROLES,
    STRATEGIES,
    WRAP_UPS,
    AnnouncementPlan,
    FlowPlan,
    MenuPlan,
    OperatorPlan,
    QueuePlan,
    SeasonPlan,
    TierPlan,
    key_of,
    one_line,
)
from fsbridge.domain.schedule import OUT_OF_HOURS, Schedule
from fsbridge.errors import ConfigError

__all__ = [
    "CUT_OFF",
    "MUSIC",
    "ROLES",
    "STRATEGIES",
    "WRAP_UPS",
    "AnnouncementPlan",
    "CentrePlan",
    "FlowPlan",
    "MenuPlan",
    "OperatorPlan",
    "QueuePlan",
    "SeasonPlan",
    "TierPlan",
    "gaps",
]

_NUMBER = re.compile(r"\+?[0-9X][0-9X\- ]*")
_REGION = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")


@dataclass(frozen=True)
class CentrePlan:
    """A call centre as its people decided it; ConfigError names what does not fit, and the cure.

    `key` is also the domain of queues and operators. `numbers` (as people write them, X for any digit) are
    the public ones, `caller_id` is shown by outgoing calls, `region` is the country in which a number without
    a country code is meant. Who presses no key of the menu, and who calls while no script is running, waits
    in `fallback_queue`.

    >>> from fsbridge.domain.schedule import Days, Season, Week
    >>> plan = CentrePlan(
    ...     "town", "町", numbers=("076-220-2722",), region="JP",
    ...     schedule=Schedule("Asia/Tokyo", [Season("all", Days("01..12"), Week.of("08:45-18:00"))]),
    ...     seasons=(SeasonPlan("all", seats=2, registered=3),),
    ...     flows=(FlowPlan("any", "受付", queue="any@town"),),
    ...     queues=(QueuePlan("any@town", flow="any"),),
    ...     fallback_queue="any@town",
    ...     announcements=(AnnouncementPlan("out-of-hours", "…"), AnnouncementPlan("cut-off", "…")),
    ... )
    >>> plan.zone, plan.flow_of("any@town").name
    ('Asia/Tokyo', '受付')
    """

    key: str
    name: str
    numbers: Sequence[str]
    region: str
    schedule: Schedule
    seasons: Sequence[SeasonPlan]
    flows: Sequence[FlowPlan]
    queues: Sequence[QueuePlan]
    fallback_queue: str
    announcements: Sequence[AnnouncementPlan]
    operators: Sequence[OperatorPlan] = ()
    tiers: Sequence[TierPlan] = ()
    menu: MenuPlan = field(default_factory=MenuPlan)
    name_en: str = ""
    caller_id: str = ""
    language: str = "ja"

    def __post_init__(self) -> None:
        for name in ("numbers", "seasons", "flows", "queues", "announcements", "operators", "tiers"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        key_of("centre", self.key)
        one_line("name", self.name)
        self._numbers()
        _unique("seasons", [one.key for one in self.seasons])
        _unique("flows", [one.key for one in self.flows])
        _unique("queues", [one.key for one in self.queues])
        _unique("announcements", [one.key for one in self.announcements])
        _unique("operators", [one.key for one in self.operators])
        _unique("operators: extension", [one.extension for one in self.operators if one.extension])
        _unique("flows: menu_key", [one.menu_key for one in self.flows if one.menu_key])
        self._references()
        self._overflow()
        self._tiers()

    @property
    def zone(self) -> str:
        """The IANA time zone in which the centre lives."""
        return self.schedule.zone

    def season(self, key: str) -> SeasonPlan:
        """What a season allows; ConfigError names those there are if there is none of this key."""
        return _found("season", key, self.seasons)

    def flow(self, key: str) -> FlowPlan:
        """A flow by its key; ConfigError if there is none."""
        return _found("flow", key, self.flows)

    def queue(self, key: str) -> QueuePlan:
        """A queue by its key; ConfigError if there is none."""
        return _found("queue", key, self.queues)

    def operator(self, key: str) -> OperatorPlan:
        """An operator by the ID; ConfigError if there is none."""
        return _found("operator", key, self.operators)

    def announcement(self, key: str) -> AnnouncementPlan:
        """An announcement by its key; ConfigError if there is none."""
        return _found("announcement", key, self.announcements)

    def flow_of(self, queue: str) -> FlowPlan:
        """The flow whose callers wait in a queue."""
        return self.flow(self.queue(queue).flow)

    def tiers_of(self, season: str, queue: str | None = None) -> tuple[TierPlan, ...]:
        """Who serves in a season (one queue's, or all), in the order in which they are asked."""
        found = (one for one in self.tiers if one.season == season and queue in (None, one.queue))
        return tuple(sorted(found, key=lambda one: (one.queue, one.level, one.position, one.operator)))

    def with_schedule(self, schedule: Schedule) -> CentrePlan:
        """The same plan with other opening hours."""
        return replace(self, schedule=schedule)

    def _numbers(self) -> None:
        if not self.numbers:
            raise ConfigError("numbers: there is none; name at least one public number")
        for place, number in [*(("numbers", one) for one in self.numbers), ("caller_id", self.caller_id)]:
            if number and not _NUMBER.fullmatch(number):
                raise ConfigError(f"{place} {number!r}: write digits and hyphens, X for any digit")
        if not _REGION.fullmatch(self.region):
            raise ConfigError(f"region {self.region!r}: write a country's two letters, for example JP")
        if not _LANGUAGE.fullmatch(self.language):
            raise ConfigError(f"language {self.language!r}: write its code, for example ja")

    def _references(self) -> None:
        if not self.flows:
            raise ConfigError("flows: there is none; write at least one, with its queue")
        for season in self.schedule.seasons:
            _refer(f"hours: season {season.name}", "season", season.name, self.seasons, "its seats and IDs")
        for queue in self.queues:
            _refer(f"queue {queue.key}: flow", "flow", queue.flow, self.flows)
            if not queue.key.endswith(f"@{self.key}"):
                name = queue.key.partition("@")[0]
                raise ConfigError(f"queue {queue.key}: is not of this centre; write {name}@{self.key}")
        for flow in self.flows:
            _refer(f"flow {flow.key}: queue", "queue", flow.queue, self.queues)
            if self.queue(flow.queue).flow != flow.key:
                raise ConfigError(
                    f"flow {flow.key}: queue {flow.queue} counts for flow {self.queue(flow.queue).flow}; "
                    "give each flow a queue of its own"
                )
        _refer("fallback_queue", "queue", self.fallback_queue, self.queues)
        for place, key in self._announced():
            _refer(place, "announcement", key, self.announcements, "its text")

    def _announced(self) -> Iterator[tuple[str, str]]:
        """Every announcement that something asks for, and where."""
        yield "while closed", OUT_OF_HOURS
        for rule in self.schedule.rules:
            yield f"hours: {rule.name}: announcement", rule.announcement
        for name in ("greeting", "invalid", "timeout", "failure", "end"):
            if key := getattr(self.menu, name):
                yield f"menu: {name}", key
        for flow in self.flows:
            for name in ("greeting", "waiting", "cut_off"):
                if key := getattr(flow, name):
                    yield f"flow {flow.key}: {name}", key

    def _overflow(self) -> None:
        for flow in self.flows:
            if flow.overflow_to:
                _refer(f"flow {flow.key}: overflow_to", "queue", flow.overflow_to, self.queues)
            way, now = [flow.queue], flow
            while now.overflow_to:
                way.append(now.overflow_to)
                if now.overflow_to in way[:-1]:
                    raise ConfigError(
                        f"flow {flow.key}: overflows in a circle: {' → '.join(way)}; "
                        f"take overflow_to from one of them"
                    )
                now = self.flow_of(now.overflow_to)

    def _tiers(self) -> None:
        places = []
        for tier in self.tiers:
            place = f"tier {tier.season}, {tier.queue}, {tier.operator}"
            _refer(f"{place}: season", "season", tier.season, self.seasons)
            _refer(f"{place}: queue", "queue", tier.queue, self.queues)
            _refer(f"{place}: operator", "operator", tier.operator, self.operators)
            places.append(place)
        _unique("tiers", places)


def gaps(plan: CentrePlan) -> list[str]:
    """What a plan lacks though nothing in it is wrong: a sentence each, empty when there is nothing.

    >>> from fsbridge.domain.schedule import Days, Season, Week
    >>> plan = CentrePlan(
    ...     "town", "町", numbers=("100",), region="JP", fallback_queue="any@town",
    ...     schedule=Schedule("Asia/Tokyo", [Season("all", Days("01..12"), Week.of("08:45-18:00"))]),
    ...     seasons=(SeasonPlan("all", seats=2, registered=3),),
    ...     flows=(FlowPlan("any", "受付", queue="any@town"),), queues=(QueuePlan("any@town", flow="any"),),
    ...     announcements=(AnnouncementPlan("out-of-hours", "…"), AnnouncementPlan("cut-off", "…")),
    ... )
    >>> gaps(plan)
    ['season all: nobody serves any@town; fsbridge tiers add all any@town OPERATOR']
    """
    found = []
    for season in plan.schedule.seasons:
        for queue in plan.queues:
            if not plan.tiers_of(season.name, queue.key):
                found.append(
                    f"season {season.name}: nobody serves {queue.key}; "
                    f"fsbridge tiers add {season.name} {queue.key} OPERATOR"
                )
    for season_plan in plan.seasons:
        if len(plan.operators) > season_plan.registered:
            found.append(
                f"season {season_plan.key}: {len(plan.operators)} operator IDs are registered, "
                f"{season_plan.registered} are allowed; retire some before it begins"
            )
    return found


_Keyed = SeasonPlan | FlowPlan | QueuePlan | OperatorPlan | AnnouncementPlan
_T = TypeVar("_T", bound=_Keyed)


def _found(what: str, key: str, among: Sequence[_T]) -> _T:
    for one in among:
        if one.key == key:
            return one
    raise ConfigError(f"there is no {what} {key!r}; there are: {_keys(among)}")


def _refer(place: str, what: str, key: str, among: Sequence[_Keyed], lacks: str = "it") -> None:
    if all(one.key != key for one in among):
        raise ConfigError(f"{place}: there is no {what} {key!r}; write {lacks}, or one of: {_keys(among)}")


def _keys(among: Iterable[_Keyed]) -> str:
    return ", ".join(one.key for one in among) or "none"


def _unique(place: str, keys: Sequence[str]) -> None:
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise ConfigError(f"{place}: {twice!r} is there twice; give each its own")
