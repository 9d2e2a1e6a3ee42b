"""FreeSWITCH's directory, a file for each operator who may log in, and the way to throw somebody out.

mod_verto compares a log-in with the directory in FreeSWITCH's memory, so a change is a small file, written
whole, and one ``reloadxml``. The file holds a digest alone. mod_verto has no command that ends a browser's
session; it drops a socket when the same user logs in with the same ``sessid``, and that is what is done here.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import socket
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from wsproto import ConnectionType, WSConnection
from wsproto.events import CloseConnection, Message, Request, TextMessage
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from fsbridge.adapters.switchconf.model import a1_hash
from fsbridge.adapters.switchconf.text import plain
from fsbridge.errors import ConfigError, FsbridgeError
from fsbridge.services.credentials import Admitted

logger = logging.getLogger(__name__)

FOLDER = Path("conf", "directory", "operators.d")
"""Where, in the rendered folder, the files are."""
PATIENCE = 3.0
"""Seconds FreeSWITCH's port for browsers is given to answer."""

SUPERVISOR = "supervisor-"
"""What the users of supervisors begin with: they need no extension, and nobody dials them."""

_SUPERVISOR = re.compile(SUPERVISOR + r"[A-Za-z0-9][A-Za-z0-9_.\-]*")
_OPERATOR, _SESSION, _EXPIRES = "fsbridge_operator", "fsbridge_session", "login-expires"


class Api(Protocol):
    """Runs one FreeSWITCH API command and returns the answer."""

    def __call__(self, name: str, *args: str) -> str: ...


class DirectoryFiles:
    """Who may log in, kept in the folder ``home`` that FreeSWITCH was rendered into on this machine.

    `browsers` is host and port at which mod_verto listens, `names` what is shown of each operator. One for
    `supervisors` keeps theirs alone, apart from the operators'. A FreeSWITCH on another machine reads other
    files: ConfigError when somebody is to be admitted.

    >>> DirectoryFiles(Path("/nowhere"), "kanazawa", lambda name, *args: "+OK", ("127.0.0.1", 1)).admitted()
    []
    """

    def __init__(
        self,
        home: Path,
        domain: str,
        api: Api,
        browsers: tuple[str, int],
        *,
        names: Callable[[], Mapping[str, str]] = dict,
        supervisors: bool = False,
    ) -> None:
        self._folder = home / FOLDER
        self._domain = domain
        self._api = api
        self._browsers = browsers
        self._names = names
        self._supervisors = supervisors

    @property
    def domain(self) -> str:
        """What stands behind the ``@`` of a log-in."""
        return self._domain

    def admit(self, who: Admitted, password: str) -> None:
        """Let somebody in by this password alone; NotConnectedError if FreeSWITCH could not be told."""
        if not self._folder.is_dir():
            raise ConfigError(
                f"{self._folder} is not there: telephones in browsers need a FreeSWITCH whose folder is on "
                "this machine; render it with `fsbridge switch run`, or run fsbridge where it is"
            )
        self._write(who, password)
        self._api("reloadxml")

    def dismiss(self, extension: str) -> None:
        """Let nobody in by this extension, and throw out who is in.

        Even if FreeSWITCH is away: it comes back without the secret.
        """
        path = self._path(extension)
        who = _read(path)
        if who is None:
            return
        secret = secrets.token_urlsafe(32)
        try:
            self._write(who, secret)
            self._api("reloadxml")
            for sessid in self._sessions(extension):
                self._throw_out(extension, secret, sessid)
        except (FsbridgeError, OSError, LocalProtocolError, RemoteProtocolError) as problem:
            logger.warning("the telephone of %s could not be thrown out: %s", who.operator, problem)
        path.unlink(missing_ok=True)
        try:
            self._api("reloadxml")
        except FsbridgeError as problem:
            logger.warning("FreeSWITCH will know when it starts that %s has left: %s", who.operator, problem)

    def admitted(self) -> Collection[Admitted]:
        """Everybody who may log in, as the files say; one that cannot be read admits nobody, and goes."""
        found = []
        for path in sorted(self._folder.glob("*.xml")):
            if path.name.startswith(SUPERVISOR) is not self._supervisors:
                continue
            who = _read(path)
            if who is not None:
                found.append(who)
            elif path.exists():
                logger.warning("%s is no operator's file: removed", path)
                path.unlink(missing_ok=True)
        return found

    def _path(self, extension: str) -> Path:
        if self._supervisors:
            if not _SUPERVISOR.fullmatch(extension):
                raise ConfigError(f"{extension!r} is no supervisor's telephone: {SUPERVISOR} and the log-in")
        elif not extension.isascii() or not extension.isdigit():
            raise ConfigError(f"extension {extension!r}: write digits")
        return self._folder / f"{extension}.xml"

    def _write(self, who: Admitted, password: str) -> None:
        path = self._path(who.extension)
        include = ET.Element("include")
        user = ET.SubElement(include, "user", id=who.extension)
        params, variables = ET.SubElement(user, "params"), ET.SubElement(user, "variables")
        hashed = a1_hash(who.extension, self._domain, password)
        for name, value in {"a1-hash": hashed, "verto-context": "operators"}.items():
            ET.SubElement(params, "param", name=name, value=value)
        for name, value in {
            "user_context": "operators",
            "effective_caller_id_name": self._names().get(who.operator, who.operator),
            "effective_caller_id_number": who.extension,
            _OPERATOR: who.operator,
            _SESSION: who.session,
            _EXPIRES: str(int(who.expires.timestamp())),
        }.items():
            ET.SubElement(variables, "variable", name=name, value=plain(name, value))
        ET.indent(include)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(ET.tostring(include, encoding="unicode") + "\n")
        os.replace(temporary, path)

    def _sessions(self, extension: str) -> list[str]:
        """The ids of the browsers that are logged in by an extension."""
        answer = self._api("verto_contact", f"{extension}@{self._domain}").strip()
        if "error/" in answer:
            return []
        return answer.removeprefix("verto.rtc/u:").split(",verto.rtc/u:")

    def _throw_out(self, extension: str, secret: str, sessid: str) -> None:
        """Take the session's place, so that mod_verto drops its socket, and leave."""
        login = {"login": f"{extension}@{self._domain}", "passwd": secret, "sessid": sessid}
        asked = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "login", "params": login})
        host, port = self._browsers
        protocol = WSConnection(ConnectionType.CLIENT)
        with socket.create_connection((host, port), timeout=PATIENCE) as sock:
            sock.sendall(protocol.send(Request(host=f"{host}:{port}", target="/")))
            opened = False
            while data := sock.recv(65536):
                protocol.receive_data(data)
                for event in protocol.events():
                    if isinstance(event, Message):
                        sock.sendall(protocol.send(CloseConnection(1000)))
                        return
                if not opened:
                    opened = True
                    sock.sendall(protocol.send(TextMessage(asked)))


def _read(path: Path) -> Admitted | None:
    """What a file says; None if there is none, or it is no file of ours."""
    try:
        user = ET.parse(path).find("user")
        if user is None:
            return None
        values = {one.get("name", ""): one.get("value", "") for one in user.iter("variable")}
        expires = datetime.fromtimestamp(int(values[_EXPIRES]), UTC)
        return Admitted(user.attrib["id"], values[_OPERATOR], values[_SESSION], expires)
    except FileNotFoundError:
        return None
    except (ET.ParseError, KeyError, ValueError, OverflowError):
        return None
