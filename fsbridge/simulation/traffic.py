"""The traffic of a centre: from a file, from what comes with the project, or the usual."""

from __future__ import annotations

import importlib.resources
import tomllib
from pathlib import Path

from fsbridge.domain.arrivals import Traffic, traffic_of
from fsbridge.errors import ConfigError

_KNOWN = importlib.resources.files("fsbridge.data").joinpath("traffic")


def read_traffic(path: Path) -> Traffic:
    """Traffic from a TOML file; ConfigError names file and key, and the cure.

    >>> read_traffic(Path("/nowhere/town.toml"))
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: /nowhere/town.toml: No such file or directory
    """
    try:
        return _parse(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 ({error.reason}); save it as UTF-8") from None


def traffic_for(centre: str) -> Traffic:
    """What comes with the project for a centre of this key; the usual for any other.

    >>> traffic_for("kanazawa").lines, traffic_for("town").lines
    (23, 0)
    """
    file = _KNOWN.joinpath(f"{centre}.toml")
    return _parse(file.read_text(encoding="utf-8"), file.name) if file.is_file() else Traffic()


def _parse(text: str, name: str) -> Traffic:
    try:
        return traffic_of(tomllib.loads(text))
    except (ConfigError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{name}: {error}") from None
