"""`OutboundESLServer`: the listener to which FreeSWITCH's ``socket`` application brings its calls."""

from __future__ import annotations

import ipaddress
import logging
import socket as sockets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, cast

import gevent
from gevent import socket
from gevent.event import Event as Signal
from gevent.server import StreamServer

from fsbridge.errors import ConfigError, FsbridgeError, OutboundSessionHasGoneAway
from fsbridge.esl.fallback import Fallback, leave_to_freeswitch
from fsbridge.esl.outbound import OutboundSession

logger = logging.getLogger(__name__)

BACKLOG = 1024
"""Calls the kernel holds for us while we are busy; each waits unanswered."""
HAND_OVER = 7.0
"""Seconds the last calls of a drain have to be handed to the fallback."""


class Application(Protocol):
    """What handles one call."""

    def run(self) -> object:
        """Handle the call; it is over for us when this returns."""


@dataclass(frozen=True)
class Drained:
    """What became of the calls that had not ended when a drain ran out of time."""

    handed_over: int = 0
    """To the fallback."""
    left_alone: int = 0
    """In a talk or a queue, with FreeSWITCH."""


class OutboundESLServer:
    """Accepts calls and runs ``application(session).run()`` for each in a greenlet of its own.

    `bind_port` may be a list: the first free one is taken (0: any). `allow` names the networks that
    may connect; None allows all. A call beyond `max_connections`, one whose application failed, and
    one that still needs us when a drain runs out of time go to `fallback`; without one they are let go,
    and FreeSWITCH goes on with the dialplan's next action.

    >>> class Greeting:
    ...     def __init__(self, session): self.session = session
    ...     def run(self): self.session.answer()
    >>> server = OutboundESLServer(bind_port=0, application=Greeting, max_connections=500)
    >>> server.start(); server.connection_count; server.stop()
    0
    """

    def __init__(
        self,
        bind_address: str = "127.0.0.1",
        bind_port: int | Sequence[int] = 8000,
        application: Callable[[OutboundSession], Application] | None = None,
        max_connections: int = 100,
        *,
        allow: Iterable[str] | None = None,
        fallback: Fallback | None = None,
    ) -> None:
        if application is None:
            raise ValueError("You need an Application to control your calls.")
        self.bind_address = bind_address
        self.bind_port = list(bind_port) if isinstance(bind_port, Sequence) else [bind_port]
        if not self.bind_port:
            raise ValueError("bind_port must be a port number or a list of them")
        self.bound_port: int | None = None
        self.application = application
        self.max_connections = max_connections
        self.fallback = fallback
        self._allow = None if allow is None else [ipaddress.ip_network(network) for network in allow]
        self._server: StreamServer | None = None
        self._calls: dict[gevent.Greenlet[..., object], OutboundSession] = {}
        self._stopped = Signal()
        self.served = 0
        self.turned_away = 0
        self._drained = Drained()

    @property
    def connection_count(self) -> int:
        """Calls being served now."""
        return len(self._calls)

    # -- life

    def start(self) -> None:
        """Bind and begin to accept; `ConfigError` if no port is free."""
        if self._server is not None:
            return
        listener = self._bind()
        self.bound_port = listener.getsockname()[1]
        self._stopped.clear()
        self._server = StreamServer(listener, self._accept)
        self._server.start()
        logger.info("calls are served at %s:%s", self.bind_address, self.bound_port)

    def listen(self) -> None:
        """Serve until `stop` is called and the last call has ended."""
        self.start()
        self._stopped.wait()
        gevent.joinall(list(self._calls))

    def stop(self) -> None:
        """Accept no more calls; those in progress go on, and `listen` returns after them."""
        if self._server is not None:
            self._server.stop(timeout=0)
            self._server.close()
            self._server = None
        self._stopped.set()

    def drain(self, seconds: float) -> Drained:
        """Accept no more, let calls end for `seconds`, then part with the rest; returns what became of those.

        Who talks or waits in a queue is left there, with FreeSWITCH; the others go to the fallback.
        """
        self.stop()
        self._drained = Drained()
        gevent.joinall(list(self._calls), timeout=seconds)
        left = list(self._calls)
        for greenlet in left:
            greenlet.kill(ServerDrained, block=False)
        gevent.joinall(left, timeout=HAND_OVER)
        return self._drained

    def _bind(self) -> socket.socket:
        family = sockets.AF_INET6 if ":" in self.bind_address else sockets.AF_INET
        problem: OSError | None = None
        for port in self.bind_port:
            listener = socket.socket(family, sockets.SOCK_STREAM)
            listener.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
            listener.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)  # calls inherit it
            try:
                listener.bind((self.bind_address, int(port)))
                listener.listen(BACKLOG)
            except OSError as error:
                listener.close()
                problem = error
                continue
            return listener
        ports = ", ".join(map(str, self.bind_port))
        raise ConfigError(f"cannot listen at {self.bind_address} port {ports}: {problem}; name a free port")

    # -- a call

    def _accept(self, sock: socket.socket, address: tuple[str, int]) -> None:
        if not self._allowed(address[0]):
            logger.error("refused a connection from %s, which is not in the allow-list", address[0])
            return
        session = OutboundSession(address, sock)
        try:
            self._serve(session)
        except OutboundSessionHasGoneAway:
            logger.debug("the call %s was over before its application ended", session.uuid)
        except ServerDrained:
            self._part(session)
        except FsbridgeError as error:
            logger.error("call %s: %s", session.uuid or "not known yet", error)
        finally:
            session.stop()

    def _serve(self, session: OutboundSession) -> None:
        session.connect()
        if len(self._calls) >= self.max_connections:
            self.turned_away += 1
            self._fall_back(session, f"all {self.max_connections} places are taken")
            return
        greenlet = cast("gevent.Greenlet[..., object]", gevent.getcurrent())
        self._calls[greenlet] = session
        try:
            self.application(session).run()
        except FsbridgeError:
            raise
        except Exception:  # the application's own bug: the caller must not pay for it
            logger.exception("the application failed in call %s", session.uuid)
            self._fall_back(session, "its application failed")
        finally:
            del self._calls[greenlet]
            self.served += 1

    def _part(self, session: OutboundSession) -> None:
        if session.ended:
            return
        try:
            left_alone = leave_to_freeswitch(session)
        except FsbridgeError as error:  # it has left, or may not ask: 'full' is missing
            logger.debug("call %s: %s", session.uuid, error)
            left_alone = False
        if left_alone:
            logger.info("call %s stays where it is: the server is closing", session.uuid)
            self._drained = replace(self._drained, left_alone=self._drained.left_alone + 1)
            return
        self._drained = replace(self._drained, handed_over=self._drained.handed_over + 1)
        self._fall_back(session, "the server is closing")

    def _fall_back(self, session: OutboundSession, why: str) -> None:
        if self.fallback is None or session.ended:
            return
        logger.warning("call %s goes to %s: %s", session.uuid, self.fallback, why)
        try:
            self.fallback.take(session)
        except OutboundSessionHasGoneAway:
            logger.debug("call %s has left", session.uuid)
        except FsbridgeError as error:
            logger.error("call %s could not be sent to %s: %s", session.uuid, self.fallback, error)

    def _allowed(self, host: str) -> bool:
        if self._allow is None:
            return True
        address = ipaddress.ip_address(host)
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address in network for network in self._allow)


class ServerDrained(gevent.GreenletExit):
    """Thrown into a call's greenlet when a drain runs out of time."""
