"""The test kit for call scripts: callers who press keys, a virtual clock, a FreeSWITCH that is not there."""

from fsbridge.testing.caller import Caller
from fsbridge.testing.channel import Channel
from fsbridge.testing.citizen import Citizen
from fsbridge.testing.clock import VirtualClock
from fsbridge.testing.dialler import WireLine
from fsbridge.testing.listening import Heard
from fsbridge.testing.phones import Operator, Phone
from fsbridge.testing.virtual import VirtualSwitch
from fsbridge.testing.wire import FakeSwitch
from fsbridge.testing.world import ReadAloud, World

__all__ = [
    "Caller",
    "Channel",
    "Citizen",
    "FakeSwitch",
    "Heard",
    "Operator",
    "Phone",
    "ReadAloud",
    "VirtualClock",
    "VirtualSwitch",
    "WireLine",
    "World",
]
