"""The headers of a leg's events, in FreeSWITCH's names and order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fsbridge.embedded.core import Pairs

if TYPE_CHECKING:
    from fsbridge.embedded.signalling import Channel

STATES: Mapping[str, int] = {
    "CS_NEW": 0,
    "CS_INIT": 1,
    "CS_ROUTING": 2,
    "CS_SOFT_EXECUTE": 3,
    "CS_EXECUTE": 4,
    "CS_EXCHANGE_MEDIA": 5,
    "CS_PARK": 6,
    "CS_CONSUME_MEDIA": 7,
    "CS_HIBERNATE": 8,
    "CS_RESET": 9,
    "CS_HANGUP": 10,
    "CS_REPORTING": 11,
    "CS_DESTROY": 12,
    "CS_NONE": 13,
}
CALL_STATES: Mapping[str, int] = {
    name: number
    for number, name in enumerate(
        ("DOWN", "DIALING", "RINGING", "EARLY", "ACTIVE", "HELD", "RING_WAIT", "HANGUP", "UNHELD")
    )
}
BRIEF = frozenset({"CHANNEL_STATE", "CHANNEL_CALLSTATE", "CHANNEL_OUTGOING", "DTMF"})
"""Events that carry no channel variables."""
FIRST = (
    "Bridge-A-Unique-ID",
    "Bridge-B-Unique-ID",
    "Original-Channel-Call-State",
    "Channel-Call-State-Number",
)
"""An event's own headers that come before the channel's."""


def leg_headers(leg: Channel, name: str, extra: Mapping[str, str]) -> Pairs:
    """What an event of this leg carries, its own headers last."""
    pairs: Pairs = [(key, extra[key]) for key in FIRST if key in extra]
    if name == "CHANNEL_HANGUP_COMPLETE":
        pairs.append(("Hangup-Cause", leg.cause))
    pairs += [
        ("Channel-State", leg.state),
        ("Channel-Call-State", leg.call_state),
        ("Channel-State-Number", str(STATES[leg.state])),
        ("Channel-Name", leg.name),
        ("Unique-ID", leg.uuid),
        ("Call-Direction", leg.direction),
        ("Presence-Call-Direction", leg.direction),
        ("Channel-HIT-Dialplan", "true" if leg.in_dialplan else "false"),
        ("Channel-Call-UUID", leg.call_uuid),
        ("Answer-State", leg.answer_state),
    ]
    if leg.ended:
        pairs.append(("Hangup-Cause", leg.cause))
    if leg.answered or leg.direction == "inbound":
        for way in ("Read", "Write"):
            pairs += [
                (f"Channel-{way}-Codec-Name", "PCMU"),
                (f"Channel-{way}-Codec-Rate", "8000"),
                (f"Channel-{way}-Codec-Bit-Rate", "64000"),
            ]
    pairs += _profile(leg, "Caller")
    other = leg.other
    if other is not None:
        pairs.append(("Other-Type", "originatee" if other.direction == "outbound" else "originator"))
        pairs += _profile(other, "Other-Leg")
    if name not in BRIEF:
        pairs += [(f"variable_{key}", value) for key, value in leg.variables.items()]
    return [*pairs, *((key, value) for key, value in extra.items() if key not in FIRST)]


def _profile(leg: Channel, prefix: str) -> Pairs:
    profile = leg.profile
    return [
        *profile.headers(prefix, leg.direction),
        (f"{prefix}-Unique-ID", leg.uuid),
        (f"{prefix}-Source", profile.source),
        (f"{prefix}-Context", profile.context),
        (f"{prefix}-Channel-Name", leg.name),
        *([(f"{prefix}-Profile-Index", str(profile.index))] if prefix == "Caller" else []),
        *leg.times.headers(prefix, profile.created),
        (f"{prefix}-Screen-Bit", "true"),
        (f"{prefix}-Privacy-Hide-Name", "false"),
        (f"{prefix}-Privacy-Hide-Number", "false"),
    ]
