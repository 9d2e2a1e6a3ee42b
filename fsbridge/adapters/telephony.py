"""FreeSWITCH's legs: placed, sent on, joined, held, ended."""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from fsbridge.domain.events import Direction
from fsbridge.domain.facts import ChannelRow
from fsbridge.errors import CommandFailed, FsbridgeError, InvalidArgument
from fsbridge.esl import Raw
from fsbridge.esl.quoting import channel_variables
from fsbridge.services.deskparts import HeldInBrowser, NoSuchCall

logger = logging.getLogger(__name__)

CONTEXT = "desk"
"""The dialplan context legs are sent to; see freeswitch_conf."""
RING = "30"
"""Seconds an operator's own telephone has to take a call that the operator places."""
_CONTACT = re.compile(r"(\[[^\[\]{}\s]*\])?[A-Za-z.]+/[A-Za-z0-9_.:@/+\-]+")


class Commands(Protocol):
    """A connection to FreeSWITCH: `fsbridge.esl.Link`."""

    def api(self, name: str, *args: str) -> str: ...
    def bgapi(self, name: str, *args: str) -> str: ...


class Telephony:
    """The switch as `fsbridge.services.desk.Desk` needs it.

    >>> class Quiet:
    ...     def api(self, name, *args): return "_undef_"
    ...     def bgapi(self, name, *args): return "+OK"
    >>> Telephony(Quiet()).noted("7f1c", "fsbridge_consult")
    ''
    """

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    def leg(self, uuid: str) -> ChannelRow | None:
        """A leg as it is at this moment (``show channels`` lags behind); None if it is gone."""
        told = self._dump(uuid)
        if not told:
            return None
        inbound = told.get("Call-Direction") != "outbound"
        return ChannelRow(
            uuid=uuid,
            direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
            number=told.get("Caller-Caller-ID-Number" if inbound else "Caller-Destination-Number", ""),
            answered=told.get("Answer-State") == "answered",
            held=told.get("Channel-Call-State") == "HELD",
            ended=told.get("Answer-State") == "hangup",
            peer=told.get("variable_signal_bond", ""),
        )

    def address(self, contact: str) -> str:
        """Where a contact leads, without its variables; InvalidArgument if it is none.

        >>> Telephony(None).address("[leg_timeout=20]user/1001@city")
        'user/1001@city'
        """
        if not _CONTACT.fullmatch(contact):
            raise InvalidArgument("contact", f"must be one address, with [variables] at most: {contact!r}")
        return contact.rpartition("]")[2]

    def place(
        self, contact: str, extension: str, variables: Mapping[str, str], failed: Callable[[str], None]
    ) -> None:
        """Call a contact and, when it has answered, send it to an extension of the context ``desk``."""
        self.address(contact)
        wanted = {"originate_timeout": RING, "ignore_early_media": "true", **variables}
        dial = Raw(channel_variables(wanted) + contact)

        def call() -> None:
            try:
                self._commands.bgapi("originate", dial, extension, "XML", CONTEXT)
            except FsbridgeError as why:
                failed(str(why))

        threading.Thread(target=call, daemon=True).start()

    def send(self, leg: str, extension: str, variables: Mapping[str, str]) -> None:
        """Take a leg out of its talk and send it to an extension of the context ``desk``."""
        for name, value in variables.items():
            self.note(leg, name, value)
        self._about("uuid_transfer", leg, extension, "XML", CONTEXT)

    def join(self, leg: str, other: str) -> None:
        """Let two legs talk, out of whatever talks they have."""
        self._about("uuid_bridge", leg, other)

    def hold(self, leg: str, *, on: bool) -> None:
        """Let who speaks with a leg hear music, or the leg again; HeldInBrowser for a browser's leg.

        On a leg of mod_verto ``uuid_hold off`` refuses to end what ``uuid_hold`` began: held for ever.
        """
        if self._dump(leg).get("Channel-Name", "").startswith("verto.rtc/"):
            raise HeldInBrowser("a browser's call is held, and taken off hold, in the browser")
        self._about("uuid_hold", *(() if on else ("off",)), leg)

    def end(self, leg: str) -> None:
        """Hang a leg up."""
        self._about("uuid_kill", leg)

    def note(self, leg: str, name: str, value: str) -> None:
        """Set a variable of a leg."""
        self._about("uuid_setvar", leg, name, value)

    def noted(self, leg: str, name: str) -> str:
        """A variable of a leg; empty if it has none, or the leg is gone."""
        try:
            value = self._commands.api("uuid_getvar", leg, name).strip()
        except CommandFailed:
            return ""
        return "" if value == "_undef_" or value.startswith("-ERR") else value

    def _dump(self, uuid: str) -> Mapping[str, str]:
        try:
            told = json.loads(self._commands.api("uuid_dump", uuid, "json"))
        except (CommandFailed, ValueError):
            return {}
        return {key: str(value) for key, value in told.items()} if isinstance(told, dict) else {}

    def _about(self, name: str, *args: str) -> None:
        try:
            answer = self._commands.api(name, *args)
        except CommandFailed as refusal:
            answer = refusal.reply
        if answer.startswith(("-ERR", "-USAGE")):
            if re.search(r"No such channel|Cannot locate|Invalid uuid|No such", answer, re.IGNORECASE):
                raise NoSuchCall("that call is over")
            raise CommandFailed(name, answer)
