"""An emergency announcement: what every caller, or every caller of a flow, hears first, and until when."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

EVERYWHERE = ""
"""The flow of an announcement that all callers hear."""


@dataclass(frozen=True, slots=True)
class Emergency:
    """A text that is on from `since` until `until`; `sound` is published, `flow` is whose callers hear it.

    >>> noon = dt.datetime(2027, 4, 1, 3, tzinfo=dt.UTC)
    >>> flood = Emergency("leak", "断水しています。", "emergency-leak", "sato", noon, noon)
    >>> flood.holds(noon)
    False
    """

    flow: str
    text: str
    sound: str
    author: str
    since: dt.datetime
    until: dt.datetime
    reason: str = ""

    def holds(self, at: dt.datetime) -> bool:
        """Whether it is on at a moment."""
        return self.since <= at < self.until


def heard(emergencies: Iterable[Emergency], flow: str, at: dt.datetime) -> Emergency | None:
    """What a caller of a flow hears: the flow's own, else the one for everybody, else nothing.

    >>> heard([], "leak", dt.datetime(2027, 4, 1, 3, tzinfo=dt.UTC)) is None
    True
    """
    on = {one.flow: one for one in emergencies if one.holds(at)}
    return on.get(flow) or on.get(EVERYWHERE)


def sound_name(flow: str) -> str:
    """The name under which a flow's emergency announcement is published: small letters, digits, hyphens.

    >>> sound_name(""), sound_name("leak"), sound_name("Leak.1")
    ('emergency', 'emergency-leak', 'emergency-flow-aaa93cca52e11979')
    """
    if not flow:
        return "emergency"
    if re.fullmatch(r"[a-z0-9-]{1,60}", flow) and not flow.startswith("flow-"):
        return f"emergency-{flow}"
    return f"emergency-flow-{hashlib.sha256(flow.encode()).hexdigest()[:16]}"
