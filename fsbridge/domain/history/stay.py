"""One queue visit put together from all that tells of it.

Three sources: the caller's record (in whole seconds, and only of visits whose variables were kept), the
records of the operators' legs it was offered to, and what live events told. A time to the microsecond from a
record comes first, then the event's, then the record's whole second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fsbridge.domain.events import LeftReason
from fsbridge.domain.history.seen import Sighting
from fsbridge.domain.records import RECALL_KEY, LegRecord, Step, VisitNote

_REASONS: Mapping[str, LeftReason] = {
    "TIMEOUT": LeftReason.TIMED_OUT,
    "NO_AGENT_TIMEOUT": LeftReason.NO_OPERATOR,
    "EXIT_WITH_KEY": LeftReason.EXIT_KEY,
}
_SECOND = timedelta(seconds=1)
_SLACK = timedelta(seconds=5)
"""How late mod_callcenter may write down, in whole seconds, what had happened."""
_STALLED = timedelta(seconds=60)
"""How far off it may be on a machine that stalls."""


@dataclass(slots=True)
class Stay:
    """What is known of one visit.

    >>> Stay("ce03", "leak@city").answered
    False
    """

    uuid: str
    queue: str
    caller: LegRecord | None = None
    note: VisitNote | None = None
    offered: list[LegRecord] = field(default_factory=list)
    seen: Sighting | None = None
    step: Step | None = None
    next_step: Step | None = None
    last: bool = True

    @property
    def anchor(self) -> datetime | None:
        """About when it began: what an application in the caller's log is known by."""
        notes = [self.note, *(leg.visits[-1] for leg in self.offered)]
        told = next((note.joined for note in notes if note and note.joined), None)
        return told or (self.seen.entered_at or self.seen.entered_second if self.seen else None)

    @property
    def entered_at(self) -> datetime | None:
        """When the caller began to wait."""
        seen = self.seen.entered_at if self.seen else None
        began = (self.step.at if self.step else None) or seen or self.anchor
        if began is None:
            hints = [leg.started_at for leg in self.offered]
            hints += [offer.at for offer in self.seen.offers] if self.seen else []
            began = min(hints, default=None)
        return began

    @property
    def answering(self) -> LegRecord | None:
        """The record of the operator's leg that was joined with the caller."""
        return next((leg for leg in self.offered if leg.visits[-1].answered), None)

    @property
    def answered(self) -> bool:
        """Whether caller and operator were joined."""
        return bool(
            (self.note and self.note.answered)
            or self.answering
            or (self.seen and (self.seen.bridged_at or self.seen.answered_second))
        )

    @property
    def answered_at(self) -> datetime | None:
        """When they were joined."""
        if not self.answered:
            return None
        told = self.note.answered_second if self.note else None
        found = next((at for at in self._bridges() if told is None or _fits(at, told)), None)
        seen = self.seen
        picked_up = self.answering.answered_at if self.answering else None
        known = found or (seen.bridged_at if seen else None) or told or picked_up
        known = known or (seen.answered_second if seen else None) or self.entered_at
        return max(known, self.entered_at) if known and self.entered_at else known

    @property
    def operator(self) -> str:
        """Who answered."""
        if not self.answered:
            return ""
        told = (self.answering and self.answering.operator) or (self.note and self.note.operator)
        return told or (self.seen.operator if self.seen else "")

    @property
    def reason(self) -> tuple[LeftReason | None, bool]:
        """Why it ended, and whether that had to be worked out; None while it lasts."""
        if self.answered:
            return (LeftReason.SERVED, self._lost) if self._over else (None, False)
        seen = LeftReason(self.seen.left) if self.seen and self.seen.left else None
        if self.note is None:
            if seen:
                return seen, False
            if self.caller is None:
                return (LeftReason.GAVE_UP, True) if self._lost else (None, False)
            return (LeftReason.GAVE_UP if self.last else LeftReason.TIMED_OUT), True
        told = _REASONS.get(self.note.cancel_reason)
        if told is LeftReason.EXIT_KEY and self.note.exit_key == RECALL_KEY:
            told = LeftReason.TAKEN_OUT
        if told:
            return told, False
        if not self.last or self.next_step:  # the call went on: a command took it out
            return LeftReason.TAKEN_OUT, False
        return (LeftReason.TAKEN_OUT if seen is LeftReason.TAKEN_OUT else LeftReason.GAVE_UP), False

    @property
    def left_at(self) -> tuple[datetime | None, bool]:
        """When it ended, and whether that is known to better than a second."""
        reason, _ = self.reason
        if reason is None:
            return None, False
        exact, rough = self._ends(reason)
        end = next((at for at in exact if at), None)
        known = end or next((at for at in rough if at), None)
        earliest = self.answered_at or self.entered_at
        return (max(known, earliest) if known and earliest else known), end is not None

    def _ends(self, reason: LeftReason) -> tuple[list[datetime | None], list[datetime | None]]:
        """Moments it may have ended at, the best first: to the microsecond, and roughly."""
        caller, note = self.caller, self.note
        seen = self.seen.left_at if self.seen else None
        if reason is LeftReason.SERVED:
            ended = self.answering.ended_at if self.answering else None
            gone = self.seen.gone_at if self.seen else None
            return [ended, seen], [note.ended if note else None, caller.ended_at if caller else None, gone]
        if self._lost:
            return [], [self.seen.gone_at if self.seen else None]
        told = note.cancelled if note else None
        after = self.next_step.at if self.next_step else None
        if reason is LeftReason.GAVE_UP and caller and self.last:
            return [caller.ended_at], []
        if after and told and not _fits(after, told):
            after = None
        return [after, seen], [told, caller.ended_at if caller else None]

    @property
    def _over(self) -> bool:
        return bool(self.caller or self.answering or (self.seen and self.seen.left) or self._lost)

    @property
    def _lost(self) -> bool:
        """Whether it ended with nobody to tell how: FreeSWITCH was killed."""
        told = self.caller or self.answering or (self.seen and self.seen.left)
        return not told and self.seen is not None and self.seen.gone_at is not None

    def _bridges(self) -> Iterator[datetime]:
        for leg in (self.answering, self.caller):
            if leg and leg.bridged_at:
                yield leg.bridged_at


