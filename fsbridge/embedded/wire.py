"""The wire between two legs of this switch, as when FreeSWITCH calls itself over SIP."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fsbridge.embedded.leg import Leg

KEY = 0.25
"""Seconds a key takes on the wire."""
_REFUSED: Mapping[str, str] = {
    "NO_ANSWER": "NO_USER_RESPONSE",
    "NORMAL_CLEARING": "NORMAL_CLEARING",
    "DESTINATION_OUT_OF_ORDER": "DESTINATION_OUT_OF_ORDER",
}
"""What the caller's side makes of a refusal; what is not here arrives as it was sent."""


class _End:
    """One end: what its leg does arrives at the other leg."""

    protocol = "sip"

    def __init__(self, other: Leg) -> None:
        self._other = other

    def offer(self) -> None:
        """Nothing: who offers has an end of its own."""

    def progress(self) -> None:
        self._other.rings()

    def early(self) -> None:
        self._other.opens()

    def answer(self) -> None:
        self._other.answers()

    def key(self, digit: str) -> None:
        self._other.core.clock.later(KEY, lambda: self._other.pressed(digit))

    def hold(self, on: bool) -> None:
        self._other.holds(on)

    def hangup(self, cause: str) -> None:
        other = self._other
        if other.direction == "inbound" and not other.answered:
            other.released("ORIGINATOR_CANCEL")
        else:
            other.released(cause if other.answered else _REFUSED.get(cause, cause))


class Line(_End):
    """The caller's end, while the called leg is not there yet; `make` makes it when the call is offered."""

    def __init__(self, caller: Leg, make: Callable[[], Leg]) -> None:
        super().__init__(caller)
        self._caller, self._make = caller, make
        self._offered = False

    def offer(self) -> None:
        """The call arrives: its other leg begins."""
        self._offered = True
        self._other = self._make()
        self._other.far = _End(self._caller)
        self._other.come_in()

    def hangup(self, cause: str) -> None:
        """Nobody is told when nobody was called yet."""
        if self._offered:
            super().hangup(cause)
