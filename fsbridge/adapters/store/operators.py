"""Operators' duties in the store, with the spans of time they leave behind: the port of the services."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from peewee import JOIN, fn

from fsbridge.adapters.store.assignments import StoredAssignments
from fsbridge.adapters.store.models import (
    AuditEntry,
    CaseType,
    Flow,
    Leg,
    Note,
    Operator,
    OperatorSpan,
    Queue,
    Season,
    Setting,
    Tier,
)
from fsbridge.adapters.store.models import Duty as DutyRow
from fsbridge.adapters.store.store import Store
from fsbridge.adapters.store.wrapups import join_wrap_ups
from fsbridge.domain.assignments import assigned
from fsbridge.domain.duty import NOTHING, REASONS, Choice, Duty, Mode, Reason, Status, WrapUp
from fsbridge.domain.facts import TierRow
from fsbridge.errors import ConfigError, FsbridgeError

REASONS_KEY = "operators.reasons"
"""The setting that holds the centre's own reasons: a list of tables of name, status and name_en."""
SYSTEM_CASE = "system"
"""The key of the case type for calls nobody wrote up in time; it is made when first needed."""
_OWED_FOR = timedelta(days=7)

SeasonAt = Callable[[datetime], str]
"""The season in force at a moment; "" if none is."""


def _no_season(at: datetime) -> str:
    return ""


class StoredDuties:
    """The duties of a store. The open span is the present status; what else there is stands in `duty`.

    `season_at` says whose tiers hold; `contact` is the dial string of an operator with an extension
    (``{extension}`` in it), "" to leave FreeSWITCH's own.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredDuties(store).look()
    ()
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store, *, season_at: SeasonAt = _no_season, contact: str = "") -> None:
        self._store = store
        self._season_at = season_at
        self._contact = contact

    @contextmanager
    def locked(self) -> Iterator[_Ledger]:
        """The duties while nobody else changes them; undone if the block raises."""
        with self._store.writing() as database:
            database.lock("duty", "operator_span")
            yield _Ledger()

    def look(self) -> tuple[Duty, ...]:
        """Everybody's who is logged in, by operator."""
        with self._store.connection():
            return tuple(_duties())

    def duty(self, operator: str) -> Duty | None:
        """One operator's; None who is not logged in."""
        with self._store.connection():
            return next(_duties(operator), None)

    def talking(self) -> tuple[str, ...]:
        """Who is in a conversation: their seats outlive a silent browser."""
        return tuple(duty.operator for duty in self.look() if duty.status.in_conversation)

    def reasons(self) -> tuple[Reason, ...]:
        """The centre's own reasons, or those to begin with; ConfigError names what is bad."""
        with self._store.connection():
            row = Setting.get_or_none(Setting.key == REASONS_KEY)
        return REASONS if row is None else _reasons(row.value)

    def change_reasons(
        self, edit: Callable[[tuple[Reason, ...]], Iterable[Reason]], *, by: str, at: datetime
    ) -> tuple[Reason, ...]:
        """Let people give the reasons that `edit` makes of the present ones; the change is audited."""
        with self._store.writing():
            row = Setting.get_or_none(Setting.key == REASONS_KEY)
            before = REASONS if row is None else _reasons(row.value)
            after = tuple(edit(before))
            if after != before:
                values = {"value": _plain(after), "changed_at": at, "changed_by": by}
                if not Setting.update(values).where(Setting.key == REASONS_KEY).execute():
                    Setting.create(key=REASONS_KEY, **values)
                AuditEntry.create(
                    at=at,
                    actor=by,
                    action="changed",
                    subject="setting",
                    which=REASONS_KEY,
                    before=_plain(before),
                    after=_plain(after),
                )
        return after

    def contacts(self) -> Mapping[str, str]:
        """Who is registered, each with the dial string FreeSWITCH shall use ("": its own)."""
        with self._store.connection():
            rows = Operator.select().where(Operator.retired_at.is_null())
            return {
                row.key: self._contact.format(extension=row.extension) if row.extension else ""
                for row in rows
            }

    def tiers(self, at: datetime) -> tuple[TierRow, ...] | None:
        """Who shall serve which queue by the season and for now; None while the plan says nothing of it."""
        season = self._season_at(at)
        if not season:
            return None
        with self._store.connection():
            rows = (
                Tier.select(Tier, Queue, Operator)
                .join_from(Tier, Season)
                .join_from(Tier, Queue)
                .join_from(Tier, Operator)
                .where(Season.key == season, Queue.active, Operator.retired_at.is_null())
            )
            found = tuple(
                TierRow(
                    queue=row.queue.key, operator=row.operator.key, level=row.level, position=row.position
                )
                for row in rows
            )
        changes = StoredAssignments(self._store).in_force(at)
        return assigned(found, changes, at) if found else None

    def write_owed(self, at: datetime) -> int:
        """Give calls whose wrap-up the system cut short its case code, unless the operator has saved a note.

        A call becomes a row only when its record is read, so this is tried again for a week. A draft keeps
        its text, and its kind of case if one was chosen.
        """
        with self._store.connection():
            if not _owed(at).exists():
                return 0
        with self._store.writing():
            owed = list(_owed(at))
            for span in owed:
                _write_up(span, at)
            return len(owed)


