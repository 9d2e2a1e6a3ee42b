"""The history as the figures read it: calls with all that belongs to them, and operators' states."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta, tzinfo
from typing import Any

from fsbridge.adapters.store.databases import Backend
from fsbridge.adapters.store.fields import micros
from fsbridge.adapters.store.models import Flow, Operator, Queue, Schedule
from fsbridge.adapters.store.store import Store
from fsbridge.domain.figures import (
    Basis,
    CallRecord,
    Label,
    Labels,
    LegRecord,
    SpanRecord,
    VisitRecord,
    Window,
)
from fsbridge.domain.figures.definitions import REPEAT_WITHIN
from fsbridge.domain.tally import Definitions, Targets

_CHOSEN = """SELECT call_id FROM visit WHERE entered_at >= {0} AND entered_at < {1}
    UNION SELECT id FROM call WHERE started_at >= {0} AND started_at < {1}"""
_ENDS = "SELECT MIN(call_id), MAX(call_id) FROM ({0}) AS chosen"
# Calls of a window lie close together: the ends spare the databases the other years.
_CALLS = """SELECT id, uuid, started_at, direction, number, flow_id, outcome, number <> '' AND EXISTS (
        SELECT 1 FROM call AS earlier WHERE earlier.number = call.number AND earlier.direction = 'inbound'
        AND earlier.started_at >= call.started_at - {2} AND earlier.started_at <= call.started_at
        AND (earlier.started_at < call.started_at OR earlier.id < call.id))
    FROM call WHERE id BETWEEN {4} AND {5} AND id IN ({3}) ORDER BY id"""
_VISITS = """SELECT call_id, uuid, queue_id, entered_at, first_entered_at, answered_at, left_at, operator_id,
    outcome, inferred, id FROM visit WHERE call_id BETWEEN {4} AND {5} AND call_id IN ({3})
    ORDER BY call_id, entered_at, id"""
_LEGS = """SELECT call_id, uuid, kind, started_at, visit_id, operator_id, answered_at, ended_at, hold,
    wrap_up, id FROM leg WHERE call_id BETWEEN {4} AND {5} AND call_id IN ({3})
    ORDER BY call_id, started_at, id"""
_CASES = """SELECT DISTINCT call_id, case_type_id FROM note
    WHERE case_type_id IS NOT NULL AND call_id BETWEEN {4} AND {5} AND call_id IN ({3})
    ORDER BY call_id, case_type_id"""
_KINDS = """SELECT one.key, one.name, one.name_en, above.key FROM case_type AS one
    LEFT JOIN case_type AS above ON above.id = one.parent_id ORDER BY one.position, one.id"""
_SPANS = """SELECT operator_id, state, started_at, ended_at FROM operator_span
    WHERE started_at >= {0} AND started_at < {1}"""
_WITHIN = """SELECT operator_id, state, SUM(ended_at - started_at) FROM operator_span
    WHERE started_at >= {0} AND started_at < {1} AND ended_at <= {1} GROUP BY operator_id, state"""
_ACROSS = """SELECT operator_id, state, started_at, ended_at FROM operator_span
    WHERE started_at >= {0} AND started_at < {1} AND (ended_at > {1} OR ended_at IS NULL)"""
_FEW = 100
"""Intervals in which operators' states are summed by the database; more are quicker read in one go."""
_BEFORE = """SELECT operator_id, state, started_at, ended_at FROM operator_span
    WHERE operator_id = {0} AND started_at < {1}
    ORDER BY started_at DESC, COALESCE(ended_at, 9000000000000000000) DESC LIMIT 1"""
_OPEN = "SELECT leg_id FROM operator_span WHERE ended_at IS NULL AND leg_id IS NOT NULL"


