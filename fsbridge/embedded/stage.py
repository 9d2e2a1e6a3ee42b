"""Runs applications on a channel, as FreeSWITCH does it.

One application runs at a time; ``park`` and ``socket`` let others, sent as messages, run on top of
them. Keys wait for an application that takes them, a parked channel throws them away, an unknown
application ends the call.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from fsbridge.embedded.arguments import expand
from fsbridge.embedded.clock import Clock
from fsbridge.embedded.happening import Application, Happening, Running, Wait
from fsbridge.embedded.sounds import Sounds


@dataclass
class Job:
    """An application under way."""

    app: str
    arg: str
    ticket: str
    run: Running
    wait: Wait | None = None
    deadline: float | None = None

    @property
    def busy(self) -> bool:
        """Whether it is at work this very moment, and not waiting."""
        return inspect.getgeneratorstate(self.run) == inspect.GEN_RUNNING

    @property
    def parks(self) -> bool:
        """Whether it waits for messages, whose applications run on top of it."""
        return self.wait is not None and self.wait.parked

    def headers(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """What its events carry."""
        data = {"Application-Data": self.arg} if self.arg else {}
        return {"Application": self.app, **data, **(more or {}), "Application-UUID": self.ticket}


class Stage(ABC):
    """The part of a channel that runs applications; what it cannot know is asked of who extends it."""

    def __init__(self, clock: Clock, sounds: Sounds) -> None:
        self._clock, self._sounds = clock, sounds
        self.variables: dict[str, str] = {}
        self.digits: deque[str] = deque()
        self.answered = False
        self.cause = ""
        self._messages: deque[tuple[str, str, str]] = deque()
        self._jobs: list[Job] = []
        self._response = ""
        self._leaving = ""

    # -- asked of the channel -------------------------------------------------------------------

    @abstractmethod
    def application(self, name: str) -> Application | None:
        """What a name does; None if there is no such application."""

    @abstractmethod
    def emit(self, name: str, extra: Mapping[str, str] | None = None) -> None:
        """Fires an event of this channel."""

    @abstractmethod
    def ticket(self) -> str:
        """An id for an application that was given none."""

    @abstractmethod
    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """Ends the call."""

    @abstractmethod
    def function(self, name: str, argument: str) -> str:
        """What ``${name(argument)}`` stands for."""

    def lookup(self, name: str) -> str:
        """What ``${name}`` stands for."""
        return self.variables.get(name, "")

    def next_step(self) -> tuple[str, str] | None:
        """The application and argument that come next by themselves; None if nothing does."""
        return None

    @abstractmethod
    def exhausted(self) -> None:
        """Nothing runs and nothing comes next."""

    def begun(self, job: Job) -> None:  # noqa: B027 - most do not mind
        """An application begins."""

    @abstractmethod
    def armed(self, job: Job) -> None:
        """A job waits now, until its deadline at the latest."""

    @abstractmethod
    def left(self, kind: str) -> None:
        """Everything that ran has been wound up after a ``hangup`` or because it was ``taken``."""

    # -- how it stands --------------------------------------------------------------------------

    @property
    def clock(self) -> Clock:
        """The time."""
        return self._clock

    @property
    def sounds(self) -> Sounds:
        """How long sounds are, and which exist."""
        return self._sounds

    @property
    def ended(self) -> bool:
        """Whether it has hung up."""
        return bool(self.cause)

    @property
    def gone(self) -> bool:
        """Whether nothing more can run here."""
        return self.ended

    @property
    def job(self) -> Job | None:
        """What runs, on top of whatever is parked."""
        return self._jobs[-1] if self._jobs else None

    @property
    def parked(self) -> bool:
        """Whether a message's application could run now."""
        return not self._jobs or self._jobs[-1].parks

    # -- what is done with it -------------------------------------------------------------------

    def execute(self, app: str, arg: str = "", *, ticket: str = "") -> None:
        """Queues an application, as ``sendmsg … execute`` does."""
        if not self.gone:
            self._messages.append((app, arg, ticket or self.ticket()))
            self.go_on()

    def happen(self, kind: str) -> None:
        """Something happens to the application that runs."""
        job = self.job
        if job is not None and job.wait is not None and not job.busy:
            self._drive(job, Happening(kind))
            self.go_on()

    def break_(self, everything: bool) -> None:
        """``uuid_break``: ends what plays, and with `everything` drops what is queued."""
        if everything:
            self._messages.clear()
        if self.job is not None and not self.parked:
            self.happen("break")

    def set(self, name: str, value: str | None) -> None:
        """Sets a channel variable, or removes it."""
        if value:
            self.variables[name] = value
        else:
            self.variables.pop(name, None)

    def take_digit(self) -> str:
        """The oldest key that waits; its DTMF event goes out now, as in FreeSWITCH."""
        digit = self.digits.popleft()
        self.emit("DTMF", {"DTMF-Digit": digit, "DTMF-Duration": "2000", "DTMF-Source": "RTP"})
        return digit

    def filled(self, text: str) -> str:
        """The text with the channel's variables put in."""
        return expand(text, self.lookup, self.function)

    # -- the machinery --------------------------------------------------------------------------

    def go_on(self) -> None:
        """Runs whatever can run now."""
        while not self.gone and not self._leaving:
            if self._messages and self.parked:
                self._begin(*self._messages.popleft())
            elif not self._jobs:
                step = self.next_step()
                if step is None:
                    self.exhausted()
                    break
                self._begin(*step, self.ticket())
            else:
                break
        self._flush_if_parked()

    def wind_up(self, kind: str) -> None:
        """Ends everything that runs, the uppermost first; `left` is called when all is done."""
        self._leaving = kind
        self._messages.clear()
        while self._jobs:
            job = self._jobs[-1]
            if job.busy:
                return  # it ends by its own doing, and `_drive` goes on from there
            response = ""
            if job.wait is not None:
                try:
                    job.wait = job.run.send(Happening(kind))
                    job.run.close()
                except StopIteration as done:
                    response = done.value
            self._complete(job, response)
        self._leaving = ""
        self.left(kind)

    def _begin(self, app: str, arg: str, ticket: str) -> None:
        behaviour = self.application(app)
        if behaviour is None:
            self.hangup("DESTINATION_OUT_OF_ORDER")
            return
        arg = self.filled(arg)
        self.variables["current_application"] = app
        self.set("current_application_data", arg)
        self._response = ""
        job = Job(app, arg, ticket, behaviour(self, arg))
        self._jobs.append(job)
        self.begun(job)
        self.emit("CHANNEL_EXECUTE", job.headers())
        self._drive(job, None)

    def _drive(self, job: Job, happening: Happening | None) -> None:
        job.deadline = None
        try:
            wait = next(job.run) if happening is None else job.run.send(happening)
        except StopIteration as done:
            if job in self._jobs:  # else it was wound up by its own doing
                self._complete(job, done.value)
            if self._leaving:
                self.wind_up(self._leaving)
            return
        if job not in self._jobs:
            return
        job.wait = wait
        if self._leaving:
            self.wind_up(self._leaving)
            return
        finite = wait.seconds is not None and wait.seconds != float("inf")
        job.deadline = self.clock.elapsed + (wait.seconds or 0.0) if finite else None
        self.armed(job)

    def _complete(self, job: Job, response: str) -> None:
        self._jobs.remove(job)
        job.deadline = None
        self._response = response or self._response
        self.emit(
            "CHANNEL_EXECUTE_COMPLETE", job.headers({"Application-Response": self._response or "_none_"})
        )

    def _flush_if_parked(self) -> None:
        """A parked channel reads the keys and throws them away."""
        while self.parked and self.digits and not self.gone:
            self.take_digit()
