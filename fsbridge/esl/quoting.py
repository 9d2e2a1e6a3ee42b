"""Text that FreeSWITCH will read back exactly as it was given.

FreeSWITCH takes an argument apart in stages: ``${…}`` is expanded, then the text is split at blanks
(or commas), then quotes and backslashes are removed. Each function here undoes one stage ahead of time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from fsbridge.errors import InvalidArgument

_PLAIN = re.compile(r"[^\s'\"\\%&{}\[\]<>|,;$()\0]+")
_EXPANDED = re.compile(r"\\|\$\{")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")


class Raw(str):
    """An argument that is already written as FreeSWITCH wants it; nobody quotes it again.

    >>> Raw("&park()")
    Raw('&park()')
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Raw({super().__repr__()})"


def quote(text: str) -> str:
    """One token of an argument that FreeSWITCH splits at blanks; an empty text stays a token.

    >>> quote("kanazawa"), quote("O'Hara san"), quote("")
    ('kanazawa', "'O\\\\'Hara san'", "''")
    """
    if _PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    for control, letter in (("\n", "n"), ("\r", "r"), ("\t", "t")):
        escaped = escaped.replace(control, "\\" + letter)
    return f"'{escaped}'"


def literal(text: str) -> str:
    """Text for an application's argument in which nothing is expanded: ``${…}`` stays what it is.

    The applications ``set``, ``export`` and ``multiset`` expand their values once more, and FreeSWITCH
    stores no value with ``${`` in it: set variables through the API command ``uuid_setvar``.

    >>> literal("${system(id)}")
    '\\\\${system(id)}'
    >>> literal("plain")
    'plain'
    """
    if not _EXPANDED.search(text):
        return text
    return text.replace("\\", "\\\\").replace("$", "\\$")


def app_args(*tokens: str) -> str:
    """An application's argument made of tokens, each arriving whole: blanks, quotes, ``${`` and all.

    >>> app_args("1", "", "a b")
    "1 '' 'a b'"
    """
    return literal(" ".join(str(token) if isinstance(token, Raw) else quote(token) for token in tokens))


def channel_variables(variables: Mapping[str, str]) -> str:
    r"""The ``{name=value,…}`` before a dial string; an empty mapping gives an empty text.

    Braces cannot be escaped in FreeSWITCH, so a value that holds one is refused. An empty value sets
    nothing: FreeSWITCH knows no empty variables.

    >>> channel_variables({"origination_caller_id_name": "Sato, Ken"})
    '{origination_caller_id_name=Sato\\,\\\\sKen}'
    """
    if not variables:
        return ""
    pairs = (f"{_variable(name)}={_value(name, value)}" for name, value in variables.items())
    return "{" + ",".join(pairs) + "}"


def assignments(variables: Mapping[str, str]) -> Raw:
    """What ``uuid_setvar_multi`` takes: ``name=value;…``, each value arriving whole.

    The command splits at semicolons alone, so the whole must not be quoted as one token: all of it would be
    the value of the first variable.

    >>> assignments({"fsbridge_flow": "gas", "note": "a;b c"})
    Raw("fsbridge_flow=gas;note='a;b c'")
    """
    return Raw(";".join(f"{_variable(name)}={quote(value)}" for name, value in variables.items()))


def _variable(name: str) -> str:
    if not _VARIABLE.fullmatch(name):
        raise InvalidArgument("variable name", f"must be letters, digits, _ . or -: {name!r}")
    return name


def _value(name: str, value: str) -> str:
    bad = next((char for char in value if char in "{}\r\n\0"), None)
    if bad is not None:
        raise InvalidArgument(f"variable {name}", f"holds {bad!r}, which a dial string cannot carry")
    return _escape(_escape(value, "="), ",")  # split at commas first, each part at its equals sign after


def _escape(text: str, delimiter: str) -> str:
    text = text.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')
    return text.replace(delimiter, "\\" + delimiter).replace(" ", "\\s")


def dial_string(endpoint: str, variables: Mapping[str, str] | None = None) -> str:
    """What ``originate`` and ``bridge`` dial: variables, then the endpoint; quote it like any text.

    >>> dial_string("user/1000", {"leg_timeout": "20"})
    '{leg_timeout=20}user/1000'
    """
    if re.search(r"[\s{}\[\]<>,|\0]", endpoint) or not endpoint:
        raise InvalidArgument("endpoint", f"must be one address without blanks or brackets: {endpoint!r}")
    return channel_variables(variables or {}) + endpoint
