"""FreeSWITCH's lists as rows: ``show channels as json`` and mod_callcenter's tables with bars in between.

A caller's own name stands in these tables as it is, so a bar or a line feed in it must not shift a column:
what is too much belongs to the one column that may hold it, and a row that stays unreadable is logged and
left out.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from fsbridge.domain.events import Direction
from fsbridge.domain.facts import AgentRow, ChannelRow, MemberRow, MemberState, QueueRow, TierRow
from fsbridge.domain.operators import OperatorState, OperatorStatus
from fsbridge.errors import ProtocolError

logger = logging.getLogger(__name__)

Row = Mapping[str, str]
_T = TypeVar("_T")
FIRST_LEVEL = 1
"""Ours. mod_callcenter's is 0: callers wait for every level above that, even for the only one there is."""
_MOST_LINES = 20  # of one row: a value that holds more line feeds is no name


def rows(text: str, make: Callable[[Row], _T], roomy: Sequence[str]) -> tuple[_T, ...]:
    """The rows of one table, each made by ``make`` from its columns by name.

    ``roomy`` names the columns that may hold bars or line feeds; they are tried in this order until ``make``
    finds nothing wrong (it raises `ValueError` or `KeyError`). A table without rows has no header either.

    >>> make = lambda row: (row["contact"], int(row["level"]))
    >>> rows("name|contact|level\\nop01|a|b|1\\n+OK\\n", make, ["contact"])
    (('a|b', 1),)
    >>> rows("+OK\\n", dict, [])
    ()
    """
    lines = text.replace("\r\n", "\n").split("\n")
    while lines and not lines[-1]:
        lines.pop()
    if not lines or lines[-1] != "+OK":
        raise ProtocolError(f"a list must end in +OK, this one ends in {lines[-1] if lines else 'nothing'!r}")
    if len(lines) == 1:
        return ()
    return tuple(_read(lines[0].split("|"), lines[1:-1], make, roomy))


def _read(
    names: list[str], lines: list[str], make: Callable[[Row], _T], roomy: Sequence[str]
) -> Iterator[_T]:
    at = 0
    while at < len(lines):
        for taken in range(1, min(_MOST_LINES, len(lines) - at) + 1):
            made = _try("\n".join(lines[at : at + taken]), names, make, roomy)
            if made is not None:
                yield made
                at += taken
                break
        else:
            logger.warning("a row of FreeSWITCH's list is left out, it cannot be read: %.200r", lines[at])
            at += 1


def _try(line: str, names: list[str], make: Callable[[Row], _T], roomy: Sequence[str]) -> _T | None:
    cells = ["" if cell == "(null)" else cell for cell in line.split("|")]
    spare = len(cells) - len(names)
    if spare < 0:
        return None
    for column in roomy if spare or "\n" in line else ("",):
        if column and column not in names:
            continue
        at = names.index(column) if column else 0
        fitted = [*cells[:at], "|".join(cells[at : at + spare + 1]), *cells[at + spare + 1 :]]
        row = dict(zip(names, fitted, strict=True))
        if any("\n" in value for name, value in row.items() if name != column):
            continue
        try:
            return make(row)
        except (ValueError, KeyError):
            continue
    return None


def _count(row: Row, name: str) -> int:
    return int(row.get(name) or 0)


def _second(row: Row, name: str) -> datetime | None:
    value = _count(row, name)
    return datetime.fromtimestamp(value, UTC) if value > 0 else None


def queue_rows(text: str) -> tuple[QueueRow, ...]:
    """``callcenter_config queue list``.

    >>> queue_rows("name|strategy|max_wait_time\\nleak@city|ring-all|5\\n+OK\\n")[0].max_wait
    5
    """
    return rows(text, _queue, ("moh_sound", "record_template"))


def _queue(row: Row) -> QueueRow:
    for name in ("calls_answered", "calls_abandoned", "discard_abandoned_after"):
        _count(row, name)  # a shifted column shows here
    return QueueRow(
        name=_named(row["name"]),
        strategy=row["strategy"],
        max_wait=_count(row, "max_wait_time"),
        max_wait_no_operator=_count(row, "max_wait_time_with_no_agent"),
    )


def agent_rows(text: str) -> tuple[AgentRow, ...]:
    """``callcenter_config agent list``.

    >>> agent_rows("name|contact|status|state\\nop01|user/1|Available|Waiting\\n+OK\\n")[0].status.value
    'Available'
    """
    return rows(text, _agent, ("contact",))


