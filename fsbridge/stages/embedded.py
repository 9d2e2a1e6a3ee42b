"""The embedded switch as a stage: telephones that are Python objects."""

from __future__ import annotations

from fsbridge.embedded import EmbeddedSwitch, Handset, PhoneCall
from fsbridge.stages.stage import RING, Seconds


class EmbeddedCaller:
    """Somebody who has called the embedded switch."""

    def __init__(self, call: PhoneCall) -> None:
        self._call = call

    @property
    def over(self) -> bool:
        """Whether the call is over."""
        return self._call.over

    @property
    def asked(self) -> bool:
        """Whether a key is waited for now."""
        return not self.over and self._call.leg.running[0] in ("read", "play_and_get_digits")

    def press(self, keys: str) -> None:
        """Press keys."""
        if not self.over:
            self._call.press(keys)

    def hang_up(self) -> None:
        """Hang up."""
        if not self.over:
            self._call.hang_up()


class EmbeddedStage:
    """A stage on an embedded switch, which it starts and stops; `pick_up` is until an operator answers."""

    def __init__(self, switch: EmbeddedSwitch, *, pick_up: Seconds = lambda: 0.7) -> None:
        self.switch = switch
        self._pick_up = pick_up

    def start(self) -> None:
        """Start the switch."""
        self.switch.start()

    def call(self, dialled: str, *, number: str) -> EmbeddedCaller:
        """A caller with this number dials one of the centre's."""
        return EmbeddedCaller(self.switch.dial_in(dialled, caller=number))

    def telephone(self, extension: str, *, talks: Seconds) -> str:
        """Put a telephone on an operator's desk, and return where it is called."""

        def rings(call: PhoneCall) -> None:
            Handset(self._pick_up(), talks=talks())(call)

        self.switch.telephones[extension] = rings
        return f"[leg_timeout={RING}]sofia/phones/{extension}@127.0.0.1"

    def clear(self) -> None:
        """Every call is over."""
        for leg in list(self.switch.core.legs.values()):
            leg.hangup("MANAGER_REQUEST")

    def stop(self) -> None:
        """Stop the switch."""
        self.switch.stop()
