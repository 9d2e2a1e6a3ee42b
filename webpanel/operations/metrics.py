"""The figures a monitoring system keeps: read from the live floor when it asks, none kept twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version
from typing import Any, TypeVar

from flask_socketio import SocketIO
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from fsbridge.adapters.recordings.room import room_at
from fsbridge.domain.operators import Activity
from fsbridge.domain.tally import Tally
from fsbridge.domain.views import Snapshot
from fsbridge.errors import FsbridgeError
from fsbridge.recording import folder_of
from fsbridge.services.floor import utc_now
from webpanel.centre import Centre, Kept
from webpanel.operations.lag import LoopLag

T = TypeVar("T")
SLOW_EVERY = 15.0
"""Seconds for which what is read from disk and database is good."""
PENDING = timedelta(days=3)
"""Recordings older than this that are not finished have an alarm each."""
OUTCOMES = ("answered", "abandoned", "short_abandoned", "overflowed", "waiting")
"""What becomes of an offered call; these add up to ``offered``."""


class Meters:
    """A registry of its own for each app: the centre's figures, the loop's lag, the process."""

    def __init__(self, centre: Centre, lag: LoopLag) -> None:
        self._lag = lag
        self._centre = CentreCollector(centre)
        process = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=process)
        self._process = process

    def over(self, socketio: SocketIO) -> CollectorRegistry:
        """Everything now; `socketio` knows the browsers that listen."""
        registry = CollectorRegistry()
        for one in (self._centre, Clients(socketio)):
            registry.register(one)
        for other in (self._lag.registry, self._process):
            registry.register(_Whole(other))
        return registry


class _Whole(Collector):
    """Another registry, as a part of this one."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterable[Metric]:
        return self._registry.collect()


class Clients(Collector):
    """The browsers that listen, by page."""

    def __init__(self, socketio: SocketIO) -> None:
        self._server: Any = socketio.server  # type: ignore[attr-defined]

    def collect(self) -> Iterator[Metric]:
        """One gauge; the pages are those there are."""
        found = GaugeMetricFamily(
            "fsbridge_panel_clients", "Live connections of browsers, by page.", labels=["page"]
        )
        for page in sorted(self._server.namespace_handlers):
            there = self._server.manager.rooms.get(page, {}).get(None, ())
            found.add_metric([page.strip("/")], len(there))
        yield found


