"""Where FreeSWITCH posts its call records: HTTP on loopback, behind a name and a secret.

What is answered decides what becomes of a record: 2xx, it is kept for good; anything else, FreeSWITCH
leaves its file to the spool. So 2xx is said only after the store has it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol

from gevent import socket
from gevent.pywsgi import WSGIServer

from fsbridge.adapters.cdr.parse import LARGEST, BadRecord, parse
from fsbridge.domain.records import LegRecord
from fsbridge.errors import ConfigError, FsbridgeError
from fsbridge.services.history import RecordRefused

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

logger = logging.getLogger(__name__)

PATH = "/cdr"
USER = "freeswitch"
"""The name FreeSWITCH gives with the secret."""


class Taker(Protocol):
    """Whoever keeps records; `fsbridge.services.history.Past` for one."""

    def take(self, record: LegRecord) -> bool: ...


class Receiver:
    """The WSGI application that takes records.

    >>> class Nobody:
    ...     def take(self, record): return True
    >>> said = []
    >>> receiver = Receiver(Nobody(), "a secret")
    >>> _ = receiver({"PATH_INFO": "/cdr"}, lambda status, headers: said.append(status))
    >>> said
    ['401 Unauthorized']
    """

    def __init__(self, past: Taker, secret: str) -> None:
        self._past = past
        self._expected = f"{USER}:{secret}".encode()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request."""
        status, text = self._answer(environ)
        body = f"{text}\n".encode()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
        if status.startswith("401"):
            headers.append(("WWW-Authenticate", 'Basic realm="call records"'))
        if not status.startswith("2"):
            headers.append(("Connection", "close"))  # what was not read would be taken for a request
            logger.warning("a call record was answered with %s: %s", status, text)
        start_response(status, headers)
        return [body]

    def _answer(self, environ: WSGIEnvironment) -> tuple[str, str]:
        if not self._knows(environ.get("HTTP_AUTHORIZATION", "")):
            return "401 Unauthorized", "name and secret are missing or wrong"
        if environ.get("PATH_INFO") != PATH:
            return "404 Not Found", f"records are posted to {PATH}"
        if environ.get("REQUEST_METHOD") != "POST":
            return "405 Method Not Allowed", "records are posted"
        length = environ.get("CONTENT_LENGTH", "")
        if not length.isdecimal():
            return "411 Length Required", "say how long the record is"
        if int(length) > LARGEST:
            return "413 Content Too Large", f"{length} bytes; the largest record taken has {LARGEST}"
        body: bytes = environ["wsgi.input"].read(int(length))
        if len(body) != int(length):
            return "400 Bad Request", f"{len(body)} bytes of {length} came"
        try:
            new = self._past.take(parse(body))
        except BadRecord as error:
            return "400 Bad Request", str(error)
        except RecordRefused as error:
            return "422 Unprocessable Content", str(error)
        except FsbridgeError as error:
            return "503 Service Unavailable", str(error)
        return "200 OK", "kept" if new else "known"

    def _knows(self, header: str) -> bool:
        scheme, _, given = header.partition(" ")
        try:
            plain = base64.b64decode(given.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return scheme.lower() == "basic" and hmac.compare_digest(plain, self._expected)


def receiving(past: Taker, secret: str, *, address: str = "127.0.0.1", port: int = 8085) -> Any:
    """A server for a `Receiver`, to be started; ConfigError beyond loopback, or if the port is taken.

    >>> receiving(None, "a secret", address="0.0.0.0")
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: cdr.listen is '0.0.0.0'; records are taken on loopback only, for example ...
    """
    try:
        place = ipaddress.ip_address(address)
    except ValueError:
        place = None
    if place is None or not place.is_loopback:
        raise ConfigError(
            f"cdr.listen is {address!r}; records are taken on loopback only, for example 127.0.0.1"
        )
    listener = socket.socket(socket.AF_INET6 if place.version == 6 else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise ConfigError(f"cdr.port {port} cannot be used: {error.strerror}; choose another") from None
    application: Callable[..., Iterable[bytes]] = Receiver(past, secret)
    return WSGIServer(listener, application, log=None, error_log=logger)
