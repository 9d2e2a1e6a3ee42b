"""One call to the centre, and what its caller hears, second by second."""

from __future__ import annotations

import copy
import datetime as dt
import re
from dataclasses import dataclass, field

from fsbridge.app import load_app
from fsbridge.domain.plan import CentrePlan
from fsbridge.embedded.sounds import SPOKEN
from fsbridge.errors import FsbridgeError, InvalidArgument
from fsbridge.scripting.centre import texts_of
from fsbridge.scripting.fixed import FixedCentre
from fsbridge.simulation.voice import seconds_a_character
from fsbridge.testing import Caller, World

_ASKING = ("read", "play_and_get_digits")
_KEYS = re.compile(r"[0-9*#]*")
LONGEST = 7200.0
"""Seconds after which a call is left alone."""


@dataclass(frozen=True)
class Moment:
    """Something of a call, so many seconds after the dialling; `seconds` is how long it lasts.

    `what` is ``dialled``, ``answered``, ``hears``, ``music``, ``presses``, ``waits``, ``operator``,
    ``parted``, ``hangs up`` or ``ended``.

    >>> Moment(0.0, "presses", "2").seconds
    0.0
    """

    second: float
    what: str
    text: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Story:
    """A call as it was heard; `unused` are keys nobody asked for; its record gives `outcome` and `flow`."""

    to: str
    at: dt.datetime
    moments: list[Moment] = field(default_factory=list)
    unused: str = ""
    outcome: str = ""
    flow: str = ""
    cause: str = ""

    def clock(self, second: float) -> dt.datetime:
        """The time on the centre's wall clock at a second of the call."""
        return self.at + dt.timedelta(seconds=second)


@dataclass(frozen=True)
class Calling:
    """What the caller and the operators do. Times in seconds.

    The keys are pressed one by one, each `press_after` into the question; an operator answers `answer_after`
    in a queue (None: never) and talks for `talk`; the caller hangs up after `patience` (None: never).
    """

    keys: str = ""
    press_after: float = 3.0
    answer_after: float | None = 40.0
    talk: float = 60.0
    patience: float | None = None

    def __post_init__(self) -> None:
        if not _KEYS.fullmatch(self.keys):
            raise InvalidArgument("press", f"is {self.keys!r}; give keys of a telephone, 0-9, * and #")


def heard_on_call(plan: CentrePlan, script: str, to: str, at: dt.datetime, calling: Calling) -> Story:
    """The call, told from its beginning; FsbridgeError for a number that is not the centre's.

    >>> from fsbridge.adapters.planfile import example
    >>> new_year = dt.datetime(2027, 1, 2, 10, tzinfo=dt.timezone(dt.timedelta(hours=9)))
    >>> plan = example("kanazawa").plan
    >>> story = heard_on_call(plan, "dialplan_scripts.centre", "0120328117", new_year, Calling("2"))
    >>> [moment.what for moment in story.moments], story.unused
    (['dialled', 'answered', 'hears', 'ended'], '2')
    """
    number = _of_centre(plan, to)
    app = copy.copy(load_app(script))
    app.centre = FixedCentre(lambda: plan)
    local = at.astimezone(plan.schedule.clock)
    limits = {queue.key: float(plan.flow_of(queue.key).max_wait) or None for queue in plan.queues}
    pace = seconds_a_character(plan.language)
    spoken = {SPOKEN + one.text.replace("!", "！"): pace * len(one.text) for one in texts_of(plan)}
    return _Listener(Caller(app, world=World(spoken, queues=limits)), calling).listen(number, local)


def _of_centre(plan: CentrePlan, to: str) -> str:
    dialled = re.sub(r"[ \-]", "", to)
    for number in plan.numbers:
        if re.fullmatch(re.sub(r"[ \-]", "", number).replace("+", r"\+").replace("X", "[0-9]"), dialled):
            return dialled
    raise FsbridgeError(f"{to} is no number of {plan.name}; its numbers are {', '.join(plan.numbers)}")


