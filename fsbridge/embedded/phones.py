"""Telephones that are no legs of this switch: people's, and such as a program speaks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from fsbridge.embedded.leg import Leg


class PhoneCall:
    """A call as the telephone at its other end has it.

    `on_answer` and `on_end` are called when the switch answers, and when the call is over with its
    cause; `heard_keys` are the keys that arrived.
    """

    protocol = "sip"

    def __init__(self, leg: Leg) -> None:
        self.leg = leg
        self.on_answer: Callable[[], object] = lambda: None
        self.on_end: Callable[[str], object] = lambda cause: None
        self.on_ring: Callable[[], object] = lambda: None
        self.heard_keys = ""
        self.over = False
        leg.on_hangup.append(self._ended)

    # What the person does.

    def ring(self) -> None:
        """Begin to ring."""
        self.leg.rings()

    def pick_up(self) -> None:
        """Answer."""
        self.leg.answers()

    def hang_up(self, cause: str = "NORMAL_CLEARING") -> None:
        """Hang up, or refuse with a cause."""
        self.leg.released(cause)

    def press(self, keys: str) -> None:
        """Press keys."""
        for key in keys:
            self.leg.pressed(key)

    def put_on_hold(self, on: bool = True) -> None:
        """Put the other side on hold, or take it back."""
        self.leg.holds(on)

    # What the switch does.

    def offer(self) -> None:
        """The switch calls."""

    def progress(self) -> None:
        """It rings over there."""

    def early(self) -> None:
        """There is something to hear."""

    def answer(self) -> None:
        """It is answered over there."""
        self.on_answer()

    def hangup(self, cause: str) -> None:
        """The switch hangs up; `on_end` tells when the leg is over."""

    def key(self, digit: str) -> None:
        """A key arrives."""
        self.heard_keys += digit

    def hold(self, on: bool) -> None:
        """The other side is held, or back."""

    def _ended(self) -> None:
        self.over = True
        self.on_end(self.leg.cause)


class Telephone(Protocol):
    """Somebody's telephone: called when it is to ring."""

    def __call__(self, call: PhoneCall) -> None: ...


class Handset:
    """A telephone that answers after a while and may hang up after another; `refuses` with a cause at once.

    >>> Handset(answers=None).answers is None
    True
    """

    def __init__(self, answers: float | None = 0.7, *, talks: float | None = None, refuses: str = "") -> None:
        self.answers, self.talks, self.refuses = answers, talks, refuses

    def __call__(self, call: PhoneCall) -> None:
        """Rings, and does what it is to do."""
        if self.refuses:
            call.hang_up(self.refuses)
            return
        call.ring()
        clock = call.leg.core.clock
        if self.answers is not None:
            clock.later(self.answers, call.pick_up)
            if self.talks is not None:
                clock.later(self.answers + self.talks, call.hang_up)


class Ringing(PhoneCall):
    """The call a telephone gets: it rings when the switch offers it."""

    def __init__(self, leg: Leg, telephone: Telephone) -> None:
        super().__init__(leg)
        self._telephone = telephone

    def offer(self) -> None:
        """The switch calls."""
        self._telephone(self)
