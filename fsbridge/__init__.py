"""FreeSWITCH call flows in plain Python.

    from fsbridge import App, Call, Menu

The names are loaded when first used, so importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsbridge.adapters.planfile import example
    from fsbridge.domain.schedule import Days, Override, Schedule, Season, SpecialDays, Week
    from fsbridge.errors import CallEnded, FsbridgeError
    from fsbridge.scripting.app import App
    from fsbridge.scripting.call import Call
    from fsbridge.scripting.fixed import FixedCentre
    from fsbridge.scripting.menu import Choice, Menu
    from fsbridge.scripting.queue import Queued
    from fsbridge.scripting.sounds import Say

_HOMES = {
    "App": "fsbridge.scripting.app",
    "Call": "fsbridge.scripting.call",
    "CallEnded": "fsbridge.errors",
    "Choice": "fsbridge.scripting.menu",
    "Days": "fsbridge.domain.schedule",
    "FixedCentre": "fsbridge.scripting.fixed",
    "FsbridgeError": "fsbridge.errors",
    "Menu": "fsbridge.scripting.menu",
    "Override": "fsbridge.domain.schedule",
    "Queued": "fsbridge.scripting.queue",
    "Say": "fsbridge.scripting.sounds",
    "Schedule": "fsbridge.domain.schedule",
    "Season": "fsbridge.domain.schedule",
    "SpecialDays": "fsbridge.domain.schedule",
    "Week": "fsbridge.domain.schedule",
    "example": "fsbridge.adapters.planfile",
}

__all__ = [
    "App",
    "Call",
    "CallEnded",
    "Choice",
    "Days",
    "FixedCentre",
    "FsbridgeError",
    "Menu",
    "Override",
    "Queued",
    "Say",
    "Schedule",
    "Season",
    "SpecialDays",
    "Week",
    "example",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(home), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
