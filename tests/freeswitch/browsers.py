"""Browsers without a face: Verto's JSON-RPC over a WebSocket, with SDP as Chromium writes it."""

from __future__ import annotations

import itertools
import json
import re
import socket
import uuid as uuids
from collections import deque
from collections.abc import Callable, Collection
from typing import Any, Self

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Request, TextMessage

Message = dict[str, Any]

_OFFERED = ["111 opus/48000/2", "0 PCMU/8000", "126 telephone-event/8000"]
_SESSION = """\
v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=extmap-allow-mixed
a=msid-semantic: WMS stream
m=audio 50000 UDP/TLS/RTP/SAVPF {numbers}
c=IN IP4 127.0.0.1
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:1 1 udp 2113937151 127.0.0.1 50000 typ host generation 0 network-cost 999
a=ice-ufrag:Yb3k
a=ice-pwd:4PhNd6xB0lGq1hTzGv1bqQkZ
a=ice-options:trickle
a=fingerprint:sha-256 {fingerprint}
a=setup:{setup}
a=mid:0
a=sendrecv
a=msid:stream track
a=rtcp-mux
a=rtcp-rsize
{codecs}
a=ssrc:3735928559 cname:browser
"""
_FINGERPRINT = ":".join(f"{byte:02X}" for byte in range(32))


def _written(setup: str, codecs: list[str]) -> str:
    filled = _SESSION.format(
        fingerprint=_FINGERPRINT,
        setup=setup,
        numbers=" ".join(codec.split()[0] for codec in codecs),
        codecs="\n".join(f"a=rtpmap:{codec}" for codec in codecs),
    )
    return filled.replace("\n", "\r\n")


def an_offer() -> str:
    """What Chromium sends when it calls."""
    return _written("actpass", _OFFERED)


def an_answer(offer: str) -> str:
    """What Chromium sends when it takes a call: the offered codecs by their offered numbers."""
    return _written("active", re.findall(r"a=rtpmap:(\d+ \S+)", offer))


class Browser:
    """One tab of a browser. What the switch asks of it waits in `asked`, in order."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), timeout=20)
        self._protocol = WSConnection(ConnectionType.CLIENT)
        self._ids = itertools.count(1)
        self.answers: dict[Any, Any] = {}
        """Answers nobody has taken, by id; to a batch, and to what had no id, None."""
        self._open = False
        self.asked: deque[Message] = deque()
        self.closed = False
        self.sessid = ""
        self._send(Request(host=f"{host}:{port}", target="/"))
        self._read(lambda: self._open, "the WebSocket")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def leave(self) -> None:
        """The tab is closed, or reloaded, or its machine loses power: the socket is gone."""
        self._socket.close()

    # -- asking the switch ----------------------------------------------------------------------

    def ask(self, method: str, /, **params: Any) -> Message:
        """The answer to one request: it has a ``result`` or an ``error``."""
        number = next(self._ids)
        if self.sessid:
            params = {"sessid": self.sessid, **params}
        self.say({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        self._read(lambda: number in self.answers, f"the answer to {method}")
        return dict(self.answers.pop(number))

    def answer_to(self, number: Any) -> Any:
        """What the switch answers to what was said by this id."""
        self._read(lambda: number in self.answers, f"the answer to {number}")
        return self.answers.pop(number)

    def say(self, message: Any) -> None:
        """Send anything as JSON; a text goes as it is."""
        self._send(TextMessage(message if isinstance(message, str) else json.dumps(message)))

    def log_in(self, user: str, password: str, sessid: str) -> Message:
        """Ask to be let in; the tab's ``sessid`` from now on."""
        self.sessid = sessid
        return self.ask("login", login=f"{user}@kanazawa", passwd=password)

    def in_dialog(self, method: str, call: str, /, **params: Any) -> Message:
        """Ask about a call."""
        return self.ask(method, dialogParams={"callID": call}, **params)

    def invite(self, number: str) -> tuple[str, Message]:
        """Call a number; the call's id and the answer."""
        call = str(uuids.uuid4())
        dialog = {"callID": call, "destination_number": number, "caller_id_name": "佐藤"}
        return call, self.ask("verto.invite", sdp=an_offer(), dialogParams=dialog)

    def take(self, invite: Message) -> str:
        """Answer a call that rings; its id."""
        call = str(invite["callID"])
        assert "result" in self.in_dialog("verto.answer", call, sdp=an_answer(invite["sdp"]))
        return call

    # -- being asked ----------------------------------------------------------------------------

    def hears(self, method: str, *, after: Collection[str] = ()) -> Message:
        """The params of the next request, which must be of this method; what `after` names may precede it."""
        while True:
            self._read(lambda: bool(self.asked), method)
            request = self.asked.popleft()
            if request["method"] not in after:
                assert request["method"] == method, request
                return dict(request["params"])

    def is_put_out(self) -> None:
        """Wait until the switch closes the socket."""
        self._read(lambda: self.closed, "the end of the socket")

    # -- the machinery --------------------------------------------------------------------------

    def _send(self, event: Any) -> None:
        self._socket.sendall(self._protocol.send(event))

    def _read(self, reached: Callable[[], bool], what: str) -> None:
        while not reached():
            assert not self.closed, f"the switch closed the socket before {what}"
            try:
                data = self._socket.recv(65536)
            except TimeoutError:
                raise AssertionError(f"never came: {what}; asked were {list(self.asked)}") from None
            except ConnectionResetError:
                data = b""
            self._protocol.receive_data(data or None)
            for event in self._protocol.events():
                self._take(event)

    def _take(self, event: Any) -> None:
        if isinstance(event, AcceptConnection):
            self._open = True
        elif isinstance(event, CloseConnection):
            self.closed = True
        elif isinstance(event, TextMessage):
            message = json.loads(event.data)
            if "method" in message:
                self.asked.append(message)
            else:
                self.answers[None if isinstance(message, list) else message["id"]] = message
