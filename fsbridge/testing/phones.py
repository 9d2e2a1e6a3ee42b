"""Telephones that ring in a test on the embedded switch: operators', and any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from fsbridge.embedded.callcenter.model import AVAILABLE, LOGGED_OUT, ON_BREAK
from fsbridge.embedded.phones import PhoneCall
from fsbridge.embedded.sounds import label
from fsbridge.testing.listening import LONG

if TYPE_CHECKING:
    from fsbridge.testing.virtual import VirtualSwitch


class Phone:
    """A telephone that rings when the switch calls it, and does what the test says: by itself, or at once.

    >>> from fsbridge.testing import VirtualSwitch
    >>> switch = VirtualSwitch(lambda call: call.bridge("sofia/gateway/trunk/0901112222"))
    >>> phone = switch.telephone("0901112222").answers(after=4)
    >>> caller = switch.call("100").waits(5)
    >>> phone.talking, caller.talks_with
    (True, '0901112222')
    """

    def __init__(self, switch: VirtualSwitch, name: str) -> None:
        self._switch, self.name = switch, name
        self._call: PhoneCall | None = None
        self._after: float | None = None
        self._refusal = ""
        self._talk: float | None = None
        self.heard: list[str] = []
        """Every sound that was played to it, in order."""
        self.offered = 0
        """How often it has rung, or refused to."""
        switch.switch.telephones[name] = self

    def __call__(self, call: PhoneCall) -> None:
        """The switch calls."""
        self.offered += 1
        if self._refusal:
            call.hang_up(self._refusal)
            return
        self._call = call
        call.leg.on_hear.append(self._hear)
        call.ring()
        if self._after is not None:
            self._switch.clock.later(self._after, lambda: self._take(call))

    # -- what it does by itself from now on -----------------------------------------------------

    def answers(self, after: float = 2.0, *, talks: float | None = None) -> Self:
        """Takes every call after so many seconds; hangs up after `talks` more, if given."""
        self._after, self._talk, self._refusal = after, talks, ""
        return self

    def ignores(self) -> Self:
        """Rings, and nobody answers."""
        self._after, self._refusal = None, ""
        return self

    def refuses(self, cause: str = "CALL_REJECTED") -> Self:
        """Refuses every call at once: ``USER_BUSY``, ``CALL_REJECTED``, ``SUBSCRIBER_ABSENT`` …"""
        self._refusal = cause
        return self

    # -- what it does now -----------------------------------------------------------------------

    def rings(self, within: float = LONG) -> Self:
        """Waits until it rings, unless somebody has picked it up already."""
        if not self._switch.run_until(lambda: self.ringing or self.talking, within):
            raise AssertionError(f"{self.name} never rang in {within:g} s")
        return self

    def picks_up(self) -> Self:
        """Takes the call that rings."""
        if not self.ringing:
            raise AssertionError(f"{self.name} does not ring")
        self._take(self._at_hand)
        return self._now()

    def hangs_up(self, cause: str = "NORMAL_CLEARING") -> Self:
        """Ends the talk, or refuses what rings."""
        self._at_hand.hang_up(cause)
        return self._now()

    def presses(self, keys: str) -> Self:
        """Presses keys in the talk."""
        self._at_hand.press(keys)
        return self._now()

    def holds(self, on: bool = True) -> Self:
        """Puts the other side on hold, or takes it back."""
        self._at_hand.put_on_hold(on)
        return self._now()

    # -- what there is to see -------------------------------------------------------------------

    @property
    def ringing(self) -> bool:
        """Whether it rings now."""
        return self._call is not None and not self._call.over and not self._call.leg.answered

    @property
    def talking(self) -> bool:
        """Whether somebody is at the other end now."""
        return self._call is not None and not self._call.over and self._call.leg.bridge is not None

    @property
    def talks_with(self) -> str:
        """The number at the other end now; empty if nobody is."""
        return self._at_hand.leg.profile.caller_number if self.talking else ""

    @property
    def keys(self) -> str:
        """The keys that arrived in the present or last call."""
        return self._call.heard_keys if self._call is not None else ""

    # -- the machinery --------------------------------------------------------------------------

    @property
    def _at_hand(self) -> PhoneCall:
        if self._call is None or self._call.over:
            raise AssertionError(f"{self.name} has no call")
        return self._call

    def _take(self, call: PhoneCall) -> None:
        if call.over or call.leg.answered:
            return
        call.pick_up()
        if self._talk is not None:
            self._switch.clock.later(self._talk, call.hang_up)

    def _hear(self, sound: str) -> None:
        name = label(sound)
        if name is not None:
            self.heard.append(name)

    def _now(self) -> Self:
        self._switch.forward(0)
        return self


class Operator(Phone):
    """An operator with a telephone, an agent of mod_callcenter; available from the beginning.

    >>> from fsbridge.testing import VirtualSwitch
    >>> def script(call):
    ...     call.answer()
    ...     call.queue("leak@city")
    >>> switch = VirtualSwitch(script, queues=["leak@city"])
    >>> operator = switch.operator("op01").answers(after=3).takes_a_break()
    >>> caller = switch.call("100").waits(60)
    >>> operator.offered, operator.comes_back().rings().talks_with, switch.forward(5).figures().answered
    (0, '', 1)
    """

    def __init__(self, switch: VirtualSwitch, name: str, queues: list[str], wrap_up: int) -> None:
        super().__init__(switch, name)
        self._set("add", name, "callback")
        self._set("set", "contact", name, f"user/{name}")
        self._set("set", "wrap_up_time", name, str(wrap_up))
        for queue in queues:
            self._command("tier", "add", queue, name, "1", "1")
        self.comes_back()

    def comes_back(self) -> Self:
        """Is available again."""
        return self._status(AVAILABLE)

    def takes_a_break(self) -> Self:
        """Is on break, in the middle of a talk or not."""
        return self._status(ON_BREAK)

    def logs_out(self) -> Self:
        """Is gone."""
        return self._status(LOGGED_OUT)

    def _status(self, status: str) -> Self:
        self._set("set", "status", self.name, f"'{status}'")
        return self._now()

    def _set(self, *words: str) -> None:
        self._command("agent", *words)

    def _command(self, *words: str) -> None:
        answer = self._switch.switch.tell(" ".join(("callcenter_config", *words)))
        if not answer.startswith("+OK"):
            raise AssertionError(f"callcenter_config {' '.join(words)}: {answer.strip()}")
