"""Event Socket frames: bytes in, events out, nothing decoded before somebody reads it.

A frame is a block of headers, an empty line, and as many bytes of body as its Content-Length says.
The body of a ``text/event-plain`` frame is again a block of headers, perhaps with a body of its own.
Values are percent-encoded by FreeSWITCH, so lines are split first and values decoded after.
"""

from __future__ import annotations

from fsbridge.errors import ProtocolError
from fsbridge.esl.headers import Headers

MAX_FRAME = 16 * 1024 * 1024
"""Largest body accepted, in bytes."""
MAX_HEADERS = 1024 * 1024
"""Largest header block accepted, in bytes; the reply to ``connect`` is all headers."""


CACHED = 4096
"""Frame heads remembered; a stream has a few hundred different ones."""
_heads: dict[bytes, tuple[int, str]] = {}


class Event:
    """One frame from FreeSWITCH: an event, a reply, or a notice about the connection.

    >>> event = Event(b"Content-Type: text/event-plain", b"Event-Name: PARK\\nUnique-ID: 7f1c\\n\\n")
    >>> event.name, event.uuid, event.body, event.content_type
    ('PARK', '7f1c', '', 'text/event-plain')
    """

    __slots__ = ("_head", "_headers", "_tail", "content_type")

    def __init__(self, head: bytes, body: bytes) -> None:
        self._head = head
        self._tail = b"\n" + body
        self._headers: Headers | None = None
        self.content_type = _parse_head(head)[1]

    @classmethod
    def framed(cls, head: bytes, tail: bytes, content_type: str) -> Event:
        """An event cut from a stream: `tail` is the line feed before the body, and the body."""
        event = cls.__new__(cls)
        event._head = head
        event._tail = tail
        event._headers = None
        event.content_type = content_type
        return event

    @property
    def headers(self) -> Headers:
        """The headers, decoded as they are read."""
        headers = self._headers
        if headers is None:
            if self.content_type == "text/event-plain":
                headers = Headers(self._inner_headers().decode("utf-8", "surrogateescape"), self._head)
            else:  # only the reply to `connect`, itself a serialised event, is percent-encoded
                headers = Headers.parse(self._head, encoded=self._head.startswith(b"Event-Name:"))
            self._headers = headers
        return headers

    def _inner_headers(self) -> bytes:
        """An event's own headers between two line feeds; FreeSWITCH gives every body its length."""
        tail = self._tail
        if tail.endswith(b"\n\n") and tail.rfind(b"\nContent-Length: ") < 0:
            return tail
        end = tail.find(b"\n\n", 1)
        return tail[: end + 1] if end >= 0 else tail + b"\n"

    @property
    def body_bytes(self) -> bytes:
        """The body as it came; of an event, the part behind its own headers."""
        if self.content_type != "text/event-plain":
            return self._tail[1:]
        end = self._tail.find(b"\n\n", 1)
        if end < 0:
            return b""
        length = _inner_length(self._tail[:end])
        return self._tail[end + 2 : end + 2 + length]

    @property
    def body(self) -> str:
        """The body as text, bytes that are not UTF-8 replaced."""
        return self.body_bytes.decode("utf-8", "replace")

    @property
    def raw(self) -> bytes:
        """The whole frame as it came from the socket."""
        return self._head + b"\n" + self._tail

    @property
    def name(self) -> str:
        """``Event-Name``, or an empty string for a frame that is no event."""
        return self.headers.get("Event-Name", "")

    @property
    def subclass(self) -> str:
        """``Event-Subclass`` of a CUSTOM event, else an empty string."""
        return self.headers.get("Event-Subclass", "") if self.name == "CUSTOM" else ""

    @property
    def uuid(self) -> str:
        """``Unique-ID`` of the leg, or an empty string."""
        return self.headers.get("Unique-ID", "")

    @property
    def data(self) -> str:
        """A reply's text or a response's body (greenswitch's ``data``)."""
        if self.content_type == "command/reply":
            return self.headers.get("Reply-Text", "")
        return self.body

    @property
    def text(self) -> str:
        """`data` without the line feed at its end."""
        return self.data.rstrip("\n")

    @property
    def ok(self) -> bool:
        """Whether a reply is not an error: FreeSWITCH starts those with ``-ERR`` or ``-USAGE``."""
        return not self.data.startswith(("-ERR", "-USAGE"))

    def __repr__(self) -> str:
        what = self.name or self.content_type
        return f"<Event {what} {self.uuid or self.text[:60]!r}>"


