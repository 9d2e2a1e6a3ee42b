"""A centre whose plan never changes, for apps that run without a database."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from fsbridge.domain import overflow
from fsbridge.domain.plan import CentrePlan, FlowPlan
from fsbridge.errors import FsbridgeError
from fsbridge.scripting.centre import Line
from fsbridge.scripting.sounds import Say, Sound


class FixedCentre:
    """A centre of one plan, which `read` gives when it is first asked for; operators are thought to be there.

    >>> def read():
    ...     raise FsbridgeError("no plan today")
    >>> FixedCentre(read).plan()
    Traceback (most recent call last):
    fsbridge.errors.FsbridgeError: no plan today
    """

    def __init__(self, read: Callable[[], CentrePlan]) -> None:
        self._read = read
        self._plan: CentrePlan | None = None

    def plan(self) -> CentrePlan:
        """The plan; what reading it raises is passed on."""
        if self._plan is None:
            self._plan = self._read()
        return self._plan

    def emergency(self, flow: str, at: dt.datetime) -> Sound | None:
        """None: nobody could announce one."""
        return None

    def sound(self, plan: CentrePlan, announcement: str) -> Sound:
        """The announcement's text, to be spoken."""
        return spoken(plan, announcement)

    def line(self, call: str, plan: CentrePlan, flow: FlowPlan) -> AbstractContextManager[Line]:
        """The flow's own queue, until it gives up."""
        return nullcontext(UnwatchedLine(overflow.Line(plan, flow)))


class UnwatchedLine:
    """A line of which nothing is known but the plan, so all is taken to be well.

    >>> UnwatchedLine(None).available()
    False
    """

    def __init__(self, line: overflow.Line) -> None:
        self._line = line

    def place(self) -> str:
        """The flow's own queue; empty when the longest wait is over."""
        return self._line.place({}, time.monotonic())

    def waited(self) -> float:
        """Seconds since the first entry."""
        return self._line.waited(time.monotonic())

    def available(self) -> bool:
        """False: the guidance comes first."""
        return False


def spoken(plan: CentrePlan, announcement: str) -> Say:
    """An announcement's text, to be spoken; ConfigError if the plan has none of this name."""
    found = plan.announcement(announcement)
    return Say(found.text, found.voice)


def _no_plan() -> CentrePlan:
    raise FsbridgeError(
        "this app serves no centre: write App(…, centre=FixedCentre(…)), or run it with `fsbridge run`"
    )


NO_CENTRE = FixedCentre(_no_plan)
"""The centre of an app that was told of none: asking for its plan is an FsbridgeError with the cure."""
