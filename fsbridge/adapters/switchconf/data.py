"""A call centre's data read from a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fsbridge.adapters.switchconf.model import Agent, Centre, Operator, Queue, Stream
from fsbridge.adapters.switchconf.text import filled
from fsbridge.domain.schedule import Holidays, schedule_of
from fsbridge.errors import ConfigError


def read_centre(path: Path, calendars: Iterable[Holidays] = ()) -> Centre:
    """A centre's data from a TOML file; ConfigError names the key that is wrong.

    `calendars` are those of public holidays that its hours may ask for.

    >>> read_centre(Path("/nowhere/town.toml"))
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: /nowhere/town.toml: No such file or directory
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from None
    try:
        return _centre(table, calendars)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def _centre(table: dict[str, Any], calendars: Iterable[Holidays]) -> Centre:
    hours = table.pop("hours", None)
    if not isinstance(hours, dict):
        raise ConfigError("[hours] is missing: give zone and seasons")
    try:
        table["hours"] = schedule_of(hours, calendars)
    except ConfigError as error:
        raise ConfigError(f"hours: {error}") from None
    for key, kind in (("queues", Queue), ("agents", Agent), ("operators", Operator), ("streams", Stream)):
        table[key] = tuple(filled(kind, row, f"{key}[{at}]") for at, row in enumerate(table.get(key, [])))
    return filled(Centre, table, "the file")