def _parse_head(head: bytes) -> tuple[int, str]:
    """The body's length and the Content-Type that a frame's own headers give."""
    headers = Headers.parse(head, encoded=False)
    value = headers.get("Content-Length")
    length = 0 if value is None else _length(value.encode(), b"Content-Length: " + value.encode())
    parsed = (length, headers.get("Content-Type", ""))
    if len(head) < 80 and len(_heads) < CACHED:
        _heads[head] = parsed
    return parsed


def _inner_length(head: bytes) -> int:
    """FreeSWITCH writes the length as the last header before the body; an earlier one is data."""
    last = head.rpartition(b"\n")[2]
    key, _, value = last.partition(b":")
    if key.lower() != b"content-length":
        return 0
    return _length(value, last)


def _length(value: bytes, line: bytes) -> int:
    value = value.strip(b" ")
    if not value.isdigit() or len(value) > 12:
        raise ProtocolError(f"Content-Length is not a number: {line[:80]!r}")
    return int(value)


class FrameReader:
    """Cuts a byte stream into `Event` values; refuses what cannot be a frame.

    >>> reader = FrameReader()
    >>> reader.feed(b"Content-Type: auth/req")
    []
    >>> reader.feed(b"uest\\n\\n")[0].content_type
    'auth/request'
    """

    def __init__(self, *, max_frame: int = MAX_FRAME, max_headers: int = MAX_HEADERS) -> None:
        self._max_frame = max_frame
        self._max_headers = max_headers
        self._tail = bytearray()
        self._need = 0  # bytes the tail must hold before the next look is worth it
        self._scanned = 0  # bytes of the tail already known to hold no empty line
        self.fault: ProtocolError | None = None
        """What is wrong with the stream, once something is."""

    @property
    def pending(self) -> int:
        """Bytes held of a frame that has not come whole yet."""
        return len(self._tail)

    def feed(self, data: bytes) -> list[Event]:
        """The frames that are whole now, in order.

        `ProtocolError` if the stream is out of step; frames before the fault are returned first,
        and `fault` then tells of it, as does the next call.
        """
        if self.fault is not None:
            raise self.fault
        if self._tail:
            self._tail += data
            if self._need:
                if len(self._tail) < self._need:
                    return []
            elif self._tail.find(b"\n\n", self._scanned) < 0:
                self._wait_for_headers()
                return []
            data = bytes(self._tail)
            self._tail.clear()
        events: list[Event] = []
        try:
            self._cut(data, events)
        except ProtocolError as error:
            self.fault = error
            if not events:
                raise
        return events

    def _wait_for_headers(self) -> None:
        if len(self._tail) > self._max_headers:
            raise ProtocolError(f"a header block of more than {self._max_headers} bytes")
        self._need, self._scanned = 0, len(self._tail) - 1

    def _cut(self, data: bytes, events: list[Event]) -> None:
        pos, size = 0, len(data)
        while pos < size:
            end = data.find(b"\n\n", pos)
            if end < 0:
                self._tail += data[pos:]
                self._wait_for_headers()
                return
            if end == pos:
                raise ProtocolError("an empty header block: the stream is out of step")
            head = data[pos:end]
            length, content_type = _heads.get(head) or _parse_head(head)
            if length > self._max_frame:
                raise ProtocolError(f"a frame of {length} bytes; at most {self._max_frame} are accepted")
            stop = end + 2 + length
            if stop > size:
                self._need = stop - pos
                self._tail += data[pos:]
                return
            if not content_type:
                raise ProtocolError(f"a frame without Content-Type: {head[:80]!r}")
            events.append(Event.framed(head, data[end + 1 : stop], content_type))
            pos = stop
