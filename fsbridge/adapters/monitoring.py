"""FreeSWITCH's ``eavesdrop``: a supervisor's telephone joined to an operator's leg, its mode changed in talk.

The leg is the operator's, always: what is mixed into what is written to it, only the operator hears. Keys
of the supervisor's telephone change nothing; the mode is changed by an event sent to the listening leg.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Protocol

from fsbridge.domain.monitoring import Mode, Monitoring
from fsbridge.errors import CommandFailed
from fsbridge.esl import Raw
from fsbridge.esl.commands import Command, send_event
from fsbridge.esl.frames import Event
from fsbridge.esl.quoting import dial_string, quote

logger = logging.getLogger(__name__)

RING = 20
"""Seconds a supervisor's telephone rings."""
_KEYS: Mapping[Mode, str] = {Mode.LISTEN: "0", Mode.WHISPER: "2", Mode.BARGE: "3"}
_FROM_THE_START: Mapping[Mode, tuple[str, ...]] = {
    Mode.LISTEN: (),
    Mode.WHISPER: ("eavesdrop_whisper_bleg",),
    Mode.BARGE: ("eavesdrop_whisper_bleg", "eavesdrop_whisper_aleg"),
}


class Wire(Protocol):
    """Commands to FreeSWITCH: `fsbridge.esl.Link` for one. A refusal is raised as `CommandFailed`."""

    def api(self, name: str, *args: str) -> str: ...
    def bgapi(self, name: str, *args: str) -> str: ...
    def send(self, command: Command) -> Event: ...


class Eavesdrop:
    """Supervisors' telephones, called and joined to conversations over a link.

    >>> class Nowhere:
    ...     def api(self, name, *args): return "false"
    >>> Eavesdrop(Nowhere()).speak("6d6f6e69-746f-8000-8000-000000000007", Mode.BARGE)
    False
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def call(self, phone: str, one: Monitoring, *, name: str) -> None:
        """Call a telephone, by dial string, and let it hear; returns when it is picked up.

        CommandFailed if it is not. `name` is whose leg it is in the call records.
        """
        variables = {
            "origination_uuid": one.leg,
            "origination_caller_id_name": one.operator,
            "origination_caller_id_number": one.operator,
            "originate_timeout": str(RING),
            "ignore_early_media": "true",
            "fsbridge_operator": name,
            "eavesdrop_enable_dtmf": "false",
            **dict.fromkeys(_FROM_THE_START[one.mode], "true"),
        }
        there = quote(dial_string(phone, variables))
        self._wire.bgapi("originate", Raw(there), Raw(f"&eavesdrop({quote(one.spied)})"))

    def speak(self, leg: str, mode: Mode) -> bool:
        """Let others hear what this mode says, from the next fiftieth of a second on; False if it is gone."""
        if self._wire.api("uuid_exists", leg).strip() != "true":
            return False
        self._wire.send(send_event("CUSTOM", {"Unique-ID": leg, "eavesdrop-command": _KEYS[mode]}))
        return True

    def hang_up(self, leg: str) -> None:
        """End the listening; nothing happens if it is over."""
        try:
            self._wire.api("uuid_kill", leg)
        except CommandFailed as gone:
            logger.debug("monitoring leg %s was gone: %s", leg, gone)
