"""One channel of a FreeSWITCH that is not there: it runs applications on a virtual clock.

It behaves as FreeSWITCH 1.11 does with ``socket … async full``: commands queue up, one application
runs at a time, keys wait for an application that takes them, a parked channel throws them away, an
unknown application ends the call. The applications are those of the embedded switch; the queue and
the far telephones are the test's to speak for.
"""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable, Mapping

from fsbridge.embedded.applications import APPLICATIONS
from fsbridge.embedded.clock import VirtualClock
from fsbridge.embedded.happening import Application, Wait
from fsbridge.embedded.sounds import label
from fsbridge.embedded.stage import Job, Stage
from fsbridge.errors import InvalidArgument
from fsbridge.testing.apis import run_api
from fsbridge.testing.callcenter import HANGS_UP as OPERATOR_HANGS_UP
from fsbridge.testing.callcenter import callcenter
from fsbridge.testing.headers import Pairs, channel_headers
from fsbridge.testing.listening import Heard
from fsbridge.testing.telephones import bridge
from fsbridge.testing.world import World

_APPLICATIONS: dict[str, Application] = {**APPLICATIONS, "callcenter": callcenter, "bridge": bridge}


class Channel(Stage):
    """A simulated call leg, from the switch's side.

    `on_event` gets each event as header pairs, in FreeSWITCH's order.

    >>> channel = Channel(VirtualClock(), number="100", caller="0761234567")
    >>> channel.execute("playback", "hello.wav", ticket="e1")
    >>> channel.waiting.what
    'playing hello.wav'
    """

    clock: VirtualClock
    sounds: World

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
        super().__init__(clock, world or World())
        self.uuid = uuid or str(uuids.uuid4())
        self.number, self.caller = number, caller
        self.variables.update({"direction": "inbound", "uuid": self.uuid, **(variables or {})})
        self.on_event = on_event
        self.heard: list[Heard] = []
        self.expanded: list[str] = []
        """Every ``${…}`` that FreeSWITCH would have expanded."""
        self.transferred_to = ""
        self._sequence = 2100
        self._socket = str(uuids.uuid4())
        self._continue = False
        self._talk: Wait | None = None

    # -- how it stands --------------------------------------------------------------------------

    @property
    def gone(self) -> bool:
        """Whether the script has nothing more to do with it: hung up, transferred, or let go."""
        return self.ended or bool(self.transferred_to) or self._continue

    @property
    def parked(self) -> bool:
        """Whether it could run an application now."""
        return self._talk is None and super().parked

    @property
    def waiting(self) -> Wait | None:
        """What the application or the talk under way waits for; None when the channel is parked."""
        return self.job.wait if self.job else self._talk

    @property
    def app(self) -> str:
        """The application that runs; empty when the channel is parked."""
        return self.job.app if self.job else ""

    @property
    def remaining(self) -> float | None:
        """Seconds until the running application's wait is over by itself; None: never."""
        job = self.job
        return None if job is None or job.deadline is None else max(0.0, job.deadline - self.clock.elapsed)

    def data(self) -> Pairs:
        """The headers of CHANNEL_DATA."""
        return self._headers("CHANNEL_DATA")[1:]

    # -- the switch's commands ------------------------------------------------------------------

    def api(self, name: str, argument: str) -> str:
        """What a ``uuid_…`` command about it prints."""
        return run_api(self, name, argument)

    def begin(self) -> None:
        """The ``socket`` application has parked the channel."""
        self.emit("CHANNEL_PARK")

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """Ends the call, whoever wants it ended."""
        if self.ended:
            return
        self.cause = cause
        self.emit("CHANNEL_HANGUP")
        self._end_talk()
        self.wind_up("hangup")

    def transfer(self, extension: str, dialplan: str = "XML", context: str = "default") -> None:
        """Sends the call into the dialplan, out of whatever runs."""
        self.transferred_to = f"{extension} {dialplan} {context}"
        self._end_talk()
        self.wind_up("taken")

    def left(self, kind: str) -> None:
        """What FreeSWITCH reports of a channel whose script is over."""
        self.emit("CHANNEL_UNPARK")
        if kind == "taken":
            return
        response = self._response or "_none_"
        self.emit(
            "CHANNEL_EXECUTE_COMPLETE",
            {
                "Application": "socket",
                "Application-Data": "127.0.0.1:8040 async full",
                "Application-Response": response,
                "Application-UUID": self._socket,
            },
        )
        self.emit("CHANNEL_STATE", state="CS_HANGUP")
        self.emit("CHANNEL_STATE", state="CS_REPORTING")
        self.emit("CHANNEL_HANGUP_COMPLETE", state="CS_REPORTING")

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
        self.happen("key")
        self._flush_if_parked()

    def happen(self, kind: str) -> None:
        """Something happens on the far side: an operator answers, a telephone is busy."""
        if self._talk is not None and kind == OPERATOR_HANGS_UP:
            self._end_talk()
            self._continue = not self.gone
            return
        super().happen(kind)

    def advance(self, seconds: float) -> float:
        """Moves the clock on; stops where an application ended, and returns the seconds left over."""
        end = self.clock.elapsed + seconds
        job = self.job
        while job is not None and self.job is job and job.deadline is not None and job.deadline <= end:
            self.clock.advance(max(0.0, job.deadline - self.clock.elapsed))
            self.happen("time")
        if self.job is job:
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

    def started(self, path: str) -> None:
        """A path begins to play; its sounds are heard one by one."""

    def hear(self, sound: str) -> None:
        """The caller hears a sound begin."""
        name = label(sound)
        if name is not None:
            self.heard.append(Heard(name, self.clock.elapsed))

    def stopped(self, path: str) -> None:
        """It plays no more."""

    def answer(self) -> None:
        """Answers, once."""
        if not self.answered:
            self.answered = True
            self.emit("CHANNEL_ANSWER")

    def pre_answer(self) -> None:
        """Early media; nobody hears the difference here."""

    def ring_ready(self) -> None:
        """It rings already."""

    def emit(self, name: str, extra: Mapping[str, str] | None = None, *, state: str = "") -> None:
        """Sends an event of this channel."""
        self._sequence += 1
        self.on_event(self._headers(name, extra, state))

    # -- the machinery --------------------------------------------------------------------------

    def exhausted(self) -> None:
        """Parked: the script decides what comes next."""

    def armed(self, job: Job) -> None:
        """Time passes by `advance` alone."""

    def application(self, name: str) -> Application | None:
        """What a name does."""
        return _APPLICATIONS.get(name)

    def ticket(self) -> str:
        """An id for an application that was given none."""
        return str(uuids.uuid4())

    def lookup(self, name: str) -> str:
        """What ``${name}`` stands for."""
        self.expanded.append(name)
        return self.variables.get(name, "")

    def function(self, name: str, argument: str) -> str:
        """Nothing: no API command runs here."""
        self.expanded.append(f"{name}({argument})")
        return ""

    def _headers(self, name: str, extra: Mapping[str, str] | None = None, state: str = "") -> Pairs:
        return channel_headers(self, name, self._sequence, extra or {}, state)

    def _complete(self, job: Job, response: str) -> None:
        super()._complete(job, response)
        if self._talk is not None:
            self.emit("CHANNEL_BRIDGE", {"Bridge-A-Unique-ID": self.uuid})
