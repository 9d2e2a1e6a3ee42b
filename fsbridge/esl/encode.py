"""Frames as FreeSWITCH writes them, for stand-ins that speak its side of the wire.

The order of headers and the texts follow mod_event_socket of FreeSWITCH 1.11.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote_from_bytes

Pairs = Mapping[str, str] | Iterable[tuple[str, str]]

_SAFE = "!$'()*,-./_~"  # beside letters and digits; FreeSWITCH encodes the rest


def encode_headers(headers: Pairs) -> bytes:
    """Header lines, values percent-encoded.

    >>> encode_headers({"Hangup-Cause": "NORMAL_CLEARING", "caller": "a b"})
    b'Hangup-Cause: NORMAL_CLEARING\\ncaller: a%20b\\n'
    """
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return b"".join(
        b"%b: %b\n" % (name.encode(), quote_from_bytes(value.encode(), safe=_SAFE).encode() or b"_undef_")
        for name, value in pairs
    )


def encode_event(headers: Pairs, body: str | bytes = b"") -> bytes:
    """One whole ``text/event-plain`` frame.

    >>> encode_event({"Event-Name": "HEARTBEAT"})
    b'Content-Length: 23\\nContent-Type: text/event-plain\\n\\nEvent-Name: HEARTBEAT\\n\\n'
    """
    inner = encode_headers(headers)
    if isinstance(body, str):
        body = body.encode()
    inner += b"Content-Length: %d\n\n%b" % (len(body), body) if body else b"\n"
    return b"Content-Length: %d\nContent-Type: text/event-plain\n\n%b" % (len(inner), inner)


def encode_reply(text: str, extra: Pairs = ()) -> bytes:
    """The reply to a command.

    >>> encode_reply("+OK accepted")
    b'Content-Type: command/reply\\nReply-Text: +OK accepted\\n\\n'
    """
    pairs = extra.items() if isinstance(extra, Mapping) else extra
    more = "".join(f"{name}: {value}\n" for name, value in pairs)
    return f"Content-Type: command/reply\nReply-Text: {text}\n{more}\n".encode()


def encode_api_response(body: str | bytes) -> bytes:
    """The answer to ``api``; an empty one reads ``-ERR no reply`` as FreeSWITCH has it.

    >>> encode_api_response("+OK")
    b'Content-Type: api/response\\nContent-Length: 3\\n\\n+OK'
    """
    if isinstance(body, str):
        body = body.encode()
    body = body or b"-ERR no reply\n"
    return b"Content-Type: api/response\nContent-Length: %d\n\n%b" % (len(body), body)


def encode_connect_reply(channel: Pairs, *, full: bool = True, asynchronous: bool = True) -> bytes:
    """The reply to ``connect`` on an outbound socket: the whole channel as headers."""
    tail = {
        "Content-Type": "command/reply",
        "Reply-Text": "+OK\n",
        "Socket-Mode": "async" if asynchronous else "static",
        "Control": "full" if full else "single-channel",
    }
    named = encode_headers({"Event-Name": "CHANNEL_DATA"})
    return named + encode_headers(channel) + encode_headers(tail) + b"\n"


def encode_auth_request() -> bytes:
    """What FreeSWITCH says first on its inbound port."""
    return b"Content-Type: auth/request\n\n"


def encode_rude_rejection() -> bytes:
    """What FreeSWITCH says to a host that its access list refuses."""
    text = b"Access Denied, go away.\n"
    return b"Content-Type: text/rude-rejection\nContent-Length: %d\n\n%b" % (len(text), text)


def encode_disconnect(uuid: str = "", channel_name: str = "", *, linger: int | None = None) -> bytes:
    """The notice that a session is over: with `linger` seconds the socket stays, without it closes."""
    about = f"Controlled-Session-UUID: {uuid}\n" if uuid else ""
    if linger is not None:
        return (
            f"Content-Type: text/disconnect-notice\n{about}Content-Disposition: linger\n"
            f"Channel-Name: {channel_name}\nLinger-Time: {linger}\nContent-Length: 0\n\n"
        ).encode()
    text = "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
    how = "Content-Disposition: disconnect\n" if uuid else ""
    return f"Content-Type: text/disconnect-notice\n{about}{how}Content-Length: {len(text)}\n\n{text}".encode()
