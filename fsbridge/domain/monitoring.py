"""Monitoring: who listens to whom, how, and the legs by which they do, which are no calls."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fsbridge.errors import FsbridgeError

STOPPED = "stopped listening"
"""What the audit log calls the end of a monitoring; its beginnings and changes are called by their mode."""
_MARK = "6d6f6e69-746f-8"  # "monito" in ASCII, then version 8: an id whose bits its maker chooses (RFC 9562)


class MonitoringRefused(FsbridgeError):
    """Nobody may listen, or there is nothing to be heard; the text says what to do."""


class Mode(enum.Enum):
    """Who hears the supervisor.

    >>> [mode.ja for mode in Mode]
    ['聴く', 'ささやく', '参加']
    """

    LISTEN = "listen"
    """Nobody does."""
    WHISPER = "whisper"
    """The operator does: neither the citizen nor the recording."""
    BARGE = "barge"
    """Both do, and the recording."""

    @property
    def ja(self) -> str:
        """The word on the screen."""
        return {Mode.LISTEN: "聴く", Mode.WHISPER: "ささやく", Mode.BARGE: "参加"}[self]

    @classmethod
    def named(cls, word: str) -> Mode:
        """A mode by its word; MonitoringRefused names them all.

        >>> Mode.named("whisper").ja
        'ささやく'
        """
        for one in cls:
            if word.strip().lower() in (one.value, one.ja):
                return one
        known = ", ".join(f"{one.value} ({one.ja})" for one in cls)
        raise MonitoringRefused(f"there is no mode {word!r}; choose one of: {known}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """Somebody who listens now. `leg` is the supervisor's own, `spied` the operator's that is listened to.

    >>> now = datetime.fromisoformat("2027-04-01T09:00:00Z")
    >>> Monitoring(by="boss", operator="op01", leg="6d", spied="9a", mode=Mode.LISTEN, since=now).call
    ''
    """

    by: str
    operator: str
    leg: str
    spied: str
    mode: Mode
    since: datetime
    call: str = ""


def monitoring_leg(chance: UUID) -> str:
    """The uuid of a new leg of somebody who listens; `chance` makes it the only one.

    >>> monitoring_leg(UUID(int=7))
    '6d6f6e69-746f-8000-8000-000000000007'
    """
    text = str(UUID(int=chance.int, version=4))
    return _MARK + text[15:]


def is_monitoring(leg: str) -> bool:
    """Whether a leg is that of somebody who listens: no call, and counted nowhere.

    >>> is_monitoring("6d6f6e69-746f-8000-8000-000000000007"), is_monitoring("7f1c")
    (True, False)
    """
    return leg.startswith(_MARK)
