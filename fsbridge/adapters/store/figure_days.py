"""Figures that were counted once, in the store: written as a further revision, never over an earlier one."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from fsbridge.adapters.store.databases import Backend
from fsbridge.adapters.store.fields import moment
from fsbridge.adapters.store.models import AuditEntry, Figure, FigureDay
from fsbridge.adapters.store.store import Store
from fsbridge.domain.figures import Basis, Figures, Kept

_NEWEST = """SELECT head.id, head.day, head.revision, head.basis, head.made_at, head.made_by, head.reason
    FROM figure_day AS head WHERE head.day >= '{0}' AND head.day <= '{1}' AND head.revision =
    (SELECT MAX(revision) FROM figure_day AS one WHERE one.day = head.day) ORDER BY head.day"""


class FigureShelf:
    """The kept figures of a store, for `fsbridge.services.figures.Reporting`.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> FigureShelf(store).heads(date(2027, 3, 1), date(2027, 3, 31))
    []
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def heads(self, first: date, last: date) -> list[Kept]:
        """The newest revision of each day that is kept, both ends included, without its figures."""
        with self._store.connection() as database:
            return list(_heads(database, first, last).values())

    def load(self, first: date, last: date, scope: str, key: str | None) -> list[Kept]:
        """The same days with the figures of one scope (`key` None: all of it)."""
        with self._store.connection() as database:
            heads = _heads(database, first, last)
            query = Figure.select(Figure.day, Figure.key, Figure.data).where(Figure.scope == scope)
            if key is not None:
                query = query.where(Figure.key == key)
            newest = FigureDay.select(FigureDay.id).where(
                FigureDay.day >= first.isoformat(), FigureDay.day <= last.isoformat()
            )
            cells: dict[int, dict[tuple[str, str], dict[int, Figures]]] = {number: {} for number in heads}
            for number, name, data in query.where(Figure.day.in_(newest)).tuples().iterator():
                if number in cells:
                    cells[number][(scope, name)] = _cells(data)
            return [
                Kept(
                    day=head.day,
                    basis=head.basis,
                    made_at=head.made_at,
                    made_by=head.made_by,
                    reason=head.reason,
                    revision=head.revision,
                    cells=cells[number],
                )
                for number, head in heads.items()
            ]

    def keep(self, kept: Kept) -> Kept:
        """Write a day's figures as its next revision; the audit log says who did it and why."""
        day = kept.day.isoformat()
        with self._store.writing() as database:
            database.lock("figure_day")
            before = FigureDay.select().where(FigureDay.day == day).count()
            head = FigureDay.create(
                day=day,
                revision=before + 1,
                basis=kept.basis.data(),
                definitions=kept.basis.version,
                made_at=kept.made_at,
                made_by=kept.made_by,
                reason=kept.reason,
            )
            rows = [
                {"day": head, "scope": scope, "key": key, "data": _data(cells)}
                for (scope, key), cells in kept.cells.items()
            ]
            for at in range(0, len(rows), 100):
                Figure.insert_many(rows[at : at + 100]).execute()
            AuditEntry.create(
                at=kept.made_at,
                actor=kept.made_by,
                action="counted again" if before else "counted",
                subject="figures",
                which=day,
                reason=kept.reason,
            )
        return Kept(
            day=kept.day, basis=kept.basis, made_at=kept.made_at, made_by=kept.made_by,
            reason=kept.reason, revision=before + 1, cells=kept.cells,
        )  # fmt: skip


def _heads(database: Backend, first: date, last: date) -> dict[int, Kept]:
    found = database.execute_sql(_NEWEST.format(first.isoformat(), last.isoformat()))
    return {
        number: Kept(
            day=date.fromisoformat(day),
            basis=Basis.from_data(json.loads(basis)),
            made_at=moment(made_at),
            made_by=made_by,
            reason=reason,
            revision=revision,
        )
        for number, day, revision, basis, made_at, made_by, reason in found.fetchall()
    }


def _data(cells: Any) -> dict[str, Any]:
    return {str(slot): [figures.counts, figures.waits] for slot, figures in sorted(cells.items())}


def _cells(data: Any) -> dict[int, Figures]:
    return {int(slot): Figures(counts, waits) for slot, (counts, waits) in data.items()}
