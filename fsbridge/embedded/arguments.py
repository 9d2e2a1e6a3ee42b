"""How FreeSWITCH takes an argument apart: variables expanded, split at blanks, quotes removed."""

from __future__ import annotations

import re
from collections.abc import Callable

_CALLED = re.compile(r"([A-Za-z_][\w.\-]*)\((.*)\)\Z", re.DOTALL)
_NUMBER = re.compile(r"\s*[+-]?[0-9]{1,18}")
_MOST = 2**31 - 1
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "s": " "}


def expand(text: str, variable: Callable[[str], str], function: Callable[[str, str], str]) -> str:
    """The text with ``${name}`` and ``${function(argument)}`` put in; a backslash protects a ``$``.

    >>> expand(r"${a} \\${a}", {"a": "1"}.get, lambda name, argument: "")
    '1 ${a}'
    """
    if "${" not in text and "\\" not in text:
        return text
    out: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and text[at + 1 : at + 2] in ("\\", "$"):
            out.append(text[at + 1])
            at += 2
        elif text.startswith("${", at) and (end := text.find("}", at)) > 0:
            name = text[at + 2 : end]
            called = _CALLED.match(name)
            out.append(function(called[1], called[2]) if called else variable(name) or "")
            at = end + 1
        else:
            out.append(char)
            at += 1
    return "".join(out)


def tokens(text: str) -> list[str]:
    """The tokens of an argument split at blanks; an empty one exists only in quotes.

    >>> tokens(r"1  'two words' it\\'s ''")
    ['1', 'two words', "it's", '']
    """
    found: list[str] = []
    current: list[str] | None = None
    quoted = False
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text):
            following = text[at + 1]
            if following in "'\"\\ " or following in _LETTERS:
                current = [] if current is None else current
                current.append(_LETTERS.get(following, following))
                at += 2
                continue
        if char == "'" and (quoted or "'" in text[at + 1 :]):
            quoted = not quoted
            current = [] if current is None else current
        elif char == " " and not quoted:
            if current is not None:
                found.append("".join(current))
            current = None
        else:
            current = [] if current is None else current
            current.append(char)
        at += 1
    if current is not None:
        found.append("".join(current))
    return found


def atoi(text: str | None, otherwise: int = 0) -> int:
    """The whole number a text begins with, as C reads it, within 32 bits; `otherwise` if it begins with none.

    >>> atoi("30 s"), atoi("x"), atoi("-5"), atoi(None, 60)
    (30, 0, -5, 60)
    """
    match = _NUMBER.match(text or "")
    return max(-_MOST, min(_MOST, int(match[0]))) if match else otherwise


def found_in(pattern: str, text: str) -> bool:
    """Whether a pattern that somebody else wrote is found in a text; one that is no pattern never is.

    >>> found_in("^[0-9]$", "1"), found_in("[", "[")
    (True, False)
    """
    try:
        return re.search(pattern, text) is not None
    except (re.error, RecursionError):
        return False
