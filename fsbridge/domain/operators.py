"""Operators: the status they choose, the state the distributor keeps, and what both mean together."""

from __future__ import annotations

import enum


class OperatorStatus(enum.Enum):
    """What an operator chose; the values are mod_callcenter's words.

    >>> OperatorStatus.of("available (on demand)")
    <OperatorStatus.ON_DEMAND: 'Available (On Demand)'>
    >>> OperatorStatus.ON_DEMAND.takes_calls, OperatorStatus.ON_BREAK.takes_calls
    (True, False)
    """

    LOGGED_OUT = "Logged Out"
    AVAILABLE = "Available"
    ON_DEMAND = "Available (On Demand)"
    ON_BREAK = "On Break"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, word: str) -> OperatorStatus:
        """The status by its word in upper or lower case (mod_callcenter stores what it was given)."""
        return next((one for one in cls if one.value.lower() == word.lower()), cls.UNKNOWN)

    @property
    def takes_calls(self) -> bool:
        """Whether the distributor may offer a call at all."""
        return self in (OperatorStatus.AVAILABLE, OperatorStatus.ON_DEMAND)


class OperatorState(enum.Enum):
    """What the distributor is doing with an operator; the values are mod_callcenter's words.

    >>> OperatorState.of("In a queue call") is OperatorState.IN_A_CALL
    True
    """

    IDLE = "Idle"
    WAITING = "Waiting"
    RECEIVING = "Receiving"
    IN_A_CALL = "In a queue call"
    RESERVED = "Reserved"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, word: str) -> OperatorState:
        """The state by its word in upper or lower case."""
        return next((one for one in cls if one.value.lower() == word.lower()), cls.UNKNOWN)


class Activity(enum.Enum):
    """The one word a supervisor sees for an operator.

    >>> [word.name for word in Activity][:3]
    ['READY', 'RINGING', 'TALKING']
    """

    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    HOLDING = "holding"
    WRAP_UP = "wrap-up"
    ON_BREAK = "on break"
    LOGGED_OUT = "logged out"
    UNKNOWN = "unknown"


def activity(status: OperatorStatus, state: OperatorState, *, held: bool = False) -> Activity:
    """What an operator is doing: a conversation outlives every change of status, then the status decides.

    `Idle` is how the distributor keeps calls away from someone who is still writing up the last one.

    >>> activity(OperatorStatus.LOGGED_OUT, OperatorState.IN_A_CALL)
    <Activity.TALKING: 'talking'>
    >>> activity(OperatorStatus.ON_DEMAND, OperatorState.IDLE)
    <Activity.WRAP_UP: 'wrap-up'>
    """
    if state is OperatorState.IN_A_CALL:
        return Activity.HOLDING if held else Activity.TALKING
    if state is OperatorState.RECEIVING:
        return Activity.RINGING
    if status is OperatorStatus.ON_BREAK:
        return Activity.ON_BREAK
    if status is OperatorStatus.LOGGED_OUT:
        return Activity.LOGGED_OUT
    if status is OperatorStatus.UNKNOWN:
        return Activity.UNKNOWN
    if state is OperatorState.IDLE:
        return Activity.WRAP_UP
    if state is OperatorState.RESERVED:
        return Activity.RINGING
    return Activity.READY
