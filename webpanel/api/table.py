"""Every operation of the API, in one table: the routes and the document are made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from webpanel.api import past, shapes
from webpanel.api.contacts import ContactAnswers
from webpanel.api.history import HistoryAnswers
from webpanel.api.now import NowAnswers
from webpanel.api.request import Request, Tagged
from webpanel.centre import Centre, Kept

Id = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Uuid = Annotated[str, Meta(min_length=1, max_length=100)]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing a program can ask: `act` answers it with an `answer`.

    `places` are the types of the path's parts, `apart` whether it reads so much that it must not keep calls
    waiting, `tagged` whether the answer has a version that a change must name.
    """

    name: str
    method: Literal["GET", "PUT"]
    path: str
    says: str
    act: Callable[[Request], msgspec.Struct | Tagged]
    answer: type[msgspec.Struct]
    query: type[shapes.Asked] = shapes.Nothing
    body: type[shapes.Asked] | None = None
    places: Mapping[str, Any] = field(default_factory=dict)
    apart: bool = False
    tagged: bool = False


def table(centre: Centre, kept: Kept) -> tuple[Operation, ...]:
    """The operations over a centre."""
    now, history, contacts = (
        NowAnswers(centre, kept),
        HistoryAnswers(centre, kept),
        ContactAnswers(centre, kept),
    )
    return (
        Operation(
            name="getCentre", method="GET", path="/centre", act=now.centre, answer=shapes.Centre,
            says="The centre: open or closed, its season, and when that changes",
        ),
        Operation(
            name="explainSchedule", method="GET", path="/schedule/explain", act=now.explain,
            query=shapes.At, answer=shapes.Explained,
            says="What holds at a moment (now, if none is given), by which rule, and why",
        ),
        Operation(
            name="getFloor", method="GET", path="/floor", act=now.floor, answer=shapes.Floor,
            says="The live figures of the whole centre",
        ),
        Operation(
            name="listQueues", method="GET", path="/queues", act=now.queues, answer=shapes.Queues,
            says="The queues and how they stand",
        ),
        Operation(
            name="listOperators", method="GET", path="/operators", act=now.operators,
            answer=shapes.Operators, says="The operators and what they do",
        ),
        Operation(
            name="askFigures", method="GET", path="/figures", act=history.figures, query=past.AskFigures,
            answer=past.FigureReport, apart=True,
            says="Figures of a window, by interval, flow, queue, operator or case, with their definitions",
        ),
        Operation(
            name="findCalls", method="GET", path="/calls", act=history.calls, query=past.FindCalls,
            answer=past.Calls, apart=True, says="Calls that fit, the newest first, in pages",
        ),
        Operation(
            name="getCall", method="GET", path="/calls/{uuid}", act=history.call, answer=past.Timeline,
            places={"uuid": Uuid}, apart=True, says="One call, moment by moment",
        ),
        Operation(
            name="findContacts", method="GET", path="/contacts", act=contacts.find,
            query=shapes.FindContacts, answer=shapes.Contacts, apart=True,
            says="Contacts that fit, in kana order, in pages",
        ),
        Operation(
            name="getContact", method="GET", path="/contacts/{id}", act=contacts.get,
            answer=shapes.Contact, places={"id": Id}, tagged=True, says="One contact, with its version",
        ),
        Operation(
            name="putContact", method="PUT", path="/contacts/{id}", act=contacts.put, body=shapes.Card,
            answer=shapes.Contact, places={"id": Id}, tagged=True,
            says="Change a contact, if it still is the version that If-Match names",
        ),
    )  # fmt: skip
