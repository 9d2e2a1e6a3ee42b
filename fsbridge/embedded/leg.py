"""One leg of a call: FreeSWITCH's channel with its state machine.

A leg does what happens to it at once and what follows from that `soon`, so that whoever caused it
comes to an end first, as FreeSWITCH's threads do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from fsbridge.embedded.applications import HEARD
from fsbridge.embedded.core import Core
from fsbridge.embedded.happening import Application
from fsbridge.embedded.profile import Profile
from fsbridge.embedded.signalling import Channel, tell
from fsbridge.embedded.stage import Job

if TYPE_CHECKING:
    from fsbridge.embedded.eavesdropping import Spying

Steps = Sequence[tuple[str, str]]
"""Applications with their arguments, as an extension of the dialplan lists them."""


class World(Protocol):
    """What a leg asks of the rest of the switch."""

    @property
    def core(self) -> Core:
        """The time, ids and listeners."""

    def application(self, name: str) -> Application | None:
        """What the name of an application stands for."""

    def function(self, leg: Leg, name: str, argument: str) -> str:
        """What ``${name(argument)}`` is."""

    def route(self, leg: Leg) -> Steps | None:
        """What the dialplan says about the leg's destination; None if nothing."""

    def report(self, leg: Leg) -> None:
        """The leg is over: its call detail record is due."""


