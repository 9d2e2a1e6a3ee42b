"""What a look at something found: right or not, and what to do if not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One answer: what was looked at, whether it is right, what was found, what to do if not.

    `grave` False: something to know, which stops nothing.

    >>> Finding("disk space", True, "120 GB free").ok
    True
    """

    name: str
    ok: bool
    found: str
    cure: str = ""
    grave: bool = True