class _Ledger:
    """The duties within a transaction."""

    def duty(self, operator: str) -> Duty | None:
        return next(_duties(operator), None)

    def put(self, before: Duty | None, after: Duty, *, cut: str = "") -> None:
        operator = Operator.get_or_none(Operator.key == after.operator)
        if operator is None:
            raise FsbridgeError(f"there is no operator {after.operator}; register the ID first")
        if before is None or (before.status, before.reason, before.since) != (
            after.status,
            after.reason,
            after.since,
        ):
            self._close(operator, before, after, cut)
            if after.status is not Status.LOGGED_OUT:
                OperatorSpan.create(
                    operator=operator,
                    state=after.status.value,
                    reason=after.reason,
                    leg_uuid=after.leg,
                    started_at=after.since,
                )
        if after.status is Status.LOGGED_OUT:
            DutyRow.delete().where(DutyRow.operator == operator).execute()
            return
        values = {
            "next_state": after.next.status.value if after.next is not None else "",
            "next_reason": after.next.reason if after.next is not None else "",
            "missed": after.missed,
            "call": after.call,
            "visit": after.visit,
            "leg": after.leg,
            "queue": after.queue,
            "flow": after.flow,
            "wrap_up": after.mode.value if after.mode is not None else "",
            "due_at": after.due_at,
        }
        if not DutyRow.update(values).where(DutyRow.operator == operator).execute():
            DutyRow.create(operator=operator, **values)

    def _close(self, operator: Operator, before: Duty | None, after: Duty, cut: str) -> None:
        at = after.since
        changes: dict[str, Any] = {"ended_at": at}
        if cut and before is not None and before.status is Status.WRAP_UP:
            changes["reason"] = cut
        opened = OperatorSpan.operator == operator, OperatorSpan.ended_at.is_null()
        OperatorSpan.update(changes).where(*opened, OperatorSpan.started_at <= at).execute()
        # one that began later than it ends: a clock that was set back
        OperatorSpan.update(ended_at=OperatorSpan.started_at).where(*opened).execute()
        if cut and before is not None and before.status.in_conversation and before.leg:
            OperatorSpan.create(
                operator=operator,
                state=Status.WRAP_UP.value,
                reason=cut,
                leg_uuid=before.leg,
                started_at=at,
                ended_at=at,
            )
        if before is not None:
            join_wrap_ups(before.leg)

    def wrap_up(self, queue: str, flow: str = "") -> WrapUp:
        if queue:
            row = Flow.select().join(Queue).where(Queue.key == queue).first()
        else:
            row = Flow.get_or_none(Flow.key == flow)
        if row is None:
            return WrapUp() if queue else NOTHING
        return WrapUp(Mode(row.wrap_up), timedelta(seconds=row.wrap_up_seconds))

    def record(self, at: datetime, actor: str, action: str, which: str, reason: str) -> None:
        AuditEntry.create(at=at, actor=actor, action=action, subject="operator", which=which, reason=reason)