class Leg(Channel):
    """A leg and its way through the dialplan, from its beginning to its record."""

    def __init__(
        self, world: World, direction: str, profile: Profile, *, uuid: str = "", other: Leg | None = None
    ) -> None:
        core = world.core
        super().__init__(core, direction, profile, uuid, other)
        self.world = world
        self.ran: list[tuple[str, str, int]] = []
        """Every application that ran, with its argument and the moment."""
        self.running = ("", "")
        """The application begun last, and its argument."""
        self.recording = ""
        self.dialled = ""
        """Every key that was taken."""
        self.on_hear: list[Callable[[str], object]] = []
        """Who wants to know each sound as it begins."""
        self.spying: Spying | None = None
        """Whom it listens to, while it does."""
        self.sent: deque[Mapping[str, str]] = deque()
        """Events for this leg alone that nothing has read yet."""
        self._steps: deque[tuple[str, str]] = deque()
        self._then: Callable[[], None] | None = None
        self._holders = 0
        self._reported = False
        session = core.add(self)
        self.variables.update(direction=direction, uuid=self.uuid, session_id=str(session))
        if direction == "outbound":
            self.variables["is_outbound"] = "true"
        self.variables.update(call_uuid=self.call_uuid, channel_name=self.name)

    # -- how it stands --------------------------------------------------------------------------

    @property
    def executing(self) -> bool:
        """Whether it goes through the dialplan now."""
        return self.state == "CS_EXECUTE"

    @property
    def remaining(self) -> list[tuple[str, str]]:
        """What the dialplan has left for it."""
        return list(self._steps)

    # -- its beginning --------------------------------------------------------------------------

    def come_in(self) -> None:
        """Somebody calls us: through the dialplan with it."""
        self.emit("CHANNEL_STATE")
        self.enter("CS_INIT")
        self.emit("CHANNEL_CREATE")
        self._route()

    def go_out(self) -> None:
        """We call somebody; `far` is offered the call when all is said."""
        self.state = "CS_NONE"
        self.emit("CHANNEL_OUTGOING")
        self.enter("CS_INIT")
        self.emit("CHANNEL_CREATE")
        self.emit("CHANNEL_ORIGINATE")
        self.enter("CS_ROUTING")
        self.enter("CS_CONSUME_MEDIA")
        self.core.soon(self._offer)

    def _offer(self) -> None:
        if self.far is not None and not self.ended:
            self.far.offer()

    def run(self, steps: Steps) -> None:
        """Goes through these applications, from the first on."""
        self._steps = deque(steps)
        self.in_dialplan = True
        self.enter("CS_EXECUTE")
        self.go_on()

    def _route(self) -> None:
        self.state = "CS_ROUTING"
        self.call("RINGING")
        self.emit("CHANNEL_STATE")
        self.in_dialplan = True
        steps = self.world.route(self)
        if self.ended:
            return
        if not steps:
            self.hangup("NO_ROUTE_DESTINATION")
            return
        self.state = "CS_EXECUTE"
        if self.answered:
            self.call("ACTIVE")
        self.run(steps)

    # -- what is done with it -------------------------------------------------------------------

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """Ends the call, whoever wants it ended."""
        if self.ended:
            return
        self.cause = cause
        self.times.hangup = self.core.clock.micro()
        self.emit("CHANNEL_HANGUP")
        self.core.soon(self._hang_up)

    def transfer(self, extension: str, dialplan: str = "XML", context: str = "") -> None:
        """Sends the call into the dialplan, out of whatever runs or talks."""
        now = self.core.clock.micro()
        where = context or self.profile.context
        self.take(lambda: self._move(self.profile.moved(extension, dialplan or "XML", where, now)))

    def take(self, then: Callable[[], None], *, keep: bool = False) -> None:
        """Takes the leg out of whatever runs or talks, and goes on with `then`.

        What is left of the dialplan is forgotten, unless `keep`.
        """
        if self.ended:
            return
        if self.bridge is not None:
            self.bridge.part(self)
        if not keep:
            self._steps.clear()
        self._then = then
        self.wind_up("taken")

    def _move(self, profile: Profile) -> None:
        self.profile = profile
        self.profiles.append(profile)
        self.times.transfer = profile.created
        self.variables["transfer_history"] = f"{profile.created // 1_000_000}:bl_xfer:{profile.number}"
        self._route()

    # -- what its applications use --------------------------------------------------------------

    def started(self, path: str) -> None:
        """A path begins to play."""
        self.emit("PLAYBACK_START", {"Playback-File-Path": path})

    def hear(self, sound: str) -> None:
        """One sound of it begins."""
        for hears in self.on_hear:
            hears(sound)

    def stopped(self, path: str) -> None:
        """It plays no more."""
        status = "break" if self.ended or self._leaving else "done"
        self.emit("PLAYBACK_STOP", {"Playback-File-Path": path, "Playback-Status": status})

    def record(self, path: str) -> None:
        """Begins to record."""
        self.recording = path
        self.emit("RECORD_START", {"Record-File-Path": path})

    def stop_recording(self) -> None:
        """Records no more."""
        if self.recording:
            self.emit("RECORD_STOP", {"Record-File-Path": self.recording})
            self.recording = ""

    def take_digit(self) -> str:
        """The oldest key that waits."""
        digit = super().take_digit()
        self.dialled += digit
        return digit

    def application(self, name: str) -> Application | None:
        """What the name of an application stands for."""
        return self.world.application(name)

    def function(self, name: str, argument: str) -> str:
        """What ``${name(argument)}`` is."""
        return self.world.function(self, name, argument)

    def lookup(self, name: str) -> str:
        """What ``${name}`` is: a variable of the leg, a field of its profile, or a global one."""
        value = self.variables.get(name)
        if value is None:
            value = self.profile.record(self.uuid).get(name)
        return value if value is not None else self.core.globals.get(name, "")

    def ticket(self) -> str:
        """An id for an application that was given none."""
        return self.core.uuid()

    def next_step(self) -> tuple[str, str] | None:
        """What the dialplan has next."""
        return self._steps.popleft() if self._steps and self.executing else None

    def exhausted(self) -> None:
        """The dialplan has nothing more: the call ends."""
        if self.executing:
            self.hangup("NORMAL_CLEARING")

    def armed(self, job: Job) -> None:
        """Sees that a job's time runs out."""
        wait = job.wait
        if job.deadline is not None and wait is not None:
            self.core.clock.later(wait.seconds or 0.0, lambda: self._time_up(job, wait))

    def _time_up(self, job: Job, wait: object) -> None:
        if job.wait is wait and job.deadline is not None and self.job is job:
            self.happen("time")

    def _begin(self, app: str, arg: str, ticket: str) -> None:
        if app in HEARD:
            self.pre_answer()
        super()._begin(app, arg, ticket)

    def begun(self, job: Job) -> None:
        """Notes that an application ran, for the record."""
        self.running = (job.app, job.arg)
        self.ran.append((job.app, job.arg, self.core.clock.micro()))

    # -- its end --------------------------------------------------------------------------------

    def keep(self) -> None:
        """Somebody still needs it: it is not destroyed before `let_go`."""
        self._holders += 1

    def let_go(self) -> None:
        """Whoever kept it needs it no more."""
        self._holders -= 1
        self._destroy_if_free()

    def _hang_up(self) -> None:
        if self.bridge is not None:
            self.bridge.part(self)
        self.wind_up("hangup")

    def left(self, kind: str) -> None:
        """Everything that ran is wound up."""
        if kind == "hangup":
            self._report()
        else:
            then, self._then = self._then, None
            if then is not None and not self.ended:
                then()

    def _report(self) -> None:
        self.enter("CS_HANGUP")
        self.stop_recording()
        self.call("HANGUP")
        far = self.far
        protocol = far.protocol if far is not None else ""
        told = f"{protocol}_hangup_disposition"
        if far is not None and protocol and told not in self.variables:
            how = "refuse" if self.direction == "inbound" else "cancel"
            self.variables[told] = f"send_{how}" if protocol == "sip" and not self.answered else "send_bye"
            # FreeSWITCH's BYE gives the reason for which the last bridge of the leg did not come about.
            said = self.variables.get("originate_failed_cause", self.cause)
            self.core.soon(lambda: far.hangup(said if self.answered else self.cause))
        self.enter("CS_REPORTING")
        self.world.report(self)
        self.emit("CHANNEL_HANGUP_COMPLETE")
        self._reported = True
        tell(self.on_hangup)
        self.core.soon(self._destroy_if_free)

    def _destroy_if_free(self) -> None:
        if self._reported and self._holders <= 0 and self.uuid in self.core.legs:
            self.emit("CHANNEL_DESTROY")
            self.enter("CS_DESTROY")
            del self.core.legs[self.uuid]
