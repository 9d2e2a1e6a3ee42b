"""Why something holds at a moment: the rule that decides, and every rule considered."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from fsbridge.domain.schedule.clock import aware
from fsbridge.domain.schedule.rules import (
    NO_SEASON,
    OUT_OF_HOURS,
    Override,
    Rule,
    Standing,
    kind_of,
    open_minutes,
)
from fsbridge.domain.schedule.schedule import Schedule
from fsbridge.domain.schedule.week import WEEKDAYS, time_of


class Verdict(enum.Enum):
    """How a rule fared.

    >>> [verdict.value for verdict in Verdict]
    ['decides', 'outranked', 'does not hold']
    """

    DECIDES = "decides"
    OUTRANKED = "outranked"
    DOES_NOT_HOLD = "does not hold"


@dataclass(frozen=True)
class Considered:
    """One rule and how it fared; `why` is a sentence.

    >>> Considered("season", "busy", Verdict.OUTRANKED, "03..04 includes it, but storm comes first").name
    'busy'
    """

    kind: str
    name: str
    verdict: Verdict
    why: str

    def data(self) -> dict[str, str]:
        """The same as plain data."""
        return {"kind": self.kind, "name": self.name, "verdict": self.verdict.value, "why": self.why}


@dataclass(frozen=True)
class Explanation:
    """What holds at a moment, and why; `at` is on the schedule's clock, rules in the order they are asked.

    >>> Explanation(dt.datetime(2027, 1, 2), Standing(False, "", "x", "y"), (), "x holds").data()["rule"]
    'x'
    """

    at: dt.datetime
    standing: Standing
    considered: tuple[Considered, ...]
    why: str

    def data(self) -> dict[str, object]:
        """The same as plain data: the standing's keys, ``at``, ``why`` and the rules ``considered``."""
        return {
            "at": self.at.isoformat(),
            **self.standing.data(),
            "why": self.why,
            "considered": [one.data() for one in self.considered],
        }


def explain(schedule: Schedule, at: dt.datetime) -> Explanation:
    """The winning rule and every rule considered, with why; ValueError for a naive time.

    >>> from fsbridge.domain.schedule import schedule_of
    >>> schedule = schedule_of({
    ...     "zone": "Asia/Tokyo",
    ...     "seasons": [{"name": "all", "days": "01..12", "hours": "08:45-18:00"}],
    ...     "special_days": [{"name": "new-year", "days": "01-01..01-03"}],
    ... })
    >>> found = explain(schedule, dt.datetime(2027, 1, 2, 1, 0, tzinfo=dt.UTC))
    >>> found.why
    'new-year decides: 01-01..01-03 includes 2027-01-02 (sat); closed all day'
    >>> [(one.name, one.verdict.value, one.why) for one in found.considered[1:]]
    [('all', 'outranked', '01..12 includes 2027-01-02 (sat), but new-year comes first')]
    """
    local = aware(at, schedule.clock)
    standing = schedule.status(local)
    considered: list[Considered] = []
    decides: Rule | None = None
    for rule in schedule.rules:
        holds, why = _holding(rule, local, schedule)
        if not holds:
            verdict = Verdict.DOES_NOT_HOLD
        elif decides is None:
            decides, verdict = rule, Verdict.DECIDES
            why = f"{why}; {_hours(rule, local)}"
        else:
            verdict = Verdict.OUTRANKED
            why = f"{why}, but {decides.name} comes first"
        considered.append(Considered(kind_of(rule), rule.name, verdict, why))
    won = next((one for one in considered if one.verdict is Verdict.DECIDES), None)
    if won is None:
        why = f"no rule includes {_day(local.date())}, so it is closed ({NO_SEASON}, {OUT_OF_HOURS})"
        return Explanation(local, standing, tuple(considered), why)
    return Explanation(local, standing, tuple(considered), f"{won.name} decides: {won.why}")


def _holding(rule: Rule, local: dt.datetime, schedule: Schedule) -> tuple[bool, str]:
    date = local.date()
    if isinstance(rule, Override):
        by = f"by {rule.author}" + (f": {rule.reason}" if rule.reason else "")
        if rule.day != date:
            return False, f"is for {_day(rule.day)}, not {date} ({by})"
        minute = local.hour * 60 + local.minute
        if rule.holds(date, minute):
            return True, f"holds {_day(date)} from {rule.since} to {rule.until} ({by})"
        when = f"begins only at {rule.since}" if minute < rule.window[0] else f"expired at {rule.until}"
        return False, f"{when} ({by})"
    if rule.days.holds(date, schedule.calendar):
        holiday = ""
        if rule.days.by_holidays and schedule.calendar is not None:
            name = schedule.calendar.of(date.year).get(date)
            holiday = f", {name}" if name else ""
        return True, f"{rule.days} includes {_day(date, holiday)}"
    return False, f"{rule.days} does not include {_day(date)}"


def _hours(rule: Rule, local: dt.datetime) -> str:
    ranges = open_minutes(rule, local.date())
    window = " in that time" if isinstance(rule, Override) else " all day"
    if not ranges:
        return f"closed{window}"
    minute = local.hour * 60 + local.minute
    is_open = any(opens <= minute < closes for opens, closes in ranges)
    hours = ", ".join(f"{time_of(opens)}-{time_of(closes)}" for opens, closes in ranges)
    return f"{'open' if is_open else 'closed'} at {local:%H:%M}, open {hours}"


def _day(date: dt.date, extra: str = "") -> str:
    return f"{date} ({WEEKDAYS[date.weekday()]}{extra})"
