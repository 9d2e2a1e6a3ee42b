"""What an operator asks of the switch from the desk: calls out, transfers, consultations."""

from __future__ import annotations

import logging
from typing import Any

from fsbridge.recording import pausing
from fsbridge.services.desk import (
    Desk,
    NoOutgoingCalls,
    NotInCall,
    Placed,
    Target,
    ToNumber,
    ToOperator,
    ToQueue,
)
from fsbridge.services.floor import utc_now
from fsbridge.services.recordings_pause import NotRecorded
from webpanel import audit
from webpanel.centre import Kept
from webpanel.desk.guests import Guest
from webpanel.desk.picture import Pictures
from webpanel.desk.pop import Pops
from webpanel.desk.presence import Presence
from webpanel.desk.saying import figures, flag, text

logger = logging.getLogger(__name__)


class Orders(Presence):
    """The orders about calls. The browser's own telephone holds, mutes, sends keys and hangs up."""

    def __init__(self, kept: Kept, pictures: Pictures, pops: Pops) -> None:
        super().__init__(kept, pictures, pops)
        self._pausing = pausing(kept.watch.link.api, kept.store) if kept.watch is not None else None

    def on_dial(self, said: object = None) -> dict[str, Any]:
        """Call a number."""
        guest, number, flow = self.guest(), text(said, "number", 64), text(said, "flow", 64)
        return self._dialled(guest, self._desk.dial(guest.operator, number, utc_now(), flow=flow))

    def on_call_back(self, said: object = None) -> dict[str, Any]:
        """Call who called before."""
        guest = self.guest()
        return self._dialled(guest, self._desk.call_back(guest.operator, text(said, "call", 64), utc_now()))

    def on_hang_up(self, said: object = None) -> dict[str, Any]:
        """End the call whose sound is in no browser any more."""
        self._desk.hang_up(self.guest().operator, utc_now())
        return {}

    def on_targets(self, said: object = None) -> dict[str, Any]:
        """Where a call can be sent."""
        return self.pictures.targets(self.guest().operator)

    def on_transfer(self, said: object = None) -> dict[str, Any]:
        """Send the caller on, or with ``ask`` speak first."""
        operator = self.guest().operator
        if flag(said, "ask"):
            placed = self._desk.consult(operator, _target(said), utc_now())
            return {"leg": placed.leg}
        self._desk.transfer(operator, _target(said), utc_now())
        return {}

    def on_complete(self, said: object = None) -> dict[str, Any]:
        """Bring together the caller and who was asked."""
        self._desk.complete(self.guest().operator, utc_now())
        return {}

    def on_take_back(self, said: object = None) -> dict[str, Any]:
        """Speak with the caller again."""
        self._desk.take_back(self.guest().operator, utc_now())
        return {}

    def on_record(self, said: object = None) -> dict[str, Any]:
        """Record silence (``pause``), or what is said again; ``paused`` as it is then."""
        operator, now = self.guest().operator, utc_now()
        if self._pausing is None:
            raise NotRecorded("there is no switch that records")
        duty = self.operators.book.duty(operator)
        if duty is None or not duty.status.in_conversation:
            raise NotInCall(f"operator {operator} is in no call")
        call = self.pops.call_of(duty)
        if flag(said, "pause"):
            self._pausing.pause(call, now, by=operator)
        elif flag(said, "resume"):
            self._pausing.resume(call, now, by=operator)
        return {"paused": self._pausing.paused(call)}

    def on_script(self, said: object = None) -> dict[str, Any]:
        """The talk script of a flow, for a call that came by none."""
        return {"script": self.pops.script(text(said, "flow", 64))}

    def on_line(self, said: object = None) -> dict[str, Any]:
        """The telephone as the switch has it: what a page that was loaded again must know."""
        line = self._desk.line(self.guest().operator)
        return {"leg": line.leg, "consult": line.consult, "asked": bool(line.asked), "held": line.held}

    def on_restored(self, said: object = None) -> dict[str, Any]:
        """A call went on over a reload: written down, for whoever asks why it was silent for a moment."""
        operator, leg = self.guest().operator, text(said, "leg", 64)
        audit.record(self.kept.store, "took a call up again", "operator", operator, leg)
        return {}

    def on_quality(self, said: object = None) -> dict[str, Any]:
        """How a call sounded."""
        table = figures(said, "summary")
        logger.info("sound of the leg %s of %s: %s", text(said, "leg", 64), self.guest().operator, table)
        return {}

    def _dialled(self, guest: Guest, placed: Placed) -> dict[str, Any]:
        self.pops.placed(placed.leg, placed.number)
        self.pop_now(guest)
        return {"leg": placed.leg}

    @property
    def _desk(self) -> Desk:
        if self.kept.desk is None:
            raise NoOutgoingCalls("there is no switch to telephone with")
        return self.kept.desk


def _target(said: object) -> Target:
    kind, to = text(said, "kind", 16), text(said, "to", 64)
    return ToOperator(to) if kind == "operator" else ToQueue(to) if kind == "queue" else ToNumber(to)
