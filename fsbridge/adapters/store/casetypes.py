"""Kinds of case in the store: the port of `fsbridge.services.casetypes`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from fsbridge.adapters.store.models import AuditEntry, CaseType, Flow
from fsbridge.adapters.store.store import Store
from fsbridge.services.casetypes import CaseKind, CaseRefused


class StoredCases:
    """The kinds of case of a store; `locked` lets one change at a time happen, on either database.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredCases(store).all()
    ()
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def locked(self) -> Iterator[_Ledger]:
        """The kinds while nobody else changes them; undone if the block raises."""
        with self._store.writing() as database:
            database.lock("case_type")
            yield _Ledger()

    def all(self) -> Sequence[CaseKind]:
        """Every one, in no order."""
        with self._store.reading():
            return _Ledger().all()


class _Ledger:
    """Within a transaction."""

    def all(self) -> Sequence[CaseKind]:
        rows: Any = list(CaseType.select().order_by(CaseType.position, CaseType.id))
        keys = {row.id: row.key for row in rows}
        flows = {row.id: row.key for row in Flow.select()}
        return tuple(
            CaseKind(
                row.key,
                row.name,
                name_en=row.name_en,
                kana=row.kana,
                parent=keys.get(row.parent_id, ""),
                flow=flows.get(row.flow_id, ""),
                position=row.position,
                active=row.active,
                system=row.system,
            )
            for row in rows
        )

    def put(self, kind: CaseKind) -> None:
        flow = Flow.get_or_none(Flow.key == kind.flow) if kind.flow else None
        if kind.flow and flow is None:
            raise CaseRefused(f"flow: there is no flow {kind.flow!r}")
        values: dict[str, Any] = {
            "name": kind.name,
            "name_en": kind.name_en,
            "kana": kind.kana,
            "parent": CaseType.get(CaseType.key == kind.parent) if kind.parent else None,
            "flow": flow,
            "position": kind.position,
            "active": kind.active,
        }
        if not CaseType.update(values).where(CaseType.key == kind.key).execute():
            CaseType.create(key=kind.key, **values)

    def record(self, at: datetime, by: str, before: CaseKind | None, after: CaseKind) -> None:
        AuditEntry.create(
            at=at,
            actor=by,
            action="changed" if before is not None else "added",
            subject="case type",
            which=after.key,
            before=asdict(before) if before is not None else None,
            after=asdict(after),
        )
