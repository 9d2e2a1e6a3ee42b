"""What is recorded of a call: its talks with operators, the names of their files, whether one is whole."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fsbridge.domain.history.rows import CallRow, LegRow, VisitRow

TOLERANCE = timedelta(seconds=1)
"""A recording may be so much shorter or longer than the talk it is of."""
APART = timedelta(seconds=3)
"""A recording and a talk of the same call that begin so near each other belong together."""
RAW = ".wav"
"""What FreeSWITCH writes."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAME = re.compile(
    r"(?:(?P<day>\d{4}-\d\d-\d\d)/)(?P<leg>[A-Za-z0-9][A-Za-z0-9_.:\-]{0,63}?)-(?P<at>\d{15,17})"
    r"\.(?P<kind>wav|flac|opus)"
)


@dataclass(frozen=True, slots=True)
class Named:
    """What a recording's path tells: the leg that was recorded, from when, on which day's page it is filed.

    >>> name = named("2027-04-01/7f1c-1806541200250000.wav")
    >>> name.leg, name.began.isoformat(), name.stem
    ('7f1c', '2027-04-01T01:00:00.250000+00:00', '2027-04-01/7f1c-1806541200250000')
    """

    path: str
    leg: str
    began: datetime

    @property
    def stem(self) -> str:
        """The path without what it ends with: the same for the file FreeSWITCH wrote and for the one kept."""
        return self.path.rpartition(".")[0]


def named(path: str) -> Named | None:
    """What a path in the folder of recordings tells; None if FreeSWITCH wrote no such name.

    >>> named("2027-04-01/../secret-1806541200250000.wav") is None, named("notes.txt") is None
    (True, True)
    """
    found = _NAME.fullmatch(path)
    if found is None:
        return None
    return Named(path, found["leg"], _EPOCH + timedelta(microseconds=int(found["at"])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A talk with an operator, from the answer on; a call may hold several, in different queues.

    `left` is when that operator was through; `over` when the citizen went on to another queue, None if the
    talk lasts until the recorded leg ends (a colleague may have taken it over).

    >>> noon = datetime(2027, 4, 1, 3, tzinfo=UTC)
    >>> Talk(call="7f1c", number=1, began=noon, left=None, over=None).leg
    ''
    """

    call: str
    number: int
    began: datetime
    left: datetime | None
    over: datetime | None
    queue: str = ""
    leg: str = ""
    operator: str = ""


def talks_of(call: CallRow, visits: Sequence[VisitRow], legs: Sequence[LegRow]) -> list[Talk]:
    """The talks of a call, in order: with whom its queues connected it, or whom an operator called outside.

    >>> noon = datetime(2027, 4, 1, 3, tzinfo=UTC)
    >>> out = CallRow(uuid="7f1c", direction="outbound", started_at=noon, answered_at=noon, ended_at=noon)
    >>> [talk.number for talk in talks_of(out, [], [LegRow(uuid="7f1c", kind="outbound", started_at=noon)])]
    [1]
    """
    if call.direction == "outbound":
        if call.answered_at is None:
            return []
        mine = next((leg for leg in legs if leg.kind == "outbound"), None)
        operator = mine.operator if mine else ""
        return [
            Talk(
                call=call.uuid,
                number=1,
                began=call.answered_at,
                left=call.ended_at,
                over=None,
                leg=mine.uuid if mine else "",
                operator=operator,
            )
        ]
    found: list[Talk] = []
    ordered = sorted(visits, key=lambda visit: visit.ordinal)
    for visit, after in itertools.zip_longest(ordered, ordered[1:]):
        if visit.answered_at is not None:
            found.append(
                Talk(
                    call=call.uuid,
                    number=len(found) + 1,
                    began=visit.answered_at,
                    left=visit.left_at,
                    over=after.entered_at if after else None,
                    queue=visit.queue,
                    leg=next((leg.uuid for leg in legs if leg.visit == visit.uuid), ""),
                    operator=visit.operator,
                )
            )
    return found


def talk_at(talks: Sequence[Talk], began: datetime) -> Talk | None:
    """The talk that a recording which began then is of: the nearest one, if it is near enough.

    >>> noon = datetime(2027, 4, 1, 3, tzinfo=UTC)
    >>> talk = Talk(call="7f1c", number=1, began=noon, left=None, over=None)
    >>> talk_at([talk], noon + timedelta(seconds=1)) is talk, talk_at([talk], noon + timedelta(minutes=1))
    (True, None)
    """
    nearest = min(talks, key=lambda talk: abs(talk.began - began), default=None)
    return nearest if nearest is not None and abs(nearest.began - began) <= APART else None


def amiss(began: datetime, length: timedelta, talk: Talk, ended: datetime) -> str:
    """What is wrong with a recording's length: ``short`` or ``long`` against its talk; empty if it fits.

    `ended` is when the recorded leg was over. A talk that was followed by another queue may have ended
    anywhere between the operator's end and that queue.

    >>> noon = datetime(2027, 4, 1, 3, tzinfo=UTC)
    >>> end = noon + timedelta(minutes=5)
    >>> talk = Talk(call="7f1c", number=1, began=noon, left=end, over=None)
    >>> amiss(noon, timedelta(minutes=5, seconds=1), talk, end), amiss(noon, timedelta(minutes=4), talk, end)
    ('', 'short')
    """
    recorded = began + length
    latest = ended if talk.over is None else min(talk.over, ended)
    earliest = latest if talk.left is None or talk.over is None else min(talk.left, latest)
    if abs(recorded - (talk.left or latest)) <= TOLERANCE or abs(recorded - latest) <= TOLERANCE:
        return ""
    if earliest - TOLERANCE <= recorded <= latest + TOLERANCE:
        return ""
    return "short" if recorded < earliest else "long"
