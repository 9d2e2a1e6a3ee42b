"""Where call detail records go: into a folder, or to a URL and into the folder when that fails."""

from __future__ import annotations

import base64
import logging
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import gevent
from gevent import socket
from gevent.queue import Queue as Pipe

from fsbridge.embedded.records import as_json
from fsbridge.errors import ConfigError

logger = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds for one posting."""


class Spool:
    """Writes each record into a folder as ``UUID.cdr.json``, whole or not at all.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Spool(folder)({"variables": {"uuid": "7f1c"}})
    ...     [path.name for path in Path(folder).iterdir()]
    ['7f1c.cdr.json']
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, record: dict[str, object]) -> None:
        """Take one record."""
        variables = record["variables"]
        uuid = variables["uuid"] if isinstance(variables, dict) else ""
        path = self.folder / f"{uuid}.cdr.json"
        draft = path.with_suffix(".part")
        draft.write_bytes(as_json(record))
        draft.rename(path)


class Post:
    """Posts each record to an ``http://`` URL as JSON, one after the other; what fails is spooled.

    `wait` returns when everything given so far has been posted or spooled.
    """

    def __init__(self, url: str, spool: Spool, *, user: str = "", password: str = "") -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ConfigError(f"call records cannot be posted to {url!r}; give an http:// address")
        self._host, self._port = parts.hostname, parts.port or 80
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._spool = spool
        self._headers = {"Content-Type": "application/json"}
        if user:
            token = base64.b64encode(f"{user}:{password}".encode()).decode()
            self._headers["Authorization"] = f"Basic {token}"
        self._pipe: Pipe[dict[str, object] | None] = Pipe()
        self._worker = gevent.spawn(self._work)

    def __call__(self, record: dict[str, object]) -> None:
        """Take one record."""
        self._pipe.put(record)

    def wait(self) -> None:
        """Wait until all is delivered, and take no more."""
        self._pipe.put(None)
        self._worker.join()

    def _work(self) -> None:
        while (record := self._pipe.get()) is not None:
            try:
                self._post(as_json(record))
            except (OSError, HTTPException) as error:
                logger.warning(
                    "a call record could not be posted, it goes into %s: %s", self._spool.folder, error
                )
                self._spool(record)

    def _post(self, body: bytes) -> None:
        connection = HTTPConnection(self._host, self._port)
        connection.sock = socket.create_connection((self._host, self._port), timeout=PATIENCE)
        try:
            connection.request("POST", self._path, body, self._headers)
            status = connection.getresponse().status
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise HTTPException(f"the answer was {status}")
