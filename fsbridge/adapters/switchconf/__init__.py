"""A FreeSWITCH of our own: its configuration as values, rendered, started and checked."""

from fsbridge.adapters.switchconf.data import read_centre
from fsbridge.adapters.switchconf.follow import FollowingSwitch
from fsbridge.adapters.switchconf.model import (
    Agent,
    Centre,
    Operator,
    Queue,
    Stream,
    SwitchConf,
    a1_hash,
)
from fsbridge.adapters.switchconf.render import TEMPLATES, password_in, render
from fsbridge.adapters.switchconf.run import FreeSwitch, find_freeswitch
from fsbridge.adapters.switchconf.settings import conf_of, machine_values

__all__ = [
    "TEMPLATES",
    "Agent",
    "Centre",
    "FollowingSwitch",
    "FreeSwitch",
    "Operator",
    "Queue",
    "Stream",
    "SwitchConf",
    "a1_hash",
    "conf_of",
    "find_freeswitch",
    "machine_values",
    "password_in",
    "read_centre",
    "render",
]
