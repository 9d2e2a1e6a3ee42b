"""From a host and a password to a connection that is logged in, or a clear word why not."""

from __future__ import annotations

import socket as sockets
from typing import cast

from gevent import socket
from gevent.event import AsyncResult

from fsbridge.errors import AccessDenied, AuthenticationError, NotConnectedError
from fsbridge.esl import commands
from fsbridge.esl.connection import DEADLINE, Connection, EventHandler, LossHandler
from fsbridge.esl.frames import MAX_FRAME, Event

KEEPALIVE_IDLE, KEEPALIVE_INTERVAL, KEEPALIVE_PROBES = 10, 4, 3
"""Seconds and a count: the kernel finds a peer that vanished within 22 s of silence."""


def log_in(
    host: str,
    port: int,
    password: str,
    *,
    on_event: EventHandler,
    on_lost: LossHandler,
    timeout: float = DEADLINE,
    max_frame: int = MAX_FRAME,
) -> Connection:
    """A connection on which FreeSWITCH has accepted the password.

    `AuthenticationError` and `AccessDenied` mean that trying again is useless; any other
    `NotConnectedError` may pass. No peer, however silent, holds this up beyond `timeout` seconds
    for the connecting, for the greeting and for the log-in each.
    """
    greeting: AsyncResult[Event] = AsyncResult()

    def on_frame(event: Event) -> None:
        if not greeting.ready():
            greeting.set(event)
        else:
            on_event(event)

    def on_end(reason: str) -> None:
        if not greeting.ready():
            greeting.set_exception(
                NotConnectedError(f"{host}:{port} closed the connection before its greeting: {reason}")
            )
        on_lost(reason)

    connection = Connection(
        _open_socket(host, port, timeout), on_event=on_frame, on_lost=on_end, max_frame=max_frame
    )
    try:
        greeting.wait(timeout)
        if not greeting.ready():
            raise NotConnectedError(f"{host}:{port} did not greet within {timeout:g} s")
        _check_greeting(cast(Event, greeting.get()), host, port)
        reply = connection.send(commands.auth(password), timeout)
        if not reply.text.startswith("+OK accepted"):
            raise AuthenticationError(
                f"Invalid password: FreeSWITCH at {host}:{port} says {reply.text!r}; "
                "it must equal the one in event_socket.conf.xml"
            )
    except BaseException:
        connection.close("the log-in failed")
        raise
    return connection


def _check_greeting(event: Event, host: str, port: int) -> None:
    if event.content_type == "text/rude-rejection":
        raise AccessDenied(
            f"FreeSWITCH at {host}:{port} refuses this host; "
            "add it to the list that apply-inbound-acl names in event_socket.conf.xml"
        )
    if event.content_type != "auth/request":
        raise NotConnectedError(f"{host}:{port} does not greet like FreeSWITCH: {event.content_type!r}")


def _open_socket(host: str, port: int, timeout: float) -> socket.socket:
    try:
        sock = socket.create_connection((host, port), timeout)
    except TimeoutError as error:
        raise NotConnectedError(f"{host}:{port} did not accept a connection within {timeout:g} s") from error
    except OSError as error:
        raise NotConnectedError(f"{host}:{port}: {error}") from error
    sock.settimeout(None)
    sock.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)
    sock.setsockopt(sockets.SOL_SOCKET, sockets.SO_KEEPALIVE, 1)
    sock.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_KEEPIDLE, KEEPALIVE_IDLE)
    sock.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_KEEPINTVL, KEEPALIVE_INTERVAL)
    sock.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_KEEPCNT, KEEPALIVE_PROBES)
    # Keepalive is silent while data is unacknowledged; this bounds that case, in milliseconds.
    sock.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_USER_TIMEOUT, 20_000)
    return sock
