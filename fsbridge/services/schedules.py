"""Opening hours edited rule by rule: looked through before they are saved, refused when something is odd."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.schedule import Finding, Holidays, Schedule, check, data_of, schedule_of
from fsbridge.errors import ConfigError, FsbridgeError
from fsbridge.services.plans import PlanRoom

KINDS: Mapping[str, str] = {"season": "seasons", "special": "special_days", "override": "overrides"}
"""The kinds of rules by the word for one, and the lists of the schedule's data."""
_YEARS = 2
"""For so many years, this one included, an edit is looked through."""


class OddSchedule(FsbridgeError):
    """The rules would be valid, but something is odd that was not before; ``findings`` say what."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        lines = "".join(f"\n- {one.message}" for one in findings)
        super().__init__(f"not saved; save it --anyway if this is meant:{lines}")
        self.findings = tuple(findings)


@dataclass(frozen=True)
class Edited:
    """What an edit did: the rules before and after, what changed, and what is odd now though it was saved.

    >>> Edited(None, None, (), ()).odd  # type: ignore[arg-type]
    ()
    """

    before: Schedule
    after: Schedule
    changes: Sequence[object]
    odd: tuple[Finding, ...]


class Schedules:
    """The rules of a centre's opening hours.

    >>> from fsbridge.testing.plans import PlanInMemory, small_plan
    >>> schedules = Schedules(PlanInMemory(small_plan()))
    >>> at = datetime(2027, 2, 10)
    >>> done = schedules.add("override", {"name": "storm", "day": "2027-02-11", "author": "sato"},
    ...                      by="sato", at=at)
    >>> [rule.name for rule in done.after.rules]
    ['storm', 'new-year', 'all']
    >>> schedules.edit("all", {"days": "01..11"}, by="sato", at=at)
    Traceback (most recent call last):
    fsbridge.services.schedules.OddSchedule: not saved; save it --anyway if this is meant:
    - 2027-12-01..2027-12-31 have no season, so they are closed; give a season these days
    ...
    """

    def __init__(self, room: PlanRoom, calendars: Iterable[Holidays] = ()) -> None:
        self._room = room
        self._calendars = tuple(calendars)

    def load(self) -> Schedule:
        """The rules as they are."""
        return self._room.load().schedule

    def add(
        self,
        kind: str,
        rule: Mapping[str, Any],
        *,
        by: str,
        at: datetime,
        before: str = "",
        holidays: str = "",
        anyway: bool = False,
    ) -> Edited:
        """One more rule, by the keys of its data; asked before the one named `before`, else as the last.

        An override, the newest of all, is always asked first. ConfigError for wrong data, OddSchedule
        for what `check` finds now and did not find before, unless `anyway`.
        """

        def added(data: dict[str, Any]) -> None:
            rows = data.setdefault(KINDS[kind], [])
            place = len(rows) if not before else _place(before, data, KINDS[kind])
            rows.insert(place, dict(rule))
            if holidays:
                data["holidays"] = holidays

        return self._edit(added, by, at, str(rule.get("reason", "")), anyway)

    def edit(
        self,
        name: str,
        values: Mapping[str, Any],
        *,
        by: str,
        at: datetime,
        reason: str = "",
        holidays: str = "",
        anyway: bool = False,
    ) -> Edited:
        """Give a rule other values, by the keys of its data; as `add` otherwise."""

        def edited(data: dict[str, Any]) -> None:
            rows, place = _find(name, data)
            rows[place] = {**rows[place], **values}
            if holidays:
                data["holidays"] = holidays

        return self._edit(edited, by, at, reason, anyway)

    def remove(self, name: str, *, by: str, at: datetime, reason: str = "", anyway: bool = False) -> Edited:
        """Take a rule away; as `add` otherwise."""

        def removed(data: dict[str, Any]) -> None:
            rows, place = _find(name, data)
            del rows[place]

        return self._edit(removed, by, at, reason, anyway)

    def _edit(
        self, edit: Callable[[dict[str, Any]], None], by: str, at: datetime, reason: str, anyway: bool
    ) -> Edited:
        seen: list[tuple[Schedule, Schedule, tuple[Finding, ...]]] = []

        def edited(plan: CentrePlan) -> CentrePlan:
            data = data_of(plan.schedule)
            edit(data)
            after = schedule_of(data, self._known(plan.schedule))
            odd = _odd(plan.schedule, after, at.year)
            if odd and not anyway:
                raise OddSchedule(odd)
            seen.append((plan.schedule, after, odd))
            return plan.with_schedule(after)

        changes = self._room.change(edited, by=by, at=at, reason=reason)
        before, after, odd = seen[-1]
        return Edited(before, after, changes, odd)

    def _known(self, schedule: Schedule) -> tuple[Holidays, ...]:
        return (*self._calendars, *([schedule.calendar] if schedule.calendar else ()))


def _odd(before: Schedule, after: Schedule, year: int) -> tuple[Finding, ...]:
    found: list[Finding] = []
    for one in range(year, year + _YEARS):
        old = check(before, one)
        found += (finding for finding in check(after, one) if finding not in old)
    return tuple(found)


def _find(name: str, data: dict[str, Any]) -> tuple[list[dict[str, Any]], int]:
    for key in KINDS.values():
        for place, row in enumerate(data.get(key, [])):
            if row["name"] == name:
                return data[key], place
    names = [row["name"] for key in KINDS.values() for row in data.get(key, [])]
    raise ConfigError(f"there is no rule {name!r}; there are: {', '.join(names)}")


def _place(before: str, data: dict[str, Any], key: str) -> int:
    rows, place = _find(before, data)
    if rows is not data[key]:
        raise ConfigError(
            f"--before {before}: is a rule of another kind; those are asked in an order of their own"
        )
    return place
