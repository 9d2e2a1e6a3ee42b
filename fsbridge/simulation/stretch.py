"""A stretch of days on one switch: callers dial in, scripts answer them, operators come and go."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from fsbridge.domain.arrivals import Arrival, Traffic
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.shifts import roster
from fsbridge.embedded import QueueConf, Switch, SwitchConf, VirtualClock, extension
from fsbridge.embedded.clock import Clock
from fsbridge.embedded.leg import Leg
from fsbridge.embedded.records import set_times
from fsbridge.embedded.sounds import Sounds
from fsbridge.scripting.app import App
from fsbridge.simulation.centre import SimulatedCentre
from fsbridge.simulation.past import Past, Recorder
from fsbridge.simulation.people import Caller, Operator
from fsbridge.simulation.scripts import Scripts
from fsbridge.simulation.voice import Voice

_SOCKET = ("socket", "127.0.0.1:8084 async full")


@dataclass(frozen=True)
class Stretch:
    """Days that belong together, because somebody may wait from one into the next, and who calls on them."""

    days: tuple[date, ...]
    arrivals: tuple[Arrival, ...] = field(repr=False)


def stretches(plan: CentrePlan, days: Sequence[date], arrivals: Sequence[Arrival]) -> list[Stretch]:
    """Days parted at each midnight at which the centre is closed: what happens on one touches no other.

    >>> from fsbridge.testing.plans import small_plan
    >>> two = [date(2027, 3, 1), date(2027, 3, 2)]
    >>> [len(one.days) for one in stretches(small_plan(), two, [])]
    [1, 1]
    """
    clock = plan.schedule.clock
    groups: list[list[date]] = []
    for day in days:
        midnight = datetime(day.year, day.month, day.day, tzinfo=clock)
        shut = not any(
            plan.schedule.status(at).open for at in (midnight, midnight - timedelta(microseconds=1))
        )
        if groups and not shut:
            groups[-1].append(day)
        else:
            groups.append([day])
    place = {day: at for at, group in enumerate(groups) for day in group}
    found: list[list[Arrival]] = [[] for _ in groups]
    for arrival in arrivals:
        found[place[arrival.at.astimezone(clock).date()]].append(arrival)
    return [Stretch(tuple(group), tuple(calls)) for group, calls in zip(groups, found, strict=True)]


class Centre:
    """One stretch being simulated, deterministic by `seed`.

    `app` is the script app; a copy of it serves the calls, with this plan and the virtual clock.
    """

    def __init__(self, plan: CentrePlan, app: App, traffic: Traffic, stretch: Stretch, *, seed: int) -> None:
        self._plan, self._traffic, self._stretch = plan, traffic, stretch
        first = stretch.days[0]
        start = datetime(first.year, first.month, first.day, tzinfo=plan.schedule.clock)
        self._clock = VirtualClock(start.astimezone(UTC))
        self._voice = Voice(plan.language)
        self._recorder = Recorder(plan)
        self._switch = _Switch(
            self._recorder.take,
            self._clock,
            SwitchConf(
                queues=tuple(queue_conf(plan, one.key) for one in plan.queues),
                dialplan={"public": [extension(".", _SOCKET)]},
                zone=plan.zone,
                seed=seed,
            ),
            sounds=Sounds(self._voice.seconds),
        )
        self._centre = SimulatedCentre(self._switch, plan)
        served = copy.copy(app)
        served.clock, served.centre, served.speech = self._clock.now, self._centre, self._voice
        self._scripts = Scripts(self._switch, served, self._ran)
        self._callers: dict[str, Caller] = {}
        self._repeated: list[str] = []
        self._numbers = [number.replace("-", "").replace(" ", "") for number in plan.numbers]
        self._season = ""
        flows = {queue.key: plan.flow(queue.flow) for queue in plan.queues}
        self._operators = {
            one.key: Operator(
                one.key, self._switch, caller=self._callers.get, flows=flows,
                still_waiting=lambda: self._centre.waiting, changed=self._centre.changed,
            )
            for one in plan.operators
        }  # fmt: skip
        for key, operator in self._operators.items():
            self._switch.telephones[key] = operator
            self._switch.callcenter.tables.add_agent(key, "callback")
            self._switch.callcenter.tables.set_agent("contact", f"user/{key}", key)

    def run(self, moved: Callable[[int], None] = lambda calls: None) -> Past:
        """All of it, until everybody has gone home; `moved` is told each time how many more calls came."""
        for day in self._stretch.days:
            self._plan_day(day)
        self._moved = moved
        self._next = iter(self._stretch.arrivals)
        self._wait_for_next()
        clock, scripts = self._clock, self._scripts
        while clock.step():
            scripts.settle()
        past = Past()
        wrap_ups: dict[str, int] = {}
        for operator in self._operators.values():
            past.spans += operator.spans
            wrap_ups.update(operator.wrap_ups)
        past.calls = self._recorder.calls(wrap_ups, self._repeated)
        return past

    # -- the day --------------------------------------------------------------------------------

    def _plan_day(self, day: date) -> None:
        open_ = opening(self._plan, day)
        if open_ is None:
            return
        opens, closes, season = open_
        duties = roster(self._traffic.shifts, opens, closes, [one.key for one in self._plan.operators])
        for duty in duties:
            self._operators[duty.operator].begin(duty, closes)
        begins = max(opens - timedelta(seconds=1), self._clock.now())
        self._clock.later((begins - self._clock.now()).total_seconds(), lambda: self._serve(season))

    def _serve(self, season: str) -> None:
        """Who serves which queue in a season."""
        if season == self._season:
            return
        self._season = season
        tables = self._switch.callcenter.tables
        for queue, operator in list(tables.tiers):
            tables.remove_tier(queue, operator)
        for tier in self._plan.tiers_of(season):
            tables.add_tier(tier.queue, tier.operator, tier.level, tier.position)

    # -- callers --------------------------------------------------------------------------------

    def _wait_for_next(self) -> None:
        arrival = next(self._next, None)
        if arrival is not None:
            wait = (arrival.at - self._clock.now()) / timedelta(seconds=1)
            self._clock.later(wait, lambda: self._dial(arrival))

    def _dial(self, arrival: Arrival) -> None:
        lines, core = self._traffic.lines, self._switch.core
        taken = (
            sum(leg.direction == "inbound" and not leg.ended for leg in core.legs.values()) if lines else 0
        )
        number = self._numbers[len(self._callers) % len(self._numbers)].replace("X", "0")
        call = self._switch.dial_in(number, caller=arrival.number)
        caller = self._callers[call.leg.uuid] = Caller(arrival, call, self._clock)
        if arrival.repeat:
            self._repeated.append(call.leg.uuid)
        if lines and taken >= lines:
            caller.call.leg.hangup("USER_BUSY")
        self._moved(1)
        self._wait_for_next()

    def _ran(self, leg: Leg, app: str) -> None:
        caller = self._callers.get(leg.uuid)
        if caller is not None:
            caller.ran(app)


class _Switch(Switch):
    """A switch that hands legs over when they are over, instead of writing records that nobody posts."""

    def __init__(
        self, take: Callable[[Leg], None], clock: Clock, conf: SwitchConf, *, sounds: Sounds
    ) -> None:
        super().__init__(clock, conf, sounds=sounds)
        self._take = take

    def report(self, leg: Leg) -> None:
        """Takes the times into the leg's variables, and the leg to the past."""
        set_times(leg)
        self._take(leg)


