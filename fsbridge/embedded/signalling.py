"""What goes between a leg and its far side, and the states and events that come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from fsbridge.embedded.core import Core
from fsbridge.embedded.headers import CALL_STATES, leg_headers
from fsbridge.embedded.profile import Profile, Times
from fsbridge.embedded.stage import Stage

if TYPE_CHECKING:
    from fsbridge.embedded.bridging import Bridge
    from fsbridge.embedded.leg import Leg


class Far(Protocol):
    """What a leg is connected to: another leg of this switch, or somebody's telephone."""

    @property
    def protocol(self) -> str:
        """Names the leg's variable ``…_hangup_disposition``; empty: nobody can be told of a hang-up."""

    def offer(self) -> None:
        """The leg calls."""

    def progress(self) -> None:
        """The leg rings."""

    def early(self) -> None:
        """The leg can be heard though it has not answered."""

    def answer(self) -> None:
        """The leg answers."""

    def hangup(self, cause: str) -> None:
        """The leg is hung up."""

    def key(self, digit: str) -> None:
        """The leg sends a key."""

    def hold(self, on: bool) -> None:
        """The leg puts the other side on hold, or takes it back."""


class Channel(Stage):
    """A channel with its far side; `direction` is ``inbound`` (it called) or ``outbound`` (we called)."""

    def __init__(self, core: Core, direction: str, profile: Profile, uuid: str, other: Leg | None) -> None:
        super().__init__(core.clock, core.sounds)
        self.core = core
        self.uuid = uuid or core.uuid()
        self.direction = direction
        self.profile = profile
        self.profiles = [profile]
        """Every profile it has had, the first one first."""
        self.far: Far | None = None
        self.state, self.call_state = "CS_NEW", "DOWN"
        self.early = False
        self.in_dialplan = direction == "inbound"
        self.call_uuid: str = other.call_uuid if other is not None else self.uuid
        self.other = other
        """The leg it was last joined with."""
        self.bridge: Bridge | None = None
        self.times = Times(created=profile.created)
        self.held = False
        self.on_progress: list[Callable[[], object]] = []
        self.on_answer: list[Callable[[], object]] = []
        self.on_hangup: list[Callable[[], object]] = []
        self.on_break: list[Callable[[], object]] = []
        """Who wants to know that it rings, is answered, has hung up, is let go by mod_callcenter."""

    # -- how it stands --------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The channel's name."""
        return self.profiles[0].name

    @property
    def answer_state(self) -> str:
        """FreeSWITCH's Answer-State."""
        if self.ended:
            return "hangup"
        return "answered" if self.answered else "early" if self.early else "ringing"

    # -- events and states ----------------------------------------------------------------------

    def emit(self, name: str, extra: Mapping[str, str] | None = None, *, subclass: str = "") -> None:
        """Fires an event of this leg."""
        self.core.fire(name, lambda: leg_headers(self, name, extra or {}), subclass=subclass)

    def enter(self, state: str) -> None:
        """Goes into a state, and says so."""
        self.state = state
        self.emit("CHANNEL_STATE")

    def call(self, call_state: str) -> None:
        """Takes a call state, and says so if it is another."""
        if call_state == self.call_state:
            return
        before, self.call_state = self.call_state, call_state
        number = str(CALL_STATES[call_state])
        self.emit(
            "CHANNEL_CALLSTATE",
            {"Original-Channel-Call-State": before, "Channel-Call-State-Number": number},
        )

    # -- what the far side does -----------------------------------------------------------------

    def rings(self) -> None:
        """The far side rings."""
        if self.ended or self.answered or self.call_state == "RINGING":
            return
        self.times.progress = self.times.progress or self.core.clock.micro()
        self.emit("CHANNEL_PROGRESS")
        self.call("RINGING")
        tell(self.on_progress)

    def opens(self) -> None:
        """The far side can be heard before it answers."""
        if self.ended or self.answered or self.early:
            return
        self.early = True
        self.times.progress_media = self.core.clock.micro()
        self.emit("CHANNEL_PROGRESS_MEDIA")
        self.call("EARLY")
        tell(self.on_progress)

    def answers(self) -> None:
        """The far side answers."""
        if self.ended or self.answered:
            return
        self._answered()
        tell(self.on_answer)

    def released(self, cause: str) -> None:
        """The far side hangs up, or refuses."""
        if not self.ended:
            how = "bye" if self.answered else "refuse" if self.direction == "outbound" else "cancel"
            self.variables["sip_hangup_disposition"] = f"recv_{how}"
            self.hangup(cause)

    def pressed(self, digit: str) -> None:
        """The far side presses a key."""
        if self.ended:
            return
        if self.bridge is not None:
            self.emit("DTMF", {"DTMF-Digit": digit, "DTMF-Duration": "2000", "DTMF-Source": "RTP"})
            self.bridge.partner(self.uuid).send(digit)
            return
        self.digits.append(digit)
        self.happen("key")
        self._flush_if_parked()

    def holds(self, on: bool) -> None:
        """It is put on hold by either side, or taken back."""
        if self.ended or not self.answered or on == self.held:
            return
        self.held = on
        if on:
            self.times.last_hold = self.core.clock.micro()
            self.call("HELD")
            self.emit("CHANNEL_HOLD")
        else:
            self.times.hold_accum += self.core.clock.micro() - self.times.last_hold
            self.call("UNHELD")
            self.emit("CHANNEL_UNHOLD")
            self.core.soon(lambda: None if self.ended else self.call("ACTIVE"))

    # -- what is done with it -------------------------------------------------------------------

    def answer(self) -> None:
        """Answers, once."""
        if self.ended or self.answered:
            return
        self._answered()
        if self.far is not None:
            self.core.soon(self.far.answer)

    def _answered(self) -> None:
        self.answered = True
        self.times.answered = self.core.clock.micro()
        self.variables["endpoint_disposition"] = "ANSWER"
        self.emit("CHANNEL_ANSWER")
        self.call("ACTIVE")

    def pre_answer(self) -> None:
        """Lets itself be heard before it answers."""
        if self.direction == "inbound" and not (self.answered or self.early or self.ended):
            self.early = True
            self.times.progress_media = self.core.clock.micro()
            self.emit("CHANNEL_PROGRESS_MEDIA")
            self.call("EARLY")
            if self.far is not None:
                self.core.soon(self.far.early)

    def ring_ready(self) -> None:
        """Tells the far side that it rings."""
        if self.direction == "inbound" and not (self.answered or self.early or self.ended):
            self.times.progress = self.times.progress or self.core.clock.micro()
            self.emit("CHANNEL_PROGRESS")
            if self.far is not None:
                self.core.soon(self.far.progress)

    def send(self, digit: str) -> None:
        """Sends a key to the far side."""
        if self.far is not None and not self.ended:
            self.far.key(digit)

    def hold(self, on: bool) -> None:
        """Puts the far side on hold, or takes it back."""
        if self.ended or not self.answered or on == self.held:
            return
        self.holds(on)
        far = self.far
        if far is not None:
            self.core.soon(lambda: far.hold(on))


def tell(listeners: list[Callable[[], object]]) -> None:
    """Calls each of them, whatever they add or take away meanwhile."""
    for listener in list(listeners):
        listener()
