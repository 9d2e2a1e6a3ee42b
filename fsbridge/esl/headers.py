"""The headers of one frame, decoded as they are read and not before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar, overload
from urllib.parse import unquote

_T = TypeVar("_T")


class Headers(Mapping[str, str]):
    """A frame's headers: look-up ignores case, values are decoded when read, repeats are kept.

    A header of the event itself comes before one of the frame around it. A repeated header reads
    as its first value; `get_all` gives every one.

    >>> headers = Headers.parse(b"Event-Name: DTMF\\nDTMF-Digit: %23")
    >>> headers["dtmf-digit"], headers.get("Missing", "-")
    ('#', '-')
    """

    __slots__ = ("_block", "_encoded", "_known", "_lowered", "_outer")

    def __init__(self, block: str, outer: bytes = b"", encoded: bool = True) -> None:
        self._block = block  # a line feed before every line and behind the last
        self._outer = outer
        self._encoded = encoded
        self._lowered = ""
        self._known: dict[str, str] = {}

    @classmethod
    def parse(cls, lines: bytes, *, encoded: bool = True) -> Headers:
        """The headers in a block of lines."""
        return cls(f"\n{lines.decode('utf-8', 'surrogateescape')}\n", b"", encoded)

    # Events by the thousand are asked for a few headers each, so `get` takes no detours.

    @overload
    def get(self, name: str, /) -> str | None: ...
    @overload
    def get(self, name: str, default: str | _T, /) -> str | _T: ...
    def get(self, name: str, default: object = None, /) -> object:
        """One value, or `default`; a name spelt exactly so goes before one in another case."""
        known = self._known
        if name in known:
            return known[name]
        block = self._block
        at = block.find(f"\n{name}: ")
        if at >= 0:
            at += len(name) + 3
            value = block[at : block.find("\n", at)]
            if "%" in value or not value.isascii():
                value = self._text(value)
        else:
            found = self._find_any_case(name)
            if found is None:
                return default
            value = found
        known[name] = value
        return value

    def __getitem__(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def _find_any_case(self, name: str) -> str | None:
        lowered = self._lowered or self._take_all_in()
        needle = f"\n{name.lower()}:"  # the blank behind the colon is FreeSWITCH's habit, not a rule
        at = lowered.find(needle)
        if at < 0:
            return None
        at += len(needle)
        return self._text(self._block[at : self._block.find("\n", at)].lstrip(" "))

    def _take_all_in(self) -> str:
        """The frame's own headers behind the event's, and all of them in lower case as well."""
        if self._outer:
            self._block += self._outer.decode("utf-8", "surrogateescape") + "\n"
        self._lowered = lowered = (
            self._block.translate(_LOWER) if not self._block.isascii() else self._block.lower()
        )
        return lowered

    def _text(self, value: str) -> str:
        if "%" in value and self._encoded:
            value = unquote(value, errors="surrogateescape")
        if value.isascii():
            return value
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    def get_all(self, name: str) -> list[str]:
        """Every value of a repeated header, in the order they came.

        >>> Headers.parse(b"Via: a\\nvia: b").get_all("VIA")
        ['a', 'b']
        """
        wanted = name.lower()
        return [value for key, value in self.pairs() if key.lower() == wanted]

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every (name, value), repeats included, the event's own headers first."""
        if not self._lowered:
            self._take_all_in()
        for line in self._block.split("\n"):
            key, colon, value = line.partition(":")
            if colon:
                yield key, self._text(value.lstrip(" "))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        seen: set[str] = set()
        for key, _ in self.pairs():
            low = key.lower()
            if low not in seen:
                seen.add(low)
                yield key

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return len(self._block) > 2  # without counting them

    def __repr__(self) -> str:
        return f"Headers({dict(self)!r})"


_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}  # str.lower may change the length
