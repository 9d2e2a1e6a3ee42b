"""What supervisors write to operators: plain text, for today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fsbridge.errors import FsbridgeError

LONGEST = 500
"""Characters of a message."""
EVERYBODY = ""
"""To all operators."""


class MessageRefused(FsbridgeError):
    """The message cannot be sent as it is; the text says what to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to an operator, or to `EVERYBODY`; `number` grows with each.

    >>> noon = datetime.fromisoformat("2027-04-01T12:00:00Z")
    >>> Message(number=1, author="boss", text="開栓が混んでいます", sent_at=noon).concerns("op01")
    True
    """

    number: int
    author: str
    text: str
    sent_at: datetime
    operator: str = EVERYBODY

    def concerns(self, operator: str) -> bool:
        """Whether it is for this operator."""
        return self.operator in (EVERYBODY, operator)


def written(text: str) -> str:
    """The text as it is kept: line ends made one, blanks at the ends gone; MessageRefused if it is none.

    >>> written("  応援を\\r\\nお願いします ")
    '応援を\\nお願いします'
    >>> written(" ")
    Traceback (most recent call last):
    fsbridge.domain.messages.MessageRefused: the message is empty; write something
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        raise MessageRefused("the message is empty; write something")
    if len(text) > LONGEST:
        raise MessageRefused(f"the message has {len(text)} characters; {LONGEST} are the most")
    bad = next((one for one in text if one != "\n" and not one.isprintable() and one != "\u3000"), None)
    if bad is not None:
        raise MessageRefused(f"the message holds {bad!r}, which is no text; take it out")
    return text
