"""Recordings found, and kept from being purged whatever their age (a legal hold)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fsbridge.adapters.store.models import AuditEntry, Call, Operator, Recording
from fsbridge.adapters.store.store import Store
from fsbridge.errors import FsbridgeError

_KEPT = Recording.purged_at.is_null()


class NoSuchRecording(FsbridgeError):
    """A recording that was named is not there, or no more; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A recording as a list shows it.

    >>> at = datetime(2027, 4, 1)
    >>> Kept(7, "2027-04-01/9a.wav", "9a", at, 300.0, "0761234567", "sato", "佐藤", 4_800_000).held_by
    ''
    """

    id: int
    path: str
    call: str
    started_at: datetime
    seconds: float | None
    number: str
    operator: str
    name: str
    size: int
    held_at: datetime | None = None
    held_by: str = ""
    held_for: str = ""
    purged_at: datetime | None = None
    note: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which recordings to find: from and until a moment, of an operator, of a number, held, still there.

    `operator` is a key, or a part of a name or its reading; `number` a part of the caller's number.

    >>> Wanted(operator="佐藤").purged
    False
    """

    since: datetime | None = None
    until: datetime | None = None
    operator: str = ""
    number: str = ""
    held: bool = False
    purged: bool = False


class Holds:
    """Finds recordings, holds them and lets them go.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> Holds(store).find(Wanted(), 10)
    []
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, wanted: Wanted, limit: int) -> Sequence[Kept]:
        """The latest recordings that fit, the latest first."""
        with self._store.reading():
            query = Recording.select(Recording, Call, Operator).join(Call).switch(Recording)
            query = query.join(Operator, "LEFT OUTER JOIN").where(*_conditions(wanted), *_by(wanted.operator))
            return [_kept(row) for row in query.order_by(Recording.started_at.desc()).limit(limit)]

    def hold(self, which: Collection[str], now: datetime, *, by: str, why: str) -> Sequence[Kept]:
        """Keep recordings whatever their age, all of them or (NoSuchRecording) none.

        `which` are numbers of recordings, their paths, or calls by their uuid.
        """
        return self._change(which, "held", now, by, why, {"held_at": now, "held_by": by, "held_for": why})

    def release(self, which: Collection[str], now: datetime, *, by: str, why: str) -> Sequence[Kept]:
        """Let them go the way of all others again."""
        return self._change(which, "released", now, by, why, {"held_at": None, "held_by": "", "held_for": ""})

    def _change(
        self, which: Collection[str], action: str, now: datetime, by: str, why: str, values: dict[str, object]
    ) -> Sequence[Kept]:
        if not why.strip():
            raise FsbridgeError("a hold needs its reason, for those who come after: --why TEXT")
        with self._store.writing():
            numbers = [number for one in which for number in self._numbers(one)]
            changed = (
                Recording.update(values)
                .where(Recording.id.in_(numbers), _KEPT)
                .returning(Recording.id)
                .tuples()
                .execute()
            )
            gone = set(numbers) - {number for (number,) in changed}
            if gone:
                raise NoSuchRecording(f"recording {min(gone)} was purged at this moment; nothing was changed")
            query = Recording.select(Recording, Call, Operator).join(Call).switch(Recording)
            query = query.join(Operator, "LEFT OUTER JOIN").where(Recording.id.in_(numbers))
            rows = [_kept(row) for row in query.order_by(Recording.id)]
            for row in rows:
                AuditEntry.create(
                    at=now,
                    actor=by,
                    action=action,
                    subject="recording",
                    which=str(row.id),
                    reason=why,
                    after={"path": row.path, "call": row.call},
                )
        return rows

    def _numbers(self, which: str) -> list[int]:
        """The recordings somebody means, none of them purged."""
        fits = (Recording.path == which) | (Call.uuid == which)
        if which.isascii() and which.isdigit() and len(which) < 19:
            fits |= Recording.id == int(which)
        query: Any = Recording.select(Recording.id, Recording.purged_at).join(Call).where(fits)
        rows = list(query.tuples())
        if not rows:
            raise NoSuchRecording(
                f"there is no recording {which!r}; give its number, its path or its call's uuid, "
                "as `fsbridge recordings list` shows them"
            )
        there = [number for number, purged_at in rows if purged_at is None]
        if not there:
            raise NoSuchRecording(f"recording {which!r} was purged at {rows[0][1]:%Y-%m-%d %H:%M} UTC")
        return there


def _conditions(wanted: Wanted) -> list[Any]:
    conditions: list[Any] = [Recording.purged_at.is_null(not wanted.purged)]
    if wanted.since is not None:
        conditions.append(Recording.started_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(Recording.started_at < wanted.until)
    if wanted.held:
        conditions.append(Recording.held_at.is_null(False))
    if wanted.number:
        conditions.append(Call.number.contains(wanted.number))
    return conditions


def _by(word: str) -> list[Any]:
    """Recordings of whom a word means; told by number, so that one operator's are read in their order."""
    if not word:
        return []
    fits = (Operator.key == word) | Operator.name.contains(word) | Operator.kana.contains(word)
    query: Any = Operator.select(Operator.id).where(fits)
    numbers = [number for (number,) in query.tuples()]
    return [Recording.operator == numbers[0] if len(numbers) == 1 else Recording.operator.in_(numbers)]


def _kept(row: Recording) -> Kept:
    operator: Operator | None = row.operator
    seconds = (row.ended_at - row.started_at).total_seconds() if row.ended_at else None
    return Kept(
        row.id,
        row.path,
        row.call.uuid,
        row.started_at,
        seconds,
        row.call.number,
        operator.key if operator else "",
        operator.name if operator else "",
        row.size,
        row.held_at,
        row.held_by,
        row.held_for,
        row.purged_at,
        row.purge_note,
        row.fault,
    )
