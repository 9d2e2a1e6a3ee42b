"""One line of text for each happening."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fsbridge.domain import events as ev
from fsbridge.terminal.clean import clean
from fsbridge.terminal.words import Words

_Maker = Callable[[Any, Words, dict[str, str]], str]


def _fields(event: Any, words: Words, queue_name: Callable[[str], str]) -> dict[str, str]:
    number = clean(getattr(event, "number", ""), 20)
    return {
        "number": number or words.anonymous,
        "destination": clean(getattr(event, "destination", ""), 24),
        "queue": queue_name(getattr(event, "queue", "")),
        "operator": clean(getattr(event, "operator", ""), 20),
        "cause": clean(getattr(event, "cause", ""), 30),
    }


def _with(name: str) -> _Maker:
    return lambda event, words, fields: str(getattr(words, name)).format_map(fields)


_TABLE: Mapping[type[ev.DomainEvent], _Maker] = {
    ev.CallStarted: lambda event, words, fields: (
        words.started if event.direction is ev.Direction.INBOUND else words.placed
    ).format_map(fields),
    ev.CallHungUp: _with("hung_up"),
    ev.CallHeld: _with("held"),
    ev.CallResumed: _with("resumed"),
    ev.CallerEnteredQueue: _with("entered"),
    ev.OfferMade: _with("offer_made"),
    ev.OfferAnswered: _with("offer_answered"),
    ev.OfferFailed: _with("offer_failed"),
    ev.ConversationEnded: _with("conversation_ended"),
    ev.CallerLeftQueue: lambda event, words, fields: words.left.format(
        **fields, reason=words.reasons[event.reason]
    ),
    ev.OperatorAdded: _with("added"),
    ev.OperatorStatusChanged: lambda event, words, fields: words.status_changed.format(
        **fields, status=words.statuses[event.status]
    ),
    ev.OperatorMissedTooMany: lambda event, words, fields: words.missed.format(**fields, count=event.count),
}
WORTH_TELLING = (
    ev.CallerEnteredQueue,
    ev.OfferMade,
    ev.OfferAnswered,
    ev.OfferFailed,
    ev.CallerLeftQueue,
    ev.OperatorAdded,
    ev.OperatorStatusChanged,
    ev.OperatorMissedTooMany,
    ev.CallHeld,
    ev.CallResumed,
)
"""The events shown in the list: those a supervisor would tell a colleague."""


def sentence(
    event: ev.DomainEvent, words: Words, queue_name: Callable[[str], str] = lambda name: clean(name, 24)
) -> str:
    """What happened, in one line; "" for what goes without saying. ``queue_name`` says how to write a queue.

    >>> from datetime import UTC, datetime
    >>> from fsbridge.terminal.words import ENGLISH
    >>> sentence(ev.OfferMade(at=datetime.now(UTC), visit="v", call="c", queue="q", operator="op01"), ENGLISH)
    'op01 rings (anonymous)'
    """
    maker = _TABLE.get(type(event))
    return maker(event, words, _fields(event, words, queue_name)) if maker is not None else ""


def mentions(event: ev.DomainEvent, text: str) -> bool:
    """Whether an event has to do with a number, queue or operator that contains a text.

    >>> from datetime import UTC, datetime
    >>> mentions(ev.OperatorAdded(at=datetime.now(UTC), operator="op01"), "OP0")
    True
    """
    wanted = text.casefold()
    return any(
        wanted in str(getattr(event, name, "")).casefold() for name in ("number", "queue", "operator", "name")
    )
