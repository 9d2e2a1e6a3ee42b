"""Small answers of a call's methods."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recording:
    """A recording that was made: its path, its length, the key that ended it (or an empty text).

    >>> Recording("/tmp/message.wav", 3.2, "#").seconds
    3.2
    """

    path: str
    seconds: float
    key: str = ""


@dataclass(frozen=True)
class Bridged:
    """A call to somebody else that is over: whether they answered, and FreeSWITCH's cause.

    True in an ``if`` when they answered.

    >>> bool(Bridged(False, "USER_BUSY"))
    False
    """

    answered: bool
    cause: str

    def __bool__(self) -> bool:
        return self.answered