def _agent(row: Row) -> AgentRow:
    return AgentRow(
        name=_named(row["name"]),
        status=OperatorStatus.of(row["status"]),
        state=OperatorState.of(row["state"]),
        type=row.get("type", "callback"),
        contact=row.get("contact", ""),
        leg=row.get("uuid", ""),
        max_no_answer=_count(row, "max_no_answer"),
        wrap_up_time=_count(row, "wrap_up_time"),
        status_since=_second(row, "last_status_change"),
        offered_second=_second(row, "last_offered_call"),
        bridged_second=_second(row, "last_bridge_start"),
        unbridged_second=_second(row, "last_bridge_end"),
    )


def tier_rows(text: str) -> tuple[TierRow, ...]:
    """``callcenter_config tier list``.

    >>> row = tier_rows("queue|agent|state|level|position\\nleak@city|op01|Ready|0|2\\n+OK\\n")[0]
    >>> row.level, row.position
    (1, 2)
    """
    return rows(text, _tier, ())


def _tier(row: Row) -> TierRow:
    return TierRow(
        queue=_named(row["queue"]),
        operator=_named(row["agent"]),
        level=int(row["level"]) + FIRST_LEVEL,
        position=int(row["position"]),
        offering=row["state"].lower() == "offering",
        free=row["state"].lower() in ("ready", "no answer"),
    )


def member_rows(text: str) -> tuple[MemberRow, ...]:
    """``callcenter_config queue list members QUEUE``.

    >>> table = "queue|uuid|session_uuid|cid_name|state\\nleak@city|ce03|dbaa|A|B|Waiting\\n+OK\\n"
    >>> member_rows(table)[0].name
    'A|B'
    """
    return rows(text, _member, ("cid_name", "cid_number"))


def _member(row: Row) -> MemberRow:
    for name in ("system_epoch", "rejoined_epoch", "base_score", "skill_score", "score"):
        _count(row, name)  # a shifted column shows here
    return MemberRow(
        queue=_named(row["queue"]),
        visit=_named(row["uuid"]),
        state=MemberState(row["state"].lower()),
        call=row["session_uuid"],
        number=row.get("cid_number", ""),
        name=row.get("cid_name", ""),
        entered_second=_second(row, "joined_epoch"),
        answered_second=_second(row, "bridge_epoch"),
        left_second=_second(row, "abandoned_epoch"),
        operator=row.get("serving_agent", ""),
    )


def _named(value: str) -> str:
    if not value:
        raise ValueError("a name is empty")
    return value


def channel_rows(text: str) -> tuple[ChannelRow, ...]:
    """``show channels as json``. Two answered legs of one call are each other's peers.

    >>> channel_rows('{"row_count":1,"rows":[{"uuid":"7f1c","callstate":"HELD"}]}')[0].held
    True
    """
    try:
        answer = json.loads(text)
        listed: list[dict[str, Any]] = list(answer.get("rows", ()))
    except (ValueError, AttributeError, TypeError) as problem:
        raise ProtocolError(f"show channels did not answer in JSON: {text[:80]!r}") from problem
    good = [row for row in listed if isinstance(row, dict) and row.get("uuid")]
    peers = _peers(good)
    return tuple(_channel(row, peers.get(str(row["uuid"]), "")) for row in good)


_OVER = frozenset({"CS_HANGUP", "CS_REPORTING", "CS_DESTROY"})
_TALKING = frozenset({"ACTIVE", "HELD", "UNHELD"})


def _peers(listed: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    calls: dict[str, list[str]] = {}
    for row in listed:
        if row.get("callstate") in _TALKING and row.get("call_uuid"):
            calls.setdefault(str(row["call_uuid"]), []).append(str(row["uuid"]))
    pairs = [legs for legs in calls.values() if len(legs) == 2]
    return {one: other for pair in pairs for one, other in (pair, pair[::-1])}


def _channel(row: Mapping[str, Any], peer: str) -> ChannelRow:
    def text(*names: str) -> str:
        return next((str(row[name]) for name in names if row.get(name)), "")

    created = text("created_epoch")
    return ChannelRow(
        uuid=text("uuid"),
        direction=Direction.OUTBOUND if row.get("direction") == "outbound" else Direction.INBOUND,
        number=text("initial_cid_num", "cid_num"),
        name=text("initial_cid_name", "cid_name"),
        destination=text("initial_dest", "dest"),
        created_second=datetime.fromtimestamp(int(created), UTC) if created.isdigit() else None,
        answered=row.get("callstate") in _TALKING,
        held=row.get("callstate") == "HELD",
        ended=row.get("callstate") == "HANGUP" or row.get("state") in _OVER,
        peer=peer,
    )
