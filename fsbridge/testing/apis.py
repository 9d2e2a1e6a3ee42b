"""The ``uuid_…`` commands about a simulated channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fsbridge.embedded.arguments import tokens

if TYPE_CHECKING:
    from fsbridge.testing.channel import Channel


def run_api(channel: Channel, name: str, argument: str) -> str:
    """What FreeSWITCH answers to a ``uuid_…`` command about this channel.

    >>> from fsbridge.testing import Channel, VirtualClock
    >>> run_api(Channel(VirtualClock(), number="1", caller="2", uuid="u"), "uuid_exists", "u")
    'true'
    """
    words = tokens(argument)
    if name == "uuid_exists":
        return "true" if words[:1] == [channel.uuid] and not channel.ended else "false"
    if not name.startswith("uuid_"):
        return f"-ERR {name} Command not found!\n"
    if words[:1] != [channel.uuid] or channel.ended:
        return "-ERR No such channel!\n"
    if name == "uuid_setvar" and len(words) in (2, 3):
        channel.set(words[1], words[2] if len(words) == 3 else None)
    elif name == "uuid_getvar" and len(words) == 2:
        return channel.variables.get(words[1], "_undef_")
    elif name == "uuid_break":
        channel.break_("all" in words[1:])
    elif name == "uuid_transfer" and len(words) >= 2:
        channel.transfer(*words[1:4])
    elif name == "uuid_kill":
        channel.hangup(words[1] if len(words) > 1 else "MANAGER_REQUEST")
    else:
        return f"-USAGE: {name}\n"
    return "+OK\n"
