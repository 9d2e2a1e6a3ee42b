"""Two legs that talk with each other, how they come together and how they part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from fsbridge.embedded.leg import Leg

Kind = Literal["application", "uuid"]


class Bridge:
    """A talk. `a` is the leg that was there first: its events tell of the talk.

    Made by the application ``bridge`` or from outside (``uuid``: mod_callcenter, ``uuid_bridge``).
    """

    def __init__(self, a: Leg, b: Leg, kind: Kind) -> None:
        self.a, self.b, self.kind = a, b, kind
        a.bridge = b.bridge = self
        a.other, b.other = b, a
        b.call_uuid = a.call_uuid
        a.times.bridged = b.times.bridged = a.core.clock.micro()
        for leg, other in ((a, b), (b, a)):
            leg.variables.update(
                bridge_channel=other.name,
                bridge_uuid=other.uuid,
                signal_bond=other.uuid,
                last_bridge_to=other.uuid,
            )
        a.emit("CHANNEL_BRIDGE", self._both())

    def partner(self, uuid: str) -> Leg:
        """Whom the leg of this uuid talks with."""
        return self.b if uuid == self.a.uuid else self.a

    def part(self, leaving: Leg) -> None:
        """One of the two leaves: the first leg goes on with its dialplan, the second is hung up."""
        a, b = self.a, self.b
        a.bridge = b.bridge = None
        cause = leaving.cause or "NORMAL_CLEARING"
        a.variables["bridge_hangup_cause"] = cause
        leaving.variables["last_bridge_role"] = "originator" if leaving is a else "originatee"
        (b if leaving is a else a).variables["last_bridge_hangup_cause"] = cause
        if leaving is a:
            b.hangup("NORMAL_CLEARING")
            a.emit("CHANNEL_UNBRIDGE", self._both())
            return
        a.core.soon(self._left_alone)

    def _left_alone(self) -> None:
        a = self.a
        if a.ended:
            return
        a.emit("CHANNEL_UNBRIDGE", self._both())
        if a.variables.get("hangup_after_bridge") == "true":
            a.hangup("NORMAL_CLEARING")
        elif self.kind == "application":
            a.happen("parted")
        elif a.variables.get("park_after_bridge") == "true":
            a.run([("park", "")])
        elif a.remaining:
            a.enter("CS_EXECUTE")
            a.go_on()
        else:
            a.hangup("NORMAL_CLEARING")

    def _both(self) -> dict[str, str]:
        return {"Bridge-A-Unique-ID": self.a.uuid, "Bridge-B-Unique-ID": self.b.uuid}


def join(a: Leg, b: Leg, joined: Callable[[bool], None] = lambda done: None) -> None:
    """Bridges two answered legs from outside, as ``uuid_bridge`` does; `joined` is told whether it worked.

    What `a` has left in its dialplan is kept for the time after the talk.
    """
    a.other, b.other = b, a

    def second_first() -> None:
        b.enter("CS_HIBERNATE")
        b.enter("CS_RESET")
        a.take(first, keep=True)

    def first() -> None:
        a.enter("CS_HIBERNATE")
        a.enter("CS_RESET")
        a.enter("CS_SOFT_EXECUTE")
        a.core.soon(meet)

    def meet() -> None:
        if a.ended or b.ended:
            for leg in (a, b):
                leg.hangup("NORMAL_CLEARING")
            joined(False)
            return
        b.enter("CS_SOFT_EXECUTE")
        for leg, other in ((a, b), (b, a)):
            leg.running = ("uuid_bridge", other.uuid)
            leg.emit("CHANNEL_EXECUTE", {"Application": "uuid_bridge", "Application-Data": other.uuid})
        Bridge(a, b, "uuid")
        b.enter("CS_CONSUME_MEDIA")
        b.enter("CS_EXCHANGE_MEDIA")
        joined(True)

    if a.ended or b.ended:
        joined(False)
        return
    b.take(second_first)