class StoredHistory:
    """The history of a store, for `fsbridge.services.figures.Reporting`; use it inside `reading`.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> history = StoredHistory(store)
    >>> with history.reading():
    ...     history.basis("Asia/Tokyo").version
    1
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything read inside sees the same moment."""
        with self._store.reading():
            yield

    def basis(self, zone: str) -> Basis:
        """What figures are counted by now: each flow's seconds and goal, and the newest schedule."""
        flows = list(Flow.select())
        newest = Schedule.select().order_by(Schedule.version.desc()).first()
        return Basis(
            zone=zone,
            flows={
                row.key: Targets(timedelta(seconds=row.short_abandon), timedelta(seconds=row.answer_within))
                for row in flows
            },
            goals={row.key: row.target for row in flows},
            schedule=f"{newest.key} {newest.version}" if newest else "",
        )

    def definitions(self, zone: tzinfo) -> Definitions:
        """The same for the live floor: the seconds of each queue, and where the day begins."""
        with self._store.reading():
            targets = self.basis("").flows
            queues = Queue.select(Queue, Flow).join(Flow)
            return Definitions(zone=zone, by_queue={row.key: targets[row.flow.key] for row in queues})

    def labels(self) -> Labels:
        """What people call each flow, queue, operator and case, in the order they are listed."""
        return {
            "flow": {
                row.key: Label(row.name, row.name_en)
                for row in Flow.select().order_by(Flow.position, Flow.id)
            },
            "queue": {
                row.key: Label(row.name, parent=row.flow.key)
                for row in Queue.select(Queue, Flow).join(Flow).order_by(Queue.position, Queue.id)
            },
            "operator": {
                row.key: Label(row.name) for row in Operator.select().order_by(Operator.key)
            },
            "case": self._cases(),
        }  # fmt: skip

    def _cases(self) -> dict[str, Label]:
        with self._store.connection() as database:
            found = rows(database, _KINDS)
        return {key: Label(name, name_en, above or "") for key, name, name_en, above in found}

    def calls(self, window: Window, *, cases: bool = False) -> Iterator[CallRecord]:
        """Every call that began or entered a queue in the window, with all its visits and legs, by number.

        `cases` reads the kinds of case too. Memory stays small however long the window is.
        """
        start, end = micros(window.start), micros(window.end)
        within = REPEAT_WITHIN // timedelta(microseconds=1)
        chosen = _CHOSEN.format(start, end)
        with self._store.connection() as database:
            ((first, last),) = rows(database, _ENDS.format(chosen))
            if first is None:
                return
            which = (start, end, within, chosen, first, last)
            flows = _keys(database, "flow")
            queues = _keys(database, "queue")
            operators = _keys(database, "operator")
            kinds = _keys(database, "case_type") if cases else {}
            flow_of = dict(rows(database, "SELECT id, flow_id FROM queue"))
            open_legs = {leg for (leg,) in rows(database, _OPEN)}
            visits = _Rows(stream(database, _VISITS.format(*which)))
            legs = _Rows(stream(database, _LEGS.format(*which)))
            noted = _Rows(stream(database, _CASES.format(*which)) if cases else ())
            for number, uuid, started, direction, caller, flow, outcome, repeat in stream(
                database, _CALLS.format(*which)
            ):
                own_visits = visits.of(number)
                uuids = {row[10]: row[1] for row in own_visits}
                yield CallRecord(
                    uuid,
                    started,
                    direction,
                    caller,
                    flows.get(flow, ""),
                    outcome,
                    bool(repeat),
                    [
                        VisitRecord(
                            visit, queues[queue], flows[flow_of[queue]], entered, first, answered, left,
                            operators.get(operator, ""), word, bool(inferred),
                        )
                        for _, visit, queue, entered, first, answered, left, operator, word, inferred, _
                        in own_visits
                    ],
                    [
                        LegRecord(
                            leg, kind, began, uuids.get(visit, ""), operators.get(operator, ""), answered,
                            ended, hold, wrap_up, ended is None or key in open_legs,
                        )
                        for _, leg, kind, began, visit, operator, answered, ended, hold, wrap_up, key
                        in legs.of(number)
                    ],
                    [kinds[kind] for _, kind in noted.of(number)],
                )  # fmt: skip

    def spans(self, window: Window, cuts: Sequence[Window] = ()) -> Iterator[SpanRecord]:
        """Operators' states that touch the window.

        Those of one operator and state that lie within one of the `cuts`, where these are few, come joined
        into one as long as they were together: an operator is in one state at a time.
        """
        start, end = micros(window.start), micros(window.end)
        with self._store.connection() as database:
            operators = _keys(database, "operator")
            for number in operators:
                for operator, state, began, ended in rows(database, _BEFORE.format(number, start)):
                    if ended is None or ended > start:
                        yield SpanRecord(operators[operator], state, began, ended)
            if not 0 < len(cuts) <= _FEW:
                for operator, state, began, ended in stream(database, _SPANS.format(start, end)):
                    yield SpanRecord(operators[operator], state, began, ended)
                return
            for cut in cuts:
                start, end = micros(cut.start), micros(cut.end)
                for operator, state, spent in rows(database, _WITHIN.format(start, end)):
                    yield SpanRecord(operators[operator], state, start, start + int(spent))
                for operator, state, began, ended in rows(database, _ACROSS.format(start, end)):
                    yield SpanRecord(operators[operator], state, began, ended)


class _Rows:
    """Rows in the order of their first column, handed out by it."""

    def __init__(self, found: Iterable[tuple[Any, ...]]) -> None:
        self._rows = iter(found)
        self._next = next(self._rows, None)

    def of(self, number: int) -> list[tuple[Any, ...]]:
        found = []
        row = self._next
        while row is not None and row[0] == number:
            found.append(row)
            row = next(self._rows, None)
        self._next = row
        return found


def rows(database: Backend, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a small answer."""
    return list(database.execute_sql(sql).fetchall())


def stream(database: Backend, sql: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a large answer, some thousands in memory at a time."""
    return _fetched(database, sql) if database.kind == "postgresql" else iter(database.execute_sql(sql))


def _fetched(database: Backend, sql: str) -> Iterator[tuple[Any, ...]]:
    # A cursor without a name would hold the whole answer.
    with database.connection().cursor(name=f"fsbridge_{next(_names)}") as cursor:
        cursor.itersize = 5000
        cursor.execute(sql)
        yield from cursor


_names = itertools.count()


def _keys(database: Backend, table: str) -> dict[int, str]:
    return dict(rows(database, f"SELECT id, key FROM {table}"))
