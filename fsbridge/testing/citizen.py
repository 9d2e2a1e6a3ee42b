"""Somebody who calls in, in a test on the embedded switch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote

from fsbridge.embedded.callcenter.model import TRYING, WAITING
from fsbridge.embedded.leg import Leg
from fsbridge.embedded.phones import PhoneCall
from fsbridge.embedded.sounds import label
from fsbridge.testing.listening import LONG, Heard, Listener

if TYPE_CHECKING:
    from fsbridge.testing.virtual import VirtualSwitch


class Citizen(Listener):
    """Somebody who calls in, hears, presses keys, waits, hangs up. Every method but the questions chains.

    >>> from fsbridge.testing import VirtualSwitch
    >>> def script(call):
    ...     call.answer()
    ...     call.play("hello.wav" if call.ask("menu.wav") == "1" else "goodbye.wav")
    >>> caller = VirtualSwitch(script).call("100").hears("menu").press("1").hears("hello").listen()
    >>> caller.heard, caller.cause
    (['menu.wav', 'hello.wav'], 'NORMAL_CLEARING')
    """

    def __init__(self, switch: VirtualSwitch, number: str) -> None:
        self._switch, self.number = switch, number
        self._call: PhoneCall | None = None
        self._sounds: list[Heard] = []
        self._began = 0.0

    # -- the call -------------------------------------------------------------------------------

    def dial(self, number: str, *, variables: Mapping[str, str] | None = None) -> Self:
        """Calls a number; returns when its script needs the caller."""
        self._began, self._sounds = self._switch.clock.elapsed, []
        self._begin_to_listen()
        switch = self._switch.switch
        self._call = switch.dial_in(number, caller=self.number, context="public", variables=variables)
        self.leg.on_hear.append(self._hear)
        return self._now()

    def press(self, keys: str) -> Self:
        """Presses keys, one after the other; the script may react to each."""
        self._begin_to_listen()
        for key in keys:
            self._phone.press(key)
            self._now()
        return self

    def hang_up(self, cause: str = "NORMAL_CLEARING") -> Self:
        """Hangs up."""
        self._phone.hang_up(cause)
        return self._now()

    def finish(self) -> Self:
        """Waits until the script has come to its end, and the call too."""
        if not self._switch.run_until(lambda: self._script_over and self.ended):
            raise AssertionError(f"the script does not end; {self._story()}")
        return self

    def listen(self) -> Self:
        """Stays on the line, silent, until the script is done with the call."""
        return super().listen()._now()

    # -- what there is to see -------------------------------------------------------------------

    @property
    def leg(self) -> Leg:
        """The call as the switch has it."""
        return self._phone.leg

    @property
    def sounds(self) -> list[Heard]:
        """Everything heard so far, with the second at which it began."""
        return self._sounds

    @property
    def variables(self) -> dict[str, str]:
        """The channel variables as they are now."""
        return self.leg.variables

    @property
    def ended(self) -> bool:
        """Whether the call has been hung up, by either side, and its record made."""
        return self._phone.over

    @property
    def cause(self) -> str:
        """The hang-up cause; empty while the call lives."""
        return self.leg.cause

    @property
    def answered(self) -> bool:
        """Whether the call was answered."""
        return self.leg.answered

    @property
    def talks_with(self) -> str:
        """The user or number at the other end now; empty if nobody is."""
        bridge = self.leg.bridge
        return bridge.partner(self.leg.uuid).profile.number if bridge is not None else ""

    @property
    def transferred_to(self) -> str:
        """``EXTENSION DIALPLAN CONTEXT`` where the call was sent last; empty if it was not."""
        profile = self.leg.profile
        return f"{profile.number} {profile.dialplan} {profile.context}" if profile.index > 1 else ""

    @property
    def failure(self) -> Exception | None:
        """What the script died of, if it did and the switch does not raise it."""
        served = self._switch.served(self.leg)
        return served.failure if served is not None else None

    @property
    def seconds(self) -> float:
        """How long ago the call began, in virtual seconds."""
        return self._switch.clock.elapsed - self._began

    @property
    def record(self) -> dict[str, str]:
        """The variables of the call's detail record; AssertionError while the call lives."""
        for record in self._switch.records:
            variables = record["variables"]
            assert isinstance(variables, dict)
            if variables.get("uuid") == self.leg.uuid:
                return {name: unquote(str(value)) for name, value in variables.items()}
        raise AssertionError(f"there is no record yet; {self._story()}")

    def __repr__(self) -> str:
        return f"<Citizen {self.number}: {self._story() if self._call else 'has not dialled'}>"

    # -- the machinery --------------------------------------------------------------------------

    @property
    def _phone(self) -> PhoneCall:
        if self._call is None:
            raise AssertionError("the caller has not dialled")
        return self._call

    @property
    def _script_over(self) -> bool:
        served = self._switch.served(self.leg)
        return served is None or served.finished

    @property
    def _done(self) -> bool:
        return self.ended or (self._switch.served(self.leg) is not None and self._script_over)

    def _stands_in(self, queue: str) -> bool:
        members = self._switch.switch.callcenter.tables.members.values()
        return any(
            one.session_uuid == self.leg.uuid and one.queue == queue and one.state in (WAITING, TRYING)
            for one in members
        )

    def _hear(self, sound: str) -> None:
        name = label(sound)
        if name is not None:
            self._sounds.append(Heard(name, self.seconds))

    def _advance_until(self, reached: Callable[[], bool]) -> bool:
        self._switch.run_until(lambda: reached() or self.ended, LONG)
        return reached()

    def _pass(self, seconds: float) -> None:
        self._switch.forward(seconds)

    def _now(self) -> Self:
        self._switch.forward(0)
        return self

    def _story(self) -> str:
        if self.ended:
            now = f"the call ended ({self.cause})"
        elif self.talks_with:
            now = f"the caller talks with {self.talks_with}"
        else:
            job = self.leg.job
            now = f"the call waits for {job.wait.what if job is not None and job.wait else 'the script'}"
        return f"heard {self.heard}; {now} after {self.seconds:.1f} s"
