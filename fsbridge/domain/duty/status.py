"""What an operator is doing, and why: nine statuses, and reasons that are the customer's data."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fsbridge.errors import FsbridgeError


class StatusRefused(FsbridgeError):
    """This status or reason cannot be chosen (now); the text says what can."""


class Status(enum.Enum):
    """The one status of an operator; the values are the words the store keeps.

    >>> Status("on break").ja, Status.ON_BREAK.en
    ('休憩', 'On break')
    >>> Status.TALKING.in_call, Status.WRAP_UP.on_duty, Status.AWAY.on_duty
    (True, True, False)
    """

    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    HOLDING = "holding"
    WRAP_UP = "wrap-up"
    ON_BREAK = "on break"
    AWAY = "away"
    TRAINING = "training"
    LOGGED_OUT = "logged out"

    @property
    def in_call(self) -> bool:
        """Whether a call is at hand: what is chosen now takes effect after it."""
        return self in (Status.RINGING, Status.TALKING, Status.HOLDING)

    @property
    def in_conversation(self) -> bool:
        """Whether a caller is on the line, held or not."""
        return self in (Status.TALKING, Status.HOLDING)

    @property
    def on_duty(self) -> bool:
        """Whether callers may wait for this operator: ready, with a call, or writing up the last one."""
        return self in (Status.READY, Status.WRAP_UP) or self.in_call

    @property
    def ja(self) -> str:
        """The word operators read."""
        return _WORDS[self][0]

    @property
    def en(self) -> str:
        """The same in English."""
        return _WORDS[self][1]

    @property
    def mark(self) -> str:
        """A shape, so that no status is told by colour alone."""
        return _WORDS[self][2]

    @classmethod
    def named(cls, word: str) -> Status:
        """A status by the store's word, its own name, or the Japanese word; StatusRefused names them all.

        >>> Status.named("on-break"), Status.named("待受")
        (<Status.ON_BREAK: 'on break'>, <Status.READY: 'ready'>)
        """
        plain = word.strip().lower().replace("_", "-").replace(" ", "-")
        for one in cls:
            if plain in (one.value.replace(" ", "-"), one.ja):
                return one
        known = ", ".join(f"{one.value.replace(' ', '-')} ({one.ja})" for one in CHOOSABLE)
        raise StatusRefused(f"there is no status {word!r}; choose one of: {known}")


_WORDS: Mapping[Status, tuple[str, str, str]] = {
    Status.READY: ("待受", "Ready", "●"),
    Status.RINGING: ("着信中", "Ringing", "◎"),
    Status.TALKING: ("通話中", "Talking", "☎"),
    Status.HOLDING: ("保留", "Holding", "‖"),
    Status.WRAP_UP: ("後処理", "Wrap-up", "✎"),
    Status.ON_BREAK: ("休憩", "On break", "◌"),
    Status.AWAY: ("離席", "Away", "⏸"),
    Status.TRAINING: ("研修", "Training", "▣"),
    Status.LOGGED_OUT: ("ログアウト", "Logged out", "○"),
}
CHOOSABLE = (
    Status.READY,
    Status.WRAP_UP,
    Status.ON_BREAK,
    Status.AWAY,
    Status.TRAINING,
    Status.LOGGED_OUT,
)
"""What may be chosen; the others come and go with calls."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A status that was chosen, and why; StatusRefused for one that comes with a call alone.

    >>> Choice(Status.ON_BREAK, "昼休み").status.ja
    '休憩'
    >>> Choice(Status.TALKING)
    Traceback (most recent call last):
    fsbridge.domain.duty.status.StatusRefused: talking is not chosen, it comes with a call
    """

    status: Status
    reason: str = ""

    def __post_init__(self) -> None:
        if self.status not in CHOOSABLE:
            raise StatusRefused(f"{self.status.value} is not chosen, it comes with a call")


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason people may give for a status. `name` is what is kept, so a later renaming changes no history.

    >>> Reason("昼休み", Status.ON_BREAK, "Lunch").name_en
    'Lunch'
    """

    name: str
    status: Status
    name_en: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip() or any(ord(one) < 32 or ord(one) == 127 for one in self.name + self.name_en):
            raise StatusRefused(f"reason {self.name!r}: write its name in one line")
        if self.status not in CHOOSABLE:
            raise StatusRefused(f"reason {self.name}: {self.status.value} comes with a call alone")


PREPARING = Choice(Status.AWAY, "準備中")
"""After log-in: the telephone is not ready yet."""
NO_ANSWER = Choice(Status.AWAY, "無応答")
"""Calls rang out, so no more are offered."""
REJECTED = Choice(Status.AWAY, "応答拒否")
"""Calls were rejected, so no more are offered."""
PHONE_GONE = Choice(Status.AWAY, "電話不通")
"""The telephone could not be reached."""
KICKED = Choice(Status.LOGGED_OUT, "強制ログアウト")
"""Logged out by order: after the call, without a wrap-up."""
SEAT_LOST = Choice(Status.LOGGED_OUT, "接続断")
"""Logged out because nothing was heard of the browser."""
TIMED_OUT = "時間切れ"
"""Why the clock ended a wrap-up."""

SYSTEM_REASONS = (
    Reason(PREPARING.reason, Status.AWAY, "Getting ready"),
    Reason(NO_ANSWER.reason, Status.AWAY, "No answer"),
    Reason(REJECTED.reason, Status.AWAY, "Calls rejected"),
    Reason(PHONE_GONE.reason, Status.AWAY, "Telephone unreachable"),
    Reason(KICKED.reason, Status.LOGGED_OUT, "By order"),
    Reason(SEAT_LOST.reason, Status.LOGGED_OUT, "Connection lost"),
)
"""Reasons the system gives; nobody chooses them."""
REASONS = (
    Reason("昼休み", Status.ON_BREAK, "Lunch"),
    Reason("小休憩", Status.ON_BREAK, "Short break"),
    Reason("会議", Status.AWAY, "Meeting"),
    Reason("窓口対応", Status.AWAY, "At the counter"),
    Reason("調べもの", Status.AWAY, "Looking something up"),
    Reason("座学", Status.TRAINING, "Classroom"),
    Reason("同席研修", Status.TRAINING, "Listening in"),
)
"""The reasons to begin with; a centre replaces them by its own."""


def reasoned(choice: Choice, reasons: Iterable[Reason]) -> Choice:
    """The choice, if its reason is one of those for its status; no reason is always good.

    >>> reasoned(Choice(Status.AWAY, "釣り"), REASONS)
    Traceback (most recent call last):
    fsbridge.domain.duty.status.StatusRefused: 離席 for the reason '釣り' is unknown; give 会議, 窓口対応, ...
    """
    names = [one.name for one in reasons if one.status is choice.status]
    if choice.reason and choice.reason not in names:
        known = ", ".join(names) or "none"
        raise StatusRefused(
            f"{choice.status.ja} for the reason {choice.reason!r} is unknown; give {known}, or no reason"
        )
    return choice
