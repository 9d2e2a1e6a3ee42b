"""The application ``eavesdrop``: one leg listens to another, and may be heard by either side of it.

There is no audio here, so what it comes to is kept on the listening leg: whom it listens to, who hears it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fsbridge.embedded.arguments import tokens
from fsbridge.embedded.happening import Running, Wait
from fsbridge.embedded.leg import Leg

COMMAND = "eavesdrop-command"
"""The header of an event sent to the leg that holds keys, as if they were pressed."""
_HEARD = {
    "0": (False, False),
    "1": (True, False),
    "2": (False, True),
    "3": (True, True),
}


@dataclass
class Spying:
    """Whom a leg listens to; whether it is heard by the person at that leg, and by the one beyond it.

    >>> Spying("9a", near=True).beyond
    False
    """

    spied: str
    near: bool = False
    beyond: bool = False

    def press(self, key: str) -> bool:
        """Takes a key; False when it ends the listening."""
        self.beyond, self.near = _HEARD.get(key, (self.beyond, self.near))
        return key != "*"


def eavesdropping(find: Callable[[str], Leg | None]) -> Callable[[Leg, str], Running]:
    """The application; `find` gives a leg that lives."""

    def eavesdrop(leg: Leg, arg: str) -> Running:
        spied = find(next(iter(tokens(arg)), ""))
        if spied is None or spied is leg:
            return ""
        leg.pre_answer()
        says = leg.variables.get
        near, beyond = (_true(says(f"eavesdrop_whisper_{side}")) for side in ("bleg", "aleg"))
        leg.spying = Spying(spied.uuid, near, beyond)
        by_key = _true(says("eavesdrop_enable_dtmf", "true"))
        spied.on_hangup.append(lambda: leg.happen("spied is gone"))
        while not spied.ended and all(leg.spying.press(key) for key in _keys(leg, by_key=by_key)):
            if (yield Wait(None, f"what {spied.uuid} says")).over:
                break
        leg.spying = None
        return ""

    return eavesdrop


def send_to(leg: Leg, headers: Mapping[str, str]) -> None:
    """An event is for this leg alone; ``eavesdrop`` reads it at once or when it begins."""
    leg.sent.append(headers)
    if leg.running[0] == "eavesdrop":
        leg.happen("event")


def _keys(leg: Leg, *, by_key: bool) -> str:
    keys = "".join(event.get(COMMAND, "") for event in leg.sent)
    leg.sent.clear()
    while by_key and leg.digits:
        keys += leg.take_digit()
    return keys


def _true(value: str | None) -> bool:
    return (value or "").lower() in ("true", "yes", "on", "enable", "enabled", "active", "allow", "1", "t")
