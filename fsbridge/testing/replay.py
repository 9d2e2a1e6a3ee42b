"""Recordings of a real FreeSWITCH, played back: ``.esl`` (what an inbound client received) and
``.jsonl`` (a call's outbound dialogue, a line per message), plain or with ``.gz`` behind.
"""

from __future__ import annotations

import gzip
import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import gevent
from gevent import socket

from fsbridge.embedded.commandreader import CommandReader
from fsbridge.esl.frames import Event, FrameReader

logger = logging.getLogger(__name__)

_TICKET = re.compile(rb"^Event-UUID: (\S+)$", re.MULTILINE)


def read_bytes(path: str | Path) -> bytes:
    """A recording's bytes, unpacked if its name ends in ``.gz``.

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     packed = pathlib.Path(folder, "a.esl.gz")
    ...     _ = packed.write_bytes(gzip.compress(b"Content-Type: auth/request\\n\\n"))
    ...     [event.content_type for event in events(packed)]
    ['auth/request']
    """
    data = Path(path).read_bytes()
    return gzip.decompress(data) if str(path).endswith(".gz") else data


def events(path: str | Path) -> Iterator[Event]:
    """Every whole frame of an ``.esl`` recording, in order; a frame cut off at the end is left out."""
    data = read_bytes(path)
    reader = FrameReader()
    for start in range(0, len(data), 65536):
        yield from reader.feed(data[start : start + 65536])


@dataclass(frozen=True)
class Message:
    """One message of an outbound dialogue, `at` seconds after its beginning.

    >>> Message(0.0, "script", b"connect\\n\\n").sender
    'script'
    """

    at: float
    sender: Literal["script", "freeswitch"]
    data: bytes


def dialogue(path: str | Path) -> list[Message]:
    """The messages of a ``.jsonl`` recording, in order."""
    lines = read_bytes(path).decode().splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return [Message(row["t"], row["from"], row["data"].encode()) for row in rows]


class ReplayedCall:
    """A recorded call, connected to a server as if FreeSWITCH did it again.

    After each command of the server's script comes what FreeSWITCH sent after the recorded script's
    command of the same rank; the Event-UUIDs are those the script chooses now. `run` returns when
    the recording is over or the script has closed the socket. Pauses of the recording are not kept.
    """

    def __init__(self, path: str | Path) -> None:
        self._turns = list(_turns(dialogue(path)))
        self.received: list[str] = []

    def run(self, host: str, port: int, *, seconds: float = 30.0) -> None:
        """Plays the call once; TimeoutError when the script says nothing for `seconds`."""
        with socket.create_connection((host, port), timeout=seconds) as sock:
            reader = CommandReader()
            renamed: dict[bytes, bytes] = {}
            turns = iter(self._turns)
            while data := sock.recv(65536):
                for command in reader.feed(data):
                    self.received.append(command.line)
                    turn = next(turns, None)
                    if turn is None:
                        return
                    if turn.ticket and "event-uuid" in command.headers:
                        renamed[turn.ticket] = command.headers["event-uuid"].encode()
                    for frame in turn.answer:
                        sock.sendall(_rename(frame, renamed))


@dataclass
class _Turn:
    ticket: bytes
    answer: list[bytes]


def _turns(messages: list[Message]) -> Iterator[_Turn]:
    """What FreeSWITCH said after each command, the replies put with their own commands."""
    turns: list[_Turn] = []
    replied = 0
    for message in messages:
        if message.sender == "script":
            found = _TICKET.search(message.data)
            turns.append(_Turn(found[1] if found else b"", []))
        elif b"Content-Type: command/reply" in message.data and replied < len(turns):
            turns[replied].answer.append(message.data)
            replied += 1
        elif turns:
            turns[-1].answer.append(message.data)
    yield from turns


def _rename(frame: bytes, names: dict[bytes, bytes]) -> bytes:
    """The frame with the recorded Event-UUIDs replaced, its length put right."""
    head, blank, body = frame.partition(b"\n\n")
    for old, new in names.items():
        body = body.replace(b"Application-UUID: " + old + b"\n", b"Application-UUID: " + new + b"\n")
    if head.startswith(b"Content-Length: "):
        head = re.sub(rb"\AContent-Length: \d+", b"Content-Length: %d" % len(body), head)
    return head + blank + body


def feed(path: str | Path, send: Callable[[bytes], None], *, chunk: int = 65536) -> None:
    """Gives an ``.esl`` recording to `send` in pieces, other greenlets running in between.

    >>> import tempfile, pathlib
    >>> pieces = []
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     recording = pathlib.Path(folder, "a.esl")
    ...     _ = recording.write_bytes(b"abcde")
    ...     feed(recording, pieces.append, chunk=2)
    >>> pieces
    [b'ab', b'cd', b'e']
    """
    data = read_bytes(path)
    for start in range(0, len(data), chunk):
        send(data[start : start + chunk])
        gevent.sleep(0)
