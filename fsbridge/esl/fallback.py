"""Where a caller goes whom nobody here can serve: written as a text, read at load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fsbridge.errors import ConfigError
from fsbridge.esl.leg import Leg

Action = Literal["dialplan", "transfer", "hangup"]


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
