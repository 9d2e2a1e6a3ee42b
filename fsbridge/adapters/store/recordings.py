"""Recordings in the store: what may go, and what went; the port of `fsbridge.services.retention`."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import Any

from peewee import fn

from fsbridge.adapters.store.models import AuditEntry, Call, Purge, Recording, Setting
from fsbridge.adapters.store.store import Store
from fsbridge.domain.retention import Facts, Retention, retention_of
from fsbridge.errors import ConfigError
from fsbridge.services.retention import Certificate, Done, Due, Found

RULE = "recordings.retention"
"""The setting that holds for how long recordings are kept."""
_PAGE = 1000
_KEPT = Recording.purged_at.is_null()


class StoredRecordings:
    """The recordings of a store.

    >>> import tempfile
    >>> from datetime import UTC
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredRecordings(store).facts(datetime(2027, 4, 1, tzinfo=UTC)).kept
    0
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def rule(self, zone: tzinfo) -> Retention:
        """For how long recordings are kept; ConfigError if nobody has said so."""
        with self._store.connection():
            row = Setting.get_or_none(Setting.key == RULE)
        if row is None:
            raise ConfigError(
                "nobody has said how long recordings are kept: `fsbridge recordings keep --years N`"
            )
        return retention_of(row.value, zone)

    def set_rule(self, rule: Retention, now: datetime, *, by: str) -> None:
        """Keep recordings for so long from now on; who said so is in the audit log."""
        with self._store.writing():
            row = Setting.get_or_none(Setting.key == RULE)
            before = row.value if row else None
            values = {"value": rule.data(), "changed_at": now, "changed_by": by}
            if not Setting.update(values).where(Setting.key == RULE).execute():
                Setting.create(key=RULE, **values)
            AuditEntry.create(
                at=now, actor=by, action="set", subject="retention", before=before, after=rule.data()
            )

    def facts(self, cutoff: datetime) -> Facts:
        """What a purge has to know before it begins."""
        with self._store.reading():
            kept, newest = (
                Recording.select(fn.COUNT(Recording.id), fn.MAX(Recording.started_at))
                .where(_KEPT)
                .scalar(as_tuple=True)
            )
            held = Recording.select().where(_KEPT, Recording.held_at.is_null(False)).count()
            due, size = (
                Recording.select(fn.COUNT(Recording.id), fn.COALESCE(fn.SUM(Recording.size), 0))
                .where(*_due(cutoff))
                .scalar(as_tuple=True)
            )
            began, ended = Purge.select(fn.MAX(Purge.started_at), fn.MAX(Purge.ended_at)).scalar(
                as_tuple=True
            )
        last_run = max((one for one in (began, ended) if one is not None), default=None)
        return Facts(int(kept), int(due), int(size), int(held), newest, last_run)

    def due(self, cutoff: datetime, after: tuple[int, int], limit: int) -> Sequence[Due]:
        """Recordings that may go, after a place, in the order of their age."""
        place, number = after
        columns = (Recording.id, Recording.path, Recording.started_at, Recording.size, Recording.sha256)
        beyond = (Recording.started_at > place) | ((Recording.started_at == place) & (Recording.id > number))
        query: Any = (
            Recording.select(*columns, Recording.purge_outcome)
            .where(*_due(cutoff), Recording.started_at >= place, beyond)
            .order_by(Recording.started_at, Recording.id)
            .limit(limit)
        )
        with self._store.connection() as database:
            rows = database.execute_sql(*query.sql()).fetchall()  # as they are: no moment is made of a number
        return [
            Due(id, path, at, size, sha256, outcome == "intended")
            for id, path, at, size, sha256, outcome in rows
        ]

    def some_paths(self, newest: int, oldest: int) -> Sequence[str]:
        """Paths of the newest and of the oldest recordings that should be there."""
        query = Recording.select(Recording.path).where(_KEPT)
        with self._store.connection():
            rows = [
                *query.order_by(Recording.started_at.desc()).limit(newest).tuples(),
                *query.order_by(Recording.started_at).limit(oldest).tuples(),
            ]
        return list(dict.fromkeys(path for (path,) in rows))

    def begin(self, now: datetime, cutoff: datetime, rule: Mapping[str, int], by: str, why: str) -> int:
        """The number of a purge that begins; of the one that was interrupted, if one was."""
        with self._store.writing():
            row = Purge.select().where(Purge.ended_at.is_null()).order_by(Purge.id.desc()).first()
            if row is None:
                row = Purge.create(started_at=now, cutoff=cutoff, rule=dict(rule), author=by, reason=why)
            else:
                Purge.update(cutoff=cutoff).where(Purge.id == row.id).execute()
            return int(row.id)

    def intend(self, purge: int, found: Mapping[int, Found]) -> None:
        """Write down what is about to be removed, so that an interruption leaves no riddle."""
        with self._store.writing():
            for number, file in found.items():
                Recording.update(
                    purge=purge, purge_outcome="intended", purge_note="", size=file.size, sha256=file.sha256
                ).where(Recording.id == number, _KEPT, Recording.held_at.is_null()).execute()

    @contextmanager
    def removing(self, purge: int, recordings: Collection[int]) -> Iterator[_Batch]:
        """These recordings, while nobody can put a hold on them; undone if the block raises."""
        with self._store.writing():
            rows = (
                Recording.update(purge=purge)
                .where(Recording.id.in_(list(recordings)), _KEPT, Recording.held_at.is_null())
                .returning(Recording.id)
                .tuples()
                .execute()
            )
            yield _Batch(recordings, {number for (number,) in rows})

    def heading(self, purge: int, at: datetime) -> Mapping[str, object]:
        """A certificate's first line."""
        with self._store.reading():
            row = Purge.get_by_id(purge)
            counts = _counts(purge)
        return {
            "purge": purge,
            "by": row.author,
            "why": row.reason,
            "began": row.started_at.isoformat(),
            "ended": at.isoformat(),
            "rule": row.rule,
            "recorded before": row.cutoff.isoformat(),
            **counts,
        }

    def lines(self, purge: int) -> Iterator[Mapping[str, object]]:
        """A certificate's other lines: what became of each recording."""
        last = 0
        while True:
            query = (
                Recording.select(Recording, Call.uuid)
                .join(Call)
                .where(Recording.purge == purge, Recording.purge_outcome != "", Recording.id > last)
                .order_by(Recording.id)
                .limit(_PAGE)
            )
            with self._store.connection():
                rows = list(query)
            if not rows:
                return
            for row in rows:
                yield {
                    "recording": row.id,
                    "path": row.path,
                    "call": row.call.uuid,
                    "recorded": row.started_at.isoformat(),
                    "outcome": row.purge_outcome,
                    "at": row.purged_at and row.purged_at.isoformat(),
                    "size": row.size,
                    "sha256": row.sha256,
                    "note": row.purge_note,
                }
            last = rows[-1].id

    def count(self, purge: int) -> Certificate:
        """What a purge did so far."""
        with self._store.reading():
            counts = _counts(purge)
        return Certificate(purge, counts["removed"], counts["missing"], counts["failed"], counts["size"])

    def end(self, certificate: Certificate, at: datetime) -> Certificate:
        """Close a purge, with its certificate in the audit log."""
        values = dataclasses.asdict(certificate)
        purge = values.pop("number")
        file = values.pop("file")
        values.pop("records")  # they are in the audit log by themselves
        with self._store.writing():
            Purge.update(ended_at=at, certificate=file, **values).where(Purge.id == purge).execute()
            if file:
                AuditEntry.create(
                    at=at,
                    actor=Purge.get_by_id(purge).author,
                    action="purged",
                    subject="recordings",
                    which=str(purge),
                    after={**values, "certificate": file},
                )
        return certificate

    def certificates(self) -> Sequence[Purge]:
        """Every purge, the latest first."""
        with self._store.connection():
            return list(Purge.select().order_by(Purge.id.desc()))