def opening(plan: CentrePlan, day: date) -> tuple[datetime, datetime, str] | None:
    """When callers are first let in on a day, when no more are, and the season; None on a closed day.

    >>> from fsbridge.testing.plans import small_plan
    >>> opens, closes, season = opening(small_plan(), date(2027, 3, 1))
    >>> f"{opens:%H:%M}-{closes:%H:%M} {season}", opening(small_plan(), date(2027, 1, 2))
    ('08:45-18:00 all', None)
    """
    clock = plan.schedule.clock
    start = datetime(day.year, day.month, day.day, tzinfo=clock)
    tomorrow = day + timedelta(days=1)
    end = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=clock)
    periods = [one for one in plan.schedule.timeline(start, end) if one.standing.open]
    if not periods:
        return None
    opens, closes = periods[0].start.astimezone(clock), periods[-1].end.astimezone(clock)
    return opens, closes, periods[0].standing.season


def queue_conf(plan: CentrePlan, key: str) -> QueueConf:
    """A queue as FreeSWITCH would be configured for the plan."""
    queue, flow = plan.queue(key), plan.flow_of(key)
    return QueueConf(
        key,
        strategy=queue.strategy,
        moh_sound=queue.music,
        max_wait_time=flow.max_wait,
        max_wait_time_with_no_agent=flow.max_wait_without_operator,
        tier_rules_apply=bool(queue.tier_wait),
        tier_rule_wait_second=queue.tier_wait,
        tier_rule_wait_multiply_level=True,
    )
