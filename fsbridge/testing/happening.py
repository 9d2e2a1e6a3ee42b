"""What a simulated application waits for, and what happens to it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsbridge.testing.channel import Channel


@dataclass(frozen=True)
class Wait:
    """What an application waits for, at most `seconds`; None: for as long as it takes."""

    seconds: float | None
    what: str


@dataclass(frozen=True)
class Happening:
    """What ended a wait: ``time``, ``key``, ``break``, or a word of the far side."""

    kind: str


Running = Generator[Wait, Happening, str]
"""An application under way; it returns its Application-Response."""

Application = Callable[["Channel", str], Running]
