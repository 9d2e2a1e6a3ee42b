"""Which numbers operators may call: rules of prefixes, as data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fsbridge.errors import ConfigError, FsbridgeError

ALLOWED = ("110", "118", "119", "0*")
"""Police, coast guard, fire and ambulance, and whatever begins with a national zero."""
FORBIDDEN = ("010*", "00*", "0990*", "0180*", "0170*", "0570*")
"""Abroad and other carriers, premium services, information services, and 0570 numbers at their own rates."""

_DIALLED = re.compile(r"\+?[0-9]{3,20}")
_RULE = re.compile(r"\+?[0-9]+\*?|\+?\*")


class NumberForbidden(FsbridgeError):
    """The centre's rules let nobody call this number."""


@dataclass(frozen=True, slots=True)
class Destinations:
    """What may be called: a number written whole, or a beginning and ``*``; the longest rule that fits holds.

    Of two as long, the one that forbids. Numbers stand as they are dialled in their country, those of other
    countries with ``+``; what no rule names is forbidden.

    >>> rules = Destinations()
    >>> rules.check("0762202111"), rules.check("119")
    ('0762202111', '119')
    >>> rules.check("+12125550100")
    Traceback (most recent call last):
    fsbridge.domain.destinations.NumberForbidden: +12125550100 may not be called: ...
    >>> Destinations(allowed=("0*", "+1*")).check("+12125550100")
    '+12125550100'
    """

    allowed: Sequence[str] = ALLOWED
    forbidden: Sequence[str] = FORBIDDEN

    def __post_init__(self) -> None:
        for rule in (*self.allowed, *self.forbidden):
            if not _RULE.fullmatch(rule):
                raise ConfigError(
                    f"a rule for numbers {rule!r}: write digits, with * at the end for any more"
                )

    def check(self, number: str) -> str:
        """The number itself, if it may be called; NumberForbidden names the rule that says no."""
        if not _DIALLED.fullmatch(number):
            raise NumberForbidden(f"{number!r} is no number that can be dialled; write digits")
        yes, no = _longest(self.allowed, number), _longest(self.forbidden, number)
        if len(no) >= len(yes):
            why = f"the rule {no} forbids it" if no else "no rule allows it"
            raise NumberForbidden(
                f"{number} may not be called: {why}; whoever administers the centre can change the rules"
            )
        return number


def _longest(rules: Sequence[str], number: str) -> str:
    """The longest rule that fits; empty if none does."""
    fitting = [one for one in rules if _fits(one, number)]
    return max(fitting, key=len, default="")


def _fits(rule: str, number: str) -> bool:
    return number.startswith(rule[:-1]) if rule.endswith("*") else number == rule
