"""Waiting for outcomes that come as events: a background job, an application on a call.

A waiter is registered before its command is sent, under a ticket that we chose, so an outcome can
neither be missed nor taken for another one's. The reader itself delivers, ahead of any handler.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from gevent.event import AsyncResult

from fsbridge.errors import CallEnded, CommandFailed, CommandTimeout, ConnectionLost, Delivery
from fsbridge.esl.commands import Command
from fsbridge.esl.frames import Event

ENDINGS = frozenset({"CHANNEL_HANGUP", "CHANNEL_HANGUP_COMPLETE", "CHANNEL_DESTROY"})
"""Events after which nothing more will run on a leg."""
OUTCOMES = frozenset({"CHANNEL_EXECUTE_COMPLETE", "BACKGROUND_JOB"}) | ENDINGS


class Wait:
    """One outcome somebody waits for: `result` gives the event, or raises why it will not come."""

    __slots__ = ("leg", "result", "ticket")

    def __init__(self, ticket: str, leg: str) -> None:
        self.ticket = ticket
        self.leg = leg
        self.result: AsyncResult[Event] = AsyncResult()


class Waits:
    """The outcomes waited for on one connection, by ticket and by leg."""

    def __init__(self) -> None:
        self._by_ticket: dict[str, Wait] = {}
        self._by_leg: dict[str, set[Wait]] = {}

    def __len__(self) -> int:
        return len(self._by_ticket)

    def outcome_of(
        self,
        command: Command,
        send: Callable[[Command], Event],
        what: str,
        *,
        leg: str = "",
        timeout: float | None = None,
    ) -> Event:
        """Send a command and wait for the event that carries its ticket; None waits for ever.

        Raises `CommandFailed` if FreeSWITCH refuses it, `CallEnded` when `leg` hangs up,
        `ConnectionLost`, or `CommandTimeout` after `timeout` seconds.
        """
        wait = self.add(command.ticket, leg)
        try:
            reply = send(command)
            if not reply.ok:
                raise CommandFailed(what, reply.text)
            wait.result.wait(timeout)
            if not wait.result.ready():
                raise CommandTimeout(what, timeout or 0.0, Delivery.ACCEPTED)
            try:
                return cast(Event, wait.result.get())
            except ConnectionLost as lost:
                raise ConnectionLost(lost.why, Delivery.ACCEPTED) from None
        finally:
            self.drop(wait)

    def add(self, ticket: str, leg: str = "") -> Wait:
        """Register before sending; `leg` is the Unique-ID whose hang-up ends the wait too."""
        wait = Wait(ticket, leg)
        self._by_ticket[ticket] = wait
        if leg:
            self._by_leg.setdefault(leg, set()).add(wait)
        return wait

    def drop(self, wait: Wait) -> None:
        """Forget a wait that is over, whatever its end; dropping twice is harmless."""
        self._by_ticket.pop(wait.ticket, None)
        legs = self._by_leg.get(wait.leg)
        if legs is not None:
            legs.discard(wait)
            if not legs:
                del self._by_leg[wait.leg]

    def deliver(self, event: Event, name: str) -> None:
        """Take one event in; only those in `OUTCOMES` can matter."""
        if name == "CHANNEL_EXECUTE_COMPLETE":
            self._settle(event.headers.get("Application-UUID", ""), event)
        elif name == "BACKGROUND_JOB":
            self._settle(event.headers.get("Job-UUID", ""), event)
        else:
            headers = event.headers
            self.end_leg(event.uuid, headers.get("Hangup-Cause", "") or "NORMAL_CLEARING")

    def _settle(self, ticket: str, event: Event) -> None:
        wait = self._by_ticket.get(ticket)
        if wait is not None:
            self.drop(wait)
            wait.result.set(event)

    def end_leg(self, uuid: str, cause: str) -> None:
        """Wake everybody who waits on a leg that hung up."""
        for wait in list(self._by_leg.get(uuid, ())):
            self.drop(wait)
            wait.result.set_exception(CallEnded(cause))

    def lose_all(self, why: str) -> None:
        """Wake everybody: the connection is gone."""
        for wait in list(self._by_ticket.values()):
            self.drop(wait)
            wait.result.set_exception(ConnectionLost(why))
