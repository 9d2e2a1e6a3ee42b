"""What a browser says, taken for what it may be and nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def text(said: object, name: str, longest: int = 200) -> str:
    """A text of what was said; "" for one that is missing, no text, or longer than it may be.

    >>> text({"leg": "9a"}, "leg"), text({"leg": 9}, "leg"), text(None, "leg")
    ('9a', '', '')
    """
    found = _table(said).get(name, "")
    return found if isinstance(found, str) and len(found) <= longest else ""


def flag(said: object, name: str) -> bool:
    """Whether something is said to be so.

    >>> flag({"up": True}, "up"), flag({"up": "yes"}, "up"), flag([], "up")
    (True, False, False)
    """
    return _table(said).get(name) is True


def figures(said: object, name: str, most: int = 20) -> dict[str, float | None]:
    """A table of numbers by short names; what is none is left out.

    >>> figures({"summary": {"loss": 0.5, "rttMean": None, "x": "y", "on": True}}, "summary")
    {'loss': 0.5, 'rttMean': None}
    """
    found = _table(_table(said).get(name))
    rows = list(found.items())[:most]
    return {
        str(key)[:32]: value
        for key, value in rows
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool))
    }


def _table(said: object) -> Mapping[str, Any]:
    return said if isinstance(said, dict) else {}
