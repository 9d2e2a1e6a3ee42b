"""What stands beside a call on the operator's desk: kinds of case, the talk script, what was before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN

from fsbridge.adapters.store.models import (
    Call,
    CaseType,
    Flow,
    Leg,
    Note,
    Operator,
    TalkScript,
    Visit,
)
from fsbridge.adapters.store.store import Store


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of case to choose; `flow` is the one it is offered first for.

    >>> Case("leak.road", "道路漏水", parent="leak").flow
    ''
    """

    key: str
    name: str
    name_en: str = ""
    kana: str = ""
    parent: str = ""
    flow: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """The version of a talk script that is read out.

    >>> Script("leak", "漏水・緊急", "場所をうかがう。", 1).version
    1
    """

    flow: str
    title: str
    body: str
    version: int


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier call of the same number or contact, as one line.

    >>> Before("7f1c", datetime(2027, 4, 1), "inbound", outcome="answered").operators
    ()
    """

    uuid: str
    at: datetime
    direction: str
    outcome: str = ""
    flow: str = ""
    flow_en: str = ""
    cases: tuple[tuple[str, str], ...] = ()
    operators: tuple[str, ...] = ()
    note: str = ""


class CallSide:
    """Reads a store for the desk.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> CallSide(store).cases(), CallSide(store).script("leak")
    ([], None)
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def cases(self) -> list[Case]:
        """Every kind of case that people may choose, in order, each after the one above it."""
        with self._store.connection():
            above = CaseType.alias()
            rows: Any = (
                CaseType.select(CaseType, above, Flow)
                .join(above, JOIN.LEFT_OUTER, on=(CaseType.parent == above.id))
                .switch(CaseType)
                .join(Flow, JOIN.LEFT_OUTER)
                .where(CaseType.active, ~CaseType.system)
                .order_by(CaseType.position, CaseType.id)
            )
            return [
                Case(
                    row.key,
                    row.name,
                    name_en=row.name_en or row.name,
                    kana=row.kana,
                    parent=row.parent.key if row.parent is not None else "",
                    flow=row.flow.key if row.flow is not None else "",
                )
                for row in rows
            ]

    def script(self, flow: str) -> Script | None:
        """The highest published version of a flow's talk script."""
        with self._store.connection():
            row = (
                TalkScript.select()
                .join(Flow)
                .where(Flow.key == flow, TalkScript.published_at.is_null(False))
                .order_by(TalkScript.version.desc())
                .first()
            )
            return Script(flow, row.title, row.body, row.version) if row is not None else None

    def call(self, uuid: str, leg: str) -> tuple[str, str, str, str]:
        """The uuid, number, flow and direction of the call of a leg, as far as history knows them."""
        with self._store.connection():
            row = (
                Call.select(Call, Flow)
                .join(Flow, JOIN.LEFT_OUTER)
                .where((Call.uuid == uuid) | Call.id.in_(Leg.select(Leg.call).where(Leg.uuid == leg)))
                .first()
            )
            if row is None:
                return "", "", "", ""
            return row.uuid, row.number, row.flow.key if row.flow is not None else "", row.direction

    def last_case(self, operator: str) -> str:
        """The kind of case of the operator's last saved note; "" if there is none to choose."""
        with self._store.connection():
            row = (
                Note.select(Note, CaseType)
                .join(CaseType)
                .switch(Note)
                .join(Operator)
                .where(Operator.key == operator, Note.saved_at.is_null(False), ~Note.by_system)
                .where(CaseType.active, ~CaseType.system)
                .order_by(Note.saved_at.desc())
                .first()
            )
            return row.case_type.key if row is not None else ""

    def before(
        self,
        numbers: Collection[str],
        contacts: Collection[int],
        *,
        but: Collection[str] = (),
        limit: int = 5,
    ) -> list[Before]:
        """The last calls of these numbers, as they came, or of these contacts, the newest first."""
        with self._store.connection():
            mine = Call.number.in_([one for one in numbers if one]) | Call.contact.in_(list(contacts))
            rows = list(
                Call.select(Call, Flow)
                .join(Flow, JOIN.LEFT_OUTER)
                .where(mine, Call.uuid.not_in(list(but)))
                .order_by(Call.started_at.desc(), Call.id.desc())
                .limit(limit)
            )
            return _lines(rows)


def _lines(calls: Sequence[Call]) -> list[Before]:
    ids = [call.id for call in calls]
    operators: dict[int, list[str]] = defaultdict(list)
    legs: Any = Leg.select(Leg, Operator).join(Operator).where(Leg.call.in_(ids), Leg.kind != "monitoring")
    for leg in legs.order_by(Leg.started_at, Leg.id):
        if leg.operator.name not in operators[leg.call_id]:
            operators[leg.call_id].append(leg.operator.name)
    cases: dict[int, list[tuple[str, str]]] = defaultdict(list)
    texts: dict[int, list[str]] = defaultdict(list)
    notes: Any = Note.select(Note, CaseType).join(CaseType, JOIN.LEFT_OUTER).where(Note.call.in_(ids))
    for note in notes.order_by(Note.created_at, Note.id):
        kind = note.case_type
        if kind is not None and (kind.name, kind.name_en or kind.name) not in cases[note.call_id]:
            cases[note.call_id].append((kind.name, kind.name_en or kind.name))
        if note.text:
            texts[note.call_id].append(note.text)
    outcomes: dict[int, str] = {}
    visits: Any = Visit.select().where(Visit.call.in_(ids)).order_by(Visit.entered_at, Visit.id)
    for visit in visits:
        if outcomes.get(visit.call_id) != "answered":
            outcomes[visit.call_id] = visit.outcome
    return [
        Before(
            call.uuid,
            call.started_at,
            call.direction,
            outcome=outcomes.get(call.id, call.outcome),
            flow=call.flow.name if call.flow is not None else "",
            flow_en=(call.flow.name_en or call.flow.name) if call.flow is not None else "",
            cases=tuple(cases[call.id]),
            operators=tuple(operators[call.id]),
            note=" / ".join(texts[call.id])[:200],
        )
        for call in calls
    ]
