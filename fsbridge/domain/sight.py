"""What of a call a person may see and hear: whose numbers are shown whole, whose recordings are played."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from fsbridge.errors import ConfigError

WHOSE = ("none", "own", "all")
"""Whose calls something holds for: nobody's, those a person took part in, everybody's."""
VISIBLE = 4
"""Digits at the end of a masked number that stay."""
_FEW = 7
"""A number of fewer digits is a service's or an extension, and nobody's secret."""
_LONG = 9
"""So many digits in a row, whatever stands between them, are a telephone's number."""
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_NUMBER = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?![\d-])|"  # a date is none
    r"[+＋]?[0-9０-９][0-9０-９()（）ー‐‑‒–—−－\-\s]{5,24}[0-9０-９]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a role is worth: `numbers` and `play` are words of `WHOSE`.

    >>> Rights(numbers="own") | Rights(play="all", export=True)
    Rights(numbers='own', play='all', download=False, export=True)
    """

    numbers: str = "none"
    play: str = "none"
    download: bool = False
    export: bool = False

    def __or__(self, other: Rights) -> Rights:
        """What somebody with both may do."""
        return Rights(
            numbers=max(self.numbers, other.numbers, key=WHOSE.index),
            play=max(self.play, other.play, key=WHOSE.index),
            download=self.download or other.download,
            export=self.export or other.export,
        )


RIGHTS: Mapping[str, Rights] = MappingProxyType(
    {
        "operator": Rights(numbers="own", play="own"),
        "supervisor": Rights(numbers="all", play="all", download=True, export=True),
        "administrator": Rights(),
    }
)
"""What each role may, unless the centre's data say otherwise. Who keeps the system going needs no number."""


def rights_table(data: Mapping[str, Any]) -> dict[str, Rights]:
    """`RIGHTS` with what a centre says otherwise; ConfigError names what is wrong.

    >>> rights_table({"operator": {"play": "none"}})["operator"]
    Rights(numbers='own', play='none', download=False, export=False)
    >>> rights_table({"operator": {"play": "everything"}})
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: calls.rights: operator.play is 'everything'; give one of none, own, all
    """
    table = dict(RIGHTS)
    for role, own in data.items():
        if role not in table:
            raise ConfigError(f"calls.rights: there is no role {role!r}; known: {', '.join(table)}")
        values: dict[str, Any] = asdict(table[role])
        for name, value in own.items() if isinstance(own, Mapping) else ():
            if name not in values:
                raise ConfigError(f"calls.rights: {role} has no {name!r}; known: {', '.join(values)}")
            known = WHOSE if isinstance(values[name], str) else (True, False)
            if value not in known:
                raise ConfigError(
                    f"calls.rights: {role}.{name} is {value!r}; give one of {', '.join(map(str, known))}"
                )
            values[name] = value
        table[role] = Rights(**values)
    return table


@dataclass(frozen=True, slots=True)
class Sight:
    """One person's eyes: what they may, and the operator they work as ("" for none).

    >>> eyes = Sight(Rights(numbers="own", play="own"), "op01")
    >>> eyes.number("090-1234-5678", ["op02"]), eyes.number("090-1234-5678", ["op02", "op01"])
    ('090-****-5678', '090-1234-5678')
    >>> eyes.may_play("op02"), eyes.may_play("op01")
    (False, True)
    """

    rights: Rights
    operator: str = ""

    @classmethod
    def of(cls, roles: Collection[str], operator: str, table: Mapping[str, Rights] = RIGHTS) -> Sight:
        """What somebody with these roles sees.

        >>> Sight.of(["operator", "supervisor"], "op01").rights.export
        True
        """
        rights = Rights()
        for role in roles:
            rights |= table.get(role, Rights())
        return cls(rights, operator)

    @property
    def all_numbers(self) -> bool:
        """Whether no number is masked."""
        return self.rights.numbers == "all"

    def is_own(self, operators: Collection[str]) -> bool:
        """Whether they took part themselves."""
        return bool(self.operator) and self.operator in operators

    def sees_number(self, operators: Collection[str]) -> bool:
        """Whether the number of a call with these operators is shown whole."""
        return self.all_numbers or (self.rights.numbers == "own" and self.is_own(operators))

    def number(self, number: str, operators: Collection[str]) -> str:
        """A call's number as they see it."""
        return number if self.sees_number(operators) else masked(number)

    def text(self, text: str, operators: Collection[str]) -> str:
        """What was written about a call as they see it: numbers in it are masked as the call's is."""
        return text if self.sees_number(operators) else masked_text(text)

    def may_play(self, *operators: str) -> bool:
        """Whether they may listen to a recording of these operators' talk."""
        return self.rights.play == "all" or (self.rights.play == "own" and self.is_own(operators))


def masked(number: str) -> str:
    """A number of which the area code and the last digits can be read; one without hyphens shows three.

    >>> masked("076-220-2722"), masked("09012345678"), masked("+819012345678"), masked("110"), masked("")
    ('076-***-2722', '090****5678', '+81******5678', '110', '')
    """
    digits = sum(map(str.isdigit, number))
    if digits < _FEW:
        return number
    hyphen = number.find("-")
    first = sum(map(str.isdigit, number[:hyphen])) if hyphen > 0 else 2 if number.startswith("+") else 3
    first = min(first, digits - VISIBLE - 1)
    found, at = [], 0
    for char in number:
        if char.isdigit():
            at += 1
            found.append(char if at <= first or at > digits - VISIBLE else "*")
        else:
            found.append(char)
    return "".join(found)


def masked_text(text: str) -> str:
    """A text in which every number that is long enough to be a telephone's is masked.

    >>> masked_text("折り返し 090-1234-5678 まで（3件、2027-03-01 10:30）")
    '折り返し 090-****-5678 まで（3件、2027-03-01 10:30）'
    """
    return _NUMBER.sub(lambda found: _if_long(found.group()), text)


def _if_long(text: str) -> str:
    return masked(text) if not _DATE.fullmatch(text) and sum(map(str.isdigit, text)) >= _LONG else text
