"""Which digits are meant: one number, a range, or a pattern as dialplans write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from fsbridge.errors import ConfigError

_EXACT = re.compile(r"\+?[0-9*#A-D]+\Z")
_RANGE = re.compile(r"([0-9]+)-([0-9]+)\Z")
_PATTERN = re.compile(r"\+?[0-9*#A-DXZN]+\.?\Z")
_CLASSES = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]"}

Kind = Literal["exact", "range", "pattern"]
UNBOUNDED = 32
"""How many digits a pattern that ends in a dot may take."""


@dataclass(frozen=True)
class Digits:
    """A set of digit strings: ``5``, ``10-25`` (same length both), ``0120X.`` or a regular expression.

    X is any digit, Z 1 to 9, N 2 to 9, a final dot one or more characters. An expression must match
    the whole of what was dialled.

    >>> Digits.parse("0120X.").matches("0120328117"), Digits.parse("1-4").matches("5")
    (True, False)
    """

    text: str
    kind: Kind
    shortest: int
    longest: int
    expression: re.Pattern[str]
    low: int = 0
    high: int = 0

    @classmethod
    def parse(cls, text: str | re.Pattern[str]) -> Digits:
        """Reads the notation; ConfigError if it is none."""
        if isinstance(text, re.Pattern):
            return cls(text.pattern, "pattern", 1, UNBOUNDED, text)
        if _EXACT.match(text):
            return cls(text, "exact", len(text), len(text), re.compile(re.escape(text)))
        if match := _RANGE.match(text):
            first, last = match.groups()
            if len(first) != len(last) or first > last:
                raise ConfigError(f"the range {text!r} must run upwards between numbers of equal length")
            size = len(first)
            return cls(text, "range", size, size, re.compile(f"[0-9]{{{size}}}"), int(first), int(last))
        if _PATTERN.match(text):
            open_end = text.endswith(".")
            body = text.removesuffix(".")
            source = "".join(_CLASSES.get(char) or re.escape(char) for char in body)
            shortest = len(body) + open_end
            longest = max(UNBOUNDED, shortest) if open_end else shortest
            return cls(text, "pattern", shortest, longest, re.compile(source + (".+" if open_end else "")))
        raise ConfigError(f"{text!r} is no number, range (1-4), pattern (0120X.) or re.compile(…)")

    def matches(self, digits: str) -> bool:
        """Whether these digits belong to the set."""
        if not self.expression.fullmatch(digits):
            return False
        return self.kind != "range" or self.low <= int(digits) <= self.high

    def overlaps(self, other: Digits) -> bool:
        """Whether two ranges, or two exact numbers, claim the same digits."""
        if self.kind != other.kind:
            return False
        if self.kind == "range":
            return self.shortest == other.shortest and self.low <= other.high and other.low <= self.high
        return self.text == other.text