class _Listener:
    """Follows one caller, and notes what happens."""

    def __init__(self, caller: Caller, calling: Calling) -> None:
        self._caller, self._calling = caller, calling
        self._keys = list(calling.keys)
        self._notes: list[Moment] = []
        self._queued: float | None = None

    def listen(self, number: str, at: dt.datetime) -> Story:
        caller = self._caller
        self._note("dialled", number, at=0.0)
        caller.dial(number, at=at)
        if caller.answered:
            self._note("answered")
        while not caller.channel.gone and caller.seconds < LONGEST:
            self._step()
        self._note("ended", caller.cause or "left")
        caller.leave()
        world = caller.channel.sounds
        sounds = [
            Moment(
                one.at,
                "music" if one.sound.startswith(("tone_stream://", "local_stream://")) else "hears",
                one.sound,
                world.duration(one.sound),
            )
            for one in caller.sounds
        ]
        order = {"dialled": 0, "answered": 1, "presses": 2, "waits": 3, "hangs up": 8, "ended": 9}
        moments = sorted(self._notes + sounds, key=lambda one: (round(one.second, 3), order.get(one.what, 5)))
        spoken = [self._spoken(one) for one in moments]
        return Story(
            number, at, _cut_short(spoken), "".join(self._keys), caller.variables.get("fsbridge_outcome", ""),
            caller.variables.get("fsbridge_flow", ""), caller.cause,
        )  # fmt: skip

    def _spoken(self, one: Moment) -> Moment:
        """A spoken text lasts as long as its voice takes."""
        if one.what != "hears" or one.text.endswith((".wav", ".mp3")):
            return one
        length = self._caller.channel.sounds.duration(SPOKEN + one.text)
        return Moment(one.second, one.what, one.text, length)

    def _step(self) -> None:
        """On to the next thing that the caller, an operator or the script does."""
        caller, calling, channel = self._caller, self._calling, self._caller.channel
        left = channel.remaining
        if channel.app in _ASKING and self._keys:
            self._wait(calling.press_after)
            if not channel.gone and channel.app in _ASKING:
                key = self._keys.pop(0)
                self._note("presses", key)
                caller.press(key)
            return
        if channel.app == "callcenter":
            self._in_queue(left)
            return
        if channel.waiting is None or left is None:
            self._note("hangs up")
            caller.hang_up()
            return
        self._wait(left)

    def _in_queue(self, left: float | None) -> None:
        caller, calling, channel = self._caller, self._calling, self._caller.channel
        if self._queued is None:
            self._queued = caller.seconds
            self._note("waits", caller.variables.get("cc_queue", ""))
        waited = caller.seconds - self._queued
        answer = LONGEST if calling.answer_after is None else calling.answer_after - waited
        patience = LONGEST if calling.patience is None else calling.patience - waited
        soonest = min(answer, patience, LONGEST if left is None else left)
        if soonest > 0:
            self._wait(soonest)
            if channel.app != "callcenter":
                return
            answer, patience = answer - soonest, patience - soonest
        if patience <= 0:
            self._note("hangs up")
            caller.hang_up()
        elif answer <= 0:
            self._note("operator", caller.variables.get("cc_queue", ""))
            caller.operator_answers().waits(calling.talk)
            self._note("parted")
            caller.operator_hangs_up()

    def _wait(self, seconds: float) -> None:
        self._caller.waits(max(seconds, 0.001))

    def _note(self, what: str, text: str = "", *, at: float | None = None) -> None:
        self._notes.append(Moment(self._caller.seconds if at is None else at, what, text))


def _cut_short(moments: list[Moment]) -> list[Moment]:
    """A sound lasts until the next thing that ends it, at most."""
    found = []
    for place, one in enumerate(moments):
        after = next((later.second for later in moments[place + 1 :] if later.what != "waits"), one.second)
        length = min(one.seconds, after - one.second) if one.seconds else 0.0
        found.append(Moment(round(one.second, 2), one.what, one.text, round(length, 2)))
    return found