class CentreCollector(Collector):
    """The centre's figures. Labels are keys of the plan and fixed words: their number does not grow."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._slow_at = float("-inf")
        self._slow: list[Metric] = []

    def collect(self) -> Iterator[Metric]:
        """Every figure, as of one moment of the floor."""
        centre = self._centre
        now = utc_now()
        centre.floor.advance(now)
        snapshot = centre.floor.snapshot()
        yield InfoMetricFamily("fsbridge", "The version that runs.", {"version": version("fsbridge")})
        yield from self._now(snapshot, now)
        yield from self._today(snapshot)
        yield from self._link(snapshot, now)
        kept = centre.kept
        if kept is not None:
            yield from _program(kept)
            yield from self._kept(kept)

    def _now(self, snapshot: Snapshot, now: datetime) -> Iterator[Metric]:
        flow_of = {queue.key: queue.flow for queue in self._centre.plan().queues}
        waiting = _gauge("waiting_callers", "Callers who wait for an operator now.", "flow")
        longest = _gauge("longest_wait_seconds", "How long the first of them has waited.", "flow")
        talking = _gauge("talking_callers", "Callers who talk with an operator now.", "flow")
        available = _gauge("available_operators", "Operators who could be offered a call of it now.", "flow")
        known = any(one.queues for one in snapshot.operators)
        for flow in dict.fromkeys(flow_of.values()):
            views = [view for view in snapshot.queues if flow_of.get(view.name) == flow]
            since = min((one.waiting_since for one in views if one.waiting_since), default=None)
            waiting.add_metric([flow], sum(one.waiting for one in views))
            longest.add_metric([flow], max(0.0, (now - since).total_seconds()) if since else 0.0)
            talking.add_metric([flow], sum(one.talking for one in views))
            if known:
                queues = {key for key, of in flow_of.items() if of == flow}
                free = [
                    one for one in snapshot.operators if one.available and queues.intersection(one.queues)
                ]
                available.add_metric([flow], len(free))
        yield from (waiting, longest, talking, available)
        yield GaugeMetricFamily(
            "fsbridge_centre_available_operators",
            "Operators who could be offered any call now, each once.",
            snapshot.available,
        )
        doing = Counter(one.activity for one in snapshot.operators)
        operators = _gauge("operators", "Operators by what FreeSWITCH's distributor has them do.", "activity")
        for activity in Activity:
            operators.add_metric([activity.value], doing[activity])
        yield operators
        staff = _told(self._centre.staff)
        if staff is not None:
            yield GaugeMetricFamily("fsbridge_seats_taken", "Operators logged in.", staff.seated)

    def _today(self, snapshot: Snapshot) -> Iterator[Metric]:
        day = _gauge(
            "today_calls",
            "The centre's calls offered since midnight of its own clock, each once, by what became of it. A "
            "gauge: it begins anew at midnight, and a call moves from waiting to what became of it.",
            "outcome",
        )
        for outcome in OUTCOMES:
            day.add_metric([outcome], getattr(snapshot.total, outcome))
        yield day
        yield GaugeMetricFamily(
            "fsbridge_today_offered_calls",
            "The same, whatever became of them: the sum of fsbridge_today_calls.",
            snapshot.total.offered,
        )
        yield GaugeMetricFamily(
            "fsbridge_today_answered_in_time_calls",
            "Those answered within the flow's seconds.",
            snapshot.total.in_time,
        )
        flow_of = {queue.key: queue.flow for queue in self._centre.plan().queues}
        visits = GaugeMetricFamily(
            "fsbridge_today_visits",
            "Visits to a flow's queues since midnight; a call that overflows makes several.",
            labels=["flow", "outcome"],
        )
        for flow in dict.fromkeys(flow_of.values()):
            tallies = [view.tally for view in snapshot.queues if flow_of.get(view.name) == flow]
            for outcome in OUTCOMES:
                visits.add_metric([flow, outcome], _sum(tallies, outcome))
        yield visits
        if snapshot.counting_since is not None:
            yield GaugeMetricFamily(
                "fsbridge_today_since_timestamp_seconds",
                "From when on today's figures count: midnight, or when this process began to hear.",
                snapshot.counting_since.timestamp(),
            )
        yield GaugeMetricFamily(
            "fsbridge_today_balanced", "1 while the figures add up.", float(snapshot.balanced)
        )

    def _link(self, snapshot: Snapshot, now: datetime) -> Iterator[Metric]:
        link = snapshot.link
        yield GaugeMetricFamily(
            "fsbridge_link_up", "1 while events come from FreeSWITCH.", float(link.connected)
        )
        if link.heard_at is not None:
            yield GaugeMetricFamily(
                "fsbridge_link_heard_age_seconds",
                "Time since FreeSWITCH gave a sign of life.",
                max(0.0, (now - link.heard_at).total_seconds()),
            )
        yield GaugeMetricFamily("fsbridge_calls", "Calls on the switch now.", len(snapshot.calls))
        yield GaugeMetricFamily("fsbridge_legs", "Their legs.", snapshot.legs)

    def _kept(self, kept: Kept) -> Iterable[Metric]:
        if time.monotonic() - self._slow_at >= SLOW_EVERY:
            self._slow = kept.apart(lambda: list(_slow(kept)))
            self._slow_at = time.monotonic()
        return self._slow


def _program(kept: Kept) -> Iterator[Metric]:
    """What this program has done since it was started; these begin anew with it, as counters may."""
    watch, scripts = kept.watch, kept.scripts
    if watch is not None:
        for name, doc, value in (
            ("events", "Events taken in from FreeSWITCH.", watch.heard),
            ("link_connects", "Times FreeSWITCH was reached.", watch.link.connects),
            (
                "drift",
                "Things that were kept otherwise than FreeSWITCH had them.",
                watch.reconciler.log.total,
            ),
        ):
            yield CounterMetricFamily(f"fsbridge_{name}", doc, value)
    if scripts is not None:
        yield GaugeMetricFamily(
            "fsbridge_script_calls", "Calls that a script serves now.", scripts.connection_count
        )
        for name, doc, value in (
            ("script_calls_served", "Calls that scripts have served.", scripts.served),
            ("script_calls_refused", "Calls sent to the fallback for want of a place.", scripts.turned_away),
        ):
            yield CounterMetricFamily(f"fsbridge_{name}", doc, value)


def _slow(kept: Kept) -> Iterator[Metric]:
    """What disk and database tell; what cannot be told now is left out."""
    from fsbridge.adapters.recordings.spool import RawFolder
    from fsbridge.adapters.store.alarms import StoredAlarms

    folder = folder_of(kept.settings)
    since = (utc_now() - PENDING).date()  # the folders of days are by UTC, give or take one
    raw = _told(lambda: RawFolder(folder).raw(since))
    if raw is not None:
        yield GaugeMetricFamily(
            "fsbridge_recordings_pending", "Recordings of the last days that are not finished yet.", len(raw)
        )
    space = _gauge("disk_free_bytes", "Bytes that are free, by what is kept there.", "volume")
    for name, place in (("home", kept.settings.home), ("recordings", folder)):
        room = _told(partial(room_at, place))
        if room is not None:
            space.add_metric([name], room.free)
    yield space
    alarms = _told(StoredAlarms(kept.store).count)
    if alarms is not None:
        yield GaugeMetricFamily(
            "fsbridge_recording_alarms", "Alarms about recordings nobody has taken note of.", alarms
        )


def _told(ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except (FsbridgeError, OSError):
        return None  # `/ready` says what the store or the disk lacks; the other figures are wanted now most


def _gauge(name: str, doc: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"fsbridge_{name}", doc, labels=[label])


def _sum(tallies: Iterable[Tally], outcome: str) -> int:
    return sum(getattr(tally, outcome) for tally in tallies)
