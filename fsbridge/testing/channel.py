"""One channel of a FreeSWITCH that is not there: it runs applications on a virtual clock.

It behaves as FreeSWITCH 1.11 does with ``socket … async full``: commands queue up, one application
runs at a time, keys wait for an application that takes them, a parked channel throws them away, an
unknown application ends the call. Every application is a generator (see `applications`) that yields
what it waits for and is sent what happens.
"""

from __future__ import annotations

import inspect
import uuid as uuids
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fsbridge.errors import InvalidArgument
from fsbridge.testing.applications import APPLICATIONS
from fsbridge.testing.arguments import expand
from fsbridge.testing.callcenter import HANGS_UP as OPERATOR_HANGS_UP
from fsbridge.testing.clock import VirtualClock
from fsbridge.testing.happening import Happening, Running, Wait
from fsbridge.testing.headers import Pairs, channel_headers
from fsbridge.testing.world import World, label


@dataclass(frozen=True)
class Heard:
    """A sound the caller heard, and when it began (seconds on the call's clock).

    >>> Heard("menu.wav", 1.5).at
    1.5
    """

    sound: str
    at: float


@dataclass
class _Job:
    app: str
    arg: str
    ticket: str
    run: Running
    wait: Wait | None = None
    deadline: float | None = None

    def close(self) -> None:
        """Ends it; one that ends itself by what it does is left to come to its end."""
        if inspect.getgeneratorstate(self.run) != inspect.GEN_RUNNING:
            self.run.close()

    def headers(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        data = {"Application-Data": self.arg} if self.arg else {}
        return {"Application": self.app, **data, **(more or {}), "Application-UUID": self.ticket}


class Channel:
    """A simulated call leg, from the switch's side.

    `on_event` gets each event as header pairs, in FreeSWITCH's order.

    >>> channel = Channel(VirtualClock(), number="100", caller="0761234567")
    >>> channel.execute("playback", "hello.wav", ticket="e1")
    >>> channel.waiting.what
    'playing hello.wav'
    """

    def __init__(
        self,
        clock: VirtualClock,
        *,
        number: str,
        caller: str,
        world: World | None = None,
        variables: Mapping[str, str] | None = None,
        on_event: Callable[[Pairs], None] = lambda headers: None,
        uuid: str = "",
    ) -> None:
        self.clock = clock
        self.uuid = uuid or str(uuids.uuid4())
        self.number, self.caller = number, caller
        self.world = world or World()
        self.variables: dict[str, str] = {"direction": "inbound", "uuid": self.uuid, **(variables or {})}
        self.on_event = on_event
        self.heard: list[Heard] = []
        self.expanded: list[str] = []
        """Every ``${…}`` that FreeSWITCH would have expanded."""
        self.answered = False
        self.cause = ""
        self.transferred_to = ""
        self.digits: deque[str] = deque()
        self._queue: deque[tuple[str, str, str]] = deque()
        self._job: _Job | None = None
        self._sequence = 2100
        self._socket = str(uuids.uuid4())
        self._continue = False
        self._talk: Wait | None = None

    # -- how it stands --------------------------------------------------------------------------

    @property
    def ended(self) -> bool:
        """Whether it has hung up."""
        return bool(self.cause)

    @property
    def gone(self) -> bool:
        """Whether the script has nothing more to do with it: hung up, transferred, or let go."""
        return self.ended or bool(self.transferred_to) or self._continue

    @property
    def waiting(self) -> Wait | None:
        """What the application or the talk under way waits for; None when the channel is parked."""
        return self._job.wait if self._job else self._talk

    @property
    def app(self) -> str:
        """The application that runs; empty when the channel is parked."""
        return self._job.app if self._job else ""

    @property
    def remaining(self) -> float | None:
        """Seconds until the running application's wait is over by itself; None: never."""
        job = self._job
        return None if job is None or job.deadline is None else max(0.0, job.deadline - self.clock.elapsed)

    def data(self) -> Pairs:
        """The headers of CHANNEL_DATA."""
        return self._headers("CHANNEL_DATA")[1:]

    # -- the switch's commands ------------------------------------------------------------------

    def begin(self) -> None:
        """The ``socket`` application has parked the channel."""
        self.emit("CHANNEL_PARK")

    def execute(self, app: str, arg: str = "", *, ticket: str = "") -> None:
        """Queues an application, as ``sendmsg … execute`` does."""
        if not self.gone:
            self._queue.append((app, arg, ticket or str(uuids.uuid4())))
            self._next()

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """Ends the call, whoever wants it ended."""
        if self.ended:
            return
        self.cause = cause
        job, self._job = self._job, None
        self._queue.clear()
        self.emit("CHANNEL_HANGUP")
        self._end_talk()
        if job:
            job.close()
            self._complete(job, "PLAYBACK ERROR" if job.app == "playback" else "_none_")
        self.emit("CHANNEL_UNPARK")
        self._complete(_Job("socket", "127.0.0.1:8040 async full", self._socket, _nothing()))
        self.emit("CHANNEL_STATE", state="CS_HANGUP")
        self.emit("CHANNEL_STATE", state="CS_REPORTING")
        self.emit("CHANNEL_HANGUP_COMPLETE", state="CS_REPORTING")

    def break_(self, everything: bool) -> None:
        """``uuid_break``: ends what plays, and with `everything` drops what is queued."""
        if everything:
            self._queue.clear()
        self._resume(Happening("break"))

    def transfer(self, extension: str, dialplan: str = "XML", context: str = "default") -> None:
        """Sends the call into the dialplan, out of whatever runs."""
        self.transferred_to = f"{extension} {dialplan} {context}"
        self._end_talk()
        job, self._job = self._job, None
        self._queue.clear()
        if job:
            job.close()
            self._complete(job)
        self.emit("CHANNEL_UNPARK")

    def socket_closed(self) -> None:
        """The script's socket is gone: the dialplan goes on with its next action."""
        if not self.gone:
            self._continue = True

    @property
    def continued(self) -> bool:
        """Whether the dialplan went on behind the socket, with the caller still there."""
        return self._continue and not self.ended and not self.transferred_to

    # -- the world's side -----------------------------------------------------------------------

    def press(self, key: str) -> None:
        """The caller presses one key."""
        if len(key) != 1 or key not in "0123456789*#ABCD":
            raise InvalidArgument("key", f"is no key of a telephone: {key!r}")
        if self.ended:
            return
        self.digits.append(key)
        self._resume(Happening("key"))
        self._flush_if_parked()

    def happen(self, kind: str) -> None:
        """Something happens on the far side: an operator answers, a telephone is busy."""
        if self._talk is not None and kind == OPERATOR_HANGS_UP:
            self._end_talk()
            self._continue = not self.gone
            return
        self._resume(Happening(kind))

    def advance(self, seconds: float) -> float:
        """Moves the clock on; stops where an application ended, and returns the seconds left over."""
        end = self.clock.elapsed + seconds
        job = self._job
        while job is not None and self._job is job and job.deadline is not None and job.deadline <= end:
            self.clock.advance(max(0.0, job.deadline - self.clock.elapsed))
            self._resume(Happening("time"))
        if self._job is job:
            self.clock.advance(max(0.0, end - self.clock.elapsed))
        return max(0.0, end - self.clock.elapsed)

    def talk(self) -> None:
        """Bridged from outside, as mod_callcenter does: the talk outlasts the application.

        When it ends, FreeSWITCH goes on with the dialplan behind the ``socket``.
        """
        self._talk = Wait(None, "the talk with an operator")

    def _end_talk(self) -> None:
        if self._talk is not None:
            self._talk = None
            self.emit("CHANNEL_UNBRIDGE")

    # -- what applications use ------------------------------------------------------------------

    def hear(self, sound: str) -> None:
        """The caller hears a sound begin."""
        name = label(sound)
        if name is not None:
            self.heard.append(Heard(name, self.clock.elapsed))

    def take_digit(self) -> str:
        """The oldest key that waits; its DTMF event goes out now, as in FreeSWITCH."""
        digit = self.digits.popleft()
        self.emit("DTMF", {"DTMF-Digit": digit, "DTMF-Duration": "2000", "DTMF-Source": "RTP"})
        return digit

    def set(self, name: str, value: str | None) -> None:
        """Sets a channel variable, or removes it."""
        if value:
            self.variables[name] = value
        else:
            self.variables.pop(name, None)

    def answer(self) -> None:
        """Answers, once."""
        if not self.answered:
            self.answered = True
            self.emit("CHANNEL_ANSWER")

    def emit(self, name: str, extra: Mapping[str, str] | None = None, *, state: str = "") -> None:
        """Sends an event of this channel."""
        self._sequence += 1
        self.on_event(self._headers(name, extra, state))

    # -- the machinery --------------------------------------------------------------------------

    def _headers(self, name: str, extra: Mapping[str, str] | None = None, state: str = "") -> Pairs:
        return channel_headers(self, name, self._sequence, extra or {}, state)

    def _expand(self, text: str) -> str:
        def variable(name: str) -> str:
            self.expanded.append(name)
            return self.variables.get(name, "")

        def function(name: str, argument: str) -> str:
            self.expanded.append(f"{name}({argument})")
            return ""

        return expand(text, variable, function)

    def _next(self) -> None:
        while self._job is None and self._talk is None and self._queue and not self.gone:
            app, arg, ticket = self._queue.popleft()
            behaviour = APPLICATIONS.get(app)
            if behaviour is None:
                self.hangup("DESTINATION_OUT_OF_ORDER")
                return
            arg = self._expand(arg)
            self.variables["current_application"] = app
            self._job = _Job(app, arg, ticket, behaviour(self, arg))
            self.emit("CHANNEL_EXECUTE", self._job.headers())
            self._drive(None)
        self._flush_if_parked()

    def _resume(self, happening: Happening) -> None:
        if self._job is not None and self._job.wait is not None:
            self._drive(happening)
            self._next()

    def _drive(self, happening: Happening | None) -> None:
        job = self._job
        assert job is not None
        try:
            wait = next(job.run) if happening is None else job.run.send(happening)
        except StopIteration as done:
            if self._job is job:  # else it was hung up or transferred by its own doing
                self._job = None
                self._complete(job, done.value)
                if self._talk is not None:
                    self.emit("CHANNEL_BRIDGE", {"Bridge-A-Unique-ID": self.uuid})
            return
        if self._job is job:
            job.wait = wait
            finite = wait.seconds is not None and wait.seconds != float("inf")
            job.deadline = self.clock.elapsed + (wait.seconds or 0.0) if finite else None

    def _complete(self, job: _Job, response: str = "_none_") -> None:
        self.emit("CHANNEL_EXECUTE_COMPLETE", job.headers({"Application-Response": response or "_none_"}))

    def _flush_if_parked(self) -> None:
        """A parked channel reads the keys and throws them away."""
        while self._job is None and self.digits and not self.gone:
            self.take_digit()


def _nothing() -> Running:
    return ""
    yield Wait(0, "")
