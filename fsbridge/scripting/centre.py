"""The centre as one call sees it: its hours, words, menu and flows, from the plan in force."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from fsbridge.domain.plan import MUSIC, CentrePlan, FlowPlan
from fsbridge.domain.schedule import Standing
from fsbridge.scripting.menu import Menu
from fsbridge.scripting.queue import Queued, QueueOutcome
from fsbridge.scripting.sounds import Say, Sound

if TYPE_CHECKING:
    from fsbridge.scripting.call import Call

_TONE = re.compile(r"%\((\d+),(\d+)")
_LOOPS = re.compile(r";loops=-?\d+")


class Line(Protocol):
    """One caller's way through the queues of a flow."""

    def place(self) -> str:
        """The queue to wait in now; empty when nobody can answer in time."""
        ...

    def waited(self) -> float:
        """Seconds since the first entry into any queue."""
        ...

    def available(self) -> bool:
        """Whether an operator of the queue could take the call at once."""
        ...


class CentreSource(Protocol):
    """Where a script's centre comes from. Every answer comes from memory: no call waits for a database."""

    def plan(self) -> CentrePlan:
        """The plan in force."""
        ...

    def emergency(self, flow: str, at: dt.datetime) -> Sound | None:
        """The emergency announcement a caller of this flow hears (empty: who has chosen none yet)."""
        ...

    def sound(self, plan: CentrePlan, announcement: str) -> Sound:
        """What is heard of an announcement."""
        ...

    def line(self, call: str, plan: CentrePlan, flow: FlowPlan) -> AbstractContextManager[Line]:
        """A caller who begins to wait for an operator of a flow."""
        ...


class Centre:
    """What a script asks of its centre; one plan holds for the whole call, whatever is changed meanwhile.

    Each step is written on the call's record: ``fsbridge_outcome`` is ``out of hours``, ``announcement``,
    ``left in IVR``, ``lines busy`` or ``queued``, ``fsbridge_flow`` the flow's key, ``fsbridge_announcement``
    the name of the guidance that ended the call.
    """

    def __init__(self, call: Call, source: CentreSource) -> None:
        self._call = call
        self._source = source
        self._held: CentrePlan | None = None
        self._told: Sound | None = None

    @property
    def plan(self) -> CentrePlan:
        """Everything the centre decided, as it was when the script first asked."""
        if self._held is None:
            self._held = self._source.plan()
        return self._held

    @property
    def standing(self) -> Standing:
        """Whether the centre is open now, the season, and what callers hear while it is closed."""
        return self.plan.schedule.status(self._call.now)

    def emergency(self, flow: FlowPlan | None = None) -> None:
        """Plays the emergency announcement in force for everybody or for a flow, if any, never twice."""
        sound = self._source.emergency(flow.key if flow else "", self._call.now)
        if sound is not None and sound != self._told:
            self._told = sound
            self._call.set(fsbridge_outcome="announcement", fsbridge_emergency="heard")
            self._call.play(sound)

    def play(self, announcement: str) -> None:
        """Plays an announcement by its name; nothing for an empty one."""
        if announcement:
            self._call.play(self._sound(announcement))

    def close(self, announcement: str) -> None:
        """Plays what callers hear while the centre is closed."""
        self._call.set(fsbridge_outcome="out of hours", fsbridge_announcement=announcement)
        self.play(announcement)

    def choose(self) -> FlowPlan:
        """The flow the caller chose in the menu; without a key that of ``fallback_queue``."""
        plan = self.plan
        flows = [flow for flow in plan.flows if flow.menu_key]
        self._call.set(fsbridge_outcome="left in IVR")
        if not flows:
            return plan.flow_of(plan.fallback_queue)
        words = [menu_words(plan), *self._sounds(plan.menu.end)]
        choice = self._call.menu(
            Menu(
                words,
                {flow.menu_key: flow for flow in flows},
                tries=plan.menu.tries,
                timeout=plan.menu.seconds,
                invalid=self._sounds(plan.menu.invalid),
                on_timeout=self._sounds(plan.menu.timeout),
                failure=self._sounds(plan.menu.failure),
            )
        )
        if isinstance(choice.value, FlowPlan):
            return choice.value
        return plan.flow_of(plan.fallback_queue)

    def wait(self, flow: FlowPlan) -> Queued:
        """Lets the caller wait for an operator of the flow; returns when the talk, or the waiting, is over.

        The caller waits in the flow's queue, and goes on to where it overflows to when nobody there could
        answer, or it has taken too long; the place in the line is that of the first entry.
        """
        call = self._call
        call.set(fsbridge_flow=flow.key)
        visit = Queued(flow.queue, QueueOutcome.FULL)
        with self._source.line(call.uuid, self.plan, flow) as line:
            while queue := line.place():
                call.set(fsbridge_outcome="queued")
                waiting = self._while_waiting(flow, queue, line.available())
                visit = call.queue(queue, waiting=waiting, waited=line.waited())
                if visit.outcome is not QueueOutcome.RECALLED:
                    return visit
        if visit.outcome is QueueOutcome.FULL:
            call.set(fsbridge_outcome="lines busy")
        return visit

    def cut_off(self, flow: FlowPlan) -> None:
        """Tells a caller whom nobody could answer so."""
        self._call.set(fsbridge_announcement=flow.cut_off)
        self.play(flow.cut_off)

    def _while_waiting(self, flow: FlowPlan, queue: str, available: bool) -> Sequence[Sound]:
        """Guidance and music in turn; music first for a caller who will be answered at once."""
        music = music_for(self.plan.queue(queue).music, flow.waiting_every)
        guidance = self._sounds(flow.waiting)
        return [music, *guidance] if available else [*guidance, music]

    def _sound(self, announcement: str) -> Sound:
        return self._source.sound(self.plan, announcement)

    def _sounds(self, announcement: str) -> list[Sound]:
        return [self._sound(announcement)] if announcement else []


def menu_words(plan: CentrePlan) -> Say:
    """What the menu says of its flows, in one breath."""
    between = "、" if plan.language == "ja" else " "
    return Say(between.join(flow.menu_words for flow in plan.flows if flow.menu_key))


def texts_of(plan: CentrePlan) -> list[Say]:
    """Every text that callers may hear, to be spoken ahead."""
    texts = [Say(one.text, one.voice) for one in plan.announcements]
    return [*texts, menu_words(plan)] if menu_words(plan).text else texts


def music_for(music: str, seconds: int) -> str:
    """Music that ends after about so many seconds, so that guidance can follow; a file as long as it is.

    >>> music_for("tone_stream://v=-20;%(400,3600,400);loops=-1", 30)
    'tone_stream://v=-20;%(400,3600,400);loops=8'
    >>> music_for("local_stream://moh", 30)
    'tone_stream://v=-20;%(400,3600,400);loops=8'
    """
    if music.startswith(("local_stream://", "silence_stream://")):
        music = MUSIC
    if not music.startswith("tone_stream://"):
        return music
    length = sum(int(on) + int(off) for on, off in _TONE.findall(music)) / 1000
    if not length:
        return music
    return f"{_LOOPS.sub('', music)};loops={max(1, math.ceil(seconds / length))}"
