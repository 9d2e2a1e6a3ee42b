"""Stranded callers: rows of mod_callcenter's list that it offers to nobody any more."""

from __future__ import annotations

from dataclasses import dataclass

from fsbridge.domain.facts import Facts, MemberState
from fsbridge.domain.operators import OperatorState

RING_SEVERAL = ("ring-all", "ring-progressively")
"""What stands in a caller's row in the place of an operator while telephones ring together."""
_SERVING = (OperatorState.RECEIVING, OperatorState.IN_A_CALL)


@dataclass(frozen=True, slots=True)
class Stranded:
    """The visits that are stuck, each with the caller's leg, and those whose caller is gone.

    >>> Stranded().callers, Stranded().ghosts
    ((), frozenset())
    """

    callers: tuple[tuple[str, str], ...] = ()
    ghosts: frozenset[str] = frozenset()

    def lasting(self, before: Stranded) -> Stranded:
        """What an earlier look showed too: FreeSWITCH's lists are not taken in one instant."""
        return Stranded(
            tuple(one for one in self.callers if one in before.callers), self.ghosts & before.ghosts
        )


def stranded(facts: Facts) -> Stranded:
    """The rows stuck in Trying at one look.

    Where telephones ring together, an operator who picks up and hangs up before the bridge stands leaves a
    name in the caller's row (and stays Reserved), and mod_callcenter passes such a row over for ever. The
    caller must leave the queue and come again. Or the caller is cut off in that moment, and the row alone
    stays: no command of mod_callcenter removes it before FreeSWITCH starts again.
    """
    trying = [row for row in facts.members if row.state is MemberState.TRYING]
    legs = facts.legs
    serving = {*RING_SEVERAL, "", *(row.name for row in facts.agents if row.state in _SERVING)}
    return Stranded(
        tuple((row.visit, row.call) for row in trying if row.call in legs and row.operator not in serving),
        frozenset(row.visit for row in trying if row.call not in legs),
    )
