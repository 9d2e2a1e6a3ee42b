"""Open lines: telephones picked up for a call that was somebody else's, or nobody's, an instant before."""

from __future__ import annotations

from dataclasses import dataclass

from fsbridge.domain.events import CallAnswered, CallHungUp, CallStarted, OfferAnswered


@dataclass(slots=True)
class _Line:
    operator: str
    answered: bool = False


class OpenLines:
    """The legs that ring operators, until they are known to win the call or to be gone.

    mod_callcenter drops the loser of such a race without a word: the leg stays, on it silence, until the
    operator hangs up. What it does tell is that it holds the operator free again.

    >>> from datetime import UTC, datetime
    >>> now, lines = datetime(2027, 4, 1, tzinfo=UTC), OpenLines()
    >>> for name in ("op01", "op02"):
    ...     lines.started(CallStarted(at=now, uuid=f"leg of {name}", operator=name, visit="v1"))
    ...     lines.answered(CallAnswered(at=now, uuid=f"leg of {name}"))
    >>> won = OfferAnswered(at=now, visit="v1", call="c1", queue="q", operator="op01", leg="leg of op01")
    >>> lines.won(won)
    >>> lines.of("op01"), lines.of("op02")
    ((), ('leg of op02',))
    """

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}

    def started(self, event: CallStarted) -> None:
        """A telephone is called."""
        if event.operator:
            self._lines[event.uuid] = _Line(event.operator)

    def answered(self, event: CallAnswered) -> None:
        """It was picked up."""
        line = self._lines.get(event.uuid)
        if line is not None:
            line.answered = True

    def won(self, event: OfferAnswered) -> None:
        """It got the call."""
        self._lines.pop(event.leg, None)

    def hung_up(self, event: CallHungUp) -> None:
        """It is gone."""
        self._lines.pop(event.uuid, None)

    def of(self, operator: str) -> tuple[str, ...]:
        """The operator's legs that were picked up and got no call: open once the distributor lets go."""
        lines = self._lines.items()
        return tuple(uuid for uuid, line in lines if line.operator == operator and line.answered)
