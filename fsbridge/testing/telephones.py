"""The ``bridge`` application: telephones that ring, answer, are busy, and hang up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fsbridge.embedded.happening import Running, Wait

if TYPE_CHECKING:
    from fsbridge.testing.channel import Channel

ANSWERS, HANGS_UP = "telephone answers", "telephone hangs up"
REFUSALS = {"telephone is busy": "USER_BUSY", "telephone rejects": "CALL_REJECTED"}
NO_ANSWER = "NO_ANSWER"

_VARIABLES = re.compile(r"\{([^}]*)\}")


def bridge(channel: Channel, arg: str) -> Running:
    """Rings until somebody answers, refuses, or the time is over; then the talk, until it ends."""
    given = dict(pair.partition("=")[::2] for pair in ",".join(_VARIABLES.findall(arg)).split(",") if pair)
    seconds = float(given.get("originate_timeout") or given.get("leg_timeout") or 60)
    end = channel.clock.elapsed + seconds
    dialled = _VARIABLES.sub("", arg)
    while True:
        happening = yield Wait(end - channel.clock.elapsed, f"{dialled} to answer")
        if happening.kind == ANSWERS:
            break
        if happening.kind in REFUSALS:
            return _failed(channel, REFUSALS[happening.kind])
        if happening.kind == "time":
            return _failed(channel, NO_ANSWER)
        if happening.kind == "break":
            return _failed(channel, "ORIGINATOR_CANCEL")
        while channel.digits:
            channel.take_digit()
    channel.answer()
    channel.set("originate_disposition", "SUCCESS")
    channel.emit("CHANNEL_BRIDGE", {"Bridge-A-Unique-ID": channel.uuid})
    while (yield Wait(None, f"the talk with {dialled}")).kind not in (HANGS_UP, "break"):
        while channel.digits:
            channel.take_digit()
    channel.emit("CHANNEL_UNBRIDGE")
    channel.set("bridge_hangup_cause", "NORMAL_CLEARING")
    if channel.variables.get("hangup_after_bridge") == "true":
        channel.hangup()
    return ""


def _failed(channel: Channel, cause: str) -> str:
    channel.set("originate_disposition", cause)
    if channel.variables.get("continue_on_fail") != "true":
        channel.hangup(cause)
    return ""
