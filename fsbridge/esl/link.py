"""`Link`: two connections to one FreeSWITCH, events and commands, that come back by themselves."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import gevent
from gevent.event import AsyncResult
from gevent.event import Event as Signal

from fsbridge.errors import (
    AccessDenied,
    AuthenticationError,
    CommandFailed,
    CommandTimeout,
    FsbridgeError,
    NotConnectedError,
)
from fsbridge.esl import commands
from fsbridge.esl.commands import Command
from fsbridge.esl.connection import DEADLINE, Connection
from fsbridge.esl.dispatch import MAILBOX_LIMIT, Dispatcher, Load, keys_of
from fsbridge.esl.frames import Event
from fsbridge.esl.inbound import output_of, say_goodbye
from fsbridge.esl.login import log_in
from fsbridge.esl.parked import ParkedLeg
from fsbridge.esl.subscription import Gap, Subscription, backoff
from fsbridge.esl.waits import ENDINGS, OUTCOMES, Waits

logger = logging.getLogger(__name__)

QUIET = 10.0
"""Seconds without a byte after which a connection is asked for a sign of life."""
LATE = 5.0
"""Seconds an event may be old when it arrives before a warning is logged."""
NEEDED = ("HEARTBEAT", "BACKGROUND_JOB", "CHANNEL_EXECUTE_COMPLETE", "CHANNEL_UNBRIDGE", "CHANNEL_HANGUP")
"""Events the link itself and the legs it drives need, always subscribed to."""


@dataclass(frozen=True, slots=True)
class LinkStats:
    """A link's figures: events read, reconnects, seconds the last event was old, the mailboxes' load."""

    connected: bool
    events: int
    connects: int
    lag: float
    load: Load


class Link:
    """FreeSWITCH at the other end of two connections that are kept up until `stop`.

    `on_event` gets each event, in order per call and queue, and may block. `on_lost` is told why
    FreeSWITCH cannot be reached, `on_gap`, once it can, what stretch of time was missed. Then
    `resync` runs (it may ask FreeSWITCH through the link); events that come meanwhile are delivered
    after it. A refused password or host is final: see `failure`.

    >>> link = Link("127.0.0.1", 8021, "ClueCon", subscription=Subscription(("CHANNEL_CREATE",)))
    >>> link.connected
    False
    """

    def __init__(
        self,
        host: str,
        port: int,
        password: str,
        *,
        subscription: Subscription | None = None,
        on_event: Callable[[Event], None] | None = None,
        on_lost: Callable[[str], None] | None = None,
        on_gap: Callable[[Gap], None] | None = None,
        resync: Callable[[Link], None] | None = None,
        timeout: float = DEADLINE,
        quiet: float = QUIET,
        mailbox_limit: int = MAILBOX_LIMIT,
        waits: Callable[[], Iterator[float]] = backoff,
    ) -> None:
        self._address = (host, port)
        self._password = password
        self._subscription = (subscription or Subscription()).with_needs(NEEDED)
        self._on_event = on_event
        self._lost_handler = on_lost
        self._on_gap = on_gap
        self._resync = resync
        self._timeout = timeout
        self._quiet = quiet
        self._backoff = waits
        self._dispatcher = Dispatcher(self._handle, mailbox_limit=mailbox_limit, on_overflow=self._overflowed)
        self._waits = Waits()
        self._legs: dict[str, ParkedLeg] = {}
        self._events: Connection | None = None
        self._commands: Connection | None = None
        self._held: list[Event] | None = None
        self._ready: AsyncResult[bool] = AsyncResult()
        self._trouble = Signal()
        self._missed: Gap | None = None
        self._runner: gevent.Greenlet[..., None] | None = None
        self._stopping = False
        self._failed = Signal()
        self.failure: FsbridgeError | None = None
        """Why the link gave up for good; None while it has not."""
        self.connects = 0
        self._lag = 0.0
        self._read_before = 0

    # -- life

    def start(self) -> None:
        """Begin to connect, in the background."""
        if self._runner is None:
            self._runner = gevent.spawn(self._run)

    def stop(self) -> None:
        """Close both connections and wake whoever waits."""
        self._stopping = True
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.kill()
        for connection in (self._events, self._commands):
            if connection is not None:
                say_goodbye(connection)

    def wait_ready(self, timeout: float | None = None) -> None:
        """Return when connected and in step; raises the final `failure`, or `CommandTimeout`."""
        self._ready.wait(timeout)
        if not self._ready.ready():
            host, port = self._address
            raise CommandTimeout(f"the log-in to {host}:{port}", timeout or 0.0)
        self._ready.get()

    def on_failure(self, handler: Callable[[], None]) -> None:
        """Call `handler` when the link has given up for good; at once if it has."""
        self._failed.rawlink(lambda _: handler())

    @property
    def connected(self) -> bool:
        """Whether both connections stand and are in step with FreeSWITCH."""
        return self._ready.ready() and self.failure is None

    def stats(self) -> LinkStats:
        """The link's figures at this moment."""
        read = self._events.frames_read if self._events is not None else 0
        return LinkStats(
            self.connected, self._read_before + read, self.connects, self._lag, self._dispatcher.load()
        )

    # -- commands

    def send(self, command: Command, timeout: float | None = DEADLINE) -> Event:
        """Send a command on the commands' connection and return its reply."""
        connection = self._commands
        if connection is None or not connection.alive:
            raise NotConnectedError(f"no connection to FreeSWITCH at {self._address[0]}:{self._address[1]}")
        return connection.send(command, timeout)

    def api(self, name: str, *args: str, timeout: float = DEADLINE) -> str:
        """Run an API command and return its output; `CommandFailed` on ``-ERR``. For quick ones only."""
        return output_of(name, self.send(commands.api(name, *args), timeout))

    def bgapi(self, name: str, *args: str, timeout: float | None = None) -> str:
        """Run an API command in the background and return its output when the job is done."""
        command = commands.bgapi(name, *args)
        return output_of(name, self._waits.outcome_of(command, self.send, name, timeout=timeout))

    def execute(self, uuid: str, app: str, arg: str = "", *, timeout: float | None = None) -> Event:
        """Run an application on a call and return its CHANNEL_EXECUTE_COMPLETE; `CallEnded` at the end."""
        command = commands.execute(app, arg, uuid=uuid)
        return self._waits.outcome_of(command, self.send, app, leg=uuid, timeout=timeout)

    def leg(self, uuid: str, data: Mapping[str, str] | None = None) -> ParkedLeg:
        """The leg `uuid`, to be driven from here; `data` as its CHANNEL_PARK event gave it."""
        leg = self._legs.get(uuid)
        if leg is None:
            leg = self._legs[uuid] = ParkedLeg(self, uuid, data or {}, self._legs)
        return leg

    # -- the loop

    def _run(self) -> None:
        lost_at: datetime | None = None
        reason = ""
        delays = self._backoff()
        while not self._stopping:
            try:
                self._open()
                if lost_at is not None:
                    self._tell_gap(Gap(lost_at, datetime.now(UTC), reason))
                self._get_in_step()
            except (AuthenticationError, AccessDenied) as error:
                logger.critical("giving up on FreeSWITCH: %s", error)
                self.failure = error
                self._failed.set()
                self._tell_lost(str(error))
                self._ready.set_exception(error)
                return
            except (NotConnectedError, CommandTimeout, CommandFailed) as error:
                self._close(str(error))
                self._tell_lost(str(error))
                delay = next(delays)
                logger.warning("no connection to FreeSWITCH (%s); next try in %.1f s", error, delay)
                gevent.sleep(delay)
                continue
            delays = self._backoff()
            reason = self._watch()
            lost_at = datetime.now(UTC)
            self._close(reason)
            logger.warning("lost FreeSWITCH: %s", reason)
            self._tell_lost(reason)

    def _open(self) -> None:
        host, port = self._address
        self._trouble.clear()
        self._held = []
        self._commands = log_in(
            host, port, self._password, on_event=_ignore, on_lost=self._on_lost, timeout=self._timeout
        )
        self._events = log_in(
            host, port, self._password, on_event=self._on_frame, on_lost=self._on_lost, timeout=self._timeout
        )
        for command in self._subscription.commands():
            reply = self._events.send(command, self._timeout)
            if not reply.ok:
                raise CommandFailed(str(command), reply.text)
        self.connects += 1

    def _get_in_step(self) -> None:
        """Let the owner ask how things stand, then deliver what happened meanwhile."""
        if self._held is None:
            self._held = []
        if self._resync is not None:
            self._resync(self)
        held, self._held = self._held, None
        if self._on_event is not None:
            for event in held:
                self._dispatcher.put_later(event, keys_of(event))
        self._ready.set(True)

    def _watch(self) -> str:
        """Wait for the end of a connection, and return why; ask a quiet one for a sign of life."""
        while True:
            seen = self._bytes_read()
            self._trouble.wait(self._quiet)
            for connection in (self._events, self._commands):
                if connection is None or not connection.alive:
                    return connection.lost or "closed" if connection is not None else "closed"
            self._trouble.clear()
            if self._missed is not None:
                self._catch_up()
            elif (quiet := self._quiet_ones(seen)) is not None:
                return quiet

    def _catch_up(self) -> None:
        gap, self._missed = self._missed, None
        try:
            if gap is not None:
                self._tell_gap(gap)
            self._get_in_step()
        except (NotConnectedError, CommandTimeout, CommandFailed) as error:
            self._trouble.set()
            self._close(f"could not get in step again: {error}")

    def _bytes_read(self) -> tuple[int, ...]:
        return tuple(c.bytes_read for c in (self._events, self._commands) if c is not None)

    def _quiet_ones(self, seen: tuple[int, ...]) -> str | None:
        for connection, before in zip((self._events, self._commands), seen, strict=True):
            if connection is None or connection.bytes_read != before:
                continue
            try:
                connection.send(commands.api("uptime"), self._timeout)
            except (NotConnectedError, CommandTimeout) as error:
                return f"no sign of life: {error}"
        return None

    def _close(self, reason: str) -> None:
        if self._ready.ready():  # else somebody may be waiting on it for the first success
            self._ready = AsyncResult()
        if self._events is not None:
            self._read_before += self._events.frames_read
        for connection in (self._events, self._commands):
            if connection is not None:
                connection.close(reason)
        self._events = self._commands = None
        self._waits.lose_all(reason)
        for leg in list(self._legs.values()):
            leg.end("CONNECTION_LOST")

    # -- what comes in

    def _on_lost(self, reason: str) -> None:
        self._trouble.set()

    def _on_frame(self, event: Event) -> None:
        if event.content_type != "text/event-plain":
            return
        name = event.name
        if name in OUTCOMES:
            self._waits.deliver(event, name)
        if self._legs:
            leg = self._legs.get(event.uuid)
            if leg is not None:
                leg.take(event, name in ENDINGS)
        if name == "HEARTBEAT":
            self._measure_lag(event)
        if self._held is not None:
            self._held.append(event)
        elif self._on_event is not None:
            self._dispatcher.put(event, keys_of(event))

    def _handle(self, event: Event) -> None:
        assert self._on_event is not None
        try:
            self._on_event(event)
        except Exception:  # a listener's failure is its own: the next event is delivered
            logger.exception("the event handler failed on %r", event)

    def _measure_lag(self, event: Event) -> None:
        stamp = event.headers.get("Event-Date-Timestamp", "")
        if stamp.isdigit():
            self._lag = max(0.0, time.time() - int(stamp) / 1e6)
            if self._lag > LATE:
                logger.warning(
                    "events arrive %.1f s late; FreeSWITCH drops this link at 100,000 waiting", self._lag
                )

    def _overflowed(self, key: str, dropped: int, seconds: float) -> None:
        now = datetime.now(UTC)
        since = now - timedelta(seconds=seconds)
        self._missed = Gap(since, now, f"{dropped} events for {key!r} did not fit its mailbox")
        self._trouble.set()

    def _tell_lost(self, reason: str) -> None:
        if self._lost_handler is not None:
            self._lost_handler(reason)

    def _tell_gap(self, gap: Gap) -> None:
        logger.warning("events from %s to %s were missed: %s", gap.since, gap.until, gap.reason)
        if self._on_gap is not None:
            self._on_gap(gap)


def _ignore(event: Event) -> None:
    """Nothing but replies is wanted on the commands' connection."""
