"""`InboundESL`: a program that connects to FreeSWITCH, listens to events and gives commands."""

from __future__ import annotations

import logging
from types import TracebackType

from gevent.event import AsyncResult

from fsbridge.errors import CommandFailed, CommandTimeout, NotConnectedError
from fsbridge.esl import commands
from fsbridge.esl.commands import Command
from fsbridge.esl.connection import DEADLINE, Connection
from fsbridge.esl.dispatch import Dispatcher, Load, keys_of
from fsbridge.esl.frames import MAX_FRAME, Event
from fsbridge.esl.handlers import Handler, Handlers, key_of, run
from fsbridge.esl.login import log_in
from fsbridge.esl.waits import OUTCOMES, Waits

logger = logging.getLogger(__name__)


class InboundESL:
    """A logged-in connection to FreeSWITCH's event socket; greenswitch's class of the same name.

    `timeout` in seconds bounds the connecting. Handlers run in order for each call and queue,
    in parallel across them, and may block.

    >>> esl = InboundESL("127.0.0.1", 8021, "ClueCon")
    >>> esl.register_handle("HEARTBEAT", lambda event: print(event.headers["Session-Count"]))
    >>> esl.connected
    False
    """

    before_handle: Handler | None = None
    """Called before an event's handlers, if a subclass defines it."""
    after_handle: Handler | None = None
    """Called after an event's handlers, if a subclass defines it."""

    def __init__(
        self, host: str, port: int, password: str, timeout: float = DEADLINE, *, max_frame: int = MAX_FRAME
    ) -> None:
        self.host = host
        self.port = port
        self.password = password
        self.timeout = timeout
        self._max_frame = max_frame
        self._connection: Connection | None = None
        self._handlers = Handlers()
        self._waits = Waits()
        self._dispatcher = Dispatcher(self._run_handlers)
        self._jobs_wanted = False
        self.lost: AsyncResult[str] = AsyncResult()
        """Set with the reason when the connection has ended."""

    @property
    def connected(self) -> bool:
        """Whether the connection stands and the log-in succeeded."""
        return self._connection is not None and self._connection.alive

    def connect(self) -> None:
        """Connect and log in; `AuthenticationError` and `AccessDenied` say that retrying is useless."""
        if self.connected:
            return
        self.lost = AsyncResult()
        self._jobs_wanted = False
        self._connection = log_in(
            self.host,
            int(self.port),
            self.password,
            on_event=self._on_frame,
            on_lost=self._on_lost,
            timeout=self.timeout,
            max_frame=self._max_frame,
        )

    def stop(self) -> None:
        """Say goodbye and close; everybody who waits is woken."""
        if self._connection is not None:
            say_goodbye(self._connection)

    def __enter__(self) -> InboundESL:
        self.connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def send(self, command: str | Command, timeout: float | None = DEADLINE) -> Event:
        """Send one command and return FreeSWITCH's reply, whose ``.data`` is its text.

        A text is sent as it stands (one command, never two). Raises as `Connection.send` does.
        """
        if self._connection is None:
            raise NotConnectedError("not connected: call connect() first")
        return self._connection.send(commands.raw(command) if isinstance(command, str) else command, timeout)

    def api(self, name: str, *args: str, timeout: float | None = DEADLINE) -> str:
        """Run an API command and return its output; `CommandFailed` on ``-ERR``.

        FreeSWITCH serves nothing else on this connection meanwhile: use `bgapi` for slow commands.
        """
        return output_of(name, self.send(commands.api(name, *args), timeout))

    def bgapi(self, name: str, *args: str, timeout: float | None = None) -> str:
        """Run an API command in the background and return its output when the job is done.

        Subscribes to BACKGROUND_JOB. `timeout` in seconds bounds the job, None waits for ever.
        """
        if not self._jobs_wanted:
            self.send(commands.subscribe("BACKGROUND_JOB"))
            self._jobs_wanted = True
        command = commands.bgapi(name, *args)
        return output_of(name, self._waits.outcome_of(command, self.send, name, timeout=timeout))

    def execute(self, uuid: str, app: str, arg: str = "", *, timeout: float | None = None) -> Event:
        """Run an application on a call and return its CHANNEL_EXECUTE_COMPLETE.

        The events CHANNEL_EXECUTE_COMPLETE and CHANNEL_HANGUP must have been subscribed to.
        Raises `CallEnded` at the hang-up.
        """
        command = commands.execute(app, arg, uuid=uuid)
        return self._waits.outcome_of(command, self.send, app, leg=uuid, timeout=timeout)

    def register_handle(self, name: str, handler: Handler) -> None:
        """Call `handler(event)` for events of this name, subclass, or ``*``; see `Handlers`."""
        self._handlers.register(name, handler)

    def unregister_handle(self, name: str, handler: Handler) -> None:
        """Undo `register_handle`; `ValueError` if there is no such handler."""
        self._handlers.unregister(name, handler)

    def load(self) -> Load:
        """How far the handlers are behind."""
        return self._dispatcher.load()

    def _on_frame(self, event: Event) -> None:
        if event.content_type != "text/event-plain":
            handlers = self._handlers.of(key_of(event))
            if handlers:
                self._dispatcher.put((handlers, event))
            return
        get = event.headers.get
        name = get("Event-Name", "")
        if name in OUTCOMES:
            self._waits.deliver(event, name)
        handlers = self._handlers.of(name if name != "CUSTOM" else get("Event-Subclass", ""))
        if handlers:
            self._dispatcher.put((handlers, event), keys_of(event))

    def _run_handlers(self, work: tuple[tuple[Handler, ...], Event]) -> None:
        handlers, event = work
        if self.before_handle is not None:
            run((self.before_handle,), event)
        run(handlers, event)
        if self.after_handle is not None:
            run((self.after_handle,), event)

    def _on_lost(self, reason: str) -> None:
        self._waits.lose_all(reason)
        self.lost.set(reason)


def say_goodbye(connection: Connection) -> None:
    """Close after FreeSWITCH has taken in every command sent, or after a second."""
    if connection.alive:
        try:
            connection.send(commands.EXIT, timeout=1.0)
        except (NotConnectedError, CommandTimeout) as error:
            logger.debug("no goodbye from FreeSWITCH: %s", error)
    connection.close()


def output_of(name: str, event: Event) -> str:
    """The output of an API command, `CommandFailed` if it is an error."""
    if not event.ok:
        raise CommandFailed(name, event.text)
    return event.data
