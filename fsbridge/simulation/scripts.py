"""Call scripts run on the embedded switch's own legs, without a socket between."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote_from_bytes

import gevent
from gevent.event import AsyncResult

from fsbridge.embedded.core import Fired
from fsbridge.embedded.headers import leg_headers
from fsbridge.embedded.leg import Leg
from fsbridge.embedded.switch import Switch
from fsbridge.errors import CallEnded, CommandFailed, FsbridgeError
from fsbridge.esl.commands import checked
from fsbridge.esl.frames import Event
from fsbridge.esl.leg import LegEvents
from fsbridge.esl.quoting import Raw, quote
from fsbridge.scripting.app import App
from fsbridge.scripting.runner import serve

HEARD = ("CHANNEL_EXECUTE_COMPLETE", "CHANNEL_UNBRIDGE")
"""The events that scripts wait for."""
_SAFE = "!$'()*,-./_~"


class ScriptedLeg(LegEvents):
    """The `fsbridge.esl.leg.Leg` that a script drives: a leg of the switch itself."""

    def __init__(self, leg: Leg, scripts: Scripts) -> None:
        super().__init__()
        self.leg = leg
        self.uuid = leg.uuid
        self.data = dict(leg_headers(leg, "CHANNEL_DATA", {}))
        self._scripts = scripts
        self._waiters: dict[str, AsyncResult[Event]] = {}
        self._count = 0

    def execute(self, app: str, arg: str = "", *, timeout: float | None = None) -> Event:
        """Run an application to its end; `timeout` is left to the real switch."""
        ticket = self._begin(app)
        waiter: AsyncResult[Event] = AsyncResult()
        self._waiters[ticket] = waiter
        try:
            self.leg.execute(app, checked("argument", arg), ticket=ticket)
            event = waiter.get()
            assert event is not None
            return event
        finally:
            self._waiters.pop(ticket, None)

    def start(self, app: str, arg: str = "") -> None:
        """Queue an application and do not wait for it."""
        self.leg.execute(app, checked("argument", arg), ticket=self._begin(app))

    def api(self, name: str, *args: str, timeout: float = 5.0) -> str:
        """Run an API command and return its output; `CommandFailed` on ``-ERR``."""
        if name == "uuid_setvar" and args[0] == self.uuid and not self.leg.ended:
            self.leg.set(args[1], args[2] if len(args) > 2 else None)  # most of what scripts ask for
            return "+OK\n"
        words = (arg if isinstance(arg, Raw) else quote(checked(name, arg)) for arg in args)
        answer = self._scripts.switch.tell(" ".join((name, *words)))
        if answer.startswith(("-ERR", "-USAGE")):
            raise CommandFailed(f"api {name}", answer)
        return answer

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """End the call."""
        self.leg.hangup(cause)

    def hear(self, event: Event) -> None:
        """Something happened to the leg."""
        if event.name == "CHANNEL_EXECUTE_COMPLETE":
            waiter = self._waiters.get(event.headers.get("Application-UUID", ""))
            if waiter is not None and not waiter.ready():
                waiter.set(event)
        self._heard(event)

    def over(self) -> None:
        """The leg has hung up."""
        for waiter in self._waiters.values():
            if not waiter.ready():
                waiter.set_exception(CallEnded(self.leg.cause))
        self._end(self.leg.cause)

    def _begin(self, app: str) -> str:
        if self.cause:
            raise CallEnded(self.cause)
        self._scripts.ran(self.leg, app)
        self._count += 1
        return f"{self.uuid}.{self._count}"


class Scripts:
    """Serves an app's scripts to every call of a switch; `ran` is told of each application a script runs.

    After whatever moves the switch on, `settle` lets the scripts run until they wait for the switch again.
    """

    def __init__(self, switch: Switch, app: App, ran: Callable[[Leg, str], None]) -> None:
        self.switch = switch
        self.ran = ran
        self._app = app
        self._legs: dict[str, ScriptedLeg] = {}
        self._due = False
        self._failure: Exception | None = None
        switch.connect = self._connect
        switch.core.listeners.append(self)

    def settle(self) -> None:
        """Returns when every script waits for the switch; a script's own bug is an FsbridgeError here."""
        while self._due:
            self._due = False
            gevent.sleep(0)
        if self._failure is not None:
            raise FsbridgeError(f"the script failed: {self._failure!r}") from self._failure

    def wants(self, name: str, subclass: str) -> bool:
        """Whether scripts wait for such events."""
        return name in HEARD

    def hear(self, event: Fired) -> None:
        """Hands an event to the script whose leg it is about."""
        uuid = next((value for name, value in event.pairs if name == "Unique-ID"), "")
        leg = self._legs.get(uuid)
        if leg is not None:
            self._due = True
            leg.hear(_as_read(event))

    def _connect(self, leg: Leg, address: str) -> None:
        scripted = self._legs[leg.uuid] = ScriptedLeg(leg, self)
        leg.on_hangup.append(lambda: self._over(scripted))
        self.switch.core.soon(lambda: self._begin(scripted))

    def _begin(self, scripted: ScriptedLeg) -> None:
        scripted.leg.happen("connected")
        self._due = True
        gevent.spawn(self._serve, scripted)

    def _serve(self, scripted: ScriptedLeg) -> None:
        serve(scripted, self._app, on_failure=self._failed)
        scripted.leg.happen("closed")

    def _over(self, scripted: ScriptedLeg) -> None:
        self._legs.pop(scripted.uuid, None)
        self._due = True
        scripted.over()

    def _failed(self, error: Exception) -> None:
        self._failure = error


def _as_read(event: Fired) -> Event:
    """The event as a script gets it over its socket."""
    lines = "\n".join([f"{name}: {value}" for name, value in event.pairs])
    if lines.isascii() and lines.count("\n") < len(event.pairs):
        lines = lines.replace("%", "%25")
    else:
        lines = "\n".join([f"{name}: {_encoded(value)}" for name, value in event.pairs])
    return Event.framed(b"Content-Type: text/event-plain", f"\n{lines}\n\n".encode(), "text/event-plain")


def _encoded(value: str) -> str:
    return quote_from_bytes(value.encode("utf-8", "surrogateescape"), safe=_SAFE)