class _Batch:
    """The recordings of one transaction."""

    def __init__(self, asked: Collection[int], still: Collection[int]) -> None:
        self._asked = asked
        self._still = still

    def still_due(self) -> Collection[int]:
        return self._still

    def done(self, outcomes: Mapping[int, Done]) -> None:
        for number, done in outcomes.items():
            Recording.update(purged_at=done.at, purge_outcome=done.outcome, purge_note=done.note).where(
                Recording.id == number
            ).execute()
        left = set(self._asked) - set(outcomes)
        if left:  # a hold came first
            Recording.update(purge=None, purge_outcome="", purge_note="").where(
                Recording.id.in_(left), _KEPT
            ).execute()


def _due(cutoff: datetime) -> tuple[Any, ...]:
    return (_KEPT, Recording.held_at.is_null(), Recording.started_at < cutoff)


def _counts(purge: int) -> dict[str, int]:
    rows: Any = (
        Recording.select(
            Recording.purge_outcome, fn.COUNT(Recording.id), fn.COALESCE(fn.SUM(Recording.size), 0)
        )
        .where(Recording.purge == purge)
        .group_by(Recording.purge_outcome)
        .tuples()
    )
    found = {outcome: (int(count), int(size)) for outcome, count, size in rows}
    return {
        **{name: found.get(name, (0, 0))[0] for name in ("removed", "missing", "failed")},
        "size": found.get("removed", (0, 0))[1],
    }
