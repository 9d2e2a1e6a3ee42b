"""A FreeSWITCH stand-in in Python that speaks the real protocols: for demo, tests and simulation."""

from fsbridge.embedded.callcenter import QueueConf
from fsbridge.embedded.clock import RealClock, VirtualClock
from fsbridge.embedded.dialplan import Action, Condition, Extension, extension
from fsbridge.embedded.phones import Handset, PhoneCall
from fsbridge.embedded.server import EmbeddedSwitch
from fsbridge.embedded.switch import Switch, SwitchConf

__all__ = [
    "Action",
    "Condition",
    "EmbeddedSwitch",
    "Extension",
    "Handset",
    "PhoneCall",
    "QueueConf",
    "RealClock",
    "Switch",
    "SwitchConf",
    "VirtualClock",
    "extension",
]
