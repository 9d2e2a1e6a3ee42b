"""Why an offered call was not answered, told apart fairly."""

from __future__ import annotations

import enum
from collections.abc import Mapping


class Miss(enum.Enum):
    """What became of an offer nobody answered; the values are the words the store keeps for offers.

    Rang out and rejected are the operator's, and count. A telephone that is gone is nobody's fault but must
    be offered no more calls. A caller who hung up, and a call that somebody else took, say nothing.

    >>> [miss.value for miss in Miss if miss.counts]
    ['rang out', 'rejected']
    """

    RANG_OUT = "rang out"
    REJECTED = "rejected"
    PHONE_GONE = "phone gone"
    CALLER_GONE = "caller hung up"
    WITHDRAWN = "withdrawn"

    @property
    def counts(self) -> bool:
        """Whether it counts towards going out of rotation."""
        return self in (Miss.RANG_OUT, Miss.REJECTED)


_CAUSES: Mapping[str, Miss] = {
    "CALL_REJECTED": Miss.REJECTED,
    "USER_BUSY": Miss.REJECTED,
    "ORIGINATOR_CANCEL": Miss.CALLER_GONE,
    "LOSE_RACE": Miss.WITHDRAWN,
    "PICKED_OFF": Miss.WITHDRAWN,
    # FreeSWITCH's own trouble or order, which must never send a whole centre away.
    "MANAGER_REQUEST": Miss.WITHDRAWN,
    "NORMAL_CIRCUIT_CONGESTION": Miss.WITHDRAWN,
    "SWITCH_CONGESTION": Miss.WITHDRAWN,
    "SYSTEM_SHUTDOWN": Miss.WITHDRAWN,
    "NO_ANSWER": Miss.RANG_OUT,
    "ALLOTTED_TIMEOUT": Miss.RANG_OUT,
    "PROGRESS_TIMEOUT": Miss.RANG_OUT,
    "NORMAL_CLEARING": Miss.REJECTED,  # a browser that says bye to a ringing call
    # The rest is a telephone that cannot be reached. A browser whose socket drops while it rings is
    # DESTINATION_OUT_OF_ORDER; one that has not logged in yet is USER_NOT_REGISTERED.
}


def miss_of(cause: str) -> Miss:
    """What a failed offer means, by FreeSWITCH's cause.

    Withdrawn by a command and given up by the caller are both ORIGINATOR_CANCEL here; neither counts, and the
    caller's own leg tells the history which it was.

    >>> miss_of("NO_ANSWER"), miss_of("DESTINATION_OUT_OF_ORDER")
    (<Miss.RANG_OUT: 'rang out'>, <Miss.PHONE_GONE: 'phone gone'>)
    """
    return _CAUSES.get(cause, Miss.PHONE_GONE)
