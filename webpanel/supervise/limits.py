"""From when on a status calls for a supervisor's eye: the centre's data, with figures to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import Setting
from fsbridge.domain.duty import Status
from fsbridge.errors import ConfigError

SETTING = "supervise.limits"
"""The setting in which a centre says otherwise, by status: ``{"talking": [600, 1200]}``."""
LIMITS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        Status.TALKING.value: (15 * 60, 30 * 60),
        Status.HOLDING.value: (60, 180),
        Status.WRAP_UP.value: (3 * 60, 5 * 60),
        Status.AWAY.value: (10 * 60, 20 * 60),
    }
)
"""Seconds until caution and until alarm."""


def limits_of(data: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """`LIMITS` with what a centre says otherwise; ConfigError names what is wrong.

    >>> limits_of({"on break": [3600, 5400]})["on break"]
    (3600, 5400)
    >>> limits_of({"talking": [60, 30]})
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: supervise.limits: talking is [60, 30]; give seconds until caution and ...
    """
    table = dict(LIMITS)
    known = [one.value for one in Status]
    for status, pair in data.items():
        if status not in known:
            raise ConfigError(f"{SETTING}: there is no status {status!r}; known: {', '.join(known)}")
        whole = isinstance(pair, list) and len(pair) == 2 and all(type(one) is int for one in pair)
        if not whole or not 0 < pair[0] <= pair[1]:
            raise ConfigError(f"{SETTING}: {status} is {pair!r}; give seconds until caution and until alarm")
        table[status] = (pair[0], pair[1])
    return table


def read_limits(store: Store) -> dict[str, tuple[int, int]]:
    """The limits of a store's centre."""
    with store.connection():
        row = Setting.get_or_none(Setting.key == SETTING)
    return limits_of(row.value if row is not None else {})
