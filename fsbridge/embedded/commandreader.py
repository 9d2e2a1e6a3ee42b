"""The commands a client sends to FreeSWITCH, read from the bytes of its socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fsbridge.embedded.arguments import atoi


@dataclass(frozen=True)
class Received:
    """One command: its first line, its header lines (names in small letters), its body.

    >>> Received("sendmsg 7f1c", {"call-command": "execute"}).word
    'sendmsg'
    """

    line: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def word(self) -> str:
        """The command's name, in small letters."""
        return self.line.partition(" ")[0].lower()

    @property
    def rest(self) -> str:
        """What follows the name."""
        return self.line.partition(" ")[2].strip()


class CommandReader:
    """Cuts a client's bytes into commands, as mod_event_socket does.

    >>> CommandReader().feed(b"api status\\n\\nexit\\n")
    [Received(line='api status', headers={}, body='')]
    """

    def __init__(self) -> None:
        self._held = b""

    @property
    def held(self) -> int:
        """Bytes of a command that is not whole yet."""
        return len(self._held)

    def feed(self, data: bytes) -> list[Received]:
        """The commands that are whole now."""
        self._held += data
        found: list[Received] = []
        while True:
            self._held = self._held.lstrip(b"\n")
            head, blank, rest = self._held.partition(b"\n\n")
            if not blank:
                return found
            lines = head.decode("utf-8", "replace").replace("\r", "").split("\n")
            pairs = (line.partition(":") for line in lines[1:])
            headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
            length = max(0, atoi(headers.get("content-length")))
            if len(rest) < length:
                return found
            self._held = rest[length:]
            found.append(Received(lines[0].strip(), headers, rest[:length].decode("utf-8", "replace")))
