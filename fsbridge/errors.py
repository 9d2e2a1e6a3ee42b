"""Every error fsbridge raises, one tree, a sentence each."""

from __future__ import annotations

import enum


class FsbridgeError(Exception):
    """The root of every error this package raises on purpose.

    >>> issubclass(CallEnded, FsbridgeError)
    True
    """


class ConfigError(FsbridgeError):
    """A setting is missing, unknown or impossible; the text names its key and the cure."""


class InvalidArgument(FsbridgeError, ValueError):
    """A value cannot be put on the wire as it is; ``argument`` names which.

    >>> str(InvalidArgument("app", "holds a line feed"))
    'app holds a line feed'
    """

    def __init__(self, argument: str, why: str) -> None:
        super().__init__(f"{argument} {why}")
        self.argument = argument


class ProtocolError(FsbridgeError):
    """The peer sent bytes that are not the Event Socket protocol; the connection was closed."""


class Delivery(enum.Enum):
    """How far a command had come when its connection was lost or its deadline passed.

    >>> [delivery.value for delivery in Delivery]
    ['not sent', 'unconfirmed', 'accepted']
    """

    NOT_SENT = "not sent"
    UNCONFIRMED = "unconfirmed"
    ACCEPTED = "accepted"


class NotConnectedError(FsbridgeError):
    """There is no connection to FreeSWITCH. (The name greenswitch uses.)"""


class ConnectionLost(NotConnectedError):
    """The connection ended while somebody waited; ``delivery`` says what became of the command.

    NOT_SENT: FreeSWITCH never had it. UNCONFIRMED: it may or may not have run.
    ACCEPTED: FreeSWITCH took it on, its outcome is unknown.

    >>> ConnectionLost("closed by peer", Delivery.UNCONFIRMED).delivery.value
    'unconfirmed'
    """

    def __init__(self, why: str, delivery: Delivery = Delivery.UNCONFIRMED) -> None:
        super().__init__(f"{why} (command {delivery.value})")
        self.why = why
        self.delivery = delivery


class CommandTimeout(FsbridgeError, TimeoutError):
    """No answer came before the deadline; ``delivery`` as in `ConnectionLost`."""

    def __init__(self, what: str, seconds: float, delivery: Delivery = Delivery.UNCONFIRMED) -> None:
        super().__init__(f"no answer to {what} within {seconds:g} s (command {delivery.value})")
        self.delivery = delivery


class CommandFailed(FsbridgeError):
    """FreeSWITCH refused a command; ``reply`` is its own text.

    >>> CommandFailed("api uuid_kill", "-ERR No such channel!").reply
    '-ERR No such channel!'
    """

    def __init__(self, command: str, reply: str) -> None:
        super().__init__(f"{command}: {reply.strip()}")
        self.command = command
        self.reply = reply.strip()


class AuthenticationError(NotConnectedError, ValueError):
    """FreeSWITCH refused the password; trying again cannot help."""


class AccessDenied(NotConnectedError):
    """FreeSWITCH's access list refused this host; trying again cannot help."""


class OutboundSessionHasGoneAway(FsbridgeError):
    """The call this session controlled is over. (The name greenswitch uses.)"""


class CallEnded(OutboundSessionHasGoneAway):
    """The caller is gone, or the switch is; raised in the line of the script that was waiting.

    ``cause`` is FreeSWITCH's hang-up cause, for example ``NORMAL_CLEARING``, or ``CONNECTION_LOST``.

    >>> CallEnded("NORMAL_CLEARING").cause
    'NORMAL_CLEARING'
    """

    def __init__(self, cause: str = "NORMAL_CLEARING") -> None:
        super().__init__(f"the call has ended: {cause}")
        self.cause = cause


class SpeechError(FsbridgeError):
    """A text could not be spoken, or a recording not be taken over; the text says why and what to do."""


class SpeechBusy(SpeechError):
    """The speech service asks to be left alone for ``retry_after`` seconds.

    >>> SpeechBusy("429 Too Many Requests", 2.0).retry_after
    2.0
    """

    def __init__(self, why: str, retry_after: float) -> None:
        super().__init__(f"{why}; again in {retry_after:g} s")
        self.why = why
        self.retry_after = retry_after
