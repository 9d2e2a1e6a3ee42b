"""mod_callcenter's ``callcenter`` application as a caller lives through it."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Generator
from typing import TYPE_CHECKING

from fsbridge.embedded.arguments import tokens
from fsbridge.embedded.happening import Happening, Running, Wait
from fsbridge.embedded.sounds import sounds_of

if TYPE_CHECKING:
    from fsbridge.testing.channel import Channel

ANSWERS, HANGS_UP = "operator answers", "operator hangs up"
REASONS = {"queue times out": "TIMEOUT", "no operator": "NO_AGENT_TIMEOUT", "pulled out": "BREAK_OUT"}
"""What may happen to a waiting caller, and mod_callcenter's word for it."""


def waiting_in(queue: str) -> str:
    """What the channel waits for while its caller is in a queue."""
    return f"an operator of {queue}"


def callcenter(channel: Channel, arg: str) -> Running:
    """Waits with music until an operator answers, or the visit is cancelled; the talk is not its own."""
    queue = next(iter(tokens(arg)), "")
    known = channel.sounds.queues
    if not queue or (known is not None and queue not in known):
        return ""
    channel.answer()
    joined = str(int(channel.clock.now().timestamp()))
    for name, value in {
        "cc_side": "member",
        "cc_member_uuid": str(uuids.uuid4()),
        "cc_agent_found": None,
        "cc_agent_bridged": None,
        "cc_queue_joined_epoch": joined,
        "cc_queue": queue,
    }.items():
        channel.set(name, value)
    reason = yield from _wait(channel, queue, (known or {}).get(queue))
    if reason:
        channel.set("cc_cause", "cancel")
        channel.set("cc_cancel_reason", reason)
        channel.set("cc_queue_canceled_epoch", str(int(channel.clock.now().timestamp())))
        return ""
    channel.set("cc_agent", "operator")
    channel.set("cc_agent_bridged", "true")
    channel.set("cc_queue_answered_epoch", str(int(channel.clock.now().timestamp())))
    channel.set("cc_cause", "answered")
    channel.talk()
    return ""


def _wait(channel: Channel, queue: str, longest: float | None) -> Generator[Wait, Happening, str]:
    """The reason for leaving without an operator; empty when one answers."""
    music = channel.variables.get("cc_moh_override", "local_stream://moh")
    playable = [sound for sound in sounds_of(music) if channel.sounds.exists(sound)]
    began = channel.clock.elapsed
    while True:
        for sound in playable or ["silence_stream://-1"]:
            channel.hear(sound)
            over = channel.clock.elapsed + max(0.02, channel.sounds.duration(sound))
            while channel.clock.elapsed < over:
                until = min(over, began + longest) if longest is not None else over
                happening = yield Wait(until - channel.clock.elapsed, waiting_in(queue))
                if longest is not None and channel.clock.elapsed >= began + longest:
                    return REASONS["queue times out"]
                if happening.kind == "time":
                    break
                if happening.kind == ANSWERS:
                    return ""
                if happening.kind in REASONS:
                    return REASONS[happening.kind]
                if happening.kind == "break":
                    return REASONS["pulled out"]
                while channel.digits:
                    key = channel.take_digit()
                    if key in channel.variables.get("cc_exit_keys", ""):
                        channel.set("cc_exit_key", key)
                        return "EXIT_WITH_KEY"
