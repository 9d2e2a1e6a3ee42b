"""Where a caller goes whom nobody here can serve (written as a text, read at load), and who needs nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fsbridge.errors import ConfigError
from fsbridge.esl.leg import Leg

Action = Literal["dialplan", "transfer", "hangup"]

OF_ITS_OWN = frozenset({"callcenter", "bridge"})
"""Applications that see to their caller with no script behind them."""
UNSET = ("", "_undef_")
"""What ``uuid_getvar`` answers for a variable there is not."""


@dataclass(frozen=True)
class Fallback:
    """``transfer:EXTENSION [DIALPLAN [CONTEXT]]``, ``hangup:CAUSE`` or ``dialplan``.

    ``dialplan`` leaves the call alone: with the socket closed, FreeSWITCH takes the next action of
    the extension. For parked calls there is none, so their apps want a ``transfer:``.

    >>> Fallback.parse("transfer:9000 XML centre")
    Fallback(action='transfer', arguments=('9000', 'XML', 'centre'))
    """

    action: Action
    arguments: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Fallback:
        """Reads the notation; ConfigError when it is none."""
        action, _, rest = text.partition(":")
        words = tuple(rest.split())
        if action == "dialplan" and not words:
            return cls("dialplan")
        if action == "transfer" and 1 <= len(words) <= 3:
            return cls("transfer", words)
        if action == "hangup" and len(words) <= 1:
            return cls("hangup", words or ("NORMAL_TEMPORARY_FAILURE",))
        notation = "transfer:EXTENSION [DIALPLAN [CONTEXT]], hangup:CAUSE or dialplan"
        raise ConfigError(f"fallback: write {notation}, not {text!r}")

    def take(self, leg: Leg) -> None:
        """Sends the caller there, out of whatever is running on the line."""
        if self.action == "transfer":
            leg.api("uuid_transfer", leg.uuid, *self.arguments)
        elif self.action == "hangup":
            leg.hangup(self.arguments[0])

    def __str__(self) -> str:
        return f"{self.action}:{' '.join(self.arguments)}" if self.arguments else self.action


def leave_to_freeswitch(leg: Leg) -> bool:
    """Makes ready to let go of a caller who talks, or is on the way to somebody; False for any other.

    When the socket closes, FreeSWITCH goes on in the dialplan as soon as what runs has ended, and with
    ``socket_resume`` cuts that short. So the variable is taken away: the talk lasts, and who waits in a queue
    keeps the place. The call ends with a talk made by ``bridge``: nobody is queued who has been served.
    """
    running = leg.api("uuid_getvar", leg.uuid, "current_application")
    talks = leg.api("uuid_getvar", leg.uuid, "signal_bond") not in UNSET
    if running not in OF_ITS_OWN and not talks:
        return False
    if running == "bridge":
        leg.api("uuid_setvar", leg.uuid, "hangup_after_bridge", "true")
    leg.api("uuid_setvar", leg.uuid, "socket_resume")
    return True
