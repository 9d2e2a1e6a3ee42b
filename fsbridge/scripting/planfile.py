"""A centre read from a data set's file, for apps that run without a database."""

from __future__ import annotations

import datetime as dt
import time
import tomllib
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from fsbridge.domain import overflow
from fsbridge.domain.plan import CentrePlan, FlowPlan
from fsbridge.domain.plandata import plan_of
from fsbridge.errors import ConfigError, FsbridgeError
from fsbridge.scripting.centre import Line
from fsbridge.scripting.sounds import Say, Sound


class PlanFile:
    """A centre from a data set's file alone, read when the first call comes: every operator is thought there.

    >>> PlanFile("/nowhere/town.toml").plan()
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: /nowhere/town.toml: No such file or directory
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._plan: CentrePlan | None = None

    def plan(self) -> CentrePlan:
        """The plan of the file; ConfigError names what is wrong in it."""
        if self._plan is None:
            self._plan = self._read()
        return self._plan

    def emergency(self, flow: str, at: dt.datetime) -> Sound | None:
        """None: a file knows no emergency."""
        return None

    def sound(self, plan: CentrePlan, announcement: str) -> Sound:
        """The announcement's text, to be spoken."""
        return spoken(plan, announcement)

    def line(self, call: str, plan: CentrePlan, flow: FlowPlan) -> AbstractContextManager[Line]:
        """The flow's own queue, until it gives up."""
        return nullcontext(Unwatched(plan, flow))

    def _read(self) -> CentrePlan:
        try:
            return plan_of(tomllib.loads(self._path.read_text(encoding="utf-8")))
        except OSError as error:
            raise ConfigError(f"{self._path}: {error.strerror}") from None
        except ValueError as error:
            raise ConfigError(f"{self._path}: {error}") from None


class NoCentre:
    """The centre of an app that was told of none: asking for its plan is an FsbridgeError with the cure.

    >>> NoCentre().plan()
    Traceback (most recent call last):
    fsbridge.errors.FsbridgeError: this app serves no centre: write App(…, centre=PlanFile(…)), ...
    """

    def plan(self) -> CentrePlan:
        """FsbridgeError."""
        raise FsbridgeError(
            "this app serves no centre: write App(…, centre=PlanFile(…)), or run it with `fsbridge run`"
        )

    def emergency(self, flow: str, at: dt.datetime) -> Sound | None:
        """None: nobody could announce one."""
        return None

    def sound(self, plan: CentrePlan, announcement: str) -> Sound:
        """The announcement's text, to be spoken."""
        return spoken(plan, announcement)

    def line(self, call: str, plan: CentrePlan, flow: FlowPlan) -> AbstractContextManager[Line]:
        """The flow's own queue, until it gives up."""
        return nullcontext(Unwatched(plan, flow))


class Unwatched:
    """A line nobody watches: what is not known is taken to be well.

    >>> import inspect
    >>> [name for name, _ in inspect.getmembers(Unwatched, inspect.isfunction) if not name.startswith("_")]
    ['available', 'place', 'waited']
    """

    def __init__(self, plan: CentrePlan, flow: FlowPlan) -> None:
        self._line = overflow.Line(plan, flow)

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
