"""The centre's plan in the store: loaded as one value, saved by what differs, every change audited."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fsbridge.adapters.holidays import CALENDARS
from fsbridge.adapters.store import planrows as rows
from fsbridge.adapters.store.models import AuditEntry, Schedule, ScheduleOverride, Setting
from fsbridge.adapters.store.store import Store
from fsbridge.domain import schedule as schedules
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.plandata import data_of, made, plain
from fsbridge.domain.planparts import MenuPlan
from fsbridge.domain.schedule import Holidays, schedule_of
from fsbridge.domain.seats import Allowance
from fsbridge.errors import ConfigError, FsbridgeError

CENTRE = "centre"
"""The key of the setting that holds the centre's own facts, and of its schedule."""
_FACTS = ("key", "name", "name_en", "numbers", "caller_id", "region", "language", "fallback_queue")


class NoPlan(FsbridgeError):
    """The store holds no plan yet."""


@dataclass(frozen=True)
class Change:
    """One thing that a save changed: `action` is added, changed or removed.

    >>> print(Change("flow", "leak", "changed", {"target": 80}, {"target": 90}))
    flow leak: changed
    """

    subject: str
    which: str
    action: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.subject} {self.which}: {self.action}"


class StoredPlan:
    """The plan of a store's centre.

    Whoever runs for long asks `version` now and then, and loads again when it differs.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredPlan(store).load()
    Traceback (most recent call last):
    fsbridge.adapters.store.plan.NoPlan: the database ... holds no centre yet: run `fsbridge init`
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store, calendars: Iterable[Holidays] = CALENDARS) -> None:
        self._store = store
        self._calendars = tuple(calendars)

    def exists(self) -> bool:
        """Whether there is a plan."""
        with self._store.connection():
            return bool(Setting.select().where(Setting.key == CENTRE).exists())

    def load(self) -> CentrePlan:
        """The plan with the overrides that have not been ended; NoPlan if there is none."""
        with self._store.reading():
            return self._loaded()

    def version(self) -> str:
        """What changes whenever the plan does, whoever changed it and by whatever way; '' without a plan."""
        with self._store.reading():
            try:
                data = data_of(self._loaded())
            except NoPlan:
                return ""
        return hashlib.sha256(json.dumps(data, ensure_ascii=False).encode()).hexdigest()[:16]

    def save(self, plan: CentrePlan, *, by: str, at: datetime, reason: str = "") -> list[Change]:
        """Make the store hold this plan; what that changed, each also in the audit log.

        Other opening hours are a new version of the schedule. Flows, queues and operators that are no longer
        in it stay for the history, out of use; announcements are never removed.
        """
        with self._alone():
            return self._save(plan, by, at, reason)

    def change(
        self, edit: Callable[[CentrePlan], CentrePlan], *, by: str, at: datetime, reason: str = ""
    ) -> list[Change]:
        """As `save`, of what `edit` makes of the plan that is there; nobody else changes it meanwhile."""
        with self._alone():
            return self._save(edit(self._loaded()), by, at, reason)

    def allowance(self, at: datetime) -> Allowance:
        """What the season in force at `at` allows; nothing on a day that has none."""
        plan = self.load()
        season = plan.schedule.status(at).season
        if not season:
            return Allowance("none", seats=0, registered=len(plan.operators))
        rules = plan.season(season)
        return Allowance(season, rules.seats, rules.registered, rules.reserve)

    def versions(self) -> list[Schedule]:
        """Every version of the schedule there was, the newest first."""
        with self._store.connection():
            query = Schedule.select().where(Schedule.key == CENTRE)
            return list(query.order_by(Schedule.version.desc()))

    def end_expired(self, at: datetime) -> list[str]:
        """End the overrides that are over for good, so that no one has to read past them; their names."""
        with self._alone():
            found = [row for row in _open() if row.expires_at is not None and row.expires_at <= at]
            for row in found:
                _end(row, "fsbridge", at)
            return [row.data["name"] for row in found]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._store.writing() as database:
            database.lock("setting", "schedule", "schedule_override")
            yield

    def _loaded(self) -> CentrePlan:
        centre = Setting.get_or_none(Setting.key == CENTRE)
        schedule = _newest()
        if centre is None or schedule is None:
            raise NoPlan(f"the database {self._store.url} holds no centre yet: run `fsbridge init`")
        facts = dict(centre.value)
        hours = {**schedule.data, "overrides": [row.data for row in _open()]}
        try:
            return CentrePlan(
                **{
                    **facts,
                    "numbers": tuple(facts["numbers"]),
                    "menu": made(MenuPlan, facts.get("menu", {}), "menu"),
                },
                schedule=schedule_of(hours, self._calendars),
                seasons=rows.seasons(),
                flows=rows.flows(),
                queues=rows.queues(),
                operators=rows.operators(),
                tiers=rows.tiers(),
                announcements=rows.announcements(),
            )
        except (ConfigError, KeyError, TypeError) as error:
            raise ConfigError(f"the plan in {self._store.url} does not fit: {error}") from error

    def _save(self, plan: CentrePlan, by: str, at: datetime, reason: str) -> list[Change]:
        done = [
            *_save_centre(plan, by, at),
            *_save_schedule(plan.schedule, by, at, reason),
            *rows.save(plan, by, at),
            *_save_overrides(plan.schedule, by, at),
        ]
        changes = [Change(*one) for one in done]
        for one in changes:
            AuditEntry.create(
                at=at,
                actor=by,
                action=one.action,
                subject=one.subject,
                which=one.which,
                reason=reason,
                before=one.before,
                after=one.after,
            )
        return changes


def _save_centre(plan: CentrePlan, by: str, at: datetime) -> Iterator[rows.Done]:
    facts: dict[str, Any] = {name: getattr(plan, name) for name in _FACTS}
    facts |= {"numbers": list(plan.numbers), "menu": plain(plan.menu)}
    row = Setting.get_or_none(Setting.key == CENTRE)
    if row is None:
        Setting.create(key=CENTRE, value=facts, changed_at=at, changed_by=by)
        yield "centre", plan.key, "added", None, facts
    elif row.value != facts:
        values = {"value": facts, "changed_at": at, "changed_by": by}
        Setting.update(values).where(Setting.key == CENTRE).execute()
        yield "centre", plan.key, "changed", row.value, facts


def _save_schedule(schedule: schedules.Schedule, by: str, at: datetime, reason: str) -> Iterator[rows.Done]:
    data = schedules.data_of(schedule)
    data.pop("overrides", None)
    newest = _newest()
    if newest is not None and newest.data == data:
        return
    version = newest.version + 1 if newest else 1
    Schedule.create(key=CENTRE, version=version, data=data, author=by, note=reason, created_at=at)
    action = "changed" if newest else "added"
    yield "schedule", f"version {version}", action, newest and newest.data, data


def _save_overrides(schedule: schedules.Schedule, by: str, at: datetime) -> Iterator[rows.Done]:
    there = {row.data["name"]: row for row in _open()}
    data = schedules.data_of(schedule).get("overrides", [])
    for rule, wanted in zip(schedule.overrides, data, strict=True):
        row = there.pop(rule.name, None)
        if row is not None and row.data == wanted:
            continue
        if row is not None:
            _end(row, by, at)
        ScheduleOverride.create(
            schedule=CENTRE,
            day=rule.day.isoformat(),
            data=wanted,
            author=rule.author,
            reason=rule.reason,
            created_at=at,
            expires_at=rule.expires(schedule.clock),
        )
        yield "override", rule.name, "changed" if row else "added", row and row.data, wanted
    for name, row in there.items():
        _end(row, by, at)
        yield "override", name, "removed", row.data, None


def _newest() -> Schedule | None:
    query = Schedule.select().where(Schedule.key == CENTRE)
    found: Schedule | None = query.order_by(Schedule.version.desc()).first()
    return found


def _open() -> list[ScheduleOverride]:
    """The overrides that nobody has ended, the oldest first."""
    query = ScheduleOverride.select().where(
        ScheduleOverride.schedule == CENTRE, ScheduleOverride.ended_at.is_null()
    )
    return list(query.order_by(ScheduleOverride.id))


def _end(row: ScheduleOverride, by: str, at: datetime) -> None:
    values = {"ended_at": at, "ended_by": by}
    ScheduleOverride.update(values).where(ScheduleOverride.id == row.id).execute()
