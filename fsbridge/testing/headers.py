"""The headers of a simulated channel's events, in FreeSWITCH's names and order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsbridge.testing.channel import Channel

Pairs = list[tuple[str, str]]

_STATES = {"CS_EXECUTE": "4", "CS_HANGUP": "10", "CS_REPORTING": "11"}
_BRIEF = {"DTMF", "CHANNEL_STATE"}
"""Events that carry no channel variables."""


def channel_headers(
    channel: Channel, name: str, sequence: int, extra: Mapping[str, str], state: str = ""
) -> Pairs:
    """The headers of one event, the event's own ones last."""
    now = channel.clock.now()
    state = state or "CS_EXECUTE"
    over = channel.ended
    answer = "hangup" if over else "answered" if channel.answered else "ringing"
    active = channel.answered and name != "CHANNEL_ANSWER"  # the call state follows the event
    call_state = "HANGUP" if state == "CS_REPORTING" else "ACTIVE" if active else "RINGING"
    pairs: Pairs = [
        ("Event-Name", name),
        ("Core-UUID", "3e889034-0f23-40a6-9317-8d3252ec3313"),
        ("FreeSWITCH-Hostname", "stand-in"),
        ("FreeSWITCH-Switchname", "stand-in"),
        ("FreeSWITCH-IPv4", "127.0.0.1"),
        ("Event-Date-Local", now.strftime("%Y-%m-%d %H:%M:%S")),
        ("Event-Date-Timestamp", str(int(now.timestamp() * 1_000_000))),
        ("Event-Sequence", str(sequence)),
    ]
    if over and name.startswith("CHANNEL_HANGUP_COMPLETE"):
        pairs.append(("Hangup-Cause", channel.cause))
    pairs += [
        ("Channel-State", state),
        ("Channel-Call-State", call_state),
        ("Channel-State-Number", _STATES[state]),
        ("Channel-Name", f"sofia/internal/{channel.caller}@127.0.0.1"),
        ("Unique-ID", channel.uuid),
        ("Call-Direction", "inbound"),
        ("Presence-Call-Direction", "inbound"),
        ("Channel-HIT-Dialplan", "true"),
        ("Channel-Call-UUID", channel.uuid),
        ("Answer-State", answer),
    ]
    if over:
        pairs.append(("Hangup-Cause", channel.cause))
    pairs += [
        ("Caller-Direction", "inbound"),
        ("Caller-Username", channel.caller),
        ("Caller-Dialplan", "XML"),
        ("Caller-Caller-ID-Name", channel.variables.get("caller_id_name", channel.caller)),
        ("Caller-Caller-ID-Number", channel.caller),
        ("Caller-Network-Addr", "127.0.0.1"),
        ("Caller-ANI", channel.caller),
        ("Caller-Destination-Number", channel.number),
        ("Caller-Unique-ID", channel.uuid),
        ("Caller-Source", "mod_sofia"),
        ("Caller-Context", "public"),
        ("Caller-Channel-Name", f"sofia/internal/{channel.caller}@127.0.0.1"),
    ]
    if name not in _BRIEF:
        pairs += [(f"variable_{key}", value) for key, value in channel.variables.items()]
    return [*pairs, *extra.items()]