def _duties(operator: str = "") -> Iterator[Duty]:
    rows: Any = (
        DutyRow.select(
            DutyRow, Operator.key, OperatorSpan.state, OperatorSpan.reason, OperatorSpan.started_at
        )
        .join_from(DutyRow, Operator)
        .join_from(DutyRow, OperatorSpan, on=OperatorSpan.operator == DutyRow.operator)
        .where(OperatorSpan.ended_at.is_null())
        .order_by(Operator.key)
        .objects()
    )
    if operator:
        rows = rows.where(Operator.key == operator)
    for row in rows:
        try:
            yield _duty(row)
        except ValueError as error:
            raise FsbridgeError(
                f"operator {row.key}: the store holds a duty this version cannot read ({error}); "
                "set it right in the tables duty and operator_span"
            ) from error


def _duty(row: Any) -> Duty:
    return Duty(
        operator=row.key,
        status=Status(row.state),
        since=row.started_at,
        reason=row.reason,
        next=Choice(Status(row.next_state), row.next_reason) if row.next_state else None,
        missed=row.missed,
        call=row.call,
        visit=row.visit,
        leg=row.leg,
        queue=row.queue,
        flow=row.flow,
        mode=Mode(row.wrap_up) if row.wrap_up else None,
        due_at=row.due_at,
    )


def _owed(at: datetime) -> Any:
    saved = Note.select(Note.id).where(
        Note.call == Leg.call, Note.operator == OperatorSpan.operator, Note.saved_at.is_null(False)
    )
    return (
        OperatorSpan.select(OperatorSpan, Leg)
        .join(Leg, JOIN.INNER, on=Leg.uuid == OperatorSpan.leg_uuid, attr="about")
        .where(
            OperatorSpan.state == Status.WRAP_UP.value,
            OperatorSpan.reason != "",
            OperatorSpan.started_at >= at - _OWED_FOR,
            OperatorSpan.ended_at.is_null(False),
            ~fn.EXISTS(saved),
        )
    )


def _write_up(span: Any, at: datetime) -> None:
    system = CaseType.get_or_none(CaseType.key == SYSTEM_CASE) or CaseType.create(
        key=SYSTEM_CASE, name="未登録（システム）", name_en="Not written up (system)", system=True
    )
    draft = (
        Note.select()
        .where(Note.call == span.about.call_id, Note.operator == span.operator_id)
        .order_by(Note.id.desc())
        .first()
    )
    if draft is None:
        draft = Note(call=span.about.call_id, leg=span.about.id, operator=span.operator_id, created_at=at)
        draft.leg_uuid = span.leg_uuid
    draft.case_type = draft.case_type or system
    draft.by_system = True
    draft.changed_at = at
    draft.saved_at = at
    draft.save()


def _plain(reasons: Iterable[Reason]) -> list[dict[str, str]]:
    return [{"name": one.name, "status": one.status.value, "name_en": one.name_en} for one in reasons]


def _reasons(value: object) -> tuple[Reason, ...]:
    rows: Iterable[Any] = value if isinstance(value, list) else ()
    try:
        found = tuple(
            Reason(str(row["name"]), Status.named(str(row["status"])), str(row.get("name_en", "")))
            for row in rows
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"the setting {REASONS_KEY} is no list of tables with name and status ({error!r}); write it anew"
        ) from error
    except FsbridgeError as error:
        raise ConfigError(f"the setting {REASONS_KEY}: {error}") from error
    return found
