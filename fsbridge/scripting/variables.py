"""The channel variables as last seen, kept by reading what FreeSWITCH says anyway."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from fsbridge.errors import InvalidArgument
from fsbridge.esl.frames import Event

_PREFIX = "variable_"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*\Z")


class Variables(Mapping[str, str]):
    """A read-only mapping of channel variables; spelling counts, as it does when FreeSWITCH sets one.

    >>> seen = Variables({"Unique-ID": "7f1c", "variable_lang": "ja"})
    >>> seen["lang"], seen.get("missing"), list(seen)
    ('ja', None, ['lang'])
    """

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self._noted: dict[str, str] = {}

    def take(self, event: Event) -> None:
        """An event with every variable of the channel is newer than all that was known."""
        self._headers = event.headers
        self._noted.clear()

    def note(self, name: str, value: str) -> None:
        """A variable was just set, or removed with an empty text."""
        self._noted[name] = value

    def check(self, name: str, value: str) -> str:
        """`value` if it may be set, else `InvalidArgument`.

        >>> Variables({}).check("note", "${system(id)}")
        Traceback (most recent call last):
        fsbridge.errors.InvalidArgument: variable note holds ${, which FreeSWITCH would expand
        """
        if not _NAME.match(name):
            raise InvalidArgument("variable name", f"must be letters, digits, _ . or -: {name!r}")
        if "${" in value or "$${" in value:
            raise InvalidArgument(f"variable {name}", "holds ${, which FreeSWITCH would expand")
        return value

    def __getitem__(self, name: str) -> str:
        value = self._noted.get(name)
        if value is None:
            value = self._headers.get(_PREFIX + name)
        if not value:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        for name in self._headers:
            if name.startswith(_PREFIX) and self._noted.get(name.removeprefix(_PREFIX)) != "":
                yield name.removeprefix(_PREFIX)
        for name, value in self._noted.items():
            if value and _PREFIX + name not in self._headers:
                yield name

    def __len__(self) -> int:
        return sum(1 for _ in self)
