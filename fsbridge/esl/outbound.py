"""`OutboundSession`: one call that FreeSWITCH's ``socket`` application handed to us."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, TypeVar

from gevent import socket

from fsbridge.errors import CallEnded, CommandFailed, ConnectionLost, NotConnectedError
from fsbridge.esl import commands
from fsbridge.esl.commands import Command
from fsbridge.esl.connection import DEADLINE, Connection
from fsbridge.esl.dispatch import Dispatcher
from fsbridge.esl.frames import Event
from fsbridge.esl.handlers import Handler, Handlers, key_of, run
from fsbridge.esl.inbound import output_of, say_goodbye
from fsbridge.esl.leg import LegEvents
from fsbridge.esl.quoting import app_args
from fsbridge.esl.waits import OUTCOMES, Waits

logger = logging.getLogger(__name__)

LINGER = 10
"""Seconds FreeSWITCH keeps the socket after the hang-up for the last events to come through."""

GUARD = "fsbridge_guarded"
"""The variable by which a dialplan says that ``socket_resume`` holds until the script is there.

Without it, a call whose script's process dies between FreeSWITCH's connect and the script's ``connect`` is
parked for ever (seen with 1.11.1); with it throughout, a call is torn out of its queue when the script dies.
"""

_F = TypeVar("_F", bound=Callable[..., Any])


class OutboundSession(LegEvents):
    """One call under control: greenswitch's session, and the `Leg` a call script drives.

    Every blocking method raises `CallEnded` (an `OutboundSessionHasGoneAway`) at the hang-up.

    >>> from fsbridge.esl import OutboundESLServer
    >>> from fsbridge.testing import Caller, WireLine
    >>> class Echo:
    ...     def __init__(self, session): self.session = session
    ...     def run(self):
    ...         self.session.answer()
    ...         self.session.playback("hello.wav")
    ...         self.session.hangup("USER_BUSY")
    >>> server = OutboundESLServer(bind_port=0, application=Echo); server.start()
    >>> Caller(line=WireLine("127.0.0.1", server.bound_port)).dial("100").listen().cause
    'USER_BUSY'
    >>> server.stop()
    """

    def __init__(self, client_address: tuple[str, int], sock: socket.socket) -> None:
        super().__init__()
        self.client_address = client_address
        self._uuid = ""
        self.session_data: Mapping[str, str] | None = None
        """The channel as FreeSWITCH described it in its answer to ``connect``."""
        self._handlers = Handlers()
        self._waits = Waits()
        self._dispatcher: Dispatcher[tuple[tuple[Handler, ...], Event]] | None = None
        self._events_on = False
        self._controlled = False
        self._connection = Connection(sock, on_event=self._on_frame, on_lost=self._on_lost)

    # -- who it is

    @property
    def data(self) -> Mapping[str, str]:
        """The channel at the start; empty before `connect`."""
        data = self.session_data
        return {} if data is None else data

    @property
    def uuid(self) -> str:
        """The call's Unique-ID."""
        return self._uuid

    @property
    def call_uuid(self) -> str:
        """The Unique-ID of the call this leg belongs to."""
        return self.data.get("variable_call_uuid", "")

    @property
    def caller_id_number(self) -> str:
        """The caller's number as presented; chosen by the caller."""
        return self.data.get("Caller-Caller-ID-Number", "")

    @property
    def connected(self) -> bool:
        """Whether the socket stands."""
        return self._connection.alive

    # -- the session itself

    def connect(self) -> Mapping[str, str]:
        """Take the call over and return its channel data; once, later calls return the same."""
        if self.session_data is None:
            self.session_data = headers = self.send(commands.CONNECT).headers
            self._uuid = headers.get("Unique-ID", "") or headers.get("variable_uuid", "")
            if headers.get(f"variable_{GUARD}"):
                self.send(commands.api("uuid_setvar", self._uuid, "socket_resume"))
        return self.session_data

    def control(self) -> None:
        """Ask for the call's events, and for the socket to outlive the hang-up; once."""
        self.connect()
        if self._controlled:
            return
        self._controlled = True
        self.myevents()
        reply = self.send(commands.linger(LINGER))
        if not reply.ok:
            logger.warning(
                "the socket for call %s has no full control: write 'async full' in the dialplan", self.uuid
            )

    def myevents(self) -> None:
        """Ask for every event of this call."""
        if not self._events_on:
            self._events_on = True
            self.send(commands.MYEVENTS)

    def linger(self, timeout: int | None = None) -> None:
        """Keep the socket open after the hang-up, for `timeout` seconds."""
        self.send(commands.linger(timeout))

    def stop(self) -> None:
        """Let the call go: FreeSWITCH goes on with the dialplan's next action."""
        if self._connection.awaiting:
            say_goodbye(self._connection)
        else:  # FreeSWITCH has taken in everything: closing says as much as a goodbye
            self._connection.close()

    def send(self, command: str | Command, timeout: float | None = DEADLINE) -> Event:
        """Send one command and return its reply; `CallEnded` if the socket goes while waiting."""
        try:
            return self._connection.send(
                commands.raw(command) if isinstance(command, str) else command, timeout
            )
        except ConnectionLost as error:
            raise CallEnded(self.cause or "CONNECTION_LOST") from error
        except NotConnectedError as error:
            if self.ended:
                raise CallEnded(self.cause) from error
            raise

    # -- the Leg

    def execute(self, app: str, arg: str = "", *, timeout: float | None = None) -> Event:
        """Run an application to its end and return its CHANNEL_EXECUTE_COMPLETE.

        `arg` is FreeSWITCH's own syntax (see `fsbridge.esl.quoting`); `timeout` in seconds, None
        waits for ever. Raises `CallEnded`, `CommandFailed`, `CommandTimeout`.
        """
        self._raise_if_ended()
        self.myevents()
        try:
            return self._waits.outcome_of(
                commands.execute(app, arg), self.send, app, leg=self.uuid, timeout=timeout
            )
        except ConnectionLost as error:
            raise CallEnded(self.cause or "CONNECTION_LOST") from error

    def start(self, app: str, arg: str = "") -> None:
        """Queue an application and do not wait for it; `CommandFailed` if it is refused."""
        reply = self.call_command(app, arg)
        if not reply.ok:
            raise CommandFailed(app, reply.text)

    def api(self, name: str, *args: str, timeout: float = DEADLINE) -> str:
        """Run an API command and return its output; `CommandFailed` on ``-ERR``."""
        return output_of(name, self.send(commands.api(name, *args), timeout))

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """End the call; nothing to do if it has ended."""
        if not self.ended:
            self.send(commands.hangup(cause))

    # -- greenswitch's methods

    def call_command(
        self,
        app_name: str,
        app_args: str | None = None,
        block: bool = False,
        response_timeout: float | None = None,
    ) -> Event:
        """Run an application: the reply to the command, or with `block` its COMPLETE event."""
        if block:
            return self.execute(app_name, app_args or "", timeout=response_timeout)
        self._raise_if_ended()
        return self.send(commands.execute(app_name, app_args or "", lock=False))

    def answer(self) -> str:
        """Answer the call."""
        return self.call_command("answer").data

    def park(self) -> None:
        """Park the call."""
        self.call_command("park")

    def playback(self, path: str, block: bool = True) -> Event | None:
        """Play a sound, to its end if `block`."""
        if block:
            return self.execute("playback", path)
        self.call_command("playback", path)
        return None

    def play_and_get_digits(
        self,
        min_digits: int | None = None,
        max_digits: int | None = None,
        max_attempts: int | None = None,
        timeout: int | None = None,
        terminators: str | None = None,
        prompt_file: str | None = None,
        error_file: str | None = None,
        variable: str | None = None,
        digits_regex: str | None = None,
        digit_timeout: int | None = None,
        transfer_on_fail: str | None = None,
        block: bool = True,
        response_timeout: float | None = 30,
    ) -> str | None:
        """Play a prompt and return the digits pressed, None if there were none; times in milliseconds.

        An argument left out in the middle keeps its place.
        """
        given = (
            min_digits, max_digits, max_attempts, timeout, terminators, prompt_file, error_file,
            variable, digits_regex, digit_timeout, transfer_on_fail,
        )  # fmt: skip
        last = max((n for n, value in enumerate(given, 1) if value is not None), default=0)
        arg = app_args(*("" if value is None else str(value) for value in given[:last]))
        if not block:
            self.call_command("play_and_get_digits", arg)
            return None
        event = self.execute("play_and_get_digits", arg, timeout=response_timeout)
        return event.headers.get(f"variable_{variable}")

    def say(
        self,
        module_name: str = "en",
        lang: str | None = None,
        say_type: str = "NUMBER",
        say_method: str = "pronounced",
        gender: str = "FEMININE",
        text: str | None = None,
        block: bool = True,
        response_timeout: float | None = 30,
    ) -> Event | None:
        """Say a number, a date or a time with FreeSWITCH's phrase modules."""
        module = f"{module_name}:{lang}" if lang else module_name
        arg = app_args(module, say_type, say_method, gender, text or "")
        if not block:
            self.call_command("say", arg)
            return None
        return self.execute("say", arg, timeout=response_timeout)

    def bridge(self, args: str, block: bool = True, response_timeout: float | None = None) -> Event:
        """Bridge to a dial string."""
        return self.call_command("bridge", args, block, response_timeout)

    def uuid_break(self) -> None:
        """Interrupt what is playing."""
        self._raise_if_ended()
        self.send(commands.api("uuid_break", self.uuid))

    def register_handle(self, name: str, handler: Handler) -> None:
        """Call `handler(event)` for this call's events, one after the other; see `Handlers`."""
        self._handlers.register(name, handler)

    def unregister_handle(self, name: str, handler: Handler) -> None:
        """Undo `register_handle`; `ValueError` if there is no such handler."""
        self._handlers.unregister(name, handler)

    def raise_if_disconnected(self) -> None:
        """`CallEnded` if the caller has hung up."""
        self._raise_if_ended()

    def while_connected(self) -> WhileConnected:
        """A ``with`` block or decorator that raises `CallEnded` if the call is over at either end."""
        return WhileConnected(self)

    def _raise_if_ended(self) -> None:
        if self.ended:
            raise CallEnded(self.cause)

    # -- what comes in

    def _on_frame(self, event: Event) -> None:
        if event.content_type == "text/event-plain":
            name = event.name
            if name in OUTCOMES:
                self._waits.deliver(event, name)
            if name == "CHANNEL_HANGUP" and event.uuid == self.uuid:
                self._end(event.headers.get("Hangup-Cause") or "NORMAL_CLEARING")
            self._heard(event)
        elif event.content_type == "text/disconnect-notice":
            lingering = event.headers.get("Content-Disposition") == "linger"
            self._end("NORMAL_CLEARING" if lingering else "DETACHED")
        handlers = self._handlers.of(key_of(event))
        if handlers:
            if self._dispatcher is None:  # most calls have no handlers
                self._dispatcher = Dispatcher(_run)
            self._dispatcher.put((handlers, event))

    def _on_lost(self, reason: str) -> None:
        self._end("CONNECTION_LOST")

    def _end(self, cause: str) -> None:
        super()._end(cause)
        self._waits.end_leg(self.uuid, self.cause)


def _run(work: tuple[tuple[Handler, ...], Event]) -> None:
    run(*work)


class WhileConnected:
    """What `OutboundSession.while_connected` returns."""

    def __init__(self, session: OutboundSession) -> None:
        self._session = session

    def __enter__(self) -> WhileConnected:
        self._session.raise_if_disconnected()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.raise_if_disconnected()

    def __call__(self, function: _F) -> _F:
        """Guard a function with this block."""

        @functools.wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            with self:
                return function(*args, **kwargs)

        return guarded  # type: ignore[return-value]
