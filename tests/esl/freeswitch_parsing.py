"""How FreeSWITCH takes an argument apart, written down from its documented behaviour.

What `fsbridge.esl.quoting` writes must come out of these as it went in. The tests marked
`freeswitch` hold the same examples against the real thing.
"""

from __future__ import annotations

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "s": " "}


def _cleaned(text: str, delimiter: str) -> str:
    """Quotes and backslashes removed, blanks at both ends trimmed unless they were protected."""
    text = text.lstrip(" ")
    out: list[str] = []
    keep = 0  # how much of `out` trailing-blank trimming must leave
    quoted = False
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text):
            follower = text[at + 1]
            if follower in "'\"\\" or (delimiter and follower == delimiter) or follower in _ESCAPES:
                special = follower in "'\"\\" or (delimiter and follower == delimiter)
                out.append(follower if special else _ESCAPES[follower])
                keep = len(out)
                at += 2
                continue
        if char == "'" and (quoted or "'" in text[at + 1 :]):
            quoted = not quoted
            if quoted:
                keep = len(out)
        else:
            out.append(char)
            if char != " " or quoted:
                keep = len(out)
        at += 1
    return "".join(out[:keep])


def split_at_blanks(text: str) -> list[str]:
    """Tokens of an application's or API command's argument."""
    tokens: list[str] = []
    at = 0
    while at < len(text):
        start = at
        while at < len(text) and text[at] == " ":
            at += 1
        quoted = False
        while at < len(text):
            if text[at] == "\\":
                at += 1
            elif text[at] == "'":
                quoted = not quoted
            elif text[at] == " " and not quoted:
                break
            at += 1
        tokens.append(_cleaned(text[start:at], ""))
        while at < len(text) and text[at] == " ":
            at += 1
    return tokens


def split_at(text: str, delimiter: str, most: int = 1024) -> list[str]:
    """Parts of a list with another delimiter; FreeSWITCH drops what is beyond `most` parts."""
    parts: list[str] = []
    at = 0
    while at < len(text) and len(parts) < most:
        start, quoted = at, False
        while at < len(text):
            if text[at] == "\\":
                at += 1
            elif text[at] == "'" and (quoted or "'" in text[at + 1 :]):
                quoted = not quoted
            elif text[at] == delimiter and not quoted:
                break
            at += 1
        parts.append(_cleaned(text[start:at], delimiter))
        at += 1
    return parts


def bracket_variables(text: str) -> dict[str, str]:
    """What ``{name=value,…}`` sets; the text is the part between the braces."""
    variables = {}
    for part in split_at(text, ","):
        pair = split_at(part, "=", most=2)
        if len(pair) == 2:
            variables[pair[0]] = pair[1]
    return variables


class Expanded(AssertionError):
    """Something would have been expanded."""


def expand(text: str) -> str:
    """An application's argument after variable expansion; `Expanded` if there was anything to expand."""
    dollar = False
    special = False
    for char in text:
        if char == "$":
            dollar = True
        elif dollar and char == "{":
            special = True
            break
        elif dollar and char != "\\":
            dollar = False
    at = text.find("\\")
    while at >= 0 and not special:
        if text[at + 1 : at + 2] in ("\\", "n", "s", "t", "'"):
            special = True
        at = text.find("\\", at + 1)
    if not special:
        return text
    out: list[str] = []
    at = 0
    while at < len(text):
        char, follower = text[at], text[at + 1 : at + 2]
        if char == "\\" and follower == "$":
            out.append("$")
            at += 3 if text[at + 2 : at + 3] == "$" else 2
            continue
        if char == "\\" and follower == "'":
            at += 2
            continue
        if char == "\\" and follower == "\\":
            out.append("\\")
            at += 2
            continue
        if char == "$" and (follower == "{" or text[at + 1 : at + 3] == "${"):
            raise Expanded(text[at:])
        out.append(char)
        at += 1
    return "".join(out)
