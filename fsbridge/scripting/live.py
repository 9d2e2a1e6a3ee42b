"""A centre that lives: the plan in force, the operators who are there, what was published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

from fsbridge.domain.plan import CentrePlan, FlowPlan
from fsbridge.scripting.centre import Line
from fsbridge.scripting.fixed import spoken
from fsbridge.scripting.sounds import Sound


class LiveCentre:
    """What calls see of a running centre; each part answers at once, from memory.

    `plan` is the plan in force, `line` lets a caller wait, `emergency` tells what a flow's callers hear first
    at a moment, `published` the path an announcement was published at; an empty text is none.

    >>> centre = LiveCentre(plan=lambda: None, line=None, emergency=lambda flow, at: "/sounds/emergency.wav")
    >>> centre.emergency("", dt.datetime.now(dt.UTC))
    '/sounds/emergency.wav'
    """

    def __init__(
        self,
        *,
        plan: Callable[[], CentrePlan],
        line: Callable[[str, CentrePlan, FlowPlan], AbstractContextManager[Line]],
        emergency: Callable[[str, dt.datetime], str] = lambda flow, at: "",
        published: Callable[[str], str] = lambda announcement: "",
    ) -> None:
        self.plan = plan
        self.line = line
        self._emergency = emergency
        self._published = published

    def emergency(self, flow: str, at: dt.datetime) -> Sound | None:
        """What callers of this flow hear first now."""
        return self._emergency(flow, at) or None

    def sound(self, plan: CentrePlan, announcement: str) -> Sound:
        """The published recording of an announcement, else its text, to be spoken."""
        return self._published(announcement) or spoken(plan, announcement)