def _fits(exact: datetime, told: datetime) -> bool:
    """Whether a moment is the one told in whole seconds, a little later."""
    return -_SECOND < told - exact < _SLACK


def stays_of(caller: LegRecord | None, offered: Sequence[LegRecord], seen: Sequence[Sighting]) -> list[Stay]:
    """The visits of one call in their order, each once, whoever tells of it.

    >>> from datetime import UTC
    >>> noon = datetime(2027, 4, 1, tzinfo=UTC)
    >>> stays_of(None, [], [Sighting(visit="ce03", call="dbaa", queue="leak@city", entered_at=noon)])[0].last
    True
    """
    stays: dict[str, Stay] = {}

    def stay(uuid: str, queue: str) -> Stay:
        return stays.setdefault(uuid, Stay(uuid, queue, caller))

    for note in caller.visits if caller else ():
        stay(note.uuid, note.queue).note = note
    for leg in sorted(offered, key=lambda leg: (leg.started_at, leg.uuid)):
        stay(leg.visits[-1].uuid, leg.visits[-1].queue).offered.append(leg)
    for sighting in seen:
        stay(sighting.visit, sighting.queue).seen = sighting
    found = sorted(stays.values(), key=_order)
    if caller:
        found += _unnamed(caller, _assign_steps(caller, found))
    known = sorted((one for one in found if one.entered_at), key=_order)
    for one in known[:-1]:
        one.last = False
    return known


def _order(stay: Stay) -> tuple[bool, datetime | None, str]:
    return (stay.entered_at is None, stay.entered_at, stay.uuid)


def _assign_steps(caller: LegRecord, stays: list[Stay]) -> list[int]:
    """Give each visit its application in the caller's log; the places of those that no visit is known for.

    FreeSWITCH notes an application by the clock, and that somebody joined a queue by a copy of it, which
    stands still while the machine is crowded. So who finds none close by is given the nearest one left.
    """
    free = [place for place, step in enumerate(caller.steps) if step.app == "callcenter"]

    def apart(stay: Stay, place: int) -> timedelta:
        assert stay.anchor is not None
        return stay.anchor - caller.steps[place].at

    for least, most in ((-_SECOND, _SLACK), (-_STALLED, _STALLED)):
        for stay in stays:
            if stay.step is not None or stay.anchor is None:
                continue
            mine = [place for place in free if caller.steps[place].data.strip() == stay.queue]
            mine = [place for place in mine if least < apart(stay, place) < most]
            if mine:
                place = min(mine, key=lambda place: abs(apart(stay, place)))
                stay.step = caller.steps[place]
                stay.next_step = next(iter(caller.steps[place + 1 :]), None)
                free.remove(place)
    return free


def _unnamed(caller: LegRecord, places: list[int]) -> Iterator[Stay]:
    """Visits of which only the caller's log tells; a queue that is unknown lets go at once."""
    for place in places:
        step, after = caller.steps[place], next(iter(caller.steps[place + 1 :]), None)
        if after and after.at - step.at >= _SECOND:
            yield Stay(
                f"{caller.uuid}.{place}", step.data.strip(), caller, step=step, next_step=after, last=False
            )
