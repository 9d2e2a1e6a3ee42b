"""The figures once more, slow and obvious: the definitions read from the top, over lists, with datetimes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import mean, median
from typing import Any
from zoneinfo import ZoneInfo

from fsbridge.domain.figures import CallRecord, LegRecord, SpanRecord, Step, VisitRecord, moment

OVERFLOWS = ["timed out", "no operator", "exit key", "taken out"]
PARTS = ["answered", "abandoned", "short abandoned", *OVERFLOWS, "waiting"]


@dataclass
class Asked:
    """A question in plain words; `seconds` are (T, target) by flow."""

    start: datetime
    end: datetime
    zone: ZoneInfo
    now: datetime
    seconds: dict[str, tuple[int, int]]
    step: Step | None = None
    by: str | None = None
    flow: str = ""
    queue: str = ""
    operator: str = ""
    case: str = ""


@dataclass
class Line:
    """One row, as lists of what it counts."""

    stays: list[dict[str, Any]] = field(default_factory=list)
    asides: list[str] = field(default_factory=list)
    handled: list[LegRecord] = field(default_factory=list)
    outbound: list[LegRecord] = field(default_factory=list)
    states: dict[str, timedelta] = field(default_factory=dict)

    def figures(self) -> dict[str, Any]:
        """The figures, by the names of their definitions."""
        found: dict[str, Any] = {"offered": len(self.stays)}
        for part in PARTS:
            found[part] = sum(stay["fate"] == part for stay in self.stays)
        found["off by"] = found["offered"] - sum(found[part] for part in PARTS)
        answered = [stay for stay in self.stays if stay["fate"] == "answered"]
        in_time = [stay for stay in answered if stay["in time"]]
        stayed = found["offered"] - found["short abandoned"]
        found["answer rate"] = len(answered) / found["offered"] if found["offered"] else None
        found["net answer rate"] = len(answered) / stayed if stayed else None
        found["service level"] = len(in_time) / stayed if stayed else None
        waits = sorted(stay["wait"] / timedelta(seconds=1) for stay in answered)
        found["asa"] = mean(waits) if waits else None
        found["median"] = median(waits) if waits else None
        found["p90"] = next((wait for n, wait in enumerate(waits, 1) if n >= 0.9 * len(waits)), None)
        for name, legs in (("handled", self.handled), ("outbound", self.outbound)):
            closed = [leg for leg in legs if leg.ended is not None and not leg.open]
            found[name] = len(legs)
            found[f"{name} open"] = len(legs) - len(closed)
            lengths = [(leg.ended - leg.answered + leg.wrap_up) / 1e6 for leg in closed]
            found[f"{name} time"] = mean(lengths) if lengths else None
        for aside in ("out of hours", "left in IVR", "lines busy", "announcement"):
            found[aside] = self.asides.count(aside)
        found["repeat"] = sum(stay["repeat"] for stay in self.stays)

        def spent(*states: str) -> timedelta:
            return sum((self.states.get(state, timedelta()) for state in states), timedelta())

        busy = spent("talking", "holding", "wrap-up")
        reachable = busy + spent("ready", "ringing")
        there = sum(self.states.values(), timedelta()) - spent("logged out")
        found["occupancy"] = busy / reachable if reachable else None
        found["utilisation"] = reachable / there if there else None
        return found


def report(
    calls: Sequence[CallRecord], spans: Sequence[SpanRecord], asked: Asked
) -> tuple[dict[Any, Line], Line]:
    """The rows by (interval's name, key), and the total."""
    unit = "call"
    if asked.flow:
        unit = "flow"
    if asked.queue:
        unit = "visit"
    row_unit = unit
    if asked.by == "flow" and unit == "call":
        row_unit = "flow"
    if asked.by == "queue":
        row_unit = "visit"
    rows: dict[Any, Line] = {}
    _fill(calls, asked, row_unit, lambda at, keys: [_line(rows, asked, at, key) for key in keys])
    total = Line()
    _fill(calls, asked, unit, lambda at, keys: [total])
    if not (asked.flow or asked.queue or asked.case):
        _spend(spans, asked, rows, total)
    return rows, total


def _line(rows: dict[Any, Line], asked: Asked, at: datetime, key: str | None) -> Line:
    return rows.setdefault((interval_of(at, asked.step, asked.zone), key), Line())


def interval_of(at: datetime, step: Step | None, zone: ZoneInfo) -> Any:
    """The name of the interval a moment is in, on the centre's clock."""
    local = at.astimezone(zone)
    match step:
        case None:
            return None
        case Step.MONTH:
            return (local.year, local.month)
        case Step.WEEK:
            return tuple(local.isocalendar())[:2]
        case Step.DAY:
            return local.date()
        case Step.HOUR:
            return (local.date(), local.hour, local.utcoffset())
        case Step.HALF:
            return (local.date(), local.hour, local.minute // 30, local.utcoffset())
        case Step.QUARTER:
            return (local.date(), local.hour, local.minute // 15, local.utcoffset())


Into = Callable[[datetime, list[Any]], list[Line]]


def _fill(calls: Sequence[CallRecord], asked: Asked, unit: str, into: Into) -> None:
    for call in calls:
        if asked.case and asked.case not in call.cases:
            continue
        if call.direction == "inbound":
            for stay in _stays(call, asked, unit):
                if _in(stay, asked):
                    for line in into(stay["entry"], _keys(stay, call, asked)):
                        if stay["fate"] in ("out of hours", "left in IVR", "lines busy", "announcement"):
                            line.asides.append(stay["fate"])
                        elif stay["fate"] != "in flow":
                            line.stays.append(stay)
        for leg in call.legs:
            if leg.answered is None or leg.kind in ("monitoring", "internal"):
                continue
            if leg.kind == "transfer" and leg.operator == "":
                continue
            outbound = leg.kind == "outbound" or (leg.kind == "transfer" and call.direction == "outbound")
            if not outbound and call.direction != "inbound":
                continue
            part = _part(call, leg, unit, outbound)
            if _in(part, asked):
                for line in into(part["entry"], _keys(part, call, asked)):
                    (line.outbound if outbound else line.handled).append(leg)


def _in(thing: dict[str, Any], asked: Asked) -> bool:
    return (
        asked.start <= thing["entry"] < asked.end
        and (not asked.flow or thing["flow"] == asked.flow)
        and (not asked.queue or thing["queue"] == asked.queue)
        and (not asked.operator or thing["operator"] == asked.operator)
    )


def _keys(thing: dict[str, Any], call: CallRecord, asked: Asked) -> list[Any]:
    if asked.by is None:
        return [None]
    if asked.by == "case":
        return sorted(set(call.cases)) or [""]
    return [thing[asked.by]]


def _stays(call: CallRecord, asked: Asked, unit: str) -> list[dict[str, Any]]:
    alone = {
        "entry": moment(call.started), "flow": call.flow, "queue": "", "operator": "", "repeat": False,
        "in time": False,
    }  # fmt: skip
    repeat = call.repeat and any(char.isdigit() for char in call.number)
    if call.outcome == "out of hours":
        return [{**alone, "fate": "out of hours"}]
    if not call.visits:
        if call.outcome in ("left in IVR", "lines busy", "announcement"):
            return [{**alone, "fate": call.outcome}]
        if call.outcome == "":
            return [{**alone, "fate": "in flow"}]
        return [{**alone, "fate": "nobody knows", "repeat": repeat}]
    if unit == "call":
        together = [list(call.visits)]
    elif unit == "flow":
        flows = {visit.flow for visit in call.visits}
        together = [[visit for visit in call.visits if visit.flow == flow] for flow in flows]
    else:
        together = [[visit] for visit in call.visits]
    return [{**_fate(visits, asked), "repeat": repeat} for visits in together]


def _fate(visits: list[VisitRecord], asked: Asked) -> dict[str, Any]:
    visits = sorted(visits, key=lambda one: (one.entered, one.uuid))
    entry = moment(visits[0].entered)
    answered = [one for one in visits if _consistent(one) and one.outcome == "answered"]
    waiting = [one for one in visits if _consistent(one) and one.outcome == "waiting"]
    if answered:
        decides = answered[0]
    elif waiting:
        decides = waiting[0]
    else:
        decides = sorted(visits, key=lambda one: (one.left or one.entered, one.entered, one.uuid))[-1]
    short, target = asked.seconds[decides.flow]
    fate = decides.outcome if _consistent(decides) else "nobody knows"
    first = moment(decides.first_entered)
    wait = None
    if fate in ("abandoned", "short abandoned"):
        assert decides.left is not None
        quick = moment(decides.left) - first <= timedelta(seconds=short)
        if decides.inferred:  # nobody saw when
            quick = fate == "short abandoned"
        fate = "short abandoned" if quick else "abandoned"
    if fate == "answered":
        assert decides.answered is not None
        wait = moment(decides.answered) - first
    return {
        "entry": entry, "flow": decides.flow, "queue": decides.queue, "operator": decides.operator,
        "fate": fate, "wait": wait, "in time": wait is not None and wait <= timedelta(seconds=target),
    }  # fmt: skip


def _consistent(visit: VisitRecord) -> bool:
    if visit.outcome == "answered":
        return visit.answered is not None
    if visit.outcome == "waiting":
        return visit.answered is None and visit.left is None
    return visit.answered is None and visit.left is not None


def _part(call: CallRecord, leg: LegRecord, unit: str, outbound: bool) -> dict[str, Any]:
    part = {"entry": moment(call.started), "flow": call.flow, "queue": "", "operator": leg.operator}
    if outbound or not call.visits:
        return part
    visit = next((one for one in call.visits if one.uuid == leg.visit), None)
    if visit is None:
        any_seconds = dict.fromkeys((one.flow for one in call.visits), (5, 20))
        asked = Asked(moment(0), moment(0), ZoneInfo("UTC"), moment(0), any_seconds)
        fate = _fate(list(call.visits), asked)
        visit = next(
            one
            for one in sorted(
                call.visits, key=lambda one: (one.entered, one.uuid), reverse=fate["wait"] is None
            )
            if (one.queue, one.operator) == (fate["queue"], fate["operator"])
        )
    same = {
        "call": list(call.visits),
        "flow": [one for one in call.visits if one.flow == visit.flow],
        "visit": [visit],
    }[unit]
    return {
        **part,
        "entry": moment(min(one.entered for one in same)),
        "flow": visit.flow,
        "queue": visit.queue,
    }


def _spend(spans: Sequence[SpanRecord], asked: Asked, rows: dict[Any, Line], total: Line) -> None:
    """Minute by minute: nothing in these histories is finer for operators, nor is any interval."""
    for span in spans:
        if asked.operator and span.operator != asked.operator:
            continue
        at = max(moment(span.started), asked.start)
        end = min(asked.now if span.ended is None else moment(span.ended), asked.end)
        while at < end:
            length = min(timedelta(minutes=1), end - at)
            lines = [total]
            if asked.by in (None, "operator"):
                lines.append(_line(rows, asked, at, span.operator if asked.by else None))
            for line in lines:
                line.states[span.state] = line.states.get(span.state, timedelta()) + length
            at += length
