"""One browser's socket: JSON-RPC, and the login before everything."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from fsbridge.embedded.vertomethods import RUN, Refusal, text

if TYPE_CHECKING:
    from fsbridge.embedded.verto import Verto

Send = Callable[[Any], object]
"""Takes what can be written as JSON."""

INVALID, AUTH_REQUIRED, AUTH_FAILED = -32600, -32000, -32001
LONGEST_ID = 36
"""Characters of a ``sessid`` that count: mod_verto keeps as many as a UUID has."""
NO_METHOD = -32601, "Invalid Method, Missing Method or Permission Denied"
PING = 30.0
"""Seconds of silence after which the switch asks whether the browser is there; nobody checks the answer."""


class VertoSession:
    """What the switch knows of one socket; everything before a login is refused."""

    def __init__(self, verto: Verto, send: Send, close: Callable[[], object], address: str) -> None:
        self._verto, self._send, self._close = verto, send, close
        self.address = address
        self.user = self.sessid = ""
        self.variables: Mapping[str, str] = {}
        """The user's, as they were at log-in."""
        self._bound = self._over = False
        self._heard = 0.0
        self._event("verto::client_connect")

    @property
    def uid(self) -> str:
        """``user@domain``."""
        return f"{self.user}@{self._verto.conf.domain}"

    # -- from the browser -----------------------------------------------------------------------

    def feed(self, message: str) -> None:
        """Takes one message: a request, several in a list, or an answer to one of ours."""
        if self._over:
            return
        self._heard = self._verto.core.clock.elapsed
        if message.startswith("#"):
            if not self.user:
                self.put_out()
            return  # a speed test, of which browsers of today know nothing
        try:
            request = _read(message)
        except (ValueError, RecursionError):
            self._send(_error(INVALID, "Invalid Request", None))
            return
        if isinstance(request, list):
            answers = [self._answer(one) for one in request]
            self._send([answer for answer in answers if answer is not None])
        elif (answer := self._answer(request)) is not None:
            self._send(answer)
        if self.user and not self._bound:
            self.put_out()  # its session is somebody else's

    def lost(self) -> None:
        """The socket is closed."""
        if not self._over:
            self._over = True
            self._verto.gone(self)
        self._event("verto::client_disconnect", verto_login=self.uid if self.user else "")

    # -- to the browser -------------------------------------------------------------------------

    def ask(self, method: str, params: Mapping[str, Any]) -> None:
        """Send a request; the browser's answer is not waited for."""
        request = {"jsonrpc": "2.0", "id": self._verto.next_id(), "method": method, "params": dict(params)}
        self._send(request)

    def put_out(self) -> None:
        """Close the socket, and forget whose it was."""
        self._over = True
        self._close()

    # -- the machinery --------------------------------------------------------------------------

    def _answer(self, request: Any) -> dict[str, Any] | None:
        fields = request if isinstance(request, dict) else {}
        number, method = fields.get("id"), text(fields, "method")
        if text(fields, "jsonrpc") != "2.0":
            return _error(INVALID, "Invalid message", number)
        if "result" in fields:
            return None
        params = fields.get("params")
        params = params if isinstance(params, dict) else None
        try:
            if not self.user or method == "login":
                self._log_in(params)
            self._bind(params)
            run = RUN.get(method) if method == "login" or self._allowed(method) else None
            if run is None:
                raise Refusal(*NO_METHOD)
            result = run(self._verto, self, params)
        except Refusal as refusal:
            return {"jsonrpc": "2.0", "id": number, "error": refusal.error}
        echo = (params or {}).get("echoParams")
        if echo:
            result["requestParams"] = dict(params or {}) if echo is True or echo == "true" else echo
        return {"jsonrpc": "2.0", "id": number, "result": {**result, "sessid": self.sessid}}

    def _allowed(self, method: str) -> bool:
        allowed = self._verto.conf.methods
        return method in allowed or method.partition(".")[0] in allowed

    def _log_in(self, params: Mapping[str, Any] | None) -> None:
        if params is None:
            raise Refusal(AUTH_FAILED, "Missing params")
        login, password = text(params, "login"), text(params, "passwd")
        if not login:
            raise Refusal(AUTH_REQUIRED, "Authentication Required")
        name = login.partition("@")[0]
        user = self._verto.users.get(name)
        wrong = ""
        if not password:
            wrong = "Missing passwd"
        elif user is None:
            wrong = "Login Incorrect"
        else:
            hashed = hashlib.md5(f"{name}:{self._verto.conf.domain}:{password}".encode()).hexdigest()
            given, known = (hashed, user.a1_hash) if user.a1_hash else (password, user.password)
            if not known or not hmac.compare_digest(given.encode(), known.encode()):
                wrong = "Authentication Failure"
        if wrong:
            self._event("verto::login", verto_login=login, verto_success="0", verto_result_txt=wrong)
            raise Refusal(AUTH_FAILED, wrong)
        self.user = name
        if user is not None:
            self.variables = user.variables

    def _bind(self, params: Mapping[str, Any] | None) -> None:
        if self._bound:
            return
        self.sessid = text(params or {}, "sessid")[:LONGEST_ID] or self._verto.core.uuid()
        if not self._verto.bind(self):
            self.sessid = ""
            raise Refusal(AUTH_FAILED, "Session in use")
        self._bound = True
        self._event(
            "verto::login",
            verto_login=text(params or {}, "login"),
            verto_sessid=self.sessid,
            verto_success="1",
            verto_result_txt="Logged in",
        )
        self._verto.core.soon(lambda: None if self._over else self._verto.welcome(self))
        self._ping_when_silent()
        self._end_in_time()

    def _end_in_time(self) -> None:
        """The user's ``login-expires`` is the second at which the socket is dropped; one gone by is 300 s."""
        when = self.variables.get("login-expires", "")
        if not when.isdecimal():
            return
        core = self._verto.core
        left = int(when) - core.second()
        core.clock.later(float(left if left > 0 else 300), self._expire)

    def _expire(self) -> None:
        if not self._over:
            self._verto.gone(self)
            self.put_out()

    def _ping_when_silent(self) -> None:
        core = self._verto.core
        silent = core.clock.elapsed - self._heard
        if self._over:
            return
        if silent >= PING:
            self.ask("verto.ping", {"serno": core.second()})
            self._heard, silent = core.clock.elapsed, 0.0
        core.clock.later(PING - silent, self._ping_when_silent)

    def _event(self, subclass: str, **headers: str) -> None:
        about = {"verto_profile_name": self._verto.conf.profile, "verto_client_address": self.address}
        self._verto.core.fire("CUSTOM", {**about, **headers}, subclass=subclass)


def _read(message: str) -> Any:
    """The JSON of a message; half a character (a lone surrogate) becomes ``?``."""
    found = json.loads(message)
    if "\\u" in message:
        found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    return found


def _error(code: int, message: str, number: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "error": {"code": code, "message": message}, "id": number}
