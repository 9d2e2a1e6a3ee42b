"""`ParkedLeg`: a parked call taken over by an inbound connection, driven like an outbound one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fsbridge.errors import CallEnded, CommandFailed, ConnectionLost, NotConnectedError
from fsbridge.esl import commands
from fsbridge.esl.connection import DEADLINE
from fsbridge.esl.frames import Event
from fsbridge.esl.leg import LegEvents

if TYPE_CHECKING:
    from fsbridge.esl.link import Link


class ParkedLeg(LegEvents):
    """A leg that `Link.leg` gives; see the `Leg` protocol for what its methods promise."""

    def __init__(self, link: Link, uuid: str, data: Mapping[str, str], legs: dict[str, ParkedLeg]) -> None:
        super().__init__()
        self._link = link
        self._legs = legs
        self.uuid = uuid
        self.data = data

    def execute(self, app: str, arg: str = "", *, timeout: float | None = None) -> Event:
        """Run an application to its end and return its CHANNEL_EXECUTE_COMPLETE; `CallEnded` at the end."""
        self._raise_if_ended()
        try:
            return self._link.execute(self.uuid, app, arg, timeout=timeout)
        except (ConnectionLost, NotConnectedError) as error:
            raise CallEnded(self.cause or "CONNECTION_LOST") from error

    def start(self, app: str, arg: str = "") -> None:
        """Queue an application and do not wait for it; `CommandFailed` if it is refused."""
        self._raise_if_ended()
        reply = self._link.send(commands.execute(app, arg, uuid=self.uuid, lock=False))
        if not reply.ok:
            raise CommandFailed(app, reply.text)

    def api(self, name: str, *args: str, timeout: float = DEADLINE) -> str:
        """Run an API command and return its output; `CommandFailed` on ``-ERR``."""
        return self._link.api(name, *args, timeout=timeout)

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """End the call; nothing to do if it has ended."""
        if not self.ended:
            self._link.api("uuid_kill", self.uuid, cause)

    def take(self, event: Event, ending: bool) -> None:
        """One event of this leg, from the link's reader."""
        if ending:
            self.end(event.headers.get("Hangup-Cause") or "NORMAL_CLEARING")
        self._heard(event)

    def end(self, cause: str) -> None:
        """The leg is over, or out of reach."""
        self._legs.pop(self.uuid, None)
        self._end(cause)

    def _raise_if_ended(self) -> None:
        if self.ended:
            raise CallEnded(self.cause)
